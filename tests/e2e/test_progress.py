"""Clients hear how far their queries are, as often as the engine's setting says."""
from harness import Engine, connect


def heard_of(engine, run):
    session = connect(engine.url)
    calls = []

    def handler(stages, inflight_tasks, operation_id, done):
        calls.append((list(stages or []), inflight_tasks, done))

    session.registerProgressHandler(handler)
    run(session)
    session.stop()
    return calls


def query(rows):
    return lambda session: session.range(rows).selectExpr("sum(hash(id))").collect()


def test_a_long_query_tells_how_far_it_is():
    with Engine("--conf", "spark.connect.progress.reportInterval=20ms") as engine:
        calls = heard_of(engine, query(50_000_000))
    told = [stages for stages, _, _ in calls if stages]
    assert told
    counts = [stage.num_completed_tasks for stages in told for stage in stages if stage.stage_id == 0]
    assert counts == sorted(counts)
    assert all(stage.num_tasks == 100 and stage.num_completed_tasks <= 100 for stages in told for stage in stages)
    assert calls[-1][2]  # the client says that it is done


def test_a_report_interval_of_zero_is_silence():
    with Engine("--conf", "spark.connect.progress.reportInterval=0") as engine:
        calls = heard_of(engine, query(5_000_000))
    assert not [stages for stages, _, _ in calls if stages]
