"""Measures how busy two real workers are, beside scikit-learn, skopt and Optuna.

Run ``python benchmarks/wallclock/efficiency.py``.  Efficiency is the time spent in fits over
workers times the wall time of the search without the refit.  Ours and scikit-learn's run the very
same candidates; the model-based ones choose their own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from pathlib import Path

from scipy.stats import loguniform, randint
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import RandomizedSearchCV as ScikitLearnRandomized

import skhp

DISTRIBUTIONS = {
    "n_estimators": randint(10, 300),
    "max_features": loguniform(0.02, 1.0),
    "min_samples_leaf": randint(1, 30),
}
RANGES = {
    "n_estimators": (10, 300),
    "max_features": (0.02, 1.0, "log-uniform"),
    "min_samples_leaf": (1, 30),
}
COMMON = {"n_jobs": 2, "refit": False, "cv": 5}


def estimator():
    return ExtraTreesClassifier(random_state=0, n_jobs=1)


def skopt_search(n_iter: int, seed: int):
    from skopt import BayesSearchCV

    return BayesSearchCV(estimator(), RANGES, n_iter=n_iter, random_state=seed, **COMMON)


def optuna_search(n_iter: int, seed: int):
    import optuna
    from optuna.distributions import FloatDistribution, IntDistribution
    from optuna_integration import OptunaSearchCV

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    spaces = {
        "n_estimators": IntDistribution(10, 300),
        "max_features": FloatDistribution(0.02, 1.0, log=True),
        "min_samples_leaf": IntDistribution(1, 30),
    }
    return OptunaSearchCV(estimator(), spaces, n_trials=n_iter, random_state=seed, **COMMON)


KINDS = {
    "skhp RandomizedSearchCV": lambda n, seed: skhp.RandomizedSearchCV(
        estimator(), DISTRIBUTIONS, n_iter=n, random_state=seed, **COMMON
    ),
    "scikit-learn RandomizedSearchCV": lambda n, seed: ScikitLearnRandomized(
        estimator(), DISTRIBUTIONS, n_iter=n, random_state=seed, **COMMON
    ),
    "skhp BayesSearchCV": lambda n, seed: skhp.BayesSearchCV(
        estimator(), RANGES, n_iter=n, random_state=seed, **COMMON
    ),
    "skhp BayesSearchCV, free": lambda n, seed: skhp.BayesSearchCV(
        estimator(), RANGES, n_iter=n, **COMMON
    ),
    "skopt BayesSearchCV": skopt_search,
    "OptunaSearchCV": optuna_search,
}


def fit_seconds(search) -> float:
    """Return the seconds spent in fitting and scoring."""
    if hasattr(search, "study_"):
        means = ("mean_fit_time", "mean_score_time")
        return sum(
            trial.user_attrs.get(name, 0.0) * 5 for trial in search.study_.trials for name in means
        )
    results = search.cv_results_
    return float((results["mean_fit_time"] + results["mean_score_time"]).sum() * search.n_splits_)


def main() -> None:
    """Print a table: a row per search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-iter", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    X, y = load_digits(return_X_y=True)
    found: dict[str, list[float]] = {name: [] for name in KINDS}
    KINDS["skhp RandomizedSearchCV"](2, 0).fit(X, y)
    for seed in range(options.repeats):
        for name, make in KINDS.items():
            search = make(options.n_iter, seed)
            start = time.perf_counter()
            search.fit(X, y)
            wall = time.perf_counter() - start
            found[name].append(fit_seconds(search) / (2 * wall))
    print("| search | efficiency, median (range) |\n| --- | --- |")
    for name, some in found.items():
        print(f"| {name} | {statistics.median(some):.3f} ({min(some):.3f} to {max(some):.3f}) |")
    if options.output is not None:
        options.output.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
