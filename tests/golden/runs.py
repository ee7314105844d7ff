"""A small set of searches whose every candidate and score is written down in ``golden.json``.

``python -m tests.golden.runs`` writes the file anew; to be done only where a change is meant to
change what searches find, and said in the changelog.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from scipy.stats import uniform
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import KFold

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp.stopping import NoImprovement

GOLDEN = Path(__file__).with_name("golden.json")

X = np.linspace(0.0, 1.0, 60).reshape(-1, 1)
y = X[:, 0]

SPACE = {"x": (0.0, 1.0), "z": (1e-3, 1e3, "log-uniform"), "kind": ["a", "b", "c"]}
GRID = {"x": [0.1, 0.3, 0.5, 0.9], "kind": ["a", "b"]}
DISTRIBUTIONS = {"x": uniform(0, 1), "kind": ["a", "b", "c"]}


class Valley(RegressorMixin, BaseEstimator):
    """Scores best near x = .3, z = 10, kind "b"; by sums and products alone, so equal anywhere."""

    def __init__(self, x: float = 0.0, z: float = 1.0, kind: str = "a", n: int = 27) -> None:
        self.x = x
        self.z = z
        self.kind = kind
        self.n = n

    def fit(self, X: Any, y: Any = None) -> Valley:
        self.first_ = float(X[0, 0])
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.x)

    def score(self, X: Any, y: Any = None) -> float:
        height = {"a": 0.0, "b": 0.3, "c": 0.1}[self.kind]
        slope = (self.x - 0.3) ** 2 + 0.01 * (self.z / (self.z + 10.0) - 0.5) ** 2
        tilt = 0.05 * float(X[0, 0]) * (self.x - 0.5)
        return height - slope + tilt - 1.0 / (1 + self.n)


def _told(search: Any) -> dict[str, Any]:
    results = search.cv_results_
    columns = [name for name in results if name.endswith("_test_score") or name == "status"]
    return {
        "params": results["params"],
        **{name: np.asarray(results[name]).tolist() for name in columns},
        "best": search.best_params_,
        "best_score": search.best_score_,
        "why": search.stop_reason_,
    }


def grid(**more: Any) -> Any:
    return GridSearchCV(Valley(), GRID, cv=KFold(3), **more)


def randomized(**more: Any) -> Any:
    return RandomizedSearchCV(
        Valley(), DISTRIBUTIONS, n_iter=12, cv=KFold(3), random_state=3, **more
    )


def bayes(**more: Any) -> Any:
    settings = {"n_iter": 16, "cv": KFold(5), "random_state": 3, **more}
    return BayesSearchCV(Valley(), SPACE, **settings)


def halving(**more: Any) -> Any:
    settings = {"resource": "n", "random_state": 3, "cv": KFold(3), **more}
    return HalvingSearchCV(Valley(), SPACE, **settings)


def _fitted(search: Any, backend: str | None = None) -> dict[str, Any]:
    if backend is None:
        return _told(search.fit(X, y))
    with joblib.parallel_config(backend, n_jobs=2):
        return _told(search.fit(X, y))


def _resumed(make: Callable[..., Any]) -> dict[str, Any]:
    """Return what a search finds that was ended after five trials and gone on with."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "search.sqlite")
        make(journal=path, observers=[_EndAfter(5)]).fit(X, y)
        return _fitted(make(journal=path))


class _EndAfter:
    def __init__(self, n: int) -> None:
        self.n = n

    def on_trial_end(self, history: Any, trial: Any) -> bool:
        return trial.number + 1 >= self.n


RUNS: dict[str, Callable[[], dict[str, Any]]] = {
    "grid": lambda: _fitted(grid()),
    "grid, threads": lambda: _fitted(grid(), "threading"),
    "grid, racing": lambda: _fitted(grid(racing=True)),
    "randomized": lambda: _fitted(randomized()),
    "randomized, resumed": lambda: _resumed(randomized),
    "bayes": lambda: _fitted(bayes()),
    "bayes, threads": lambda: _fitted(bayes(), "threading"),
    "bayes, processes": lambda: _fitted(bayes(), "loky"),
    "bayes, racing": lambda: _fitted(bayes(racing=True)),
    "bayes, resumed": lambda: _resumed(bayes),
    "bayes, stopping": lambda: _fitted(bayes(stopping=NoImprovement(6))),
    "bayes, posterior mean": lambda: _fitted(bayes(refit="posterior_mean")),
    "bayes, by grid": lambda: _fitted(bayes(strategy="grid", n_iter=30)),
    "bayes, at random": lambda: _fitted(bayes(strategy="random")),
    "halving": lambda: _fitted(halving()),
    "halving, processes": lambda: _fitted(halving(), "loky"),
    "halving, rows": lambda: _fitted(halving(resource="n_samples")),
    "halving, bayes": lambda: _fitted(halving(strategy="bayes")),
    "halving, resumed": lambda: _resumed(halving),
}


def found(name: str) -> dict[str, Any]:
    """Return what a run finds, as JSON holds it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(RUNS[name](), default=float))


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(found(name))}" for name in RUNS]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
