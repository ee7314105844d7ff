"""Steps that write down each of their fits."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin


class Spy(TransformerMixin, BaseEstimator):
    """Multiplies, and writes a line for each fit and each transform."""

    def __init__(self, log: str = "", factor: float = 1.0, random_state: Any = 0) -> None:
        self.log = log
        self.factor = factor
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, weight: Any = None) -> Spy:
        self._write("fit", X)
        self.n_features_in_ = np.shape(X)[1]
        self.shift_ = np.mean(X, axis=0) if weight is None else np.average(X, 0, weight)
        return self

    def transform(self, X: Any) -> Any:
        self._write("transform", X)
        return (np.asarray(X) - self.shift_) * self.factor

    def _write(self, what: str, X: Any) -> None:
        if self.log:
            with Path(self.log).open("a") as file:
                file.write(f"{what} {self.factor} {np.sum(X):.12g}\n")


def lines(log: Path, what: str) -> list[str]:
    """Return what was written of one method."""
    return [line for line in log.read_text().splitlines() if line.startswith(f"{what} ")]


class Widen(TransformerMixin, BaseEstimator):
    """Makes as many columns as wanted of each."""

    def __init__(self, times: int = 1) -> None:
        self.times = times

    def fit(self, X: Any, y: Any = None) -> Widen:
        self.n_features_in_ = np.shape(X)[1]
        return self

    def transform(self, X: Any) -> Any:
        return np.repeat(X, self.times, axis=1)


class Sleeper(ClassifierMixin, BaseEstimator):
    """Writes a line with its process for each fit, and takes a while."""

    def __init__(self, log: str = "", number: int = 0) -> None:
        self.log = log
        self.number = number

    def fit(self, X: Any, y: Any) -> Sleeper:
        time.sleep(0.1)
        with Path(self.log).open("a") as file:
            file.write(f"{os.getpid()}\n")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])
