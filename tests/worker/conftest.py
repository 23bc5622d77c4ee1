"""A worker process without an engine, for every Python that can run one."""

import os
import pathlib
import pickle
import signal
import subprocess

import frames
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "build" / "lib" / "firesteel" / "worker"
DEPS = ROOT / "build" / "deps"
VERSIONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]

# Where the pyspark of an interpreter comes from if it has none of its own.
SITES = {
    "3.8": "venv-3.8/lib/python3.8/site-packages",
    "3.9": "venv-3.5/lib/python3.11/site-packages",
}
DEFAULT_SITE = "venv/lib/python3.11/site-packages"

BOOT = """
import sys; sys.path[0] = sys.argv[1]
from firesteel_worker import lazy_pyspark
sys.path.append(sys.argv[2])
lazy_pyspark.install()
import pyspark.cloudpickle, pyspark.sql.types
from firesteel_worker import runtime
del sys.path[0]
runtime.serve(int(sys.argv[3]), int(sys.argv[4]))
"""

CLOUDPICKLE = """
import sys; sys.path.append(sys.argv[1])
from pyspark.cloudpickle import dumps
sys.stdout.buffer.write(dumps((eval(sys.argv[2]), None)))
"""


class Source:
    """Pickles as what an expression makes after a prelude ran: no interpreter is needed to pickle."""

    def __init__(self, function, prelude):
        self.parts = prelude, function

    def __reduce__(self):
        code = "(lambda scope: (exec(%r, scope), eval(%r, scope))[1])({'__name__': '__main__'})"
        return eval, (code % self.parts,)


def interpreter_of(version):
    if version == "3.11":
        return str(DEPS / "venv" / "bin" / "python")
    found = sorted(pathlib.Path.home().glob(".pyenv/versions/%s.*/bin/python" % version))
    return str(found[-1]) if found else None


class WorkerError(Exception):
    def __init__(self, payload):
        self.kind, self.text, self.condition, self.parameters = frames.error(payload)
        super().__init__(self.text or self.condition)


class Interpreter:
    """One Python, and the workers that a test starts with it."""

    def __init__(self, version):
        self.version = version
        self.path = interpreter_of(version)
        self.site = str(DEPS / SITES.get(version, DEFAULT_SITE))
        self.processes = []

    def why_not(self):
        if self.path is None:
            return "no Python %s here" % self.version
        code = "import sys; sys.path.append(sys.argv[1]); import pyspark.sql.types"
        run = subprocess.run([self.path, "-c", code, self.site], capture_output=True)
        if run.returncode != 0:
            return "Python %s has no pyspark that it can import" % self.version
        return None

    def pickled(self, function, prelude=""):
        return pickle.dumps((Source(function, prelude), None), protocol=4)

    def cloudpickled(self, function):
        arguments = [self.path, "-c", CLOUDPICKLE, self.site, function]
        return subprocess.run(arguments, stdout=subprocess.PIPE, check=True).stdout

    def worker(self, **environment):
        process = Worker(self, environment)
        self.processes.append(process)
        return process

    def close(self):
        for process in self.processes:
            process.close()
        self.processes.clear()


class Worker:
    def __init__(self, interpreter, environment):
        in_read, self.to = os.pipe()
        self.from_, out_write = os.pipe()
        arguments = [interpreter.path, "-c", BOOT, str(PACKAGE), interpreter.site]
        arguments += [str(in_read), str(out_write)]
        self.interpreter = interpreter
        self.process = subprocess.Popen(
            arguments, pass_fds=(in_read, out_write), env=dict(os.environ, **environment)
        )
        os.close(in_read)
        os.close(out_write)
        self.calls = 0

    def close(self):
        if self.to is not None:
            os.close(self.to)
            os.close(self.from_)
            self.to = None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def read_exactly(self, size):
        data = b""
        while len(data) < size:
            part = os.read(self.from_, size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def read(self):
        size, rows, call, kind, flags = frames.HEADER.unpack(self.read_exactly(16))
        return kind, rows, flags, self.read_exactly(size)

    def send(self, data):
        while data:
            data = data[os.write(self.to, data) :]

    def set_up(self, inputs, functions, eval_type=100, **more):
        self.calls += 1
        self.send(frames.setup(self.calls, eval_type, inputs, functions, **more))
        return self.calls

    def answer(self, results):
        """The columns of one RESULT frame."""
        kind, _, _, payload = self.read()
        if kind == frames.ERROR:
            raise WorkerError(payload)
        assert kind == frames.RESULT
        decoder = frames.Decoder(payload)
        columns = [decoder.column(type_) for type_ in results]
        assert decoder.at == len(payload)
        return columns

    def map(self, function, result, values, input_type="bigint", prelude="", **more):
        """The results of one function of one column."""
        command = self.interpreter.pickled(function, prelude)
        call = self.set_up([input_type], [((0,), (), [command], result)], **more)
        self.send(frames.batch(call, [input_type], [values]))
        return self.answer([result])[0]


@pytest.fixture(scope="session", params=VERSIONS)
def python(request):
    """Every interpreter in turn."""
    made = Interpreter(request.param)
    why_not = made.why_not()
    if why_not:
        pytest.skip(why_not)
    yield made
    made.close()


@pytest.fixture(scope="session")
def worker(python):
    """One worker for all tests: failures leave it as it was."""
    return python.worker(TZ="America/New_York")
