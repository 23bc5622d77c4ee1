"""The shim spark-sql: what Spark's own prints for the same files, which spark_sql/*.out hold."""
import pathlib
import shutil
import subprocess

import pytest

from harness import clean_environment, firesteel, python_of

FILES = pathlib.Path(__file__).parent / "spark_sql"


@pytest.fixture
def spark_sql(tmp_path):
    """The shim, in a directory that holds the files."""
    shutil.copytree(FILES, tmp_path / "files")
    firesteel("shims", "install", tmp_path / "bin")

    def run(*words, **options):
        return subprocess.run(
            [tmp_path / "bin" / "spark-sql", *map(str, words)],
            env=clean_environment(PYSPARK_PYTHON=python_of("venv"), XDG_RUNTIME_DIR=str(tmp_path)),
            cwd=tmp_path / "files",
            capture_output=True,
            text=True,
            timeout=120,
            **options,
        )

    return run


def test_a_file_prints_what_spark_prints(spark_sql):
    """Types, commands, variables, comments, source and !."""
    variables = ["--hiveconf", "of.conf=1", "--hivevar", "variable=2", "-d", "defined=3"]
    done = spark_sql("-S", "-i", "init.sql", *variables, "-f", "statements.sql")
    assert done.stdout == (FILES / "statements.out").read_text()
    assert done.returncode == 0
    assert all(line.startswith("Time taken: ") for line in done.stderr.splitlines()), done.stderr


def test_lines_of_a_pipe_print_what_spark_prints(spark_sql):
    """An error ends its statement alone; the prompt names the database."""
    done = spark_sql(input=(FILES / "lines.sql").read_text())
    assert (done.stdout, done.returncode) == ((FILES / "lines.out").read_text(), 0)
    assert "Spark master: local[*], Application Id: local-" in done.stderr
    assert "UNRESOLVED_COLUMN" in done.stderr


def test_options_of_the_command_line(spark_sql):
    done = spark_sql("-v", "-hivevar", "x=5", "--conf", "spark.sql.session.timeZone=Asia/Tokyo", "-e",
                     "SELECT '${x}'; SELECT current_timezone(); exit; SELECT 3")  # fmt: skip
    assert done.stdout == "SELECT '${x}'\n5\nSELECT current_timezone()\nAsia/Tokyo\n"
    assert done.stderr.count(", Fetched 1 row(s)") == 2
    header = spark_sql("-S", "--hiveconf", "hive.cli.print.header=true", "-e", "SELECT 1 AS a, 2 AS b")
    assert header.stdout == "a\tb\n1\t2\n"
    failed = spark_sql("-e", "SELECT 1; SELECT nope; SELECT 2")
    assert (failed.stdout, failed.returncode) == ("1\n", 1)
    other = spark_sql("-S", "-i", "init.sql", "--database", "default", "-e", "SELECT * FROM init_view")
    assert other.stdout == "from init\n7\n"


def test_small_decimals_have_no_exponent(spark_sql):
    query = "SELECT CAST('0.00000001' AS DECIMAL(20,10)), CAST('-0.00000001' AS DECIMAL(20,10)), CAST(0 AS DECIMAL(9,8))"
    for ansi in ("true", "false"):
        done = spark_sql("-S", "--hiveconf", f"spark.sql.ansi.enabled={ansi}", "-e", query)
        assert done.stdout == "0.0000000100\t-0.0000000100\t0.00000000\n"


def test_mistakes_are_one_line(spark_sql):
    for words, code, said in (
        (["SELECT 1"], 2, "-e or -f"),
        (["--frob"], 2, "there is no option --frob"),
        (["-f", "none.sql"], 2, "none.sql can't be read"),
        (["-e", "SELECT 1", "-f", "init.sql"], 2, "exclude each other"),
        (["-e"], 2, "needs a value"),
        (["--database", "nope", "-e", "SELECT 1"], 1, "[SCHEMA_NOT_FOUND]"),
        (["--master", "yarn", "-e", "SELECT 1"], 2, "Apache Spark's own spark-sql"),
        (["--jars", "x.jar", "-e", "SELECT 1"], 2, "no JVM"),
    ):
        done = spark_sql(*words)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1), done
        assert said in done.stderr
