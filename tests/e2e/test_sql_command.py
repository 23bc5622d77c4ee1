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


def sql(engine, *words, **options):
    return firesteel("sql", "--remote", engine.url, *words, **options)


def test_statements_come_from_options_files_and_standard_input(engine, tmp_path):
    path = tmp_path / "x.sql"
    path.write_text("-- a file; with a comment\nSELECT 'a;b' AS t;\nSELECT 2 AS n;\n")
    csv = ("--format", "csv")
    assert sql(engine, *csv, "-e", "SELECT 1 AS x; SELECT 2 AS y").stdout == "x\n1\ny\n2\n"
    assert sql(engine, *csv, "-f", path).stdout == "t\na;b\nn\n2\n"
    assert sql(engine, *csv, input="SELECT 3 AS z").stdout == "z\n3\n"
    assert sql(engine, *csv, "-f", "-", input="SELECT 3 AS z").stdout == "z\n3\n"
    missing = sql(engine, "-f", tmp_path / "none.sql")
    assert (missing.returncode, missing.stderr) == (2, f"firesteel: the file {tmp_path}/none.sql can't be read\n")


def test_rows_in_every_format(engine):
    cells = """id, IF(id = 1, NULL, 'a "b", c') AS `t,x`"""
    csv = sql(engine, "--format", "csv", f"SELECT {cells} FROM range(2)")
    assert csv.stdout == 'id,"t,x"\n0,"a ""b"", c"\n1,\n'
    json = sql(engine, "--format", "json", f"SELECT {cells}, array(id) AS l FROM range(2)")
    assert json.stdout == '{"id":0,"t,x":"a \\"b\\", c","l":[0]}\n{"id":1,"t,x":null,"l":[1]}\n'
    vertical = sql(engine, "--format", "vertical", "SELECT 1 AS x").stdout
    assert vertical == sql(engine, "--vertical", "SELECT 1 AS x").stdout and "-RECORD 0" in vertical
    assert sql(engine, "--format", "xml", "SELECT 1").returncode == 2


def test_timing_goes_to_stderr(engine):
    done = sql(engine, "--timing", "--format", "csv", "SELECT 1 AS x; SELECT 2 AS y")
    assert done.stdout == "x\n1\ny\n2\n"
    assert done.stderr.count("Time taken: ") == 2


def test_the_first_failure_ends_the_run(engine):
    done = sql(engine, "--format", "csv", "SELECT 1 AS x; SELECT nope; SELECT 3 AS z")
    assert (done.stdout, done.returncode) == ("x\n1\n", 1)
