"""The daemon itself: its own service, one engine per port and state file, who may connect."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import types

import grpc
import pytest

from harness import BIN, Engine, STOP_TIMEOUT_S
from stubs import Caller, EngineService

ENGINE = str(BIN / "firesteel-engine")


def try_start(*flags, **options):
    return subprocess.run([ENGINE, *map(str, flags)], capture_output=True, text=True, timeout=STOP_TIMEOUT_S, **options)


def test_context_and_status():
    with Engine("--master", "local[3]", "--conf", "spark.app.name=my app") as engine:
        with Caller(engine) as caller, EngineService(engine) as service:
            application_id = caller.get("spark.app.id")[0]
            context = service.call("GetContext")
            assert context.application_id == application_id and application_id.startswith("local-")
            assert (context.app_name, context.master, context.default_parallelism) == ("my app", "local[3]", 3)
            assert context.spark_version == "4.1.1" and context.version
            status = service.call("GetEngineStatus")
            assert (status.pid, status.sessions, status.operations_running) == (engine.pid, 1, 0)
            assert 0 < status.resident_bytes < 1 << 30
            sessions = service.call("ListSessions").sessions
            assert [(s.user_id, s.session_id) for s in sessions] == [(caller.user, caller.session_id)]
            assert not service.call("ListOperations").operations


def test_the_engine_can_be_asked_to_stop():
    with Engine() as engine:
        with EngineService(engine) as service:
            service.call("StopEngine")
        assert engine.process.wait(STOP_TIMEOUT_S) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_in_order(number, tmp_path):
    state = tmp_path / "state" / "engine.json"
    with Engine("--state-file", str(state), env={"TMPDIR": str(tmp_path)}) as engine:
        assert state.stat().st_mode & 0o777 == 0o600
        written = json.loads(state.read_text())
        assert (written["pid"], written["port"]) == (engine.pid, engine.port)
        assert list(tmp_path.glob("firesteel-*"))
        engine.process.send_signal(number)
        assert engine.process.wait(STOP_TIMEOUT_S) == 0
    assert not state.exists()
    assert not list(tmp_path.glob("firesteel-*"))


def test_a_second_engine_on_the_same_port_says_so(engine):
    second = try_start("--port", engine.port, "--state-file", "")
    assert second.returncode != 0
    assert second.stderr.startswith("firesteel-engine: can't listen on 127.0.0.1:")
    with Caller(engine) as caller:
        assert caller.get("spark.app.id")


def test_a_second_engine_on_the_same_state_file_says_so(tmp_path):
    state = tmp_path / "engine.json"
    with Engine("--state-file", str(state)) as engine:
        second = try_start("--port", "0", "--state-file", state)
        assert second.returncode != 0
        assert "running already" in second.stderr and str(engine.pid) in second.stderr
        assert engine.state["token"] not in second.stderr


def test_what_a_killed_engine_left_is_recognised(tmp_path):
    state = tmp_path / "engine.json"
    environment = {"TMPDIR": str(tmp_path)}
    killed = Engine("--state-file", str(state), env=environment)
    killed.kill()
    assert state.exists() and list(tmp_path.glob("firesteel-*"))
    with Engine("--state-file", str(state), env=environment) as engine:
        assert json.loads(state.read_text())["pid"] == engine.pid
        with Caller(engine) as caller:
            caller.get("spark.app.id")
        engine.stop()
    assert not list(tmp_path.glob("firesteel-*"))


def test_settings_come_from_a_file_and_flags(tmp_path):
    config = tmp_path / "conf"
    config.write_text("# comment\nspark.sql.shuffle.partitions 5\nspark.my.key = a b \n")
    with Engine("--config", str(config), "--conf", "spark.sql.shuffle.partitions=6") as engine, Caller(engine) as caller:
        assert caller.get("spark.sql.shuffle.partitions", "spark.my.key") == ["6", "a b"]


@pytest.mark.parametrize(
    "flags, text",
    [
        (["--nosuch"], "--nosuch"),
        (["--port", "x"], "--port"),
        (["--port", "70000"], "--port"),
        (["--master", "yarn"], "yarn"),
        (["--conf", "nothing"], "key=value"),
        (["--conf", "firesteel.nosuch=1"], "firesteel.nosuch"),
        (["--conf", "spark.sql.shuffle.partitions=x"], "spark.sql.shuffle.partitions"),
        (["--config", "/nosuch"], "/nosuch"),
        (["--host", "0.0.0.0"], "TLS"),
        (["--tls-key", "x"], "go together"),
    ],
)
def test_wrong_flags_end_with_a_clear_message(flags, text):
    failed = try_start("--port", "0", "--state-file", "", *flags)
    assert failed.returncode != 0
    assert failed.stderr.startswith("firesteel-engine: ") and text in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_the_log_file_is_written_and_holds_no_token(tmp_path):
    log = tmp_path / "engine.log"
    with Engine("--log-file", str(log)) as engine, Caller(engine) as caller:
        caller.get("spark.app.id")
        engine.stop()
        assert "listening" in log.read_text() and "session started" in log.read_text()
        assert engine.state["token"] not in log.read_text()


def test_a_log_in_memory_is_bounded():
    """As a private engine's starter gives it: nobody rotates it, so its older half goes."""
    bound = 20_000
    memory = os.memfd_create("log")
    ready, reported = os.pipe()
    flags = ["--port", "0", "--state-file", "", "--ready-fd", str(reported), "--conf", f"firesteel.log.fileBytesMax={bound}"]
    with subprocess.Popen([BIN / "firesteel-engine", *flags], stdout=memory, stderr=memory, pass_fds=[reported]) as process:
        os.close(reported)
        with os.fdopen(ready) as line:
            engine = types.SimpleNamespace(port=json.loads(line.readline())["port"])
        for _ in range(200):
            with Caller(engine) as caller:
                caller.get("spark.app.id")
        process.terminate()
    with os.fdopen(memory) as log:
        log.seek(0)
        lines = log.read().splitlines()
    assert bound / 2 < sum(len(line) + 1 for line in lines) <= bound + 1000
    assert "listening" not in lines[0] and "stopping" in "".join(lines[-5:])
    assert all(line.startswith("20") for line in lines)


STRANGER = """
import sys, grpc
from grpc import unary_unary_rpc_method_handler
port, token = sys.argv[1:]
channel = grpc.insecure_channel("127.0.0.1:" + port)
call = channel.unary_unary("/firesteel.v1.EngineService/GetContext", request_serializer=bytes, response_deserializer=bytes)
try:
    call(b"", metadata=[("authorization", "Bearer " + token)] if token else None)
    print("OK")
except grpc.RpcError as error:
    print(error.code().name)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can call as another user")
def test_another_user_needs_the_token(engine):
    def call(token):
        return subprocess.run(
            [sys.executable, "-c", STRANGER, str(engine.port), token],
            capture_output=True, text=True, user=65534, cwd="/", timeout=STOP_TIMEOUT_S,
        )

    first = call("")
    if "ModuleNotFoundError" in first.stderr or "Permission" in first.stderr:
        pytest.skip("the other user can't read this Python environment")
    assert first.stdout.strip() == "UNAUTHENTICATED", first.stderr
    assert call("wrong").stdout.strip() == "UNAUTHENTICATED"
    assert call(engine.state["token"]).stdout.strip() == "OK"
    with EngineService(engine) as service:
        assert service.call("GetContext").application_id
