"""Bad plans over the wire: each ends in a clear error, and the engine goes on."""
import io
import json

import grpc
import pyarrow as pa
import pytest
from google.protobuf import text_format
from pyspark.sql.connect.proto import base_pb2, relations_pb2

from stubs import Caller, error_info

RANGE = "range { end: 3 step: 1 }"
INPUT = "input { " + RANGE + " }"
COLUMN = "{ unresolved_attribute { unparsed_identifier: 'id' } }"
INVALID_PLAN = "org.apache.spark.sql.connect.common.InvalidPlanInput"
WITH_COLUMNS_MAX = 500


class Refused(Exception):
    """An error answer: its text, condition and Java classes."""

    def __init__(self, error):
        super().__init__(error.details())
        assert error.code() == grpc.StatusCode.INTERNAL, error
        info = error_info(error)
        self.text = error.details()
        self.condition = info.metadata.get("errorClass")
        self.state = info.metadata.get("sqlState")
        self.classes = json.loads(info.metadata["classes"])


class Wire:
    """Runs plans as messages or bytes; every error is a Refused."""

    def __init__(self, caller):
        self.caller = caller

    def request(self, message=None):
        return self.caller.request("ExecutePlanRequest", plan=message)

    def execute(self, message):
        return self.called(lambda: list(self.caller.execute(message)))

    def execute_bytes(self, data):
        answers = self.called(lambda: self.caller.raw("ExecutePlan", data, stream=True))
        return [base_pb2.ExecutePlanResponse.FromString(answer) for answer in answers]

    @staticmethod
    def called(call):
        try:
            return call()
        except grpc.RpcError as error:
            raise Refused(error) from None


@pytest.fixture
def wire(engine):
    with Caller(engine) as caller:
        wire = Wire(caller)
        yield wire
        assert rows_of(wire.execute(plan("root { " + RANGE + " }"))) == 3, "the engine goes on"
        assert engine.process.poll() is None


def plan(text):
    return text_format.Parse(text, base_pb2.Plan())


def rows_of(answers):
    return sum(answer.arrow_batch.row_count for answer in answers if answer.HasField("arrow_batch"))


def local_relation(data, schema="a INT"):
    message = base_pb2.Plan()
    message.root.local_relation.data = data
    message.root.local_relation.schema = schema
    return message


def arrow_stream(table):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "root {}",
        "root { unknown {} }",
        "root { filter {} }",
        "root { limit { limit: 1 } }",
        "root { filter { " + INPUT + " } }",
        "root { project { " + INPUT + " expressions {} } }",
        "root { project { " + INPUT + " expressions { literal {} } } }",
        "root { project { " + INPUT + " expressions { cast { expr " + COLUMN + " type {} } } } }",
        "root { project { " + INPUT + " expressions { unresolved_star { unparsed_target: 'x' } } } }",
        "root { project { " + INPUT + " expressions { window { window_function " + COLUMN + " frame_spec {} } } } }",
        "root { join { left { " + RANGE + " } } }",
        "root { set_op { left_input { " + RANGE + " } right_input { " + RANGE + " } } }",
        "root { deduplicate { " + INPUT + " } }",
        "root { to_schema { " + INPUT + " schema { long {} } } }",
        "root { local_relation {} }",
        "root { cached_local_relation { hash: 'nowhere' } }",
        "root { catalog {} }",
        "command {}",
        "command { create_dataframe_view { name: 'v' } }",
    ],
)
def test_a_plan_that_lacks_something_is_refused(wire, text):
    with pytest.raises(Refused) as caught:
        wire.execute(plan(text))
    assert caught.value.condition == "INTERNAL_ERROR"
    assert caught.value.state == "XX000"
    assert caught.value.classes[0] == INVALID_PLAN


def test_a_request_without_a_plan_is_refused(wire):
    with pytest.raises(Refused) as caught:
        wire.execute(base_pb2.Plan())
    assert "java.lang.UnsupportedOperationException" in caught.value.classes


@pytest.mark.parametrize("kind", ["ml_relation", "relation_changes", "nearest_by_join"])
def test_what_the_engine_has_not_is_named(wire, kind):
    with pytest.raises(Refused) as caught:
        wire.execute(plan("root { " + kind + " {} }"))
    assert caught.value.condition.startswith("UNSUPPORTED_FEATURE")
    assert kind in caught.value.text


