"""What is wrong from the beginning: one line that says what to do, an exit code, no trace left behind."""
import contextlib
import fcntl
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import threading
import zipfile

import pytest

from harness import BIN, clean_environment, firesteel, python_of, wait_for_supervisor

UNKNOWN_VERSION = "0.0.1"


@pytest.fixture
def home(tmp_path):
    """Directories of one's own, to see what is left in them."""
    made = {name: tmp_path / name for name in ("run", "state", "cache", "tmp")}
    for folder in made.values():
        folder.mkdir()
    return {
        "XDG_RUNTIME_DIR": str(made["run"]),
        "XDG_STATE_HOME": str(made["state"]),
        "XDG_CACHE_HOME": str(made["cache"]),
        "TMPDIR": str(made["tmp"]),
        "HOME": str(tmp_path),
    }


def traces(home):
    return [str(path) for name in ("XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR") for path in pathlib.Path(home[name]).rglob("*") if not path.is_dir()]


def script(tmp_path, text="from pyspark.sql import SparkSession\nprint(SparkSession.builder.getOrCreate().range(3).count())\n"):
    path = tmp_path / "script.py"
    path.write_text(text)
    return path


def refused(*words, code=2, home=None, **env):
    done = firesteel(*words, env={**home, **env})
    assert done.returncode == code, done
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("firesteel"), done.stderr
    assert traces(home) == []
    return done.stderr


def test_a_missing_file(home, tmp_path):
    for words in (
        ("submit", tmp_path / "none.py"),
        ("submit", "--py-files", tmp_path / "none.zip", script(tmp_path)),
        ("submit", "--properties-file", tmp_path / "none.conf", script(tmp_path)),
        ("sql", "-f", tmp_path / "none.sql"),
    ):
        assert "none." in refused(*words, home=home)


def test_a_wrong_archive(home, tmp_path):
    for name in ("x.zip", "x.tar.gz", "x.tgz", "x.tar"):
        (tmp_path / name).write_text("no archive")
        said = refused("submit", "--archives", f"{tmp_path / name}#data", script(tmp_path), home=home)
        assert f"{name} is no" in said and "pack it anew" in said


def test_no_such_python(home, tmp_path):
    path = script(tmp_path)
    assert "is not on PATH; set PYSPARK" in refused("submit", path, home=home, PYSPARK_PYTHON="python2.0")
    assert "is not here" in refused("submit", path, home=home, PYSPARK_PYTHON="./environment/bin/python")
    driver = {"PYSPARK_DRIVER_PYTHON": python_of("venv")}
    said = refused("submit", path, home=home, PYSPARK_PYTHON="/nowhere/python", **driver)
    assert "The Python of functions, /nowhere/python".lower() in said.lower() and "set PYSPARK_PYTHON" in said
    conf = ("--conf", "spark.pyspark.python=/nowhere/python")
    assert "set spark.pyspark.python" in refused("submit", *conf, path, home=home, **driver)


