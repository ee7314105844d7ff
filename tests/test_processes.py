"""What tests start ends with them, however they end."""

from __future__ import annotations

import fcntl
import signal
from pathlib import Path

from tests.processes import ROOT, running, said_by, until

NAP = """
import fcntl, pathlib, sys, time
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
pathlib.Path(sys.argv[2]).touch()
time.sleep(600.0)
"""

STARTS = f"""
import sys, time
from pathlib import Path
from tests.processes import running

inner, *files = sys.argv[1:]
with running({NAP!r}, Path(inner), *files):
    time.sleep(600.0)
"""


def is_free(path: Path) -> bool:
    """Say whether no process that is alive holds the lock of a file."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_a_script_ends_when_who_started_it_is_killed(tmp_path: Path):
    inner, lock, begun = tmp_path / "inner", tmp_path / "lock", tmp_path / "begun"
    inner.mkdir()
    with running(STARTS, tmp_path, inner, lock, begun) as outer:
        until(begun.exists, "the script has begun", outer)
        assert not is_free(lock)
        outer.send_signal(signal.SIGKILL)
        outer.wait()
    until(lambda: is_free(lock), "the script has ended")


IN_THE_BACKGROUND = """
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for what it runs with &
chosen = "tests/search/test_interrupt.py::test_ctrl_c_between_fits_keeps_what_is_finished"
sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-q", chosen], cwd=sys.argv[1]))
"""


def test_ctrl_c_is_heard_in_tests_that_a_script_runs_in_the_background(tmp_path: Path):
    with running(IN_THE_BACKGROUND, tmp_path, ROOT) as process:
        assert "3 passed" in said_by(process)
