"""`firesteel sql` at a terminal: lines that are edited, remembered and completed."""
import os
import pty
import re
import select
import subprocess
import termios
import time

import pytest

from harness import BIN, clean_environment, python_of

PROMPT = "firesteel> "
MORE = "        -> "
TIMEOUT_S = 60


class Terminal:
    """The shell as someone types at it."""

    def __init__(self, home, *flags):
        env = clean_environment(PYSPARK_PYTHON=python_of("venv"), TERM="xterm", HOME=str(home), XDG_RUNTIME_DIR=str(home))
        env.pop("XDG_STATE_HOME", None)
        self.terminal, theirs = pty.openpty()
        # Not pty.fork(): this process has threads.
        command = ["setsid", "--ctty", BIN / "firesteel", "sql", *map(str, flags)]
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
        os.close(theirs)
        self.expect(PROMPT)

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def expect(self, text, timeout=TIMEOUT_S):
        """What is shown until `text`, without what moves the cursor."""
        shown = ""
        deadline = time.monotonic() + timeout
        while text not in shown:
            readable, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
            if not readable:
                raise TimeoutError(f"{text!r} does not come after {shown!r}")
            shown += re.sub("\x1b\\[[0-9;]*[A-Za-z]", "", os.read(self.terminal, 65536).decode())
        if text in (PROMPT, MORE):  # shown a moment before the terminal hands over each key as it is
            while termios.tcgetattr(self.terminal)[3] & termios.ICANON and time.monotonic() < deadline:
                select.select([], [], [], 0.001)
        return shown

    def say(self, line, until=PROMPT):
        self.type(line + "\n")
        return self.expect(until)

    def leave(self, keys="quit\n"):
        """Its exit code."""
        self.type(keys)
        while True:
            try:
                if not os.read(self.terminal, 65536):
                    break
            except OSError:  # the terminal is gone with its last user
                break
        os.close(self.terminal)
        return self.process.wait(TIMEOUT_S)


@pytest.fixture
def shell(engine, tmp_path):
    yield lambda *flags: Terminal(tmp_path, "--remote", engine.url, *flags)


def test_statements_end_with_a_semicolon(shell):
    terminal = shell("--format", "csv")
    assert MORE in terminal.say("SELECT 'a;b' AS", until=MORE)
    assert "one\r\na;b" in terminal.say("one;")
    shown = terminal.say("SELECT 2 AS two; SELECT 3 AS three;")
    assert "two\r\n2" in shown and "three\r\n3" in shown and "Time taken" in shown
    assert "UNRESOLVED_COLUMN" in terminal.say("SELECT nope;")
    assert "é" in terminal.say("SELECT 'é' AS e;")
    assert terminal.leave() == 0


def test_lines_are_remembered_by_the_next_shell(shell, tmp_path):
    terminal = shell()
    terminal.say("SELECT 41 + 1 AS", until=MORE)
    terminal.say("answer;")
    assert terminal.leave("\x04") == 0
    history = tmp_path / ".local" / "state" / "firesteel" / "sql_history"
    assert history.stat().st_mode & 0o777 == 0o600
    terminal = shell()
    assert "42" in terminal.say("\x1b[A")
    assert terminal.leave() == 0


def test_tab_completes_keywords_functions_and_views(shell):
    terminal = shell("--format", "csv")
    terminal.say("CREATE TEMPORARY VIEW people_of_1900 AS SELECT 1 AS x;")
    assert "id\r\n0" in terminal.say("selec\tmonotonically_\t() as id from people_\t;")
    terminal.type("UN\t\t")
    shown = terminal.expect("UNPIVOT")
    assert "UNION" in shown
    assert terminal.leave("\x15quit\n") == 0  # behind a line that is taken back


def test_ctrl_c_ends_what_runs_or_is_typed(shell):
    terminal = shell("--format", "csv")
    terminal.type("SELECT nope")
    terminal.expect("nope")
    terminal.type("\x03")
    terminal.expect(PROMPT)
    # Far too much to finish: it ends because it is told to, whenever that arrives.
    terminal.type("SELECT count(*) FROM range(10000000000) a JOIN range(100000) b ON a.id + b.id = 3;\n")
    typed = terminal.expect("= 3;")
    if "\n" not in typed.rpartition("= 3;")[2]:
        terminal.expect("\n")  # a terminal forgets what is unread when Ctrl-C comes
    for _ in range(12):  # what is pressed before it runs ends nothing
        terminal.type("\x03")
        try:
            shown = terminal.expect(PROMPT, timeout=5)
            break
        except TimeoutError:
            pass
    assert "OPERATION_CANCELED" in shown
    assert "x\r\n1" in terminal.say("SELECT 1 AS x;", until="Time taken")
    assert terminal.leave() == 0


def test_a_file_of_statements_runs_in_the_session(shell, tmp_path):
    (tmp_path / "x.sql").write_text("CREATE TEMPORARY VIEW sourced AS SELECT 5 AS five;\nSELECT * FROM sourced;\n")
    terminal = shell("--format", "csv")
    assert "five\r\n5" in terminal.say(f"source {tmp_path}/x.sql;")
    assert "can't be read" in terminal.say("source /nowhere.sql;")
    assert "five\r\n5" in terminal.say("SELECT five FROM sourced;")
    assert terminal.leave() == 0
