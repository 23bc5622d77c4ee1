import logging
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from harness import Engine  # noqa: E402

logging.getLogger("SQLQueryContextLogger").disabled = True  # the client's own log of every error


def pytest_addoption(parser):
    parser.addoption("--case", default="", help="golden cases whose id starts so")
    parser.addoption("--update-gaps", action="store_true", help="write the golden .gaps files")


class EngineHost:
    """An engine that is replaced when it died, so that one case can't take all others with it."""

    def __init__(self):
        self.engine = Engine("--master", "local[2]")

    def alive(self):
        return self.engine.process.poll() is None

    def url(self):
        if not self.alive():
            self.engine = Engine("--master", "local[2]")
        return self.engine.url


@pytest.fixture(scope="session")
def engine_host():
    host = EngineHost()
    with host.engine:
        yield host
    if host.alive():
        host.engine.stop()
