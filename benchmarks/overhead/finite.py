"""Measures seconds to walk through a finite space, by strategy, beside GridSearchCV.

Run ``python benchmarks/overhead/finite.py``; ``--help`` lists the options.  The fits do nothing, so
that what is measured is the library: twice the candidates should take twice the time.  The runs of
one size take turns; the median counts.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skhp import BayesSearchCV, GridSearchCV

SIZES = (100, 200, 400, 800)

X = np.zeros((20, 1))
y = np.arange(20) % 2


class Nothing(BaseEstimator):
    """Learns nothing, and scores what its params say."""

    def __init__(self, a: int = 0, b: int = 0) -> None:
        self.a = a
        self.b = b

    def fit(self, X: Any, y: Any) -> Nothing:
        return self

    def predict(self, X: Any) -> Any:
        return np.zeros(len(X))

    def score(self, X: Any, y: Any = None) -> float:
        return (self.a * 7 + self.b * 13) % 97 / 97


def grid(n: int) -> dict[str, list[int]]:
    return {"a": list(range(10)), "b": list(range(n // 10))}


def by_grid_search(n: int) -> Any:
    return GridSearchCV(Nothing(), grid(n), cv=2)


def by(strategy: str, *, initial: bool = False) -> Callable[[int], Any]:
    def make(n: int) -> Any:
        first = [{"a": k % 10, "b": k // 10} for k in range(n)] if initial else []
        settings = {"n_iter": n, "cv": 2, "random_state": 0, "initial_params": first}
        return BayesSearchCV(Nothing(), grid(n), strategy=strategy, **settings)

    return make


METHODS: dict[str, Callable[[int], Any]] = {
    "GridSearchCV": by_grid_search,
    "grid": by("grid"),
    "random": by("random"),
    "all of them initial": by("grid", initial=True),
    "bayes": by("bayes"),
}


def seconds(search: Any, n: int) -> float:
    begun = time.perf_counter()
    search.fit(X, y)
    took = time.perf_counter() - begun
    assert len(search.history_) == n
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, nargs="+", default=SIZES)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--repeats", type=int, default=3)
    wanted = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| candidates | " + " | ".join(wanted.methods) + " |")
    print("| ---: " * (1 + len(wanted.methods)) + "|")
    for n in wanted.candidates:
        took: dict[str, list[float]] = {name: [] for name in wanted.methods}
        for _ in range(wanted.repeats):
            for name in wanted.methods:
                took[name].append(seconds(METHODS[name](n), n))
        cells = [f"{statistics.median(took[name]):.2f} s" for name in wanted.methods]
        print(f"| {n} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
