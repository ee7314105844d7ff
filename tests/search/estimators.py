"""Estimators that misbehave on request; each fit takes no time unless it is told to."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from random import SystemRandom
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted


class Bowl(RegressorMixin, BaseEstimator):
    """Scores best where `x` is 0.3 and `kind` is "b"; its fits last up to `seconds`, at random."""

    def __init__(self, x: float = 0.0, kind: str = "a", seconds: float = 0.0) -> None:
        self.x = x
        self.kind = kind
        self.seconds = seconds

    def fit(self, X: Any, y: Any = None) -> Bowl:
        if self.seconds:
            time.sleep(SystemRandom().uniform(0, self.seconds))
        self.offset_ = float(np.mean(np.asarray(X)[:, 0]))
        return self

    def predict(self, X: Any) -> Any:
        check_is_fitted(self)
        return np.full(len(X), self.offset_)

    def score(self, X: Any, y: Any = None) -> float:
        check_is_fitted(self)
        penalty = 0.0 if self.kind == "b" else 0.1
        return 1.0 - (self.x - 0.3) ** 2 - penalty + 0.001 * float(np.mean(np.asarray(X)[:, 0]))


class Warner(Bowl):
    """Warns in each fit, unless `x` is 0: twice, and with other words each time."""

    def fit(self, X: Any, y: Any = None) -> Warner:
        if self.x:
            for _ in range(2):
                warnings.warn(f"stopped at {self.x}", ConvergenceWarning, stacklevel=1)
        return super().fit(X, y)


class Fragile(ClassifierMixin, BaseEstimator):
    """Predicts the majority class; its fit fails "never", "always", or "with" or "without row 0".

    Row 0 is the one whose first column is 0; it is missing in the fold that tests it.
    """

    def __init__(self, fails: str = "never", C: float = 1.0) -> None:
        self.fails = fails
        self.C = C

    def fit(self, X: Any, y: Any) -> Fragile:
        row_0 = "with row 0" if 0 in X[:, 0] else "without row 0"
        if self.fails in ("always", row_0):
            raise FloatingPointError(f"no fit with C={self.C}")
        self.classes_, counts = np.unique(y, return_counts=True)
        self.majority_ = self.classes_[np.argmax(counts)]
        return self

    def predict(self, X: Any) -> Any:
        check_is_fitted(self)
        return np.full(len(X), self.majority_)

    def score(self, X: Any, y: Any) -> float:
        return float(np.mean(self.predict(X) == y)) + 0.01 * self.C


class Witness(ClassifierMixin, BaseEstimator):
    """Leaves a line in the file `path` for each fit, whichever process it runs in."""

    def __init__(self, path: str = "", C: float = 1.0, kernel: str = "rbf") -> None:
        self.path = path
        self.C = C
        self.kernel = kernel

    def fit(self, X: Any, y: Any = None) -> Witness:
        with Path(self.path).open("a") as file:
            file.write(f"{self.C}\n")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


class Slow(ClassifierMixin, BaseEstimator):
    """A fit lasts `seconds`."""

    def __init__(self, seconds: float = 0.0, C: float = 1.0) -> None:
        self.seconds = seconds
        self.C = C

    def fit(self, X: Any, y: Any) -> Slow:
        time.sleep(self.seconds)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])

    def score(self, X: Any, y: Any) -> float:
        return -abs(self.C - 3.0)
