"""Measures what a tracker costs per candidate, and once for a search.

Run ``python benchmarks/overhead/trackers.py`` with the extra ``trackers`` installed; ``--help``
lists the options.  A search whose fits take no time runs with each tracker in turn with one that
has none, for few and for many candidates: the slope is the cost of one more candidate, the rest is
what beginning and concluding cost.  Processor time of this process is what a tracker takes from a
search; wall time is the pace at which it writes, beside the fits.  Medians over the repeats are
shown, with their range.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import uniform
from sklearn.base import BaseEstimator, ClassifierMixin

import skhp
from skhp.observers import MLflow, OptunaStudy, TableFile, TensorBoard, WeightsAndBiases


class NoTime(ClassifierMixin, BaseEstimator):
    """A classifier whose fit takes no time, so that all that is measured is the library's."""

    def __init__(self, a=0.5, b=0.5):
        self.a = a
        self.b = b

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.resize(self.classes_, len(X))

    def score(self, X, y):
        return -((self.a - 0.3) ** 2) - (self.b - 0.6) ** 2


RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(100, 5)), RNG.integers(2, size=100)


def cost(observers: list[Any], n_iter: int) -> np.ndarray:
    """Return the processor time and the wall time of a search, in seconds."""
    search = skhp.RandomizedSearchCV(
        NoTime(),
        {"a": uniform(0, 1), "b": uniform(0, 1)},
        n_iter=n_iter,
        random_state=0,
        observers=observers,
    )
    start = np.array([time.process_time(), time.perf_counter()])
    search.fit(X, Y)
    return np.array([time.process_time(), time.perf_counter()]) - start


def trackers(folder: Path) -> dict[str, Callable[[], Any]]:
    """Return what makes each of them."""
    numbers = iter(range(10**6))
    return {
        "CSV": lambda: TableFile(folder / f"{next(numbers)}.csv"),
        "JSON lines": lambda: TableFile(folder / f"{next(numbers)}.jsonl"),
        "TensorBoard": lambda: TensorBoard(folder / "runs", name=str(next(numbers))),
        "Optuna, journal": lambda: OptunaStudy(str(folder / f"{next(numbers)}.log")),
        "Optuna, SQLite": lambda: OptunaStudy(f"sqlite:///{folder}/{next(numbers)}.db"),
        "MLflow, SQLite": MLflow,
        "W&B, one run": lambda: WeightsAndBiases(mode="offline", dir=str(folder)),
    }


def written(values: list[float]) -> str:
    """Return the median of seconds and their range, in milliseconds."""
    low, middle, high = (1e3 * f(values) for f in (min, statistics.median, max))
    return f"{middle:.1f} ({low:.1f} to {high:.1f})"


def measure(made: dict[str, Callable[[], Any]], options: argparse.Namespace) -> None:
    cost([], options.few)
    print("| tracker | processor, ms | wall, ms | a search, processor, ms |")
    print("| --- | ---: | ---: | ---: |")
    for name, make in made.items():
        cost([make()], 2)  # imports, new stores
        slopes, rests = [], []
        for _ in range(options.repeats):
            few, many = (
                cost([make()], size) - cost([], size) for size in (options.few, options.many)
            )
            slopes.append((many - few) / (options.many - options.few))
            rests.append((few - slopes[-1] * options.few)[0])
        processor, wall = zip(*slopes, strict=True)
        print(f"| {name} | {written(processor)} | {written(wall)} | {written(rests)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--many", type=int, default=110)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["WANDB_SILENT"] = "true"
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        measure(trackers(Path(name)), options)
        os.chdir("/")


if __name__ == "__main__":
    main()
