"""`firesteel sql` prints tables as Spark's show()."""
from harness import firesteel


def test_a_query_prints_its_rows(engine):
    done = firesteel("sql", "--remote", engine.url, "SELECT 1 AS one, 'x' AS text")
    assert done.stdout == "+---+----+\n|one|text|\n+---+----+\n|  1|   x|\n+---+----+\n\n"
    assert (done.stderr, done.returncode) == ("", 0)


def test_statements_share_a_session_and_commands_are_silent(engine):
    done = firesteel(
        "sql",
        "--remote",
        engine.url,
        "CREATE TEMPORARY VIEW v AS SELECT id FROM range(3)",
        "SELECT sum(id) AS s FROM v",
    )
    assert done.stdout == "+---+\n|  s|\n+---+\n|  3|\n+---+\n\n"


def test_rows_and_cells_are_cut_as_asked(engine):
    query = "SELECT id, 'a text of more than twenty letters' AS t FROM range(3)"
    cut = firesteel("sql", "--remote", engine.url, "--rows", "1", query).stdout
    assert "|  0|a text of more th...|" in cut
    assert "only showing top 1 row" in cut
    assert "a text of more than twenty letters" in firesteel(
        "sql", "--remote", engine.url, "--truncate", "0", query
    ).stdout


def test_an_error_goes_to_stderr_with_its_condition(engine):
    done = firesteel("sql", "--remote", engine.url, "SELECT no_such_column")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION]")


def test_nobody_there_is_said_plainly():
    done = firesteel("sql", "--remote", "sc://127.0.0.1:1", "SELECT 1")
    assert done.returncode == 1
    assert done.stderr.startswith("firesteel sql: no answer from 127.0.0.1:1")


def test_without_an_engine_it_starts_one_for_the_command(tmp_path):
    done = firesteel("sql", "SELECT 2 AS two", env={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert done.stdout == "+---+\n|two|\n+---+\n|  2|\n+---+\n\n"
