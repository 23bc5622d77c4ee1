"""Input that no proper client sends: a clear error, and the engine goes on."""
import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2

from stubs import Caller, MESSAGE_BYTES_MAX, condition_of, new_id, sql_plan

UNARY = ["AnalyzePlan", "Config", "Interrupt", "ReleaseExecute", "ReleaseSession", "CloneSession",
         "ArtifactStatus", "FetchErrorDetails", "GetStatus"]
STREAMS = ["ExecutePlan", "ReattachExecute"]
GARBAGE = [
    b"\xff",  # no tag
    b"\x0a\xff\xff\xff\xff\x0f",  # longer than the message
    b"\x0a\x05abc",  # cut off
    b"\x0a\x02\xff\xfe",  # text that is not UTF-8
    b"\x0b" * 5000,  # groups within groups
    b"\x00" * 10,
]


@pytest.fixture
def caller(engine):
    with Caller(engine) as made:
        yield made
        assert made.get("spark.app.id")  # the engine is alive


@pytest.mark.parametrize("payload", GARBAGE, ids=range(len(GARBAGE)))
def test_bytes_that_are_no_message(caller, payload):
    for method in UNARY:
        assert condition_of(lambda: caller.raw(method, payload)) == "CONNECT_INVALID_PLAN.CANNOT_PARSE"
    for method in STREAMS:
        fails = condition_of(lambda: iter(caller.raw(method, payload, stream=True)))
        assert fails == "CONNECT_INVALID_PLAN.CANNOT_PARSE"


def test_unknown_fields_are_ignored(caller):
    request = caller.request("ConfigRequest")
    request.operation.get.keys.append("spark.app.id")
    extra = bytes([0xC2, 0xBB, 0x01, 0x03]) + b"abc"  # field 3000
    answer = caller.raw("Config", request.SerializeToString() + extra)
    assert base_pb2.ConfigResponse.FromString(answer).pairs[0].key == "spark.app.id"


def test_empty_messages(caller):
    for method in UNARY:
        fails = condition_of(lambda: caller.raw(method, b""))
        assert fails == "INVALID_HANDLE.FORMAT" or (method == "FetchErrorDetails" and fails is None)
    for method in STREAMS:
        assert condition_of(lambda: iter(caller.raw(method, b"", stream=True))) == "INVALID_HANDLE.FORMAT"


def test_requests_that_ask_nothing(caller):
    assert condition_of(lambda: caller.config()) == "UNSUPPORTED_FEATURE.FIRESTEEL"
    assert condition_of(lambda: caller.stub.AnalyzePlan(caller.request("AnalyzePlanRequest"))) is not None
    assert condition_of(lambda: caller.execute(None)) is not None
    assert condition_of(lambda: caller.execute(base_pb2.Plan())) is not None
    caller.get("spark.app.id")
    assert condition_of(lambda: caller.stub.Interrupt(caller.request("InterruptRequest"))) is not None
    assert condition_of(lambda: caller.stub.Interrupt(caller.request("InterruptRequest", interrupt_type=99))) is not None


def test_operation_ids_must_be_uuids(caller):
    assert condition_of(lambda: caller.execute(sql_plan("select 1"), "x")) == "INVALID_HANDLE.FORMAT"


def test_an_unknown_method_is_unimplemented(caller):
    with pytest.raises(grpc.RpcError) as failed:
        caller.raw("NoSuchMethod", b"")
    assert failed.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_messages_beyond_the_limit_are_refused(caller):
    with pytest.raises(grpc.RpcError) as failed:
        caller.raw("Config", b"\x0a" + b"x" * (MESSAGE_BYTES_MAX + 1))
    assert failed.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_client_that_goes_away_mid_call_harms_nobody(engine, caller):
    for _ in range(5):
        with Caller(engine) as short_lived:
            short_lived.execute(sql_plan("select 1"), new_id())
