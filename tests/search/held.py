"""Fits that wait for the test, so that a search can be interrupted where the test wants it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.processes import n_lines, until
from tests.search.estimators import Slow
from tests.search.learners import Stepwise

ALONE_SECONDS = 0.06
"""How long a fit must last at least, so that the loop sends it alone, not in a batch of fits."""


def leave_threads_alone(backend: str) -> None:
    """End this process at once if fits may go on in threads, which cannot be interrupted.

    Python before 3.14 takes threads down in the middle of what they do, and where that is C++,
    the process aborts.
    """
    if backend == "threading":
        sys.stdout.flush()
        os._exit(0)


class Reins:
    """A folder in which fits note that they begin, and wait, from the n-th on, to be let go."""

    def __init__(self, folder: str | Path, first_held: int) -> None:
        self.folder = Path(folder)
        self.first_held = first_held

    def note(self, what: str) -> int:
        """Add a line; return its number, which nobody else is given at the same time."""
        with (self.folder / what).open("ab", buffering=0) as file:
            n_bytes = file.write(b"once\n")
            return file.tell() // n_bytes

    def fit_begins(self) -> None:
        """Be called by each fit; the `first_held`-th one and later ones wait in here."""
        if self.note("begun") >= self.first_held:
            self.hold()
        else:
            time.sleep(ALONE_SECONDS)

    def hold(self) -> None:
        """Wait until the test lets go."""
        self.note("held")
        while not (self.folder / "go").exists():
            time.sleep(0.01)

    def on_fold_end(self, history: Any, trial: Any, fold: Any) -> None:
        """Be told, as an observer, that the result of a fit is in the history."""
        self.note("recorded")

    def wait(self, process: subprocess.Popen[str]) -> None:
        """Wait until all results but those of fits that are held are in the history."""
        n_free = self.first_held - 1
        until(lambda: n_lines(self.folder / "held"), "a fit is held", process)
        until(
            lambda: n_lines(self.folder / "recorded") == n_free, f"{n_free} folds are done", process
        )

    def let_go(self) -> None:
        (self.folder / "go").touch()

    def interrupt(
        self,
        process: subprocess.Popen[str],
        *,
        pauses: tuple[float, ...] = (),
        number: int = signal.SIGINT,
    ) -> None:
        """Press Ctrl-C in the held fits, and again after each of the pauses; then let go."""
        self.wait(process)
        os.killpg(process.pid, number)
        for pause in pauses:
            time.sleep(pause)
            os.killpg(process.pid, number)
        self.let_go()


class Held(Slow):
    """A fit from the `first`-th on waits until the test lets go of the `folder`."""

    def __init__(self, folder: str = "", first: int = 1, C: float = 1.0) -> None:
        super().__init__(C=C)
        self.folder = folder
        self.first = first

    def fit(self, X: Any, y: Any) -> Held:
        Reins(self.folder, self.first).fit_begins()
        super().fit(X, y)
        return self


class HeldStepwise(Stepwise):
    """Learns in steps; fits from the `first`-th on wait until the test lets go of the `folder`."""

    def __init__(
        self,
        folder: str = "",
        first: int = 1,
        a: float = 0.0,
        max_iter: int = 100,
        warm_start: bool = False,
    ) -> None:
        super().__init__(a, max_iter, warm_start)
        self.folder = folder
        self.first = first

    def fit(self, X: Any, y: Any) -> HeldStepwise:
        Reins(self.folder, self.first).fit_begins()
        super().fit(X, y)
        return self
