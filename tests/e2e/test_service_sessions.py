"""Sessions: identity, release, clone, interrupt, status, error details."""
import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2

from harness import Engine
from stubs import Caller, condition_of, error_info, new_id, sql_plan

KeyValue = base_pb2.KeyValue
Config = base_pb2.ConfigRequest
Interrupt = base_pb2.InterruptRequest
Status = base_pb2.GetStatusResponse.OperationStatus


@pytest.fixture
def caller(engine):
    with Caller(engine) as made:
        yield made


def release_session(caller, **fields):
    return caller.stub.ReleaseSession(caller.request("ReleaseSessionRequest", **fields))


def test_session_ids_must_be_uuids(engine):
    for wrong in ["", "x", "00112233-4455-6677-8899-aabbccddeef", "../../etc"]:
        with Caller(engine, session_id=wrong or " ") as caller:
            assert condition_of(lambda: caller.get("spark.app.id")) == "INVALID_HANDLE.FORMAT"
            assert condition_of(lambda: release_session(caller)) == "INVALID_HANDLE.FORMAT"


def test_users_have_sessions_of_their_own(engine):
    shared = new_id()
    with Caller(engine, "a", shared) as a, Caller(engine, "b", shared) as b:
        a.config(set=Config.Set(pairs=[KeyValue(key="my.key", value="1")]))
        assert condition_of(lambda: b.get("my.key")) == "SQL_CONF_NOT_FOUND"


def test_a_request_without_user_context_is_fine(caller):
    request = base_pb2.ConfigRequest(session_id=caller.session_id)
    request.operation.get.keys.append("spark.app.id")
    assert caller.stub.Config(request).pairs[0].value.startswith("local-")


def test_a_released_session_is_closed_for_good(caller):
    caller.get("spark.app.id")
    assert release_session(caller).server_side_session_id
    assert release_session(caller).server_side_session_id == ""
    assert condition_of(lambda: caller.get("spark.app.id")) == "INVALID_HANDLE.SESSION_CLOSED"
    assert condition_of(lambda: caller.execute(sql_plan("select 1"))) == "INVALID_HANDLE.SESSION_CLOSED"


def test_a_session_that_may_reconnect_starts_anew(caller):
    caller.config(set=Config.Set(pairs=[KeyValue(key="my.key", value="1")]))
    release_session(caller, allow_reconnect=True)
    assert condition_of(lambda: caller.get("my.key")) == "SQL_CONF_NOT_FOUND"


def test_a_client_of_an_earlier_engine_is_told(caller):
    request = caller.request("ConfigRequest", client_observed_server_side_session_id=new_id())
    request.operation.get.keys.append("spark.app.id")
    assert condition_of(lambda: caller.stub.Config(request)) == "INVALID_HANDLE.SESSION_CHANGED"


def test_what_needs_a_session_does_not_make_one(caller):
    calls = [
        lambda: caller.reattach(new_id()),
        lambda: caller.release(new_id()),
        lambda: caller.stub.Interrupt(caller.request("InterruptRequest", interrupt_type=1)),
        lambda: caller.stub.CloneSession(caller.request("CloneSessionRequest")),
    ]
    for call in calls:
        assert condition_of(call) == "INVALID_HANDLE.SESSION_NOT_FOUND"
    with pytest.raises(grpc.RpcError) as failed:
        list(caller.reattach(new_id()))
    assert failed.value.details().startswith("[INVALID_HANDLE.SESSION_NOT_FOUND] ")


def test_a_clone_starts_with_the_sources_settings(engine, caller):
    caller.config(set=Config.Set(pairs=[KeyValue(key="my.key", value="1")]))
    target = new_id()
    answer = caller.stub.CloneSession(caller.request("CloneSessionRequest", new_session_id=target))
    assert answer.new_session_id == target
    assert answer.new_server_side_session_id not in ("", answer.server_side_session_id)
    with Caller(engine, session_id=target) as clone:
        assert clone.get("my.key") == ["1"]
        clone.config(set=Config.Set(pairs=[KeyValue(key="my.key", value="2")]))
    assert caller.get("my.key") == ["1"]
    again = caller.request("CloneSessionRequest", new_session_id=target)
    prefix = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_"
    assert condition_of(lambda: caller.stub.CloneSession(again)) == prefix + "ALREADY_EXISTS"
    wrong = caller.request("CloneSessionRequest", new_session_id="x")
    assert condition_of(lambda: caller.stub.CloneSession(wrong)) == prefix + "FORMAT"


