"""Measures what it saves that shared steps and smaller models are fitted once.

Run ``python benchmarks/wallclock/reuse.py``.  Each search runs as it is, with ``reuse_steps=False``
and, where it is a pipeline, with scikit-learn's ``memory=`` in place of it: on two workers, of the
same candidates, one after the other in each repeat.  Seconds are those of the search, workers
started before; CPU is that of all processes.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psutil
from scipy.stats import loguniform
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification, make_regression
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
    PolynomialFeatures,
    QuantileTransformer,
    StandardScaler,
)
from sklearn.svm import SVC

import skhp
from skhp.executors import LokyExecutor

Case = tuple[Any, dict[str, Any], Any, Any]


def texts() -> Case:
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=600)
    words = np.array([f"word{n}" for n in range(5000)])
    documents = [" ".join(words[rng.zipf(1.3, 150) % (4800 + 200 * one)]) for one in y]
    model = LogisticRegression(solver="liblinear")
    pipeline = Pipeline([("tfidf", TfidfVectorizer(ngram_range=(1, 2))), ("model", model)])
    return pipeline, {"model__C": (0.1, 10.0)}, documents, y


def table(n_rows: int = 1000) -> tuple[Any, Any]:
    X, y = make_classification(n_rows, n_features=20, flip_y=0.1, random_state=0)
    X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    X[:, 0] = np.random.default_rng(1).integers(30, size=len(X))
    return X, y


def boosting() -> Case:
    kind = ("kind", OneHotEncoder(sparse_output=False), [0])
    encoded = ColumnTransformer([kind], remainder="passthrough")
    model = HistGradientBoostingClassifier(max_iter=20, random_state=0)
    pipeline = Pipeline([("encoded", encoded), ("imputed", KNNImputer()), ("model", model)])
    return pipeline, {"model__learning_rate": (0.05, 0.5)}, *table()


def ridge() -> Case:
    X, y = make_regression(1500, n_features=20, noise=10.0, random_state=0)
    steps = (StandardScaler(), PolynomialFeatures(3), StandardScaler(), Ridge(solver="lsqr"))
    return make_pipeline(*steps), {"ridge__alpha": (0.1, 100.0)}, X, y


def kernels() -> Case:
    X, y = make_classification(800, n_features=400, n_informative=20, random_state=0)
    steps = (StandardScaler(), PCA(10, svd_solver="full"), SVC())
    return make_pipeline(*steps), {"svc__C": (0.1, 10.0)}, X, y


def components() -> Case:
    X, y = make_classification(800, n_features=400, n_informative=20, random_state=0)
    steps = (StandardScaler(), PCA(svd_solver="full"), SVC())
    return make_pipeline(*steps), {"pca__n_components": [5, 10, 20, 40, 80, 160]}, X, y


def forest() -> Case:
    parts = [("kind", OneHotEncoder(sparse_output=False), [0])]
    rest = make_pipeline(KNNImputer(), QuantileTransformer(random_state=0))
    columns = ColumnTransformer([*parts, ("rest", rest, list(range(1, 20)))])
    model = RandomForestClassifier(20, random_state=0)
    pipeline = Pipeline([("columns", columns), ("model", model)])
    return pipeline, {"model__max_features": (0.1, 0.9)}, *table()


def trees() -> Case:
    X, y = make_classification(1000, n_features=20, flip_y=0.1, random_state=0)
    return GradientBoostingClassifier(random_state=0), {"n_estimators": [25, 50, 100, 200]}, X, y


def neighbors() -> Case:
    X, y = make_classification(5000, n_features=8, n_informative=4, random_state=0)
    pipeline = make_pipeline(StandardScaler(), KNeighborsClassifier())
    return pipeline, {"kneighborsclassifier__n_neighbors": [*range(1, 31, 2)]}, X, y


CASES: dict[str, Callable[[], Case]] = {
    "text + linear": texts,
    "encoder + imputer + boosting": boosting,
    "polynomial + ridge": ridge,
    "PCA + SVC": kernels,
    "components of a PCA": components,
    "columns + forest": forest,
    "trees of boosting": trees,
    "neighbors": neighbors,
}


def searches(case: Case, n_iter: int) -> Iterator[tuple[str, Any]]:
    """Yield a search of each kind, of the same number of candidates."""
    estimator, space, _, _ = case
    (name, values), *_ = space.items()
    settings: dict[str, Any] = {"cv": 5, "refit": False}
    if isinstance(values, list):
        yield "grid", skhp.GridSearchCV(estimator, space, **settings)
        return
    low, high = values
    listed = {name: np.geomspace(low, high, n_iter)}
    yield "grid", skhp.GridSearchCV(estimator, listed, **settings)
    settings |= {"n_iter": n_iter, "random_state": 0}
    drawn = {name: loguniform(low, high)}
    yield "randomized", skhp.RandomizedSearchCV(estimator, drawn, **settings)
    ranged = {name: (low, high, "log-uniform")}
    yield "bayes", skhp.BayesSearchCV(estimator, ranged, **settings)


def cpu() -> float:
    """Return the seconds that this process and its children have computed."""
    here = psutil.Process()
    times = [one.cpu_times() for one in (here, *here.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def measured(search: Any, X: Any, y: Any) -> tuple[float, float]:
    """Return the seconds and the CPU seconds of a search, its workers started before."""
    with LokyExecutor(2) as executor:
        skhp.GridSearchCV(LogisticRegression(), {"C": [1.0, 2.0]}, cv=2, executor=executor).fit(
            [[0.0], [1.0]] * 4, [0, 1] * 4
        )
        start, before = time.perf_counter(), cpu()
        search.set_params(executor=executor).fit(X, y)
        return time.perf_counter() - start, cpu() - before


def with_memory(search: Any, folder: str) -> Any:
    estimator = search.estimator
    return search.set_params(estimator=estimator.set_params(memory=folder), reuse_steps=False)


def row(search: Any, X: Any, y: Any, *, repeats: int) -> list[float]:
    """Return wall and CPU seconds as it is, without, and with memory; medians of the repeats."""
    found = []
    for _ in range(repeats):
        one = [*measured(search.set_params(reuse_steps=True), X, y)]
        one += measured(search.set_params(reuse_steps=False), X, y)
        if isinstance(search.estimator, Pipeline):
            with tempfile.TemporaryDirectory() as folder:
                one += measured(with_memory(search, folder), X, y)
            search.estimator.set_params(memory=None)
        else:
            one += [float("nan")] * 2
        found.append(one)
    return [statistics.median(column) for column in zip(*found, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--n-iter", type=int, default=20)
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    wishes = parser.parse_args()
    print("| estimator | search | s | without | memory= | CPU s | without | memory= |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in wishes.cases:
        case = CASES[name]()
        for kind, search in searches(case, wishes.n_iter):
            found = row(search, *case[2:], repeats=wishes.repeats)
            walls, cpus = found[0::2], found[1::2]
            cells = [f"{one:.2f}" if one == one else "" for one in (*walls, *cpus)]
            print(f"| {name} | {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
