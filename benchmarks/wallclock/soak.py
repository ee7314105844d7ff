"""Runs thousands of candidates of which some die, hang, raise or score NaN, and counts them.

Run ``python benchmarks/wallclock/soak.py``.  What a candidate does follows from its number, so that
the outcome of each is known beforehand; the memory of the calling process is taken at every
hundredth trial, and what is left behind is looked for in the end.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skhp import GridSearchCV

PERIOD = 100
DEEDS = {3: "kill", 17: "hang", 31: "fail", 67: "fail", 43: "nan", 89: "nan"}
"""What the candidates with these numbers of each hundred do; the others are fine."""

EXPECTED = {"kill": "lost", "hang": "timeout", "fail": "failed", "nan": "ok", "fine": "ok"}


def deed_of(number: int) -> str:
    return DEEDS.get(number % PERIOD, "fine")


class Hazard(ClassifierMixin, BaseEstimator):
    """Does what the candidate's number says, in the first fold."""

    def __init__(self, number: int = 0) -> None:
        self.number = number

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        deed = deed_of(self.number)
        if X[0, 0] == 0 or deed not in (
            "kill",
            "hang",
        ):  # the first row is in the second fold's fit
            getattr(self, f"_{deed}")()
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def score(self, X, y):
        return np.nan if deed_of(self.number) == "nan" else float(self.number % 7)

    def _kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def _hang(self):
        time.sleep(3600.0)

    def _fail(self):
        raise ValueError("as it should")

    def _nan(self):
        return None

    def _fine(self):
        return None


class Meter:
    """Takes the memory of the calling process, in MB, at every hundredth trial."""

    def __init__(self) -> None:
        self.found: list[float] = []

    def on_trial_end(self, history, trial) -> None:
        if trial.number % PERIOD == 0:
            _, resident, shared, *_ = Path("/proc/self/statm").read_text().split()
            pages = int(resident) - int(shared)
            self.found.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def accounted(history) -> Counter:
    """Return how many trials ended as they should, by what they did."""
    found: Counter = Counter()
    for trial in history:
        deed = deed_of(trial.number)
        statuses = {fold.status for fold in trial.folds}
        as_expected = len(trial.folds) == 2 and EXPECTED[deed] in statuses
        found[deed if as_expected else f"{deed}, not as expected: {statuses}"] += 1
    return found


def left_behind() -> list[str]:
    """Return the files and processes that should not be there."""
    folders = {"/dev/shm", tempfile.gettempdir()}
    files = [name for one in folders for name in os.listdir(one) if f"skhp-{os.getpid()}-" in name]
    return [*files, *(f"process {name}" for name in _workers())]


def _workers() -> list[str]:
    """Return workers below this process, not the fork server that waits for the next search."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            of_parent = Path(f"/proc/{parent}/cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
        grandparent = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1]
        if b"skhp-fork-server" in of_parent and grandparent == str(os.getpid()):
            found.append(path.name)
    return found


def main() -> None:
    """Print a table: what the candidates did, and how many were accounted for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-iter", type=int, default=2000)
    parser.add_argument("--n-jobs", type=int, default=2)
    parser.add_argument("--fit-timeout", type=float, default=2.0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    X = np.arange(40.0).reshape(20, 2)
    meter = Meter()
    search = GridSearchCV(
        Hazard(),
        {"number": [*range(options.n_iter)]},
        cv=2,
        n_jobs=options.n_jobs,
        fit_timeout=options.fit_timeout,
        observers=[meter],
        refit=False,
    )
    start = time.perf_counter()
    search.fit(X, np.arange(20) % 2)
    seconds = time.perf_counter() - start
    time.sleep(2.0)
    found, left = accounted(search.history_), left_behind()
    print("| candidates | number |\n| --- | --- |")
    for deed, number in found.items():
        print(f"| {deed} | {number} |")
    print(
        f"\n{sum(found.values())} of {options.n_iter} candidates in {seconds:.0f} s; left: {left}"
    )
    print(
        f"memory of this process, MB, first and last hundred: {meter.found[:2]}, {meter.found[-2:]}"
    )
    if options.output is not None:
        told = {"found": found, "seconds": seconds, "left": left, "megabytes": meter.found}
        options.output.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
