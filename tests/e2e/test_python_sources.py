"""Data sources that are written in Python: writing, and what reading has no recorded case for."""
import pytest
from pyspark.errors import AnalysisException, PythonException


@pytest.fixture
def sink(spark, tmp_path):
    """A source that notes what its writer is told, and the path of its notes."""
    from pyspark.sql.datasource import DataSource, DataSourceWriter, WriterCommitMessage

    class Counted(WriterCommitMessage):
        def __init__(self, total):
            self.total = total

    class Sink(DataSource):
        @classmethod
        def name(cls):
            return "sink"

        def writer(self, schema, overwrite):
            path = self.options["path"]
            told = "%s %s" % (schema.simpleString(), overwrite)

            class Writer(DataSourceWriter):
                def write(self, rows):
                    total = 0
                    for row in rows:
                        if row.id == 13:
                            raise ValueError("unlucky")
                        total += row.id
                    return Counted(total)

                def commit(self, messages):
                    self.note("commit %s" % [m.total for m in messages])

                def abort(self, messages):
                    self.note("abort %s" % messages)

                def note(self, what):
                    with open(path, "a") as out:
                        out.write("%s %s\n" % (what, told))

            return Writer()

    spark.dataSource.register(Sink)
    return str(tmp_path / "notes")


def test_rows_are_written_and_committed(spark, sink):
    spark.range(0, 10, 1, 1).write.format("sink").mode("append").save(sink)
    spark.range(0, 4, 1, 1).write.format("SINK").mode("overwrite").option("path", sink).save()
    assert open(sink).read() == "commit [45] struct<id:bigint> False\ncommit [6] struct<id:bigint> True\n"


def test_a_failed_write_is_aborted(spark, sink):
    with pytest.raises(PythonException, match="ValueError: unlucky"):
        spark.range(0, 20, 1, 1).write.format("sink").mode("append").save(sink)
    assert open(sink).read() == "abort [None] struct<id:bigint> False\n"


def test_a_writer_that_fails_to_be_made(spark):
    from pyspark.sql.datasource import DataSource

    class Failing(DataSource):
        @classmethod
        def name(cls):
            return "failing_sink"

        def writer(self, schema, overwrite):
            raise ValueError("no writer today")

    spark.dataSource.register(Failing)
    with pytest.raises(AnalysisException, match="no writer today") as failure:
        spark.range(3).write.format("failing_sink").mode("append").save()
    assert failure.value.getCondition() == "PYTHON_DATA_SOURCE_ERROR"


def test_a_cloned_session_knows_the_sources(spark, sink):
    clone = spark.cloneSession() if hasattr(spark, "cloneSession") else pytest.skip("this client can't clone")
    clone.range(0, 3, 1, 1).write.format("sink").mode("append").save(sink)
    assert open(sink).read().startswith("commit [3]")


@pytest.mark.parametrize(("mode", "shown"), [("error", '"ErrorIfExists"'), ("ignore", '"Ignore"')])
def test_other_modes_are_refused(spark, sink, mode, shown):
    with pytest.raises(AnalysisException) as failure:
        spark.range(3).write.format("sink").mode(mode).save(sink)
    assert failure.value.getCondition() == "UNSUPPORTED_DATA_SOURCE_SAVE_MODE"
    assert failure.value.getMessageParameters() == {"source": "sink", "createMode": shown}
