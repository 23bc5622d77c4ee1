"""Table functions: eval per input row, terminate and cleanup per partition; static analyze."""

import base64
import dataclasses
import inspect
import json
import pickle
from collections.abc import Iterable

from firesteel_worker import wire_type as wt
from firesteel_worker.errors import RuntimeFailure, pyspark_error


def handler_class(loaded):
    """The user's class: pickled alone, or with a return type."""
    handler = loaded[0] if isinstance(loaded, tuple) else loaded
    if not isinstance(handler, type):
        raise RuntimeFailure(
            "a table function is a class, but this one is a %s" % type(handler).__name__
        )
    return handler


def _execution_error(method, error):
    parameters = {"method_name": method, "error": str(error)}
    return pyspark_error("PySparkRuntimeError", "UDTF_EXEC_ERROR", parameters)


def _constructor(handler, name, analyze_result):
    """Called per partition. A constructor with a parameter gets the result of analyze."""
    parameters = len(inspect.getfullargspec(handler).args)
    if analyze_result is None:
        if parameters > 1:
            raise pyspark_error(
                "PySparkRuntimeError", "UDTF_CONSTRUCTOR_INVALID_NO_ANALYZE_METHOD", {"name": name}
            )
        return handler
    if parameters > 2:
        raise pyspark_error(
            "PySparkRuntimeError",
            "UDTF_CONSTRUCTOR_INVALID_IMPLEMENTS_ANALYZE_METHOD",
            {"name": name},
        )
    if parameters < 2:
        return handler
    return lambda: handler(dataclasses.replace(analyze_result))


class _NullChecker:
    """Refuses None where the declared schema has no nulls."""

    def __init__(self, type_):
        self._type = type_
        self.needed = _has_required_parts(type_)

    def check(self, row):
        if isinstance(row, tuple):
            for i, value in enumerate(row[: len(self._type.children)]):
                self._check(value, self._type.children[i], self._type.nullable[i], i)

    def _check(self, value, type_, nullable, column):
        if value is None:
            if not nullable:
                raise _execution_error(
                    "eval' or 'terminate",
                    "column %d of a returned row is None, itself or within, where the schema "
                    "allows no nulls" % column,
                )
            return
        if type_.tag == wt.ARRAY and isinstance(value, list):
            for item in value:
                self._check(item, type_.children[0], type_.nullable[0], column)
        elif type_.tag == wt.MAP and isinstance(value, dict):
            for key, item in value.items():
                self._check(key, type_.children[0], False, column)
                self._check(item, type_.children[1], type_.nullable[0], column)
        elif type_.tag == wt.STRUCT and isinstance(value, tuple):
            for item, child, null in zip(value, type_.children, type_.nullable):
                self._check(item, child, null, column)


def _has_required_parts(type_):
    if type_.tag == wt.MAP:
        return True
    return not all(type_.nullable) or any(_has_required_parts(child) for child in type_.children)


