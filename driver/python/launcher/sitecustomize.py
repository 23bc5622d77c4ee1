"""What `firesteel submit` adds to a script's Python, so that the script itself need not change.

The directory of this file stands first on PYTHONPATH, so Python runs it at start-up. It
- waits, when the script opens a session, until the engine that starts at the same time listens;
- gives that session the confs and files of `submit --remote`;
- finds the modules of `submit --py-files x.py`;
- lets a script say .master("local[*]"), which pyspark refuses beside SPARK_REMOTE: the engine that
  submit started is that local master;
- then runs the sitecustomize that it stands in front of, if there is one.
"""
import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from importlib.util import spec_from_file_location

NOTE = "FIRESTEEL_READY_NOTE"
CONFS = "FIRESTEEL_SESSION_CONFS"
FILES = "FIRESTEEL_SHIPPED_FILES"
MODULES = "FIRESTEEL_PY_MODULES"


def _wait_for_engine():
    path = os.environ.pop(NOTE, None)
    if path is None:
        return
    import fcntl

    try:
        with open(path) as note:
            fcntl.flock(note, fcntl.LOCK_SH)  # granted once the engine listens, or has failed
            ready = note.read()
    except OSError:
        ready = ""
    if not ready:
        raise RuntimeError("the engine that firesteel submit started did not come up")


def _is_local(key, value):
    return key == "spark.master" and str(value).startswith("local")


def _accept_local_master(builder):
    """Builder.config, in all versions of pyspark, without spark.master where it is local."""
    original = builder.config

    def config(self, key=None, value=None, conf=None, **options):
        if conf is not None:
            kept = {k: v for k, v in conf.getAll() if not _is_local(k, v)}
            if len(kept) < len(conf.getAll()):
                for k, v in kept.items():
                    original(self, k, v)
                return self
            return original(self, conf=conf, **options)
        if options.get("map") is not None:
            options["map"] = {k: v for k, v in options["map"].items() if not _is_local(k, v)}
        elif _is_local(key, value):
            return self
        return original(self, key, value, **options)

    config.__doc__ = original.__doc__
    builder.config = config


def _prepare_session(builder):
    _wait_for_engine()
    confs = os.environ.get(CONFS)
    if confs:
        import json

        for key, value in json.loads(confs).items():
            builder._options.setdefault(key, value)


def _ship_files(session):
    """Once for each session: a builder may give the same one again."""
    files = os.environ.get(FILES)
    if not files or getattr(session, "_firesteel_shipped", False):
        return
    import json

    for kind, option in (("pyfiles", "pyfile"), ("files", "file"), ("archives", "archive")):
        paths = json.loads(files)[kind]
        if paths and not hasattr(session, "addArtifacts"):
            raise RuntimeError("files for a remote engine need pyspark 3.5 or newer in the script's Python")
        if paths:
            session.addArtifacts(*paths, **{option: True})
    session._firesteel_shipped = True


def _prepare_before(builder, name):
    original = getattr(builder, name, None)
    if original is None:  # Builder.create came with 3.5
        return

    def opening(self):
        _prepare_session(self)
        session = original(self)
        _ship_files(session)
        return session

    opening.__doc__ = original.__doc__
    setattr(builder, name, opening)


def _adapt(module):
    _accept_local_master(module.SparkSession.Builder)
    _prepare_before(module.SparkSession.Builder, "getOrCreate")
    _prepare_before(module.SparkSession.Builder, "create")


class _SessionFinder(MetaPathFinder):
    """Adapts pyspark.sql.session when it is imported."""

    def find_spec(self, name, path=None, target=None):
        if name != "pyspark.sql.session":
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module):
                run(module)
                _adapt(module)

            spec.loader.exec_module = exec_module
        return spec


class _ModuleFinder(MetaPathFinder):
    """Single modules, whose directories hold other files that nobody asked for.

    As if they stood on PYTHONPATH: behind the script's own directory, before everything else.
    """

    def __init__(self, paths):
        self._paths = {os.path.splitext(os.path.basename(path))[0]: path for path in paths}

    def find_spec(self, name, path=None, target=None):
        found = self._paths.get(name)
        if found is None or PathFinder.find_spec(name, sys.path[:1]) is not None:
            return None
        return spec_from_file_location(name, found)


def _run_next_sitecustomize():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401  the next one on the path
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", ours)


if os.environ.get("FIRESTEEL_SUBMIT"):
    sys.meta_path.insert(0, _SessionFinder())
    if os.environ.get(MODULES):
        sys.meta_path.insert(0, _ModuleFinder(os.environ[MODULES].split(os.pathsep)))
_run_next_sitecustomize()
