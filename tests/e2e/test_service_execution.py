"""Plans over the wire: reattach and replay, release, interrupt, clients that go away, deep plans, views."""
import threading

import grpc
import pyarrow as pa
import pytest
from pyspark.sql.connect.proto import base_pb2

from stubs import Caller, condition_of, error_info, new_id, range_plan, sql_plan

DEADLINE_S = 60
# Long enough to be interrupted, and no memory.
ENDLESS = "SELECT sum(a.id % 7 + b.id % 11) FROM range(10000000) a CROSS JOIN range(10000000) b"


@pytest.fixture
def caller(engine):
    with Caller(engine) as made:
        yield made


def rows_of(responses):
    table = [pa.ipc.open_stream(r.arrow_batch.data).read_all() for r in responses if r.HasField("arrow_batch")]
    return pa.concat_tables(table).to_pylist()


def test_a_stream_has_schema_batches_and_an_end(caller):
    operation_id = new_id()
    responses = list(caller.execute(range_plan(3), operation_id))
    assert responses[0].HasField("schema") and responses[-1].HasField("result_complete")
    assert all(r.session_id == caller.session_id and r.operation_id == operation_id for r in responses)
    assert len({r.response_id for r in responses}) == len(responses)
    assert rows_of(responses) == [{"id": 0}, {"id": 1}, {"id": 2}]
    once = list(caller.execute(range_plan(3), reattachable=False))
    assert not any(r.HasField("result_complete") for r in once) and rows_of(once) == rows_of(responses)


def test_an_empty_result_still_has_a_batch(caller):
    batches = [r.arrow_batch for r in caller.execute(range_plan(0)) if r.HasField("arrow_batch")]
    assert [b.row_count for b in batches] == [0]
    assert pa.ipc.open_stream(batches[0].data).read_all().num_rows == 0


def test_batches_follow_each_other(caller):
    batches = [r.arrow_batch for r in caller.execute(range_plan(25_000)) if r.HasField("arrow_batch")]
    assert len(batches) > 1
    sent = 0
    for batch in batches:
        assert batch.start_offset == sent
        assert pa.ipc.open_stream(batch.data).read_all().num_rows == batch.row_count
        sent += batch.row_count
    assert sent == 25_000


def test_large_batches_come_in_chunks_where_allowed(caller):
    request = caller.request("ExecutePlanRequest", plan=range_plan(10_000), operation_id=new_id())
    options = request.request_options.add().result_chunking_options
    options.allow_arrow_batch_chunking = True
    options.preferred_arrow_chunk_size = 4096
    batches = [r.arrow_batch for r in caller.stub.ExecutePlan(request) if r.HasField("arrow_batch")]
    assert len(batches) == batches[0].num_chunks_in_batch > 10
    assert [b.chunk_index for b in batches] == list(range(len(batches)))
    assert all(len(b.data) <= 4096 and b.row_count == 10_000 for b in batches)
    whole = b"".join(b.data for b in batches)
    assert pa.ipc.open_stream(whole).read_all().num_rows == 10_000


def test_reattach_replays_from_where_the_client_was(caller):
    operation_id = new_id()
    sent = list(caller.execute(range_plan(25_000), operation_id))
    assert list(caller.reattach(operation_id)) == sent
    assert list(caller.reattach(operation_id, sent[1].response_id)) == sent[2:]
    assert list(caller.reattach(operation_id, sent[-1].response_id)) == []
    caller.release(operation_id, until=sent[1].response_id)
    assert list(caller.reattach(operation_id)) == sent[2:]
    gone = condition_of(lambda: caller.reattach(operation_id, sent[0].response_id))
    assert gone == "INVALID_CURSOR.POSITION_NOT_AVAILABLE"
    assert condition_of(lambda: caller.reattach(operation_id, new_id())) == "INVALID_CURSOR.POSITION_NOT_FOUND"


def test_the_same_request_attaches_and_another_is_refused(caller):
    operation_id = new_id()
    sent = list(caller.execute(range_plan(3), operation_id))
    assert list(caller.execute(range_plan(3), operation_id)) == sent
    other = condition_of(lambda: caller.execute(range_plan(4), operation_id))
    assert other == "INVALID_HANDLE.OPERATION_ALREADY_EXISTS"
    assert caller.release(operation_id).operation_id == operation_id
    assert caller.release(operation_id).operation_id == ""
    again = condition_of(lambda: caller.execute(range_plan(3), operation_id))
    assert again == "INVALID_HANDLE.OPERATION_ABANDONED"


def test_unknown_operations(caller):
    caller.get("spark.app.id")
    with pytest.raises(grpc.RpcError) as failed:
        list(caller.reattach(new_id()))
    assert failed.value.details().startswith("[INVALID_HANDLE.OPERATION_NOT_FOUND] ")


def started(caller, query, **fields):
    """Starts a query in the background; gives its call once the engine has it."""
    operation_id = new_id()
    call = caller.execute(sql_plan(query), operation_id, **fields)
    request = caller.request("GetStatusRequest")
    request.operation_status.operation_ids.append(operation_id)
    running = base_pb2.GetStatusResponse.OperationStatus.OPERATION_STATE_RUNNING
    while True:
        try:
            if caller.stub.GetStatus(request).operation_statuses[0].state == running:
                return operation_id, call
        except grpc.RpcError as not_yet:
            assert "SESSION_NOT_FOUND" in not_yet.details()


