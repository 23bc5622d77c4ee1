"""Results of row-by-row functions that Arrow converts (eval type 101).

Results of exactly the declared type never come here: the extension writes them itself, so pyarrow
is imported only when a batch has another.
"""

from firesteel_worker import wire_type


def converter(function, conf):
    """A callable: the list of a batch's results -> the bytes of the column."""
    type_ = wire_type.parse(function.result)
    made = {}

    def convert(results):
        if not made:
            made["column"] = _Column(type_, conf)
        return made["column"].payload(results)

    return convert


class _Column:
    def __init__(self, type_, conf):
        from firesteel_worker import arrow_columns

        self._columns = arrow_columns
        self._type = type_
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