class TableFunction:
    """One table function of a set-up, as a function of rows that returns lists of output rows.

    The commands are the class and, where analyze ran, its result as TableAnalysis described it. The set-up's key columns
    are the fields of the TABLE argument that hold PARTITION BY values.
    """

    def __init__(self, setup, load):
        (function,) = setup.functions
        self._name = function.name
        self._keywords = function.keywords or ()
        self._partition_fields = tuple(setup.key_columns)
        self._row_type = wt.parse(function.result).children[0]
        self._nulls = _NullChecker(self._row_type)
        handler = handler_class(load(function.commands[0]))
        analyzed = [load(base64.b64decode(command)) for command in function.commands[1:]]
        self._handler = handler
        self._construct = _constructor(handler, self._name, analyzed[0] if analyzed else None)
        self._check_signature(handler, len(function.columns) - len(self._keywords))
        self._instance = None
        self._partition = None
        self._skips = False
        import pyspark.sql.udtf

        # Came with pyspark 4.
        self._skip_rest = getattr(pyspark.sql.udtf, "SkipRestOfInputTableException", ())

    def _check_signature(self, handler, positional):
        evaluate = getattr(handler, "eval", None)
        if evaluate is None:
            raise RuntimeFailure("the table function %s has no method 'eval'" % self._name)
        arguments = [None] * (positional + 1)  # and self
        try:
            inspect.signature(evaluate).bind(*arguments, **dict.fromkeys(self._keywords))
        except TypeError as error:
            raise pyspark_error(
                "PySparkRuntimeError",
                "UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE",
                {"name": self._name, "reason": str(error)},
            )

    def _begin(self):
        try:
            self._instance = self._construct()
        except Exception as error:
            raise _execution_error("__init__", error)
        self._skips = False

    def __call__(self, *arguments, **named):
        """The output rows of one input row."""
        if not self._partition_fields:
            return self.evaluate(None, arguments, named)
        partition = self._partition_of(list(arguments) + list(named.values()))
        arguments = [self._without_partition(a) for a in arguments]
        named = {k: self._without_partition(v) for k, v in named.items()}
        return self.evaluate(partition, arguments, named)

    def evaluate(self, partition, arguments, named):
        """The output rows for arguments of a partition, those of the partition before it first."""
        rows = []
        if self._instance is None:
            self._begin()
        if self._partition is not None and self._partition != partition:
            rows += self._terminate()
            self._begin()
        self._partition = partition
        if not self._skips and self._instance.eval is not None:
            rows += self._run("eval", self._instance.eval, arguments, named)
        return rows

    def finish(self):
        """The rows after the last input row of a partition, and the end of the instance."""
        if self._instance is None:
            self._begin()
        try:
            return self._terminate()
        finally:
            instance, self._instance = self._instance, None
            self._partition = None
            if hasattr(instance, "cleanup"):
                instance.cleanup()

    def _terminate(self):
        if not hasattr(self._instance, "terminate"):
            return []
        return self._run("terminate", self._instance.terminate, (), {})

    def _run(self, method, bound, arguments, named):
        rows = []
        try:
            results = bound(*arguments, **named)
            if results is None:
                return rows
            if not isinstance(results, Iterable):
                raise pyspark_error(
                    "PySparkRuntimeError",
                    "UDTF_RETURN_NOT_ITERABLE",
                    {"type": type(results).__name__, "func": method},
                )
            for result in results:
                rows.append(self._checked(result, method))
        except self._skip_rest:
            self._skips = True
        except Exception as error:
            if type(error).__module__.startswith("pyspark.errors"):
                raise
            raise _execution_error(method, error) from error
        return rows

    def _checked(self, row, method):
        if row is None:
            return row
        expected = len(self._row_type.children)
        kind = {"type": type(row).__name__, "func": method}
        if hasattr(row, "__UDT__"):
            raise pyspark_error("PySparkRuntimeError", "UDTF_INVALID_OUTPUT_ROW_TYPE", kind)
        if hasattr(row, "__len__") and len(row) != expected:
            raise pyspark_error(
                "PySparkRuntimeError",
                "UDTF_RETURN_SCHEMA_MISMATCH",
                {"expected": str(expected), "actual": str(len(row)), "func": method},
            )
        if not (isinstance(row, (list, dict, tuple)) or hasattr(row, "__dict__")):
            raise pyspark_error("PySparkRuntimeError", "UDTF_INVALID_OUTPUT_ROW_TYPE", kind)
        if self._nulls.needed:
            self._nulls.check(row)
        return row

    def _partition_of(self, arguments):
        from pyspark.sql.types import Row

        table = next(argument for argument in arguments if type(argument) is Row)
        return tuple(table[i] for i in self._partition_fields)

    def _without_partition(self, argument):
        from pyspark.sql.types import Row

        if type(argument) is not Row:
            return argument
        kept = [i for i in range(len(argument)) if i not in self._partition_fields]
        made = tuple.__new__(Row, [argument[i] for i in kept])
        made.__fields__ = [argument.__fields__[i] for i in kept]
        return made