def test_interrupts_need_what_they_name(caller):
    caller.get("spark.app.id")
    by_tag = caller.request("InterruptRequest", interrupt_type=Interrupt.INTERRUPT_TYPE_TAG)
    assert condition_of(lambda: caller.stub.Interrupt(by_tag)) == (
        "INVALID_PARAMETER_VALUE.INTERRUPT_TYPE_TAG_REQUIRES_TAG")
    by_id = caller.request("InterruptRequest", interrupt_type=Interrupt.INTERRUPT_TYPE_OPERATION_ID)
    assert condition_of(lambda: caller.stub.Interrupt(by_id)) == (
        "INVALID_PARAMETER_VALUE.INTERRUPT_TYPE_OPERATION_ID_REQUIRES_ID")
    of_all = caller.request("InterruptRequest", interrupt_type=Interrupt.INTERRUPT_TYPE_ALL)
    assert not caller.stub.Interrupt(of_all).interrupted_ids


def test_status_of_operations(caller):
    failed, unknown = new_id(), new_id()
    assert condition_of(lambda: caller.execute(sql_plan("selec"), failed)) is not None
    request = caller.request("GetStatusRequest")
    request.operation_status.operation_ids.extend([failed, unknown])
    states = {s.operation_id: s.state for s in caller.stub.GetStatus(request).operation_statuses}
    assert states == {failed: Status.OPERATION_STATE_FAILED, unknown: Status.OPERATION_STATE_UNKNOWN}


def test_error_details_can_be_fetched(caller):
    with pytest.raises(grpc.RpcError) as failed:
        caller.get("spark.nosuch")
    error_id = error_info(failed.value).metadata["errorId"]
    details = caller.stub.FetchErrorDetails(caller.request("FetchErrorDetailsRequest", error_id=error_id))
    assert details.root_error_idx == 0
    error = details.errors[0]
    assert error.error_type_hierarchy[0] == "org.apache.spark.SparkNoSuchElementException"
    assert error.error_type_hierarchy[-1] == "java.lang.Object"
    assert error.spark_throwable.error_class == "SQL_CONF_NOT_FOUND"
    assert dict(error.spark_throwable.message_parameters) == {"sqlConf": '"spark.nosuch"'}
    unknown = caller.stub.FetchErrorDetails(caller.request("FetchErrorDetailsRequest", error_id=new_id()))
    assert not unknown.HasField("root_error_idx") and not unknown.errors


def test_long_errors_fit_the_trailers_and_are_fetched_whole(caller):
    for key in ["k" * 100_000, "ключ" * 30_000, "\U0001F525" * 20_000, "\n" * 50_000]:
        with pytest.raises(grpc.RpcError) as failed:
            caller.get(key)
        info = error_info(failed.value)
        trailers = sum(len(k) + len(v) for k, v in failed.value.trailing_metadata())
        assert trailers < 8 * 1024 and len(failed.value.details()) <= 2048
        assert info.metadata["errorClass"] == "SQL_CONF_NOT_FOUND"
        request = caller.request("FetchErrorDetailsRequest", error_id=info.metadata["errorId"])
        error = caller.stub.FetchErrorDetails(request).errors[0]
        assert error.spark_throwable.message_parameters["sqlConf"] == f'"{key}"'


def test_tags_are_checked(caller):
    for wrong in ["", "a,b"]:
        with pytest.raises(grpc.RpcError) as failed:
            list(caller.execute(sql_plan("select 1"), tags=[wrong]))
        assert error_info(failed.value).reason == "java.lang.IllegalArgumentException"


def test_idle_sessions_expire_and_the_limit_holds():
    with Engine("--conf", "firesteel.session.idleTimeout=100ms", "--conf", "firesteel.sessions.max=2") as engine:
        with Caller(engine) as first, Caller(engine) as second, Caller(engine) as third:
            first.get("spark.app.id")
            second.get("spark.app.id")
            # The third is told to come back, and gets in once the others have expired.
            while True:
                try:
                    third.get("spark.app.id")
                    break
                except grpc.RpcError as busy:
                    assert busy.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            assert condition_of(lambda: first.get("spark.app.id")) == "INVALID_HANDLE.SESSION_CLOSED"
