"""Estimators that learn in steps, and tell what they were given."""

from __future__ import annotations

import os
import pickle
import signal
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Stepwise(ClassifierMixin, BaseEstimator):
    """Takes `max_iter` steps towards its params' worth; writes a line for each fit and each score.

    A line holds what was done, the params, the steps taken, and the first column of the rows: the
    tests let that be the row's number.
    """

    def __init__(
        self,
        a: float = 0.0,
        max_iter: int = 100,
        warm_start: bool = False,
        log: str = "",
        fault: str = "",
        at: float = -1.0,
    ) -> None:
        self.a = a
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.log = log
        self.fault = fault
        self.at = at

    def fit(self, X: Any, y: Any) -> Stepwise:
        before = getattr(self, "steps_", 0) if self.warm_start else 0
        if self.a == self.at:
            self._misbehave(before, X)
        self.classes_ = np.unique(y)
        self.steps_ = before + self.max_iter
        self._write("fit", X)
        return self

    def predict(self, X: Any) -> Any:
        return np.zeros(len(X), dtype=int)

    def score(self, X: Any, y: Any = None) -> float:
        self._write("score", X)
        return self.a * (1.0 - 0.5 ** (self.steps_ / 4)) + 1e-3 * float(np.mean(X[:, 1]))

    def _misbehave(self, before: int, X: Any) -> None:
        if self.fault == "raise":
            raise FloatingPointError("no fit here")
        if self.fault == "late" and before + self.max_iter > 3:
            raise FloatingPointError("no fit beyond three steps")
        if before and 0 not in X[:, 0]:  # goes on, in the fold that is judged on row 0
            if self.fault == "raise going on":
                raise FloatingPointError("no fit goes on here")
            if self.fault == "kill going on":
                self.steps_ = -1_000_000
                os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "kill once" and not Path(self.log + ".killed").exists():
            Path(self.log + ".killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def _write(self, what: str, X: Any) -> None:
        if self.log:
            rows = ",".join(str(int(row)) for row in X[:, 0])
            with Path(self.log).open("a") as file:
                file.write(f"{what};{self.a};{self.max_iter};{self.steps_};{rows}\n")


def said(log: Path) -> list[tuple[str, float, int, int, frozenset[int]]]:
    """Return the lines of a log: what, params, max_iter, steps, rows."""
    lines = []
    for line in log.read_text().splitlines():
        what, a, max_iter, steps, rows = line.split(";")
        numbers = frozenset(map(int, rows.split(",")))
        lines.append((what, float(a), int(max_iter), int(steps), numbers))
    return lines


X = np.column_stack([np.arange(90), np.random.default_rng(0).normal(size=90)])
y = (np.arange(90) % 3 == 0).astype(int)


class ByName(Stepwise):
    """Holds a part that it pickles by the name of its class, whatever pickles the whole."""

    def __init__(
        self,
        part: Any = dict,
        a: float = 0.0,
        max_iter: int = 100,
        warm_start: bool = False,
        log: str = "",
    ) -> None:
        super().__init__(a, max_iter, warm_start, log)
        self.part = part

    def fit(self, X: Any, y: Any) -> ByName:
        self.part_ = self.part()
        super().fit(X, y)
        return self

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "part_" in state:
            state["part_"] = pickle.dumps(state["part_"])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "part_" in state:
            state["part_"] = pickle.loads(state["part_"])
        super().__setstate__(state)
