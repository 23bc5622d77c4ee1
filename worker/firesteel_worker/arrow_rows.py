"""Results of row-by-row functions that Arrow converts (eval types 101 and 301).

Results of exactly the declared type never come here: the extension writes them itself, so pyarrow
is imported only when a batch has another.
"""

from firesteel_worker import wire_type
from firesteel_worker.errors import pyspark_error


def converter(function, conf, cast=True):
    """A callable: the list of a batch's results -> the bytes of the column."""
    type_ = wire_type.parse(function.result)
    made = {}

    def convert(results):
        if not made:
            made["column"] = _Column(type_, conf, cast)
        return made["column"].payload(results)

    return convert


def table_converter(function, conf):
    """As converter(), for the lists of rows of an Arrow table function: nothing is cast."""
    convert = converter(function, conf, cast=False)

    def convert_rows(results):
        try:
            return convert(results)
        except Exception as error:
            type_ = wire_type.parse(function.result).children[0]
            raise pyspark_error(
                "PySparkRuntimeError",
                "UDTF_ARROW_TYPE_CONVERSION_ERROR",
                {
                    "data": str(results),
                    "schema": type_.spark_type().simpleString(),
                    "arrow_schema": type_.spark_type().simpleString(),
                },
            ) from error

    return convert_rows


class _Column:
    def __init__(self, type_, conf, cast):
        from firesteel_worker import arrow_columns

        self._columns = arrow_columns
        self._type = type_
        self._cast = cast
        self._arrow_type = arrow_columns.arrow_type(type_)
        self._safe = (
            conf.get("spark.sql.execution.pandas.convertToArrowArraySafely", "true").lower()
            == "true"
        )
        int_to_decimal = (
            conf.get(
                "spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled", "false"
            ).lower()
            == "true"
        )
        self._local = _local_converter(type_.spark_type(), int_to_decimal)

    def payload(self, results):
        import pyarrow as pa

        if self._local is not None:
            results = [self._local(result) for result in results]
        try:
            array = pa.array(results, type=self._arrow_type)
        except pa.lib.ArrowInvalid:
            if not self._cast:
                raise
            array = pa.array(results).cast(target_type=self._arrow_type, safe=self._safe)
        return self._columns.payload_of([self._type], [array])


def _local_converter(data_type, int_to_decimal):
    """pyspark's conversion of local data, before Arrow's."""
    try:
        from pyspark.sql.conversion import LocalDataToArrowConversion
    except ImportError:
        from pyspark.sql.connect.conversion import LocalDataToArrowConversion
    create = LocalDataToArrowConversion._create_converter
    try:
        return create(
            data_type, none_on_identity=True, int_to_decimal_coercion_enabled=int_to_decimal
        )
    except TypeError:  # pyspark 3.5 and 4.0 know fewer options
        return create(data_type)
