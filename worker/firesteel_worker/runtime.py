"""What a worker does with the engine's set-ups; the frame loop itself is C++."""

import importlib
import io
import pickle
import sys

from firesteel_worker import _firesteel_worker, convert, errors, setup_frame

_BATCHED = 100
_ARROW_BATCHED = 101
_TABLE = 300
_ARROW_TABLE = 301
_NATIVE_ARROW_TABLE = 302
# Firesteel's own (engine/plan/own_kinds.h).
_ANALYZE_TABLE = 10300
_SOURCE_METHODS = {10301: "PlanRead", 10303: "PlanWrite", 10305: "EndWrite"}

# Kinds that are written in Python: module and class, imported when one is asked for.
_HANDLERS = {
    200: ("batch_kinds", "ScalarPandas"),
    201: ("group_kinds", "GroupedMapPandas"),
    202: ("group_kinds", "GroupedAggPandas"),
    203: ("group_kinds", "WindowAggPandas"),
    204: ("batch_kinds", "ScalarPandasIter"),
    205: ("batch_kinds", "MapPandas"),
    206: ("group_kinds", "CogroupedMapPandas"),
    207: ("batch_kinds", "MapArrow"),
    209: ("group_kinds", "GroupedMapArrow"),
    210: ("group_kinds", "CogroupedMapArrow"),
    215: ("group_kinds", "GroupedMapArrowIter"),
    216: ("group_kinds", "GroupedMapPandasIter"),
    217: ("group_kinds", "GroupedAggPandasIter"),
    250: ("batch_kinds", "ScalarArrow"),
    251: ("batch_kinds", "ScalarArrowIter"),
    252: ("group_kinds", "GroupedAggArrow"),
    253: ("group_kinds", "WindowAggArrow"),
    254: ("group_kinds", "GroupedAggArrowIter"),
    10302: ("data_sources", "ReadPartitions"),
    10304: ("data_sources", "WritePartition"),
}


class _UnparsedType:
    """Stands for the unparsed return type that old clients pickle; the engine knows the type."""

    def __init__(self, *_args, **_kwargs):
        pass


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        # Importing the real class would load pandas and gRPC.
        if name == "UnparsedDataType" and module == "pyspark.sql.connect.types":
            return _UnparsedType
        return super().find_class(module, name)


def _load(command):
    return _Unpickler(io.BytesIO(command)).load()


def load_function(command):
    """The function of a pickled (function, return type)."""
    return _load(command)[0]


def _check_python_version(wanted):
    here = "%d.%d" % sys.version_info[:2]
    if wanted and wanted != here:
        raise errors.pyspark_error(
            "PySparkRuntimeError",
            "PYTHON_VERSION_MISMATCH",
            {"worker_version": here, "driver_version": wanted},
        )


def _handler(setup):
    if setup.eval_type not in _HANDLERS:
        raise errors.RuntimeFailure("no worker support for eval type %d" % setup.eval_type)
    module, name = _HANDLERS[setup.eval_type]
    try:
        kinds = importlib.import_module("firesteel_worker." + module)
        setup.parse_types()
        return getattr(kinds, name)(setup)
    except ImportError as error:
        raise errors.RuntimeFailure(
            "This kind of Python function needs packages that %s lacks: %s" % (sys.executable, error)
        )


def _table(setup):
    from firesteel_worker import tables

    (function,) = setup.functions
    if setup.eval_type == _ANALYZE_TABLE:
        made = tables.TableAnalysis(setup, _load)
        # The analysis itself tells named arguments from positional ones.
        return setup.inputs, [((made,), function.columns, None, function.result)]
    made = tables.TableFunction(setup, _load)
    functions = [((made,), function.columns, function.keywords, function.result)]
    converters = None
    if setup.eval_type == _ARROW_TABLE:
        from firesteel_worker import arrow_rows

        converters = [arrow_rows.table_converter(function, setup.conf)]
    return setup.inputs, functions, converters, made.finish


def _native_arrow_table(setup):
    from firesteel_worker import arrow_tables

    setup.parse_types()
    return (arrow_tables.NativeArrowTable(setup, _load),)


def _source_method(setup):
    from firesteel_worker import data_sources

    (function,) = setup.functions
    made = getattr(data_sources, _SOURCE_METHODS[setup.eval_type])(_load(function.commands[0]))
    return setup.inputs, [((made,), function.columns, None, function.result)]


def set_up(payload):
    """Called by the frame loop: what describes the call's errors, then the error of its set-up, or a handler, or what
    RowCall::create takes."""
    setup = setup_frame.decode(payload)
    describe = errors.Description(setup.conf)
    try:
        return (describe,) + _made(setup)
    except BaseException as error:
        return describe, error


def _made(setup):
    _check_python_version(setup.python_version)
    if setup.eval_type in _SOURCE_METHODS:
        return _source_method(setup)
    if setup.eval_type == _NATIVE_ARROW_TABLE:
        return _native_arrow_table(setup)
    if setup.eval_type in (_TABLE, _ARROW_TABLE, _ANALYZE_TABLE):
        return _table(setup)
    for function in setup.functions:
        function.load(load_function)
    return _with_profiles(setup, _call_of)


def _with_profiles(setup, make):
    if "profile.0" not in setup.conf:
        return make(setup)
    from firesteel_worker import profiles

    attached = profiles.Profiles(setup)
    made = make(setup)
    return made + (None,) * (4 - len(made)) + (attached.take,)


def _call_of(setup):
    if setup.eval_type not in (_BATCHED, _ARROW_BATCHED):
        return (_handler(setup),)
    functions = [(f.chain, f.columns, f.keywords, f.result) for f in setup.functions]
    if setup.eval_type == _BATCHED:
        return setup.inputs, functions
    from firesteel_worker import arrow_rows

    return setup.inputs, functions, [arrow_rows.converter(f, setup.conf) for f in setup.functions]


def serve(in_fd, out_fd):
    _firesteel_worker.serve(in_fd, out_fd, set_up, errors.Description({}), convert)
