"""Measures what the library itself costs per candidate, beside scikit-learn and scikit-optimize.

Run ``python benchmarks/overhead/run.py``; ``--help`` lists the options.  Peers run in turn with
ours in the same process, and medians over the repeats are shown.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings

import numpy as np
from scipy.stats import uniform
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import RandomizedSearchCV as ScikitLearnRandomized

import skhp


class OneMillisecond(ClassifierMixin, BaseEstimator):
    """A classifier whose fit keeps a core busy for a given time."""

    def __init__(self, a=0.5, b=0.5, c=0.5, seconds=1e-3):
        self.a = a
        self.b = b
        self.c = c
        self.seconds = seconds

    def fit(self, X, y):
        end = time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            pass
        self.classes_ = np.unique(y)
        return self

    def score(self, X, y):
        return -((self.a - 0.3) ** 2) - (self.b - 0.6) ** 2 - 0.1 * (self.c - 0.5) ** 2


RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(100, 5)), RNG.integers(2, size=100)
DISTRIBUTIONS = {name: uniform(0, 1) for name in "abc"}
RANGES = {name: (0.0, 1.0) for name in "abc"}


def seconds(search) -> float:
    """Return the wall time of a fit."""
    start = time.perf_counter()
    search.fit(X, Y)
    return time.perf_counter() - start


def own_cost(search) -> float:
    """Return the milliseconds per candidate that are neither fitting nor scoring."""
    wall = seconds(search)
    results = search.cv_results_
    n_splits = search.n_splits_
    used = (results["mean_fit_time"] + results["mean_score_time"]).sum() * n_splits
    return 1e3 * (wall - used) / len(results["params"])


def compare_random(n_jobs: int, *, n_iter: int, repeats: int) -> None:
    """Print the ratio of wall times, ours over scikit-learn's."""
    options = {"n_iter": n_iter, "n_jobs": n_jobs, "random_state": 0}
    kinds = {
        "skhp": lambda: skhp.RandomizedSearchCV(OneMillisecond(), DISTRIBUTIONS, **options),
        "scikit-learn": lambda: ScikitLearnRandomized(OneMillisecond(), DISTRIBUTIONS, **options),
    }
    walls = {name: [] for name in kinds}
    for repeat in range(repeats + 1):
        order = list(kinds) if repeat % 2 else list(kinds)[::-1]
        for name in order:
            wall = seconds(kinds[name]())
            if repeat:
                walls[name].append(wall)
    ratios = [a / b for a, b in zip(walls["skhp"], walls["scikit-learn"], strict=True)]
    medians = {name: statistics.median(some) for name, some in walls.items()}
    print(
        f"| random, {n_iter} candidates, n_jobs={n_jobs} | {medians['skhp']:.3f} s "
        f"| {medians['scikit-learn']:.3f} s | {statistics.median(ratios):.3f} "
        f"({min(ratios):.3f} to {max(ratios):.3f}) |"
    )


def compare_bayes(*, n_iter: int, repeats: int) -> None:
    """Print the library's own milliseconds per candidate, and skopt's."""
    from skopt import BayesSearchCV as SkoptBayes
    from skopt.space import Real

    ranges = {name: Real(0.0, 1.0) for name in "abc"}
    ours, theirs = [], []
    for seed in range(repeats):
        ours.append(
            own_cost(skhp.BayesSearchCV(OneMillisecond(), RANGES, n_iter=n_iter, random_state=seed))
        )
        theirs.append(
            own_cost(SkoptBayes(OneMillisecond(), ranges, n_iter=n_iter, random_state=seed))
        )
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    print(
        f"| Bayesian, {n_iter} candidates, own cost per candidate | {statistics.median(ours):.1f} "
        f"ms | skopt {statistics.median(theirs):.0f} ms | 1 / {statistics.median(ratios):.0f} "
        f"(1 / {min(ratios):.0f} to 1 / {max(ratios):.0f}) |"
    )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--n-iter", type=int, default=300)
    parser.add_argument("--without-skopt", action="store_true")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| what | skhp | peer | ratio, median (range) |\n| --- | --- | --- | --- |")
    for n_jobs in (1, 2):
        compare_random(n_jobs, n_iter=arguments.n_iter, repeats=arguments.repeats)
    if not arguments.without_skopt:
        compare_bayes(n_iter=50, repeats=max(2, arguments.repeats // 2))


if __name__ == "__main__":
    main()
