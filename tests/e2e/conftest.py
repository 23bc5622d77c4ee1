import pytest

from harness import Engine, connect


@pytest.fixture(scope="session")
def engine():
    """One engine for all tests of this process; a test that harms its engine starts its own."""
    with Engine() as running:
        yield running


@pytest.fixture
def spark(engine):
    """A session of its own on the shared engine."""
    session = connect(engine.url)
    yield session
    session.stop()
