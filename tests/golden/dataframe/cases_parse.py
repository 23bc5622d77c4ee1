from case_helpers import *


def parsed(frame, form, schema=None, **options):
    """What spark.read.csv(frame) and spark.read.json(frame) of newer clients send."""
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.plan import LogicalPlan

    class Parse(LogicalPlan):
        def plan(self, session):
            relation = self._create_proto_relation()
            relation.parse.input.CopyFrom(self._child.plan(session))
            relation.parse.format = {"csv": 1, "json": 2}[form]
            if schema is not None:
                relation.parse.schema.CopyFrom(proto_of(frame, schema))
            for key, value in options.items():
                relation.parse.options[key] = value
            return relation

    return DataFrame(Parse(frame._plan), frame._session)


def proto_of(frame, schema):
    from pyspark.sql.connect.types import pyspark_types_to_proto_types

    return pyspark_types_to_proto_types(frame._session._client._analyze("ddl_parse", ddl_string=schema).parsed)


def json_texts(spark):
    return spark.createDataFrame([('{"a":1}',), ('{"a":2,"b":"x"}',), (None,), ("bad",), ("",), ('[{"a":3},{"a":4}]',)], "value string")


def csv_texts(spark):
    return spark.createDataFrame([("a,b",), ("1,x",), ("",), ("2,y,z",), ("3",)], "value string")


def case_json(spark): return parsed(json_texts(spark), "json")
def case_json_schema(spark): return parsed(json_texts(spark), "json", "a int, _corrupt_record string")
def case_json_failfast(spark): return err(lambda: parsed(json_texts(spark), "json", "a int", mode="FAILFAST").collect())
def case_json_drop(spark): return parsed(json_texts(spark), "json", "a int", mode="DROPMALFORMED")
def case_json_infer_failfast(spark): return err(lambda: parsed(json_texts(spark), "json", mode="FAILFAST").collect())
def case_json_empty(spark): return parsed(json_texts(spark).limit(0), "json")
def case_json_nested(spark): return parsed(spark.createDataFrame([('{"a":{"b":[1,2]}}',)], "value string"), "json")
def case_json_no_struct(spark): return err(lambda: parsed(json_texts(spark), "json", "array<int>").collect())
def case_json_two_columns(spark): return err(lambda: parsed(spark.createDataFrame([("1", "2")], "x string, y string"), "json").collect())
def case_csv(spark): return parsed(csv_texts(spark), "csv")
def case_csv_header(spark): return parsed(csv_texts(spark), "csv", header="true")
def case_csv_infer(spark): return parsed(csv_texts(spark), "csv", header="true", inferSchema="true")
def case_csv_schema(spark): return parsed(csv_texts(spark), "csv", "i int, t string, _corrupt_record string")
def case_csv_schema_header(spark): return parsed(csv_texts(spark), "csv", "i int not null, t string", header="true")
def case_csv_failfast(spark): return err(lambda: parsed(csv_texts(spark), "csv", "i int, t string", mode="FAILFAST").collect())
def case_csv_drop(spark): return parsed(csv_texts(spark), "csv", "i int, t string", mode="DROPMALFORMED")
def case_csv_comment(spark): return parsed(spark.createDataFrame([("#1",), (" ",), ("2",)], "value string"), "csv", comment="#")
def case_csv_numbers(spark): return parsed(spark.range(1), "csv")
def case_csv_empty(spark): return parsed(csv_texts(spark).limit(0), "csv")
def case_csv_type(spark): return err(lambda: parsed(csv_texts(spark), "csv", "a array<int>").collect())
