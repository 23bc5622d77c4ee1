"""df.executionInfo tells what a query's operators did. Operators and rows are those that Apache Spark 4.1.1 tells."""
import json
import os
import subprocess

import pytest

from harness import CLIENTS, clean_environment, connect, python_of


def told(frame):
    """name -> rows given, of operators that tell them; and name -> name of the parent."""
    frame.collect()
    plan = frame.executionInfo.metrics._metrics
    by_id = {node.plan_id: node for node in plan}
    rows, parents = {}, {}
    for node in plan:
        parents.setdefault(node.name, set()).add(by_id[node.parent_plan_id].name)
        counts = [m for m in node.metrics if m.name == "numOutputRows"]
        assert all(m.metric_type == "sum" for m in counts)
        rows.setdefault(node.name, []).extend(m.value for m in counts)
    return {name: sorted(counts) for name, counts in rows.items()}, parents


@pytest.fixture
def spark(engine):
    session = connect(engine.url)
    yield session
    session.stop()


def test_a_filter_and_what_it_reads(spark):
    rows, parents = told(spark.range(10).filter("id > 3"))
    assert rows == {"Filter": [6], "Range": [10]}
    assert parents["Range"] == {"Filter"}


def test_both_sides_of_a_join(spark):
    rows, _ = told(spark.range(10).selectExpr("id", "id * 2 AS x").join(spark.range(5), "id"))
    assert rows["BroadcastHashJoin"] == [5] and rows["Range"] == [5, 10]


def test_parts_of_a_union(spark):
    rows, parents = told(spark.range(3).union(spark.range(4)))
    assert rows["Range"] == [3, 4] and parents["Union"] == {"Union"}


def test_rows_of_a_cached_frame(spark):
    rows, _ = told(spark.range(3).cache().filter("id > 0"))
    assert rows["InMemoryTableScan"] == [2]


def test_a_root_that_the_database_does_not_count_gives_the_result_s_rows(spark):
    frame = spark.sql(
        "SELECT id FROM range(4) t WHERE EXISTS (SELECT 1 FROM range(9) u WHERE u.id < t.id AND u.id % 2 = t.id % 2)"
    )
    answer = frame.collect()
    root, graph = frame.executionInfo.metrics.extract_graph()
    assert [m.value for m in graph[root].metrics if m.name == "numOutputRows"] == [len(answer)]


def test_times_are_milliseconds(spark):
    frame = spark.range(100).selectExpr("sum(id)")
    frame.collect()
    times = [m for node in frame.executionInfo.metrics._metrics for m in node.metrics if m.name == "pipelineTime"]
    assert times and all(m.metric_type == "timing" and m.value >= 0 for m in times)


def test_one_graph_and_only_of_what_ran(spark):
    frame = spark.range(3)
    assert frame.executionInfo is None
    frame.toPandas()
    assert "+- Range(numOutputRows: 3 (sum))\n" in frame.executionInfo.metrics.toText()


OLDER = """
import json
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote({url!r}).getOrCreate()
plan = spark.range(10).filter("id > 3").toPandas().attrs["metrics"]
print(json.dumps({{node.name: [m.value for m in node.metrics if m.name == "numOutputRows"] for node in plan}}))
"""


def test_a_client_of_spark_3_5_gets_them_too(engine):
    client = "venv-3.5"
    if not os.path.exists(python_of(client)):
        pytest.skip(f"set-up found no interpreter for {CLIENTS[client]}")
    done = subprocess.run([python_of(client), "-c", OLDER.format(url=engine.url)], env=clean_environment(),
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"Filter": [6], "Range": [10]}