class TableAnalysis:
    """Runs the static method analyze once; its result leaves as one JSON text.

    The conf says of each argument, "argument.<i>", what it is: table, constant or expression.
    """

    def __init__(self, setup, load):
        (function,) = setup.functions
        setup.parse_types()
        self._setup = setup
        self._function = function
        self._name = function.name
        self._handler = handler_class(load(function.commands[0]))
        static = inspect.getattr_static(self._handler, "analyze", None)
        if not isinstance(static, staticmethod):
            raise RuntimeFailure(
                "the table function %s has neither a return type nor a static method 'analyze'"
                % self._name
            )

    def __call__(self, *values):
        positional, named = self._arguments(values)
        try:
            inspect.signature(self._handler.analyze).bind(*positional, **named)
        except TypeError as error:
            raise self._failure(
                "its arguments don't match the signature of its method 'analyze': %s" % error
            )
        result = self._handler.analyze(*positional, **named)
        tables = [a for a in list(positional) + list(named.values()) if a.isTable]
        self._check(result, bool(tables))
        return self._described(result)

    def _arguments(self, values):
        from pyspark.sql.udtf import AnalyzeArgument

        fields = [field.name for field in dataclasses.fields(AnalyzeArgument)]
        made = []
        for i, value in enumerate(values):
            what = self._setup.conf.get("argument.%d" % i, "expression")
            given = {
                "dataType": self._setup.input_types[self._function.columns[i]].spark_type(),
                "value": value if what == "constant" else None,
                "isTable": what == "table",
                "isConstantExpression": what == "constant",
            }
            made.append(AnalyzeArgument(**{k: v for k, v in given.items() if k in fields}))
        names = self._function.keywords or ()
        first = len(made) - len(names)
        return made[:first], dict(zip(names, made[first:]))

    def _failure(self, why):
        return RuntimeFailure("The table function '%s' can't be used: %s." % (self._name, why))

    def _check(self, result, has_table):
        from pyspark.sql import udtf
        from pyspark.sql.types import StructType

        if not isinstance(result, udtf.AnalyzeResult):
            raise self._failure(
                "'analyze' has to return an AnalyzeResult, not a %s" % type(result).__name__
            )
        if not isinstance(result.schema, StructType):
            raise self._failure("the 'schema' of its AnalyzeResult is no StructType")
        if not has_table and result.withSinglePartition:
            raise self._failure("it asks for 'withSinglePartition' without a TABLE argument")
        if not has_table and len(result.partitionBy) > 0:
            raise self._failure("it asks for 'partitionBy' without a TABLE argument")
        parts = {"partitionBy": "PartitioningColumn", "orderBy": "OrderingColumn", "select": "SelectedColumn"}
        for field, kind in parts.items():
            values = getattr(result, field, ())
            wanted = getattr(udtf, kind, ())
            if not isinstance(values, (list, tuple)) or not all(isinstance(v, wanted) for v in values):
                raise self._failure("'%s' of its AnalyzeResult is no list of %s" % (field, kind))

    @staticmethod
    def _described(result):
        return json.dumps(
            {
                "schema": result.schema.jsonValue(),
                "withSinglePartition": bool(result.withSinglePartition),
                "partitionBy": [column.name for column in result.partitionBy],
                "orderBy": [
                    {
                        "name": column.name,
                        "ascending": column.ascending,
                        "overrideNullsFirst": column.overrideNullsFirst,
                    }
                    for column in result.orderBy
                ],
                "select": [
                    {"name": column.name, "alias": column.alias}
                    for column in getattr(result, "select", ())
                ],
                "pickled": base64.b64encode(pickle.dumps(result)).decode("ascii"),
            }
        )