def test_a_new_stream_preempts_the_older(caller):
    operation_id, first = started(caller, ENDLESS)
    second = caller.reattach(operation_id)
    assert condition_of(lambda: first) == "INVALID_CURSOR.DISCONNECTED"
    caller.release(operation_id)
    second.cancel()


@pytest.mark.parametrize("how", ["all", "tag", "id"])
def test_interrupts_end_what_they_name(caller, how):
    operation_id, call = started(caller, ENDLESS, tags=["mine"])
    request = caller.request("InterruptRequest")
    kinds = base_pb2.InterruptRequest
    if how == "all":
        request.interrupt_type = kinds.INTERRUPT_TYPE_ALL
    elif how == "tag":
        request.interrupt_type = kinds.INTERRUPT_TYPE_TAG
        request.operation_tag = "mine"
    else:
        request.interrupt_type = kinds.INTERRUPT_TYPE_OPERATION_ID
        request.operation_id = operation_id
    assert list(caller.stub.Interrupt(request).interrupted_ids) == [operation_id]
    with pytest.raises(grpc.RpcError) as failed:
        list(call)
    info = error_info(failed.value)
    assert (info.metadata["errorClass"], info.metadata["sqlState"]) == ("OPERATION_CANCELED", "HY008")
    assert info.reason == "org.apache.spark.SparkSQLException"


def test_a_client_that_disappears_ends_its_plain_operation(engine, caller):
    other = Caller(engine)
    operation_id, _ = started(other, ENDLESS, reattachable=False)
    other.channel.close()
    with Caller(engine, session_id=other.session_id) as watcher:
        request = watcher.request("GetStatusRequest")
        request.operation_status.operation_ids.append(operation_id)
        cancelled = base_pb2.GetStatusResponse.OperationStatus.OPERATION_STATE_CANCELLED
        while watcher.stub.GetStatus(request).operation_statuses[0].state != cancelled:
            pass  # the suite's own timeout is the deadline


def test_a_deep_chain_of_columns(spark):
    from pyspark.sql import functions as F

    df = spark.range(1)
    for i in range(500):
        df = df.withColumn("x", F.lit(i))
    assert df.columns == ["id", "x"]
    assert df.collect()[0].x == 499


def field(number, body):
    """A length-delimited protobuf field; Python's protobuf can't make messages this deep."""
    size, length = b"", len(body)
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + body


@pytest.mark.parametrize("depth", [1100, 3000, 10_000])
def test_plans_deeper_than_the_limit_are_refused(caller, depth):
    limit, plan_field, root, child = 8, 3, 1, 1
    relation = range_plan(1).root.SerializeToString()
    for _ in range(depth):
        relation = field(limit, field(child, relation) + b"\x10\x01")
    request = caller.request("ExecutePlanRequest", operation_id=new_id()).SerializeToString()
    payload = request + field(plan_field, field(root, relation))
    assert condition_of(lambda: iter(caller.raw("ExecutePlan", payload, stream=True))) is not None
    assert caller.get("spark.app.id")


def test_views_come_and_go(spark, engine):
    from pyspark.errors import AnalysisException
    from pyspark.sql import SparkSession

    df = spark.range(3)
    df.createTempView("v")
    with pytest.raises(AnalysisException) as failed:
        df.createTempView("v")
    assert failed.value.getCondition() == "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"
    assert failed.value.getMessageParameters() == {"relationName": "`v`"}
    spark.range(5).createOrReplaceTempView("v")
    assert spark.table("v").count() == 5
    assert [(t.name, t.isTemporary, t.tableType) for t in spark.catalog.listTables()] == [("v", True, "TEMPORARY")]
    df.createOrReplaceGlobalTempView("shared_view")
    other = SparkSession.builder.remote(engine.url).create()
    try:
        assert other.table("global_temp.shared_view").count() == 3
        with pytest.raises(AnalysisException) as missing:
            other.table("v").collect()
        assert missing.value.getCondition() == "TABLE_OR_VIEW_NOT_FOUND"
    finally:
        other.stop()
    assert spark.catalog.dropGlobalTempView("shared_view")
    assert not spark.catalog.dropGlobalTempView("shared_view")
    assert spark.catalog.dropTempView("v") and not spark.catalog.dropTempView("v")


def test_settings_and_names_through_sql(spark):
    assert [tuple(r) for r in spark.sql("SET my.key=1").collect()] == [("my.key", "1")]
    assert spark.conf.get("my.key") == "1"
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW sv AS SELECT 1 AS a, 'x' AS b")
    assert [tuple(r) for r in spark.sql("SHOW VIEWS").collect()] == [("", "sv", True)]
    assert [tuple(r) for r in spark.sql("DESCRIBE sv").collect()] == [("a", "int", None), ("b", "string", None)]
    assert spark.sql("DROP VIEW sv").collect() == []


def test_many_sessions_at_once(engine):
    from pyspark.sql import SparkSession

    failures = []

    def work():
        try:
            session = SparkSession.builder.remote(engine.url).create()
            for _ in range(3):
                assert session.range(10).count() == 10
            session.stop()
        except Exception as error:  # reported below, by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    assert not failures and not any(thread.is_alive() for thread in threads)
