"""Measures what it costs to keep predictions: beside not keeping them, and beside scikit-learn.

Run ``python benchmarks/overhead/predictions.py``.  The same random candidates are searched in turn
in one process, one fit at a time; what is compared is the time of the processor, which other work
on the machine does not change much.  A fit of the first model takes a given time, and its
predictions nearly none; the others are real ones, which are asked once more for each fold.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RandomizedSearchCV as ScikitLearnRandomized

from skhp import RandomizedSearchCV


class Lasting(ClassifierMixin, BaseEstimator):
    """A classifier whose fit keeps a core busy for a given time."""

    def __init__(self, a: float = 0.5, seconds: float = 0.02) -> None:
        self.a = a
        self.seconds = seconds

    def fit(self, X: Any, y: Any) -> Any:
        end = time.process_time() + self.seconds
        while time.process_time() < end:
            pass
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Any) -> Any:
        shares = np.abs(X[:, : len(self.classes_)]) + self.a
        return shares / shares.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> Any:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


MODELS: dict[str, tuple[Any, dict[str, Any]]] = {
    "20 ms": (Lasting(), {"a": np.linspace(0, 1, 50).tolist()}),
    "linear": (LogisticRegression(max_iter=500), {"C": np.logspace(-3, 3, 50).tolist()}),
    "forest": (RandomForestClassifier(20, random_state=0), {"min_samples_leaf": range(1, 51)}),
    "boosting": (
        HistGradientBoostingClassifier(max_iter=20, random_state=0),
        {"max_leaf_nodes": range(4, 54)},
    ),
}


def spent(search: Any, X: Any, y: Any) -> float:
    """Return the seconds of the processor that a search takes."""
    began = time.process_time()
    search.fit(X, y)
    return time.process_time() - began


def line(name: str, args: Any) -> str:
    """Return a row of the table."""
    X, y = make_classification(args.rows, 20, n_informative=8, n_classes=3, random_state=0)
    model, space = MODELS[name]
    wishes: dict[str, Any] = {"n_iter": args.candidates, "random_state": 0, "refit": False}
    kinds = {
        "scikit-learn": lambda: ScikitLearnRandomized(model, space, **wishes),
        "off": lambda: RandomizedSearchCV(model, space, **wishes),
        "on": lambda: RandomizedSearchCV(model, space, keep_predictions=True, **wishes),
    }
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for repeat in range(args.repeats + 1):
        for kind in list(kinds) if repeat % 2 else list(kinds)[::-1]:
            found = spent(kinds[kind](), X, y)
            if repeat:  # the first one warms up
                seconds[kind].append(found)
    off = told(seconds["off"], seconds["scikit-learn"])
    on = told(seconds["on"], seconds["off"])
    fit = 1e3 * statistics.median(seconds["off"]) / (5 * args.candidates)
    return f"| {name} | {fit:.1f} ms | {off} | {on} |"


def told(ours: list[float], others: list[float]) -> str:
    """Return the median ratio and its range."""
    ratios = [one / other for one, other in zip(ours, others, strict=True)]
    return f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--candidates", type=int, default=20)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=list(MODELS))
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| model | a fold | not kept / scikit-learn | kept / not kept |")
    print("| --- | ---: | ---: | ---: |")
    for name in args.models:
        print(line(name, args), flush=True)


if __name__ == "__main__":
    main()
