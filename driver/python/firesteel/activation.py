"""Imported at the start of every Python that has the package (firesteel.pth): must cost nothing.

Waits for pyspark. With FIRESTEEL=1, or once a session asks for the master "firesteel", sessions are
opened on an engine of this process. Under `firesteel submit` the launcher does all that.
"""
import os
import sys


def wanted():
    """FIRESTEEL=1 (or true, yes, on) is in the environment."""
    return os.environ.get("FIRESTEEL", "").lower() in ("1", "true", "yes", "on")


class SessionFinder:
    """Has pyspark.sql.session adapted when it is imported."""

    def __init__(self, make_opening):
        self._make_opening = make_opening

    def find_spec(self, name, path=None, target=None):
        if not name.startswith("pyspark"):
            return None
        if name == "pyspark":
            choose_connect()
        if name != "pyspark.sql.session":
            return None
        from importlib.machinery import PathFinder

        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module):
                del spec.loader.exec_module  # a zip file has one loader for all that it holds
                run(module)
                from firesteel import sessions

                sessions.adapt(module, self._make_opening())

            spec.loader.exec_module = exec_module
        return spec


def choose_connect():
    """Functions that are made before there is a session are those of Spark Connect."""
    if wanted() or os.environ.get("FIRESTEEL_SUBMIT"):
        os.environ.setdefault("SPARK_CONNECT_MODE_ENABLED", "1")
        give_main_a_file()


def give_main_a_file():
    """pyspark takes a main module without a file (python -c, pytest-xdist) for a run of its doctests."""
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        main.__file__ = os.path.join(os.path.dirname(__file__), "__init__.py")


_opening = None


def opening():
    """This process's, made when it is first needed."""
    global _opening
    if _opening is None:
        from firesteel import private_engine

        _opening = private_engine.Opening()
    return _opening


def start():
    if not os.environ.get("FIRESTEEL_SUBMIT"):
        sys.meta_path.insert(0, SessionFinder(opening))