def test_unknown_enum_values_are_refused(wire):
    message = plan("root { join { left { " + RANGE + " } right { " + RANGE + " } } }")
    message.root.join.join_type = 99
    with pytest.raises(Refused) as caught:
        wire.execute(message)
    assert caught.value.classes[0] == INVALID_PLAN


def test_unknown_fields_are_ignored(wire):
    request = wire.request(plan("root { " + RANGE + " }")).SerializeToString()
    assert rows_of(wire.execute_bytes(request + b"\xfa\x7f\x02hi")) == 3


def test_text_that_is_not_utf_8_is_refused(wire):
    marker = "a-name-to-be-spoiled"
    request = wire.request(plan("root { read { named_table { unparsed_identifier: '" + marker + "' } } }"))
    with pytest.raises(Refused) as caught:
        wire.execute_bytes(request.SerializeToString().replace(b"a-name", b"\xff\xfe\xc3\x28na"))
    assert caught.value.condition == "CONNECT_INVALID_PLAN.CANNOT_PARSE"


# Python's own protobuf refuses deep messages, so these are put together from bytes.
def varint(number):
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def stacked(depth, tag, rest=b""):
    """A request for `depth` relations of one kind on top of each other; field 1 is their input."""
    relation = text_format.Parse(RANGE, relations_pb2.Relation()).SerializeToString()
    for _ in range(depth):
        relation = field(tag, field(1, relation) + rest)
    return field(3, field(1, relation))


def test_deep_plans_pass(wire):
    column = text_format.Parse("input {} aliases { expr " + COLUMN + " name: 'c' }", relations_pb2.WithColumns())
    column.ClearField("input")
    plan_bytes = stacked(WITH_COLUMNS_MAX, 23, column.SerializeToString())
    assert rows_of(wire.execute_bytes(wire.request().SerializeToString() + plan_bytes)) == 3


@pytest.mark.parametrize("depth", [1100, 20000])
def test_plans_deeper_than_the_limit_are_refused(wire, depth):
    with pytest.raises(Refused) as caught:
        wire.execute_bytes(wire.request().SerializeToString() + stacked(depth, 8, b"\x10\x02"))
    assert caught.value.condition == "CONNECT_INVALID_PLAN.CANNOT_PARSE"


@pytest.mark.parametrize("data", [b"", b"no arrow", b"\xff" * 64, b"\xff\xff\xff\xff\xf0\xff\xff\x7f"])
def test_arrow_data_that_is_none_is_refused(wire, data):
    with pytest.raises(Refused) as caught:
        wire.execute(local_relation(data))
    assert caught.value.text


def test_cut_and_spoiled_arrow_data_is_refused(wire):
    whole = arrow_stream(pa.table({"a": pa.array(range(1000), pa.int32()), "s": ["x" * 20] * 1000}))
    schema = "a INT, s STRING"
    assert rows_of(wire.execute(local_relation(whole, schema))) == 1000
    with pytest.raises(Refused):
        wire.execute(local_relation(whole[: len(whole) // 2], schema))
    for position in range(8, 400, 16):
        spoiled = bytearray(whole)
        spoiled[position] ^= 0xFF
        try:
            wire.execute(local_relation(bytes(spoiled), schema))
        except Refused as error:
            assert error.text


def test_arrow_columns_that_contradict_the_schema_are_refused(wire):
    stream = arrow_stream(pa.table({"a": ["x"]}))
    with pytest.raises(Refused):
        wire.execute(local_relation(stream, "a INT, b INT"))
    with pytest.raises(Refused):
        wire.execute(local_relation(stream, "no schema ("))


def test_compressed_operations_are_unpacked_or_refused(wire):
    zstandard = pytest.importorskip("zstandard")
    relation = text_format.Parse(RANGE, relations_pb2.Relation())
    message = base_pb2.Plan()
    operation = message.compressed_operation
    operation.op_type = base_pb2.Plan.CompressedOperation.OP_TYPE_RELATION
    operation.compression_codec = base_pb2.COMPRESSION_CODEC_ZSTD
    operation.data = zstandard.compress(relation.SerializeToString())
    assert rows_of(wire.execute(message)) == 3
    operation.data = operation.data[:-2]
    with pytest.raises(Refused) as caught:
        wire.execute(message)
    assert caught.value.condition == "CONNECT_INVALID_PLAN.CANNOT_PARSE"
