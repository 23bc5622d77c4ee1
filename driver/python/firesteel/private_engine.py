"""An engine for this process alone: started when the first session is opened, gone with the process.

The command line reads spark-defaults.conf and all options, so that they mean here what they mean to
`firesteel submit`; it then becomes the engine, which watches this process.
"""
import atexit
import json
import os
import re
import select
import sys

from firesteel import activation, context

MASTER = "firesteel"
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 10
LOG_TAIL_BYTES = 4096


def program():
    """The command line, which the package carries."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "firesteel")


class PrivateEngine:
    """Started by the constructor; url() waits until it listens."""

    def __init__(self, master=None, settings=None):
        import subprocess  # here, since every process that imports pyspark imports this module

        self._owner = os.getpid()
        self._url = None
        self._log = os.memfd_create("firesteel-engine.log")
        self._ready, reported = os.pipe()
        command = [program(), "engine", "private", str(self._owner), str(reported), *_submit_arguments()]
        if master is not None and master != MASTER:
            command += ["--master", master]
        for key, value in (settings or {}).items():
            command += ["--conf", "%s=%s" % (key, value)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=[reported],
                start_new_session=True,  # out of reach of Ctrl-C
                env=dict(os.environ, FIRESTEEL_PYTHON=sys.executable),
            )
        finally:
            os.close(reported)
        atexit.register(self.stop)

    def url(self):
        if self._url is None:
            with os.fdopen(self._ready) as ready:
                readable, _, _ = select.select([ready], [], [], START_TIMEOUT_S)
                line = ready.readline() if readable else ""
            if not line:
                self.stop()
                raise RuntimeError("the engine did not start: %s" % self._log_tail())
            state = json.loads(line)
            self._url = "sc://%s:%d" % (state["host"], state["port"])
        return self._url

    def _log_tail(self):
        size = os.lseek(self._log, 0, os.SEEK_END)
        text = os.pread(self._log, LOG_TAIL_BYTES, max(0, size - LOG_TAIL_BYTES)).decode(errors="replace")
        return text.strip() or "it ended without a word"

    def stop(self):
        """A process that was forked from its owner leaves it alone."""
        if os.getpid() != self._owner or self._process.poll() is not None:
            return
        from subprocess import TimeoutExpired

        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _submit_arguments():
    """$PYSPARK_SUBMIT_ARGS, which pyspark gives to spark-submit: options, then the word pyspark-shell."""
    import shlex

    words = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    return words[:-1] if words[-1:] == ["pyspark-shell"] else words


def _defaults_file():
    for variable, folder in (("SPARK_CONF_DIR", ""), ("SPARK_HOME", "conf")):
        if os.environ.get(variable):
            return os.path.join(os.environ[variable], folder, "spark-defaults.conf")
    return None


def is_default_master():
    """Whether spark-defaults.conf names the engine as the master."""
    path = _defaults_file()
    if path is None or not os.path.isfile(path):
        return False
    with open(path, errors="replace") as lines:
        masters = [re.match(r"\s*spark\.master(?:\s*[=:]\s*|\s+)(\S*)\s*$", line) for line in lines]
    named = [match.group(1) for match in masters if match]
    return named[-1:] == [MASTER]


class Opening:
    """What sessions.adapt() does around a session of a process that has its own engine."""

    def __init__(self):
        self.engine = None
        self.settings = {}  # behind the script's own

    def on(self):
        return self.engine is not None or activation.wanted()

    def takes(self, master):
        return master == MASTER or (self.on() and re.match(r"local(\[|$)", master) is not None)

    def adapted(self, builder):
        """pyspark 3.4 asks $SPARK_REMOTE alone whether functions are Spark Connect's: it is set at once."""
        if not hasattr(builder, "create") and activation.wanted() and not os.environ.get("SPARK_REMOTE"):
            self._start(None, {})
            self._make_known()

    def before(self, builder, master):
        options = builder._options
        if self._is_elsewhere(options, master):
            return
        activation.give_main_a_file()
        if self.engine is None:
            self._start(master, options)
            # What pyspark is about to import takes longer than the engine's start: both at the same time.
            import pyspark.sql.connect.session  # noqa: F401
        options.pop("spark.master", None)  # as MASTER, pyspark refuses it beside a URL
        self._make_known()

    def _make_known(self):
        os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
        os.environ["SPARK_REMOTE"] = self.engine.url()
        os.environ.pop("MASTER", None)

    def _is_elsewhere(self, options, master):
        if "spark.remote" in options or os.environ.get("SPARK_REMOTE"):
            return True
        if self.on() or master is not None:
            return False
        return "spark.master" in options or not is_default_master()

    def _start(self, master, options):
        settings = {**self.settings, **options}
        default_master = settings.pop("spark.master", None)
        self.engine = PrivateEngine(master or default_master, settings)

    def after(self, session):
        context.give_to(type(session))
