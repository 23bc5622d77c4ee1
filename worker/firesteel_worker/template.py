"""The process that workers are forked from: warm, single-threaded, one per interpreter.

Started by the engine with one end of a SOCK_SEQPACKET pair. Messages are fields joined by NUL.
  engine to template   fork, id, working directory, then any number of path=…, env=NAME=VALUE;
                       carries three descriptors: frames in, frames out, output (stdout and stderr)
  template to engine   ready, Python version
                       forked, id, pid; carries the worker's pidfd
                       failed, id, reason
                       exited, pid, wait status
End of file on the socket = the engine is gone: exit. Workers get SIGKILL when this process ends.
"""

import array
import gc
import importlib.machinery
import importlib.util
import os
import select
import signal
import socket
import sys
import time

_MESSAGE_BYTES_MAX = 1 << 17
_DESCRIPTORS = 3


def _receive(channel):
    size = array.array("i").itemsize * _DESCRIPTORS
    data, ancillary, _, _ = channel.recvmsg(
        _MESSAGE_BYTES_MAX, socket.CMSG_SPACE(size), socket.MSG_CMSG_CLOEXEC
    )
    descriptors = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            usable = len(content) - len(content) % descriptors.itemsize
            descriptors.frombytes(content[:usable])
    return data, list(descriptors)


def _send(channel, fields, descriptors=()):
    ancillary = []
    if descriptors:
        rights = array.array("i", descriptors)
        ancillary.append((socket.SOL_SOCKET, socket.SCM_RIGHTS, rights))
    channel.sendmsg([b"\0".join(fields)], ancillary)


class _Template:
    def __init__(self, channel, extension):
        self._channel = channel
        self._extension = extension
        self._wake_read, self._wake_write = os.pipe()
        for descriptor in (self._wake_read, self._wake_write):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)

    def run(self):
        _send(self._channel, [b"ready", ("%d.%d" % sys.version_info[:2]).encode()])
        poller = select.poll()
        poller.register(self._channel, select.POLLIN)
        poller.register(self._wake_read, select.POLLIN)
        while True:
            for descriptor, _ in poller.poll():
                if descriptor == self._wake_read:
                    self._reap()
                    continue
                data, descriptors = _receive(self._channel)
                if not data:
                    return
                self._fork(data.split(b"\0"), descriptors)

    def _reap(self):
        try:
            os.read(self._wake_read, 4096)
        except BlockingIOError:
            pass
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            _send(self._channel, [b"exited", b"%d" % pid, b"%d" % status])

    def _fork(self, fields, descriptors):
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            _send(self._channel, [b"failed", fields[1], str(error).encode()])
            self._close(descriptors)
            return
        if pid == 0:
            self._become_worker(parent, fields, descriptors)
        self._close(descriptors)
        # Not yet reaped, so the pid can't be another process's.
        pidfd = self._extension.pidfd_open(pid)
        _send(self._channel, [b"forked", fields[1], b"%d" % pid], [pidfd])
        os.close(pidfd)

    @staticmethod
    def _close(descriptors):
        for descriptor in descriptors:
            os.close(descriptor)

    def _become_worker(self, parent, fields, descriptors):
        status = 1
        try:
            os.setpgid(0, 0)
            if self._extension.die_with_parent() != parent:
                os._exit(1)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._channel.close()
            os.close(self._wake_read)
            os.close(self._wake_write)
            frames_in, frames_out, output = descriptors
            _take_output(output)
            self._extension.take_long_slices()
            _enter_environment(fields[2:])
            from firesteel_worker import runtime

            runtime.serve(frames_in, frames_out)
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            _flush()
            # No finalization: threads that a function left running must not keep the process.
            os._exit(status)


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def _take_output(output):
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    import faulthandler

    faulthandler.enable()


class _SparkFilesFinder:
    """Tells pyspark's SparkFiles, once it is imported, that this is a worker and where its files are."""

    _MODULES = ("pyspark.core.files", "pyspark.files")  # since 4.0, before

    def __init__(self, directory):
        self._directory = directory

    def find_spec(self, name, path=None, target=None):
        if name not in self._MODULES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            self.tell(module)

        spec.loader.exec_module = exec_module
        return spec

    def tell(self, module):
        files = getattr(module, "SparkFiles", None)  # pyspark.files of 4.0 only hands on
        if files is not None:
            files._root_directory = self._directory
            files._is_running_on_worker = True

    def tell_loaded(self):
        for name in self._MODULES:
            if name in sys.modules:
                self.tell(sys.modules[name])


def _tell_spark_files(directory):
    finder = _SparkFilesFinder(directory)
    finder.tell_loaded()  # a template of pyspark before 4.0 has loaded all of it
    sys.meta_path.insert(0, finder)


def _enter_environment(fields):
    directory = os.fsdecode(fields[0])
    paths = []
    for field in fields[1:]:
        name, _, value = field.partition(b"=")
        if name == b"path":
            paths.append(os.fsdecode(value))
        elif name == b"env":
            key, _, text = value.partition(b"=")
            os.environb[key] = text
    time.tzset()
    if directory:
        os.chdir(directory)
        paths.insert(0, directory)
        _tell_spark_files(directory)
    sys.path[:0] = paths
    limit_mb = int(os.environ.get("PYSPARK_EXECUTOR_MEMORY_MB", "-1"))
    if limit_mb > 0:
        import resource

        limit = limit_mb << 20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main(descriptor, fallback_path, preloaded):
    """fallback_path: where pyspark is, should this interpreter have none of its own.

    preloaded: "pandas" for workers of kinds that use it: imports are paid once then.
    """
    from firesteel_worker import _firesteel_worker, lazy_pyspark

    engine = os.getppid()
    if _firesteel_worker.die_with_parent() != engine:
        os._exit(1)
    if fallback_path and importlib.util.find_spec("pyspark") is None:
        sys.path.append(fallback_path)  # not beside another pyspark: its packages may be another Python's
    lazy_pyspark.install()
    try:
        import pyspark.cloudpickle  # noqa: F401
        import pyspark.sql.types  # noqa: F401
    except ImportError:
        pass  # told by the first set-up that needs it
    from firesteel_worker import runtime  # noqa: F401

    import traceback  # noqa: F401

    if preloaded:
        try:
            from firesteel_worker import batch_kinds, group_kinds, pandas_columns  # noqa: F401
        except Exception:
            pass  # told by the first set-up that needs it
    gc.collect()
    gc.freeze()
    channel = socket.socket(fileno=descriptor)
    channel.set_inheritable(False)
    _Template(channel, _firesteel_worker).run()
