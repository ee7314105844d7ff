"""Measures the time to the score that RandomizedSearchCV reaches with 60 candidates.

Run ``python benchmarks/wallclock/time_to_score.py``.  For each pair of estimator and table,
scikit-learn's RandomizedSearchCV sets the score to reach, and its wall time is 1; every other
search is given three times that at most, two workers as well, and stops at the score.  The refit
is left out.  One that does not reach the score counts as having taken for ever.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import loguniform, randint, uniform
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestRegressor,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

import skhp

N_CANDIDATES = 60
MOST = 10 * N_CANDIDATES
"""Candidates after which the others end anyway; the clock ends them before."""
PATIENCE = 3.0
Range = tuple[Any, ...]
TREES: dict[str, Range] = {
    "n_estimators": (20, 200),
    "max_features": (0.05, 1.0),
    "min_samples_leaf": (1, 30),
}
KERNEL: dict[str, Range] = {"C": (1e-2, 1e3, "log-uniform"), "gamma": (1e-5, 1e1, "log-uniform")}
BOOSTING: dict[str, Range] = {
    "learning_rate": (1e-2, 1.0, "log-uniform"),
    "max_leaf_nodes": (4, 64),
    "min_samples_leaf": (1, 60),
}
NETWORK: dict[str, Range] = {
    "alpha": (1e-6, 1e1, "log-uniform"),
    "learning_rate_init": (1e-4, 1e-1, "log-uniform"),
}


def bundled() -> dict[str, tuple[Any, str, dict[str, Range]]]:
    """Return estimator, table and ranges of each pair."""
    return {
        "extra trees, digits": (ExtraTreesClassifier(random_state=0), "digits", TREES),
        "extra trees, cancer": (ExtraTreesClassifier(random_state=0), "cancer", TREES),
        "forest, diabetes": (RandomForestRegressor(random_state=0), "diabetes", TREES),
        "SVC, digits": (SVC(), "digits", KERNEL),
        "SVC, cancer": (SVC(), "cancer", KERNEL),
        "SVR, diabetes": (SVR(), "diabetes", KERNEL),
        "boosting, cancer": (
            HistGradientBoostingClassifier(max_iter=50, random_state=0),
            "cancer",
            BOOSTING,
        ),
        "boosting, diabetes": (GradientBoostingRegressor(random_state=0), "diabetes", BOOSTING),
        "network, cancer": (MLPClassifier((30,), max_iter=60, random_state=0), "cancer", NETWORK),
        "network, digits": (MLPClassifier((30,), max_iter=30, random_state=0), "digits", NETWORK),
    }


def bundled_table(name: str) -> tuple[Any, Any]:
    loaders = {"digits": load_digits, "cancer": load_breast_cancer, "diabetes": load_diabetes}
    return loaders[name](return_X_y=True)


def table_from(path: Path) -> tuple[Any, Any]:
    """Return the numeric columns of a CSV file and its last column, at most 3000 rows."""
    frame = pd.read_csv(path).dropna().sample(frac=1.0, random_state=0)[:3000]
    numeric = frame.iloc[:, :-1].select_dtypes("number")
    return numeric.to_numpy(), frame.iloc[:, -1].to_numpy()


def named(estimator: Any, ranges: dict[str, Range]) -> tuple[Any, dict[str, Range]]:
    """Put a scaler in front, and name the ranges by the step."""
    model = make_pipeline(StandardScaler(), estimator)
    return model, {f"{model.steps[-1][0]}__{key}": value for key, value in ranges.items()}


def distribution(bounds: Range) -> Any:
    low, high, *prior = bounds
    if prior:
        return loguniform(low, high)
    return randint(low, high + 1) if isinstance(low, int) else uniform(low, high - low)


def distributions(ranges: dict[str, Range]) -> dict[str, Any]:
    return {key: distribution(bounds) for key, bounds in ranges.items()}


class Clock:
    """Knows when the score was reached, and says when it is enough."""

    def __init__(self, target: float, limit: float) -> None:
        self.target = target
        self.start = time.perf_counter()
        self.end = self.start + limit
        self.reached = float("inf")

    def told(self, score: float) -> bool:
        now = time.perf_counter()
        if score >= self.target - 1e-12:
            self.reached = min(self.reached, now - self.start)
        return self.reached < float("inf") or now > self.end

    def on_trial_end(self, history: Any, trial: Any) -> bool:
        return self.told(trial.score)


Run = Callable[[Any, dict[str, Range], Any, Any, Clock, int], None]
COMMON: dict[str, Any] = {"n_jobs": 2, "cv": 5, "refit": False}


def run_ours(racing: bool) -> Run:
    def run(model, ranges, X, y, clock, seed):
        skhp.BayesSearchCV(
            model, ranges, n_iter=MOST, racing=racing, observers=[clock], **COMMON
        ).fit(X, y)

    return run


def run_halving(model, ranges, X, y, clock, seed) -> None:
    search = HalvingRandomSearchCV(
        model, distributions(ranges), n_candidates=N_CANDIDATES, random_state=seed, **COMMON
    ).fit(X, y)
    results = search.cv_results_
    last = results["n_resources"] == results["n_resources"].max()
    clock.told(float(results["mean_test_score"][last].max()))


def run_skopt(model, ranges, X, y, clock, seed) -> None:
    from skopt import BayesSearchCV

    BayesSearchCV(model, ranges, n_iter=MOST, random_state=seed, **COMMON).fit(
        X, y, callback=lambda result: clock.told(-result.fun)
    )


def run_optuna(model, ranges, X, y, clock, seed) -> None:
    import optuna
    from optuna.distributions import FloatDistribution, IntDistribution
    from optuna_integration import OptunaSearchCV

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    spaces = {
        key: IntDistribution(low, high)
        if isinstance(low, int)
        else FloatDistribution(low, high, log=bool(prior))
        for key, (low, high, *prior) in ranges.items()
    }

    def watch(study: Any, trial: Any) -> None:
        if clock.told(trial.value if trial.value is not None else float("-inf")):
            study.stop()

    OptunaSearchCV(
        model, spaces, n_trials=MOST, random_state=seed, callbacks=[watch], **COMMON
    ).fit(X, y)


METHODS: dict[str, Run] = {
    "skhp BayesSearchCV, racing": run_ours(True),
    "skhp BayesSearchCV": run_ours(False),
    "HalvingRandomSearchCV": run_halving,
    "skopt BayesSearchCV": run_skopt,
    "OptunaSearchCV": run_optuna,
}


def compared(
    model: Any, ranges: dict[str, Range], X: Any, y: Any, *, seed: int, methods: list[str]
) -> dict[str, float]:
    """Return the time of each search over that of RandomizedSearchCV."""
    random = RandomizedSearchCV(
        model, distributions(ranges), n_iter=N_CANDIDATES, random_state=seed, **COMMON
    )
    start = time.perf_counter()
    random.fit(X, y)
    seconds = time.perf_counter() - start
    ratios = {"RandomizedSearchCV, s": seconds}
    for name in methods:
        clock = Clock(float(np.nanmax(random.cv_results_["mean_test_score"])), PATIENCE * seconds)
        METHODS[name](model, ranges, X, y, clock, seed)
        ratios[name] = clock.reached / seconds
    return ratios


def pairs_of(options: argparse.Namespace) -> dict[str, tuple[Any, dict[str, Range], Any, Any]]:
    pairs = {}
    for name, (estimator, table, ranges) in bundled().items():
        pairs[name] = (*named(estimator, ranges), *bundled_table(table))
    for path in sorted(options.data.glob("*.csv")) if options.data else ():
        if path.stem in ("sonar", "satimage"):
            pairs[f"SVC, {path.stem}"] = (*named(SVC(), KERNEL), *table_from(path))
        if path.stem in ("concrete", "california_housing"):
            forest = RandomForestRegressor(random_state=0)
            pairs[f"forest, {path.stem}"] = (*named(forest, TREES), *table_from(path))
    return {name: pairs[name] for name in options.pairs or pairs}


def main() -> None:
    """Print a table: a row per pair, and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of CSV files for more pairs")
    parser.add_argument("--pairs", nargs="*")
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    methods = options.methods
    warnings.filterwarnings("ignore")
    print("| pair | RandomizedSearchCV, s | " + " | ".join(methods) + " |")
    print("| --- " * (2 + len(methods)) + "|")
    found: dict[str, list[dict[str, float]]] = {}
    for name, (model, ranges, X, y) in pairs_of(options).items():
        found[name] = [
            compared(model, ranges, X, y, seed=seed, methods=methods)
            for seed in range(options.repeats)
        ]
        medians = {
            key: statistics.median(one[key] for one in found[name]) for key in found[name][0]
        }
        print(
            f"| {name} | " + " | ".join(f"{one:.2f}" for one in medians.values()) + " |", flush=True
        )
        if options.output is not None:
            options.output.write_text(json.dumps(found, indent=1))
    every = [one for some in found.values() for one in some]
    medians = {key: statistics.median(one[key] for one in every) for key in every[0]}
    print("| **median** | " + " | ".join(f"{one:.2f}" for one in medians.values()) + " |")


if __name__ == "__main__":
    main()