def test_a_port_in_use(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = firesteel("engine", "start", "--port", port, env=home)
    assert done.returncode == 1 and done.stdout == ""
    assert f"{port}" in done.stderr and "--port" in done.stderr
    assert [path for path in traces(home) if not path.endswith("engine.log")] == []


@contextlib.contextmanager
def engine_of_another_version(home):
    """What such an engine leaves to be found by: its state file, locked."""
    folder = pathlib.Path(home["XDG_RUNTIME_DIR"]) / "firesteel"
    folder.mkdir()
    with open(folder / "engine.json", "w") as state:
        state.write(json.dumps({"pid": os.getpid(), "host": "127.0.0.1", "port": 1, "version": UNKNOWN_VERSION}))
        state.flush()
        fcntl.flock(state, fcntl.LOCK_EX)
        yield


def test_an_engine_of_another_version(home):
    with engine_of_another_version(home):
        for words in (("sql", "SELECT 1"), ("spark-sql", "-e", "SELECT 1"), ("kill", "--all"), ("workers",), ("conf",)):
            done = firesteel(*words, env=home)
            assert (done.returncode, done.stdout) == (1, "")
            assert len(done.stderr.splitlines()) == 1
            assert UNKNOWN_VERSION in done.stderr and "firesteel engine stop" in done.stderr
        assert "firesteel engine stop" in firesteel("status", env=home).stderr


def test_an_unreachable_remote(home, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as once:
        remote = f"sc://127.0.0.1:{once.getsockname()[1]}"
    said = refused("submit", "--remote", remote, script(tmp_path), code=1, home=home)
    assert "Connection refused" in said and "leave out --remote" in said
    assert "no answer" in refused("sql", "--remote", remote, "SELECT 1", code=1, home=home)
    assert "is unknown" in refused("submit", "--remote", "sc://no-such-host.invalid", script(tmp_path), code=1, home=home)
    assert "sc://" in refused("submit", "--remote", "http://x", script(tmp_path), home=home)


def test_a_remote_that_speaks_something_else(home, tmp_path):
    """A client of gRPC would wait for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with server.accept()[0] as connection:
                connection.recv(64)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        remote = f"sc://127.0.0.1:{server.getsockname()[1]}"
        said = refused("submit", "--remote", remote, script(tmp_path), code=1, home=home)
        thread.join()
    assert "no server of Spark Connect" in said and "leave out --remote" in said


def test_a_setting_of_a_wrong_value(home, tmp_path):
    for setting in ("spark.sql.session.timeZone=Mars", "spark.sql.shuffle.partitions=many", "firesteel.nope=1"):
        said = refused("submit", "--conf", setting, script(tmp_path), code=1, home=home)
        assert "the engine did not start" in said and setting.split("=")[0] in said


def test_a_python_that_is_too_old(home, tmp_path):
    """As its start looks from inside: the version is told before pyspark fails."""
    program = tmp_path / "python"
    program.write_text(
        "#!/bin/sh\n"
        f'exec {python_of("venv")} -S -c "import sys; sys.version_info = (3, 6, 15); import sitecustomize" "$@"\n'
    )
    program.chmod(0o755)
    said = refused("submit", script(tmp_path), home=home, PYSPARK_PYTHON=str(program))
    assert "is 3.6" in said and "set PYSPARK_DRIVER_PYTHON or PYSPARK_PYTHON" in said


def test_an_unknown_master(home, tmp_path):
    for master in ("locl", "local[0]", "local[x]", "local[2"):
        assert f"the master '{master}' is none of local, local[N]" in refused("submit", "--master", master, script(tmp_path), home=home)
    spark = empty_spark(tmp_path, "spark-yarn_2.13.jar")
    env = {"SPARK_HOME": str(spark), "JAVA_HOME": str(spark)}

    def handed(master, **changes):
        return refused("submit", "--master", master, script(tmp_path), home=home, **{**env, **changes})

    assert "HADOOP_CONF_DIR" in handed("yarn")
    assert "spark-kubernetes_" in handed("k8s://x")
    assert "spark-mesos_" in handed("mesos://x")
    assert "JAVA_HOME is /nowhere" in handed("spark://x", JAVA_HOME="/nowhere")
    assert "has no bin/spark-submit" in handed("spark://x", SPARK_HOME=str(tmp_path))


def empty_spark(tmp_path, *jars):
    """A Spark that looks complete, with a Java that is never started."""
    folder = tmp_path / "spark"
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "jars").mkdir(exist_ok=True)
    for jar in ("spark-core_2.13.jar", *jars):
        (folder / "jars" / jar).touch()
    for program in ("spark-submit", "java"):
        path = folder / "bin" / program
        path.write_text("#!/bin/sh\nexit 9\n")
        path.chmod(0o755)
    os.environ.setdefault("JAVA_HOME", str(folder))
    return folder


def test_unknown_words(home, tmp_path):
    assert refused("submt", home=home) == "firesteel: there is no command submt; the nearest is submit\n"
    assert refused("engine", "strat", home=home) == "firesteel: there is no command strat; the nearest is start\n"
    assert "firesteel --help lists the commands" in refused(home=home)
    assert "see firesteel --help" in refused("--nope", home=home)
    assert "see firesteel sql --help" in refused("sql", "--format", "xml", "SELECT 1", home=home)


def test_a_directory_that_cannot_be_made(home, tmp_path):
    (tmp_path / "file").write_text("")
    assert "Not a directory; choose another" in refused("shims", "install", tmp_path / "file" / "bin", code=1, home=home)
    said = refused("kernel", "install", "--prefix", tmp_path / "file", code=1, home=home)
    assert "Not a directory; choose another with --prefix" in said


def test_programs_that_are_started_without_a_home(tmp_path):
    """By services and in containers: the user's own directories are meant, not the current one."""
    env = {"PATH": os.environ["PATH"], "PYSPARK_PYTHON": python_of("venv")}
    command = [BIN / "firesteel", "submit", script(tmp_path)]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]
    done = subprocess.run([BIN / "firesteel", "doctor"], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert f"noted in {pwd.getpwuid(os.geteuid()).pw_dir}/.local/state/firesteel" in done.stdout


def test_two_applications_of_one_name(home, tmp_path):
    """Nothing is wrong with that: each has its own engine, and its own place in the background."""
    path = script(tmp_path)
    command = [str(BIN / "firesteel"), "submit", "--name", "same", str(path)]
    env = clean_environment(PYSPARK_PYTHON=python_of("venv"), **home)
    both = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [one.communicate(timeout=120) for one in both] == [("3\n", "")] * 2
    ids = [firesteel("submit", "--deploy-mode", "cluster", "--name", "same", path, env=home).stdout for _ in range(2)]
    assert len(set(ids)) == 2
    for one in ids:
        wait_for_supervisor(home["XDG_RUNTIME_DIR"], one.strip())
        assert "FINISHED" in firesteel("submit", "--status", one.strip(), env=home).stdout


def in_small_mount(options, folder, *words, **env):
    """Runs the command line where `folder` is a file system of its own: a tiny, full or read-only one."""
    mount = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", mount, str(folder), str(BIN / "firesteel"), *map(str, words)]
    return subprocess.run(command, env=clean_environment(PYSPARK_PYTHON=python_of("venv"), **env), capture_output=True, text=True, timeout=120)


needs_mounts = pytest.mark.skipif(
    not shutil.which("unshare") or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0,
    reason="file systems can't be mounted here",
)


@needs_mounts
def test_directories_that_are_read_only(home, tmp_path):
    run, tmp = home["XDG_RUNTIME_DIR"], home["TMPDIR"]
    path = script(tmp_path)
    for words in (("engine", "start", "--port", "0"), ("submit", "--deploy-mode", "cluster", path)):
        done = in_small_mount("ro", run, *words, **home)
        assert (done.returncode, done.stdout) == (1, "")
        assert len(done.stderr.splitlines()) == 1 and "Read-only file system; set XDG_RUNTIME_DIR" in done.stderr
    done = in_small_mount("ro", tmp, "engine", "start", "--port", "0", **home)
    assert done.returncode == 1 and "Read-only file system" in done.stderr and "TMPDIR" in done.stderr
    done = in_small_mount("ro", tmp, "submit", path, **home)
    assert done.returncode == 1 and "Read-only file system" in done.stderr and "TMPDIR" in done.stderr


@needs_mounts
def test_directories_that_are_read_only_for_work(home, tmp_path):
    """The last line says why, and what to do."""
    (tmp_path / "ro").mkdir()
    write = script(tmp_path, "import os\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
                             f"spark.range(3).write.csv({str(tmp_path / 'ro' / 'out')!r})\n")  # fmt: skip
    done = in_small_mount("ro", tmp_path / "ro", "submit", write, **home)
    assert done.returncode == 1 and "[TASK_WRITE_FAILED]" in done.stderr
    assert done.stderr.splitlines()[-1] == "Read-only file system"
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("f", "text")
    use = script(tmp_path, USE_ARCHIVE)
    done = in_small_mount("ro", home["XDG_CACHE_HOME"], "submit", "--archives", f"{tmp_path}/x.zip#data", use, **home)
    assert done.returncode == 1 and "Read-only file system; set firesteel.archives.cacheDirectory" in done.stderr
    done = in_small_mount("ro", tmp_path / "ro", "shims", "install", tmp_path / "ro", **home)
    assert done.returncode == 1 and "can't be written: Read-only file system; choose another directory" in done.stderr


USE_ARCHIVE = """
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
try:
    spark.range(1).select(udf(lambda _: open("data/f").read(5))("id")).collect()
except Exception as error:
    raise SystemExit(str(error).splitlines()[0])
"""


@needs_mounts
def test_no_space_left(home, tmp_path):
    with zipfile.ZipFile(tmp_path / "big.zip", "w") as packed:
        packed.writestr("f", os.urandom(1 << 20))
    flags = ["--archives", f"{tmp_path}/big.zip#data"]
    done = in_small_mount("size=64k", home["XDG_CACHE_HOME"], "submit", *flags, script(tmp_path, USE_ARCHIVE), **home)
    assert done.returncode == 1 and done.stdout == ""
    assert "big.zip can't be unpacked" in done.stderr and "No space left on device" in done.stderr
    done = in_small_mount("size=16k,nr_inodes=2", home["XDG_RUNTIME_DIR"], "submit", "--deploy-mode", "cluster", script(tmp_path), **home)
    assert (done.returncode, done.stdout) == (1, "")
    assert "No space left on device; set XDG_RUNTIME_DIR" in done.stderr and len(done.stderr.splitlines()) == 1
