"""Measures what it costs if the fits of several workers each use all cores, and that ours do not.

Run ``python benchmarks/wallclock/cores.py``.  The estimators take all cores if they are let:
histogram gradient boosting by OpenMP, the forest by ``n_jobs=-1``.  Searches are of sixteen fits,
and of a single one, beside which workers stand idle.  Threads are the most that one fit was
allowed, times the fits at once; seconds are those of the search, workers started before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import threadpoolctl
from sklearn import model_selection
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import ShuffleSplit

import skhp

ESTIMATORS: dict[str, tuple[Any, dict[str, list[Any]]]] = {
    "histogram gradient boosting": (
        HistGradientBoostingClassifier(max_iter=20, random_state=0),
        {"max_leaf_nodes": [7, 15, 31, 63]},
    ),
    "forest, n_jobs=-1": (
        RandomForestClassifier(40, n_jobs=-1, random_state=0),
        {"max_depth": [3, 6, 9, 12]},
    ),
}
SEARCHES = {"skhp": skhp.GridSearchCV, "scikit-learn": model_selection.GridSearchCV}


def threads(estimator: Any, X: Any, y: Any) -> float:
    """Score a fit by the threads that it was allowed."""
    if "forest" in type(estimator).__name__.lower():
        return float(joblib.effective_n_jobs(-1))
    pools = [one for one in threadpoolctl.threadpool_info() if one["user_api"] == "openmp"]
    return float(max(one["num_threads"] for one in pools))


def measured(search: Any, X: Any, y: Any, *, repeats: int) -> tuple[float, list[float]]:
    """Return the threads of one fit, and the seconds of each search."""
    search.fit(X[:200], y[:200])
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        search.fit(X, y)
        seconds.append(time.perf_counter() - start)
    return float(max(search.cv_results_["mean_test_score"])), seconds


def searches(n_jobs: int) -> Iterator[tuple[str, str, int, Any]]:
    """Yield estimator, search, number of fits and search."""
    for name, (estimator, grid) in ESTIMATORS.items():
        one = {key: values[-1:] for key, values in grid.items()}
        for n_fits, space, cv in ((16, grid, 4), (1, one, ShuffleSplit(1, random_state=0))):
            for label, kind in SEARCHES.items():
                search = kind(estimator, space, cv=cv, n_jobs=n_jobs, scoring=threads, refit=False)
                yield name, label, n_fits, search


def main() -> None:
    """Print a table: a row per estimator, backend, number of fits and search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n-jobs", type=int, default=2)
    parser.add_argument("--n-rows", type=int, default=4000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    X, y = make_classification(options.n_rows, random_state=0)
    found: dict[str, dict[str, Any]] = {}
    print(f"{joblib.cpu_count()} cores, {options.n_jobs} workers\n")
    print("| estimator | backend | fits | search | threads | seconds |\n" + "| --- " * 6 + "|")
    for backend in ("loky", "threading"):
        for name, label, n_fits, search in searches(options.n_jobs):
            with joblib.parallel_config(backend):
                each, seconds = measured(search, X, y, repeats=options.repeats)
            n_threads = min(options.n_jobs, n_fits) * each
            found[f"{name}, {backend}, {n_fits}, {label}"] = {
                "threads": n_threads,
                "seconds": seconds,
            }
            print(
                f"| {name} | {backend} | {n_fits} | {label} | {n_threads:.0f} "
                f"| {statistics.median(seconds):.2f} |",
                flush=True,
            )
    if options.output is not None:
        options.output.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
