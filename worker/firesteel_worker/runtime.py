"""What a worker does with the engine's set-ups; the frame loop itself is C++."""

import io
import pickle
import sys

from firesteel_worker import _firesteel_worker, convert, errors, setup_frame

_BATCHED = 100


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


def load_function(command):
    """The function of a pickled (function, return type)."""
    loaded = _Unpickler(io.BytesIO(command)).load()
    return loaded[0]


def _check_python_version(wanted):
    here = "%d.%d" % sys.version_info[:2]
    if wanted and wanted != here:
        raise errors.pyspark_error(
            "PySparkRuntimeError",
            "PYTHON_VERSION_MISMATCH",
            {"worker_version": here, "driver_version": wanted},
        )


def set_up(payload):
    """Called by the frame loop: (input types, functions) of a row-by-row call."""
    setup = setup_frame.decode(payload)
    _check_python_version(setup.python_version)
    if setup.eval_type != _BATCHED:
        raise errors.RuntimeFailure("no worker support for eval type %d" % setup.eval_type)
    functions = []
    for function in setup.functions:
        chain = tuple(load_function(command) for command in function.commands)
        functions.append((chain, function.columns, function.keywords, function.result))
    return setup.inputs, functions


def serve(in_fd, out_fd):
    _firesteel_worker.serve(in_fd, out_fd, set_up, errors.describe, convert)
