"""pytest: a session-scoped fixture `spark`, and with --firesteel every session of a suite, on an engine.

Each process of pytest-xdist has an engine and a warehouse of its own. Nothing happens in a suite that
neither uses the fixture nor asks for the engine.
"""
import atexit
import os
import tempfile

import pytest

from firesteel import activation


def pytest_addoption(parser):
    parser.getgroup("firesteel").addoption(
        "--firesteel", action="store_true", help="run the suite's Spark sessions on an engine of their own"
    )
    parser.addini("firesteel", "run the suite's Spark sessions on an engine of their own", type="bool", default=False)
    parser.addini("firesteel_conf", "settings of that engine, one key=value a line", type="linelist")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Before any conftest.py imports pyspark."""
    asked = early_config.known_args_namespace.firesteel or early_config.getini("firesteel")
    if asked or activation.wanted():
        _activate(early_config)


def _activate(config):
    os.environ["FIRESTEEL"] = "1"
    activation.choose_connect()
    activation.opening().settings.update(_settings(config))


def _settings(config):
    config.firesteel_warehouse = tempfile.TemporaryDirectory(prefix="firesteel-warehouse-")
    atexit.register(config.firesteel_warehouse.cleanup)  # behind the engine, which is registered later
    settings = {"spark.sql.warehouse.dir": config.firesteel_warehouse.name}
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:  # engines share the machine
        settings["spark.master"] = "local[%d]" % max(1, len(os.sched_getaffinity(0)) // workers)
    for line in config.getini("firesteel_conf"):
        key, equals, value = line.partition("=")
        if not equals:
            raise pytest.UsageError("firesteel_conf takes key=value, not %r" % line)
        settings[key.strip()] = value.strip()
    return settings


@pytest.fixture(scope="session")
def spark(pytestconfig):
    """A session on an engine of this test process; $SPARK_REMOTE names another one."""
    if not hasattr(pytestconfig, "firesteel_warehouse"):
        _activate(pytestconfig)
    from pyspark.sql import SparkSession

    session = SparkSession.builder.getOrCreate()
    yield session
    session.stop()
