"""`firesteel engine start|stop|status|logs`: the user's own daemon."""
import json
import os
import signal

import pytest

from harness import firesteel


@pytest.fixture
def home(tmp_path):
    """A user of its own; its engine is stopped at the end."""
    env = {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    yield env
    firesteel("engine", "stop", env=env)


def state_of(home):
    with open(os.path.join(home["XDG_RUNTIME_DIR"], "firesteel", "engine.json")) as file:
        return json.load(file)


def test_start_status_sql_stop(home):
    started = firesteel("engine", "start", "--port", "0", env=home)
    assert (started.returncode, started.stderr) == (0, "")
    url = f"sc://127.0.0.1:{state_of(home)['port']}"
    assert url in started.stdout
    status = firesteel("engine", "status", env=home).stdout
    assert url in status
    assert "master:      local[" in status
    assert "sessions:    0" in status
    assert "|  1|" in firesteel("sql", "SELECT 1 AS one", env=home).stdout
    assert firesteel("engine", "stop", env=home).returncode == 0
    assert firesteel("status", env=home).returncode == 3


def test_the_state_file_is_its_user_s_alone(home):
    assert firesteel("engine", "start", "--port", "0", env=home).returncode == 0
    path = os.path.join(home["XDG_RUNTIME_DIR"], "firesteel", "engine.json")
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_a_daemon_begins_with_spark_defaults(home, tmp_path):
    (tmp_path / "spark-defaults.conf").write_text("spark.sql.shuffle.partitions 9\nspark.x file\nspark.master local[3]\n")
    home = {**home, "SPARK_CONF_DIR": str(tmp_path)}
    assert firesteel("sql", "--format", "csv", "SET spark.x", env=home).stdout == "key,value\nspark.x,file\n"
    assert firesteel("engine", "start", "--port", "0", "--conf", "spark.x=flag", env=home).returncode == 0
    settings = {one["name"]: one["value"] for one in json.loads(firesteel("conf", "--format", "json", env=home).stdout)}
    assert (settings["spark.sql.shuffle.partitions"], settings["spark.x"], settings["spark.master"]) == ("9", "flag", "local[3]")


def test_a_second_start_says_so(home):
    assert firesteel("engine", "start", "--port", "0", env=home).returncode == 0
    again = firesteel("engine", "start", "--port", "0", env=home)
    assert again.returncode == 1
    assert "already running" in again.stderr


def test_a_stale_state_file_is_recognised(home):
    assert firesteel("engine", "start", "--port", "0", env=home).returncode == 0
    os.kill(state_of(home)["pid"], signal.SIGKILL)
    assert firesteel("engine", "stop", env=home).returncode in (0, 3)
    assert firesteel("engine", "status", env=home).returncode == 3
    assert firesteel("engine", "start", "--port", "0", env=home).returncode == 0


def test_logs_show_the_end_of_the_log(home):
    assert firesteel("engine", "start", "--port", "0", env=home).returncode == 0
    logs = firesteel("engine", "logs", env=home)
    assert logs.returncode == 0
    assert logs.stdout != ""


def test_a_wrong_flag_is_told(home):
    done = firesteel("engine", "start", "--no-such-flag", env=home)
    assert done.returncode == 1
    assert "--no-such-flag" in done.stderr
