"""`firesteel submit` runs scripts as they are and ends as they end."""
import os
import pathlib
import select
import signal
import subprocess

import pytest

from harness import BIN, CLIENTS, clean_environment, firesteel, python_of

SCRIPTS = pathlib.Path(__file__).parent / "scripts"


def script(tmp_path, text):
    path = tmp_path / "script.py"
    path.write_text(text)
    return path


@pytest.mark.parametrize("client", CLIENTS)
def test_the_example_prints_what_spark_prints(client):
    if not os.path.exists(python_of(client)):
        pytest.skip(f"set-up found no interpreter for {CLIENTS[client]}")
    done = firesteel("submit", SCRIPTS / "basic_example.py", client=client)
    assert done.stderr == ""
    assert done.stdout == (SCRIPTS / "basic_example.out").read_text()
    assert done.returncode == 0


def test_arguments_and_exit_code_pass_through(tmp_path):
    path = script(tmp_path, "import sys; print(sys.argv[1:]); sys.exit(7)")
    done = firesteel("submit", "--master", "local[2]", path, "--conf", "a b", "-x")
    assert done.stdout == "['--conf', 'a b', '-x']\n"
    assert done.returncode == 7


def test_a_script_may_name_a_local_master(tmp_path):
    path = script(
        tmp_path,
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.master('local[*]').appName('x').getOrCreate()\n"
        "print(spark.range(3).count())\n",
    )
    done = firesteel("submit", path)
    assert (done.stdout, done.stderr, done.returncode) == ("3\n", "", 0)


def test_a_script_may_name_a_local_remote(tmp_path):
    path = script(
        tmp_path,
        "from pyspark.sql import SparkSession\n"
        "print(SparkSession.builder.remote('local[*]').getOrCreate().range(3).count())\n",
    )
    done = firesteel("submit", path)
    assert (done.stdout, done.stderr, done.returncode) == ("3\n", "", 0)


def test_a_script_may_set_spark_options_as_a_map(tmp_path):
    path = script(
        tmp_path,
        "from pyspark.sql import SparkSession\n"
        "options = {'spark.master': 'local[2]', 'spark.sql.shuffle.partitions': 3}\n"
        "spark = SparkSession.builder.config(map=options).getOrCreate()\n"
        "print(spark.conf.get('spark.sql.shuffle.partitions'))\n",
    )
    assert firesteel("submit", path).stdout == "3\n"


def test_the_name_given_to_submit_is_the_application_s(tmp_path):
    path = script(
        tmp_path,
        "from pyspark.sql import SparkSession\n"
        "print(SparkSession.builder.getOrCreate().conf.get('spark.app.name'))\n",
    )
    assert firesteel("submit", "--name", "my job", path).stdout == "my job\n"


def test_a_remote_engine_is_used_as_it_is(engine, tmp_path):
    path = script(tmp_path, "import os; print(os.environ['SPARK_REMOTE'])")
    assert firesteel("submit", "--remote", engine.url, path).stdout == engine.url + "\n"


def test_spark_remote_names_the_engine_unless_the_command_line_does(engine, tmp_path):
    path = script(tmp_path, "import os; print(os.environ['SPARK_REMOTE'])")
    assert firesteel("submit", path, env={"SPARK_REMOTE": engine.url}).stdout == engine.url + "\n"
    assert firesteel("submit", "--master", "local[1]", path, env={"SPARK_REMOTE": engine.url}).stdout != engine.url + "\n"


@pytest.mark.parametrize("client", ["venv", "venv-3.5"])  # 3.4 drops what a builder is given
def test_confs_reach_a_session_on_a_remote_engine(engine, tmp_path, client):
    if not os.path.exists(python_of(client)):
        pytest.skip(f"set-up found no interpreter for {CLIENTS[client]}")
    path = script(
        tmp_path,
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.config('spark.x', 'script').getOrCreate()\n"
        "print([spark.conf.get(k) for k in ('spark.x', 'spark.y', 'spark.sql.shuffle.partitions')])\n",
    )
    flags = ["--conf", "spark.x=flag", "--conf", 'spark.y="a\\b"', "--conf"]
    flags.append("spark.sql.shuffle.partitions=7")
    done = firesteel("submit", "--remote", engine.url, *flags, path, client=client)
    assert (done.stdout, done.stderr) == ("['script', '\"a\\\\b\"', '7']\n", "")


@pytest.mark.parametrize("named, used", [("127.0.0.7", "127.0.0.7"), ("localhost", "localhost"), ("192.0.2.2", "127.0.0.1")])
def test_the_engine_listens_where_spark_local_ip_says(tmp_path, named, used):
    """On loopback: beyond it, engines need TLS."""
    path = script(
        tmp_path,
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "print(spark.client.host, spark.range(2).count())\n",
    )
    done = firesteel("submit", path, env={"SPARK_LOCAL_IP": named})
    assert (done.stdout, done.stderr) == (f"{used} 2\n", "")


def test_the_signal_that_ends_a_script_ends_submit(tmp_path):
    path = script(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert firesteel("submit", path).returncode == -signal.SIGKILL


def start(path, **options):
    return subprocess.Popen(
        [str(BIN / "firesteel"), "submit", str(path)],
        env=clean_environment(PYSPARK_PYTHON=python_of("venv")),
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def test_signals_reach_the_script(tmp_path):
    path = script(
        tmp_path,
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
        "print('ready', flush=True)\n"
        "signal.pause()\n",
    )
    with start(path) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 9


@pytest.mark.parametrize("end", ["normal", "kill -9 of submit"])
def test_no_engine_is_left_behind(tmp_path, end):
    path = script(
        tmp_path,
        "import sys\n"
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "print(spark.client._builder.url.port, flush=True)\n"
        "sys.stdin.read()\n",
    )
    with start(path, stdin=subprocess.PIPE) as process:
        assert int(process.stdout.readline()) > 0
        engine = engine_pid_of(process.pid)
        handle = os.pidfd_open(engine)
        if end == "normal":
            process.stdin.close()
        else:
            process.kill()
        process.wait(30)
        assert ended_soon(handle)


def engine_pid_of(parent):
    children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    (engine,) = [
        int(pid)
        for pid in children
        if pathlib.Path(f"/proc/{pid}/comm").read_text().startswith("firesteel-engin")
    ]
    return engine


def ended_soon(handle):
    """A pidfd is readable once its process has ended."""
    ended, _, _ = select.select([handle], [], [], 20)
    os.close(handle)
    return bool(ended)


def test_mistakes_are_told_before_anything_starts(tmp_path):
    missing = firesteel("submit", tmp_path / "none.py")
    assert missing.returncode == 2
    assert "there is no file" in missing.stderr
    assert firesteel("submit").returncode == 2
    assert firesteel("submit", "--no-such-flag", "x.py").returncode == 2
    assert firesteel("submit", "--conf", "novalue", "x.py").returncode == 2


def test_an_engine_that_cannot_start_says_why(tmp_path):
    path = script(
        tmp_path,
        "from pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate()\n",
    )
    done = firesteel("submit", "--conf", "firesteel.no.such.key=1", path)
    assert done.returncode == 1
    assert "firesteel.no.such.key" in done.stderr
