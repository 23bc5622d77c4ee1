"""How failures of a call travel to the engine: the payload of an error frame."""

import os
import struct
import traceback

_PYTHON = 1
_CONDITION = 2
_RUNTIME = 3

_HEADER = "Traceback (most recent call last):\n"
_TEXT_BYTES_MAX = 1 << 20


class ConditionError(Exception):
    """An error that Spark raises itself, outside Python: it has a condition, no traceback."""

    def __init__(self, condition, parameters):
        super().__init__(condition)
        self.condition = condition
        self.parameters = parameters


class RuntimeFailure(Exception):
    """A result or request that the worker can't serve; the text goes to the user."""


# Conditions of Spark 4.1 that other versions of pyspark lack or name otherwise.
_TEXTS = {
    "PANDAS_UDF_OUTPUT_EXCEEDS_INPUT_ROWS": "The function has given more rows than it has got.",
    "RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDF": "The returned columns are not those of the schema.{missing}{extra}",
    "RESULT_COLUMNS_MISMATCH_FOR_PANDAS_UDF": "The returned columns are not those of the schema.{missing}{extra}",
    "RESULT_LENGTH_MISMATCH_FOR_PANDAS_UDF": "The schema has {expected} columns, the returned frame {actual}.",
    "RESULT_LENGTH_MISMATCH_FOR_SCALAR_ITER_PANDAS_UDF": "The function has got {input_length} rows and given {output_length}.",
    "RESULT_TYPE_MISMATCH_FOR_ARROW_UDF": "Returned columns have other types than the schema: {mismatch}.",
    "STOP_ITERATION_OCCURRED_FROM_SCALAR_ITER_PANDAS_UDF": "The function has ended before its input.",
}


def _text_of(condition, parameters):
    template = _TEXTS.get(condition)
    return template.format(**parameters) if template is not None else str(parameters)


def pyspark_error(kind, condition, parameters):
    """pyspark.errors.<kind> with pyspark's own text, for pyspark 3.4 and later."""
    import pyspark.errors

    error = getattr(pyspark.errors, kind, None)
    if error is None:  # pyspark 3.4 has few of them
        return RuntimeError("[%s] %s" % (condition, parameters))
    named = {"errorClass": condition, "messageParameters": parameters}
    old_named = {"error_class": condition, "message_parameters": parameters}
    for arguments in (named, old_named):
        try:
            return error(**arguments)
        except TypeError:
            continue  # the names of another version
        except Exception:  # not a condition of this version
            break
    return error("[%s] %s" % (condition, _text_of(condition, parameters)))


def _text(value):
    data = value.encode("utf-8", "backslashreplace")
    if len(data) > _TEXT_BYTES_MAX:
        half = _TEXT_BYTES_MAX // 2
        data = data[:half] + b"\n[...]\n" + data[-half:]
    return struct.pack("<I", len(data)) + data


_OWN_DIRECTORY = os.path.dirname(__file__)


def _user_frames(trace):
    """The traceback from the first frame that is not the worker's own; None: there is no such frame."""
    while trace is not None:
        if os.path.dirname(trace.tb_frame.f_code.co_filename) != _OWN_DIRECTORY:
            return trace
        trace = trace.tb_next
    return None


def _format(error, simplified):
    users = _user_frames(error.__traceback__) if simplified else None
    if users is not None:
        error.__cause__ = None  # as in pyspark's workers, where what it was raised from goes with their frames
    text = "".join(traceback.format_exception(type(error), error, users or error.__traceback__))
    # A built-in called directly leaves no Python frame; clients look for the header.
    return text if text.startswith(_HEADER) or _HEADER in text else _HEADER + text


class Description:
    """Describes the errors of one call as its session's settings say. Never raises."""

    def __init__(self, conf):
        self._hidden = conf.get("spark.sql.execution.pyspark.udf.hideTraceback.enabled", "").lower() == "true"
        simplified = conf.get("spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled", "")
        self._simplified = simplified.lower() != "false"

    def __call__(self, error):
        """(payload, worker ends)"""
        if isinstance(error, ConditionError):
            payload = struct.pack("<I", _CONDITION) + _text("") + _text(error.condition)
            payload += struct.pack("<I", len(error.parameters))
            for key, value in error.parameters.items():
                payload += _text(key) + _text(value)
        elif isinstance(error, RuntimeFailure):
            payload = struct.pack("<I", _RUNTIME) + _text(str(error))
        else:
            payload = struct.pack("<I", _PYTHON) + _text(self._python_text(error))
        ends = not isinstance(error, Exception) or isinstance(error, MemoryError)
        return payload + b"\0" * (-len(payload) % 8), ends

    def _python_text(self, error):
        try:
            if isinstance(error, StopIteration):
                error = _stop_iteration(error)
            if self._hidden:
                return "".join(traceback.format_exception_only(type(error), error))
            return _format(error, self._simplified)
        except BaseException:
            return _HEADER + type(error).__name__ + ": <the exception can't be printed>\n"


def _stop_iteration(error):
    """A StopIteration out of a user's function must not look like the end of the data."""
    wrapped = pyspark_error("PySparkRuntimeError", "STOP_ITERATION_OCCURRED", {"exc": str(error)})
    wrapped.__context__ = error.with_traceback(_user_frames(error.__traceback__))
    return wrapped
