"""Measures what halving costs and finds, beside scikit-learn's and a search without rungs.

Run ``python benchmarks/wallclock/halving.py``.  Every search begins with the same number of
candidates, twice with two brackets, on the same splits, in one process on one thread; the seconds
are the processor's, for the whole search without the refit, and beside them what was spent inside
fits by the clock on the wall.  The final score is that of the best params with the full resource,
on five other splits.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scipy.stats import loguniform, randint, uniform
from sklearn.base import clone, is_classifier
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from skhp import HalvingSearchCV

N_CANDIDATES = 27


@dataclass(frozen=True)
class Pair:
    """An estimator, a table, and what grows from rung to rung."""

    estimator: Any
    load: Callable[[], tuple[Any, Any]]
    space: dict[str, Any]
    resource: str
    full: int | str = "auto"


def digits(n_rows: int) -> Callable[[], tuple[Any, Any]]:
    def load() -> tuple[Any, Any]:
        X, y = load_digits(return_X_y=True)
        return X[:n_rows], y[:n_rows]

    return load


PAIRS = {
    "SVC, digits, rows": Pair(
        make_pipeline(StandardScaler(), SVC()),
        digits(1797),
        {"svc__C": loguniform(1e-2, 1e3), "svc__gamma": loguniform(1e-5, 1e0)},
        "n_samples",
    ),
    "extra trees, digits, trees": Pair(
        ExtraTreesClassifier(random_state=0),
        digits(900),
        {"max_features": uniform(0.02, 0.9), "min_samples_leaf": randint(1, 20)},
        "n_estimators",
        81,
    ),
    "boosting, diabetes, trees": Pair(
        GradientBoostingRegressor(random_state=0),
        lambda: load_diabetes(return_X_y=True),
        {
            "learning_rate": loguniform(1e-2, 1.0),
            "max_depth": randint(1, 7),
            "subsample": uniform(0.3, 0.7),
        },
        "n_estimators",
        162,
    ),
    "histograms, cancer, iterations": Pair(
        HistGradientBoostingClassifier(random_state=0),
        lambda: load_breast_cancer(return_X_y=True),
        {"learning_rate": loguniform(1e-2, 1.0), "max_leaf_nodes": randint(3, 32)},
        "max_iter",
        81,
    ),
    "network, digits, epochs": Pair(
        make_pipeline(StandardScaler(), MLPClassifier((32,), random_state=0)),
        digits(600),
        {
            "mlpclassifier__alpha": loguniform(1e-5, 10.0),
            "mlpclassifier__learning_rate_init": loguniform(1e-4, 1e-1),
        },
        "mlpclassifier__max_iter",
        81,
    ),
}


def ours(pair: Pair, least: int, **more: Any) -> Any:
    return HalvingSearchCV(
        pair.estimator, pair.space, resource=pair.resource, max_resources=pair.full,
        min_resources=least, n_candidates=N_CANDIDATES, initial_params=[], **more,
    )  # fmt: skip


def theirs(pair: Pair, least: int, **more: Any) -> Any:
    return HalvingRandomSearchCV(
        pair.estimator, pair.space, resource=pair.resource, max_resources=pair.full,
        min_resources=least, n_candidates=N_CANDIDATES, return_train_score=False, **more,
    )  # fmt: skip


def without_rungs(pair: Pair, least: int, **more: Any) -> Any:
    estimator = clone(pair.estimator)
    if pair.full != "auto":
        estimator.set_params(**{pair.resource: pair.full})
    return RandomizedSearchCV(estimator, pair.space, n_iter=N_CANDIDATES, **more)


KINDS: dict[str, Callable[..., Any]] = {
    "RandomizedSearchCV": without_rungs,
    "HalvingRandomSearchCV": theirs,
    "skhp random, anew": lambda *a, **k: ours(*a, strategy="random", continue_fits=False, **k),
    "skhp random, going on": lambda *a, **k: ours(*a, strategy="random", **k),
    "skhp random, 2 brackets": lambda *a, **k: ours(*a, strategy="random", n_brackets=2, **k),
    "skhp bayes, 2 brackets": ours,
}


def measured(pair: Pair, make: Callable[..., Any], seed: int) -> tuple[float, float, float]:
    """Return the seconds of a search, those of its fits, and the final score of what it found."""
    X, y = pair.load()
    full = len(X) if pair.full == "auto" else int(pair.full)
    splitter = StratifiedKFold if is_classifier(pair.estimator) else KFold
    cv = splitter(3, shuffle=True, random_state=seed)
    search = make(pair, full // 27, cv=cv, random_state=seed, refit=False)
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        start = time.process_time()
        search.fit(X, y)
        seconds = time.process_time() - start
        params = search.best_params_ | ({} if pair.full == "auto" else {pair.resource: full})
        others = splitter(5, shuffle=True, random_state=1000 + seed)
        scores = cross_val_score(clone(pair.estimator).set_params(**params), X, y, cv=others)
    in_fits = 3 * float(search.cv_results_["mean_fit_time"].sum())
    return seconds, in_fits, float(scores.mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    n_seeds = parser.parse_args().seeds
    for title, pair in PAIRS.items():
        print(f"\n{title}\n{'':26}{'seconds':>9}{'in fits':>9}{'final score':>13}")
        for kind, make in KINDS.items():
            found = [measured(pair, make, seed) for seed in range(n_seeds)]
            seconds, in_fits, score = map(statistics.mean, zip(*found, strict=True))
            print(f"{kind:26}{seconds:9.2f}{in_fits:9.2f}{score:13.4f}", flush=True)


if __name__ == "__main__":
    main()
