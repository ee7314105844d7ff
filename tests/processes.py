"""Scripts in processes of their own, which never outlive the test that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 240.0
"""Seconds after which something that must happen is thought never to happen, on any machine."""

PREAMBLE = """\
if __name__ == "__main__":
    from tests.processes import end_with_the_parent
    end_with_the_parent()
"""


@contextmanager
def running(
    script: str, folder: Path, *arguments: object, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a script, which leads a session of its own; it is killed at the end of the block.

    What the script prints is text in the pipes ``stdout`` and ``stderr``.
    """
    path = folder / "script.py"
    path.write_text(PREAMBLE + script, encoding="utf-8")
    # Not Popen's own pipe, which `communicate` closes: it tells the script that we are there.
    reading, writing = os.pipe()
    try:
        with subprocess.Popen(
            [sys.executable, str(path), *map(str, arguments)],
            stdin=reading,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        ) as process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        os.close(reading)
        os.close(writing)


def end_with_the_parent() -> None:
    """Kill this process and its group as soon as nobody holds the other end of its input."""
    threading.Thread(target=_die_at_the_end_of_input, daemon=True).start()


def _die_at_the_end_of_input() -> None:
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


def said_by(process: subprocess.Popen[str]) -> str:
    """Return what a process prints until it ends, as it should."""
    out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors[-4000:]
    return out


def until(
    holds: Callable[[], object], what: str, process: subprocess.Popen[str] | None = None
) -> None:
    """Wait for a state, which a process brings about if one is given."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"ended before {what}: {process.communicate()[1][-4000:]}")
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s until {what}"
        time.sleep(0.01)


def n_lines(path: Path) -> int:
    """Return how many whole lines a file has; none if it is not there."""
    return path.read_bytes().count(b"\n") if path.exists() else 0
