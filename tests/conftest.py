"""What every test shares: the same examples, no windows, and Ctrl-C as in a terminal."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile(
    "skhp",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no fault of the test
)
settings.load_profile("skhp")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names that differ between processes, which could not share the tests out."""
    named = [item.nodeid for item in items if " at 0x" in item.nodeid.lower()]
    if named:
        raise pytest.UsageError(f"An address is part of {named[0]}. Give the param an id.")


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """Undo what a shell does to programs in the background: they, and theirs, ignore Ctrl-C."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module", autouse=True)
def _one_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Do the small matrices of tests on one thread; on a busy machine several wait for each other.

    Tests that look at threads are those of executors and of parallel searches.
    """
    if "executors" in request.path.parts or request.path.name == "test_parallel.py":
        yield
    else:
        with threadpool_limits(1):
            yield
