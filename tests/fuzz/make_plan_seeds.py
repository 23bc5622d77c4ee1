"""Writes seeds/plan_decode from the messages below: one plan for each family of the protocol.

usage: build/deps/venv/bin/python tests/fuzz/make_plan_seeds.py
"""
import pathlib

from google.protobuf import text_format
from pyspark.sql.connect.proto import base_pb2

SEEDS = pathlib.Path(__file__).parent / "seeds" / "plan_decode"
INPUT = "input { common { plan_id: 1 } range { end: 9 step: 1 } }"
COLUMN = "{ unresolved_attribute { unparsed_identifier: 'a.`b`' plan_id: 1 } }"
CALL = "{ unresolved_function { function_name: '+' arguments { literal { integer: 1 } } arguments " + COLUMN + " } }"
UDF = (
    "{ function_name: 'f' deterministic: true arguments " + COLUMN + " python_udf { output_type { integer {} }"
    " eval_type: 100 command: 'code' python_ver: '3.11' } }"
)
SIDES = "left { range { step: 1 } } right { range { step: 1 } }"
ORIGIN = "common { origin { python_origin { fragment: 'f' call_site: 'x.py:1' } } } "

LITERALS = (
    "null { long {} }", "binary: 'b'", "boolean: true", "byte: 1", "short: 1", "long: 1", "float: 1", "double: 1",
    "decimal { value: '-1.5e3' precision: 10 }", "string: 's'", "date: 1", "timestamp: 1", "timestamp_ntz: 1",
    "calendar_interval { months: 1 }", "year_month_interval: 1", "day_time_interval: 1", "time { nano: 1 }",
    "array { element_type { long {} } elements { long: 1 } }", "map { keys { string: 'k' } values { null {} } }",
    "struct { struct_type { struct { fields { name: 'a' data_type { byte {} } } } } elements { byte: 1 } }",
    "specialized_array { doubles { values: 1 } }",
)
EXPRESSIONS = (
    CALL[1:-1], "expression_string { expression: 'a + 1 AS b' }", "unresolved_star { unparsed_target: 't.*' }",
    "alias { expr " + COLUMN + " name: 'x' metadata: '{}' }", "unresolved_regex { col_name: '`a.*`' }",
    "cast { expr " + COLUMN + " type_str: 'struct<a: array<int>>' eval_mode: EVAL_MODE_TRY }",
    "lambda_function { function { unresolved_named_lambda_variable { name_parts: 'x' } } arguments { name_parts: 'x' } }",
    "window { window_function " + CALL + " partition_spec " + COLUMN + " frame_spec { frame_type: FRAME_TYPE_ROW"
    " lower { unbounded: true } upper { value { literal { integer: 1 } } } } }",
    "unresolved_extract_value { child " + COLUMN + " extraction { literal { string: 'k' } } }",
    "update_fields { struct_expression " + COLUMN + " field_name: 'a' }",
    "common_inline_user_defined_function " + UDF, "call_function { function_name: 'a.b' }",
    "subquery_expression { plan_id: 1 subquery_type: SUBQUERY_TYPE_IN in_subquery_values " + COLUMN + " }",
)
RELATIONS = (
    "filter { " + INPUT + " condition " + CALL + " }", "sort { " + INPUT + " order { child " + COLUMN + " } }",
    "aggregate { " + INPUT + " group_type: GROUP_TYPE_ROLLUP grouping_expressions " + COLUMN + " }",
    "aggregate { " + INPUT + " group_type: GROUP_TYPE_PIVOT pivot { col " + COLUMN + " values { integer: 1 } } }",
    "join { " + SIDES + " using_columns: 'a' join_type: JOIN_TYPE_LEFT_OUTER }", "lateral_join { " + SIDES + " }",
    "sql { query: 'SELECT :a' args { key: 'a' value { integer: 1 } } }", "show_string { " + INPUT + " num_rows: 20 }",
    "local_relation { data: 'rows' schema: 'a int' }", "chunked_cached_local_relation { dataHashes: 'h' }",
    "cached_local_relation { hash: 'h' }", "read { named_table { unparsed_identifier: 'a.b' } }",
    "read { data_source { format: 'csv' paths: 'p' options { key: 'k' value: 'v' } } }",
    "to_schema { " + INPUT + " schema { struct { fields { name: 'a' data_type { decimal {} } } } } }",
    "with_relations { root { sql { query: 'SELECT 1' } } references { range { step: 1 } } }",
    "map_partitions { " + INPUT + " func " + UDF.replace("100", "205") + " }", "unpivot { " + INPUT + " ids " + COLUMN + " }",
    "fill_na { " + INPUT + " values { long: 0 } }", "sample_by { " + INPUT + " col " + COLUMN + " }",
    "catalog { create_table { table_name: 't' schema { struct {} } } }", "catalog { list_tables { pattern: 'a*' } }",
    "set_op { left_input { range { step: 1 } } right_input { range { step: 1 } } set_op_type: SET_OP_TYPE_UNION }",
)
COMMANDS = (
    "sql_command { sql: 'DROP VIEW v' }", "create_dataframe_view { " + INPUT + " name: 'v' }",
    "register_function " + UDF, "write_operation { " + INPUT + " path: 'p' bucket_by { num_buckets: 1 } }",
    "write_operation_v2 { " + INPUT + " table_name: 't' mode: MODE_APPEND }", "ml_command { clean_cache {} }",
    "checkpoint_command { relation { range { step: 1 } } }",
)


def plans():
    columns = "".join("expressions { literal { " + literal + " } } " for literal in LITERALS)
    yield "literals", "root { project { " + columns + " } }"
    for number, expression in enumerate(EXPRESSIONS):
        yield f"expression_{number:02}", "root { project { expressions { " + ORIGIN + expression + " } } }"
    for number, relation in enumerate(RELATIONS):
        yield f"relation_{number:02}", "root { " + ORIGIN + relation + " }"
    for number, command in enumerate(COMMANDS):
        yield f"command_{number:02}", "command { " + command + " }"


def main():
    SEEDS.mkdir(parents=True, exist_ok=True)
    for name, text in plans():
        plan = text_format.Parse(text, base_pb2.Plan())
        (SEEDS / name).write_bytes(plan.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
