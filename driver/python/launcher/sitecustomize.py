"""What `firesteel submit` adds to a script's Python, so that the script itself need not change.

The directory of this file stands first on PYTHONPATH, so Python runs it at start-up. It
- waits, when the script opens a session, until the engine that starts at the same time listens;
- gives that session the confs and files of `submit --remote`;
- finds the modules of `submit --py-files x.py`;
- lets a script say .master("local[*]"), which pyspark refuses beside SPARK_REMOTE: the engine that
  submit started is that local master;
- gives sessions a sparkContext, with what needs no RDD;
- lends the script a pyspark where its own Python has none;
- then runs the sitecustomize that it stands in front of, if there is one.
"""
import os
import sys

NOTE = "FIRESTEEL_READY_NOTE"
CONFS = "FIRESTEEL_SESSION_CONFS"
FILES = "FIRESTEEL_SHIPPED_FILES"
MODULES = "FIRESTEEL_PY_MODULES"
HERE = os.path.dirname(os.path.abspath(__file__))


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
        sys.exit(1)  # submit says why


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


class _Opening:
    """What sessions.adapt() does around a session of a submitted script."""

    def takes(self, master):
        return master == "firesteel" or master.startswith("local")

    def adapted(self, _builder):
        pass

    def before(self, builder, _master):
        _wait_for_engine()
        confs = os.environ.get(CONFS)
        if confs:
            import json

            for key, value in json.loads(confs).items():
                builder._options.setdefault(key, value)

    def after(self, session):
        from firesteel import context

        context.give_to(type(session))
        _ship_files(session)


class _LentPyspark:
    """The last to be asked: the packages that Firesteel itself is installed with, if they are of this Python."""

    def find_spec(self, name, path=None, target=None):
        if name != "pyspark":
            return None
        sys.meta_path.remove(self)
        home = os.path.dirname(HERE)
        try:
            with open(os.path.join(home, "python-path")) as lines:
                directory = os.path.normpath(os.path.join(home, lines.readline().strip()))
        except OSError:
            return None
        if "python%d.%d" % sys.version_info[:2] not in directory.split(os.sep):
            return None
        from importlib.machinery import PathFinder

        sys.path.append(directory)
        return PathFinder.find_spec(name)


def _import_package():
    """The package that lies beside this file, whatever the script's Python has under that name."""
    sys.modules.pop("firesteel", None)
    sys.modules.pop("firesteel.activation", None)
    from firesteel import activation

    return activation


def _run_next_sitecustomize():
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401  the next one on the path
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", ours)


if os.environ.get("FIRESTEEL_SUBMIT"):
    if sys.version_info < (3, 8):
        sys.stderr.write(
            "firesteel: the script's Python, %s, is %d.%d, and pyspark needs 3.8 or newer; set PYSPARK_DRIVER_PYTHON or "
            "PYSPARK_PYTHON to one\n" % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
        sys.stderr.flush()
        os._exit(2)  # Python goes on after what its start raises
    activation = _import_package()
    sys.meta_path.insert(0, activation.SessionFinder(_Opening))
    sys.meta_path.append(_LentPyspark())
    if os.environ.get(MODULES):
        from firesteel import modules

        modules.make_importable(os.environ[MODULES].split(os.pathsep))
_run_next_sitecustomize()
