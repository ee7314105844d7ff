"""Estimators whose params are final after a fit, and the boosting libraries, whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV
from tests.search.searches import Make, X, y


class Sealed(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Lists only the params that it was given, and lets none be changed after a fit."""

    def __init__(self, **params: Any) -> None:
        self.params = params

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return dict(self.params)

    def set_params(self, **params: Any) -> Sealed:
        if hasattr(self, "classes_"):
            raise RuntimeError("params are final")
        if unknown := set(params) - {"iterations", "depth"}:
            raise ValueError(f"Invalid parameter {unknown}")
        self.params = {**self.params, **params}
        return self

    def fit(self, X: Any, y: Any) -> Sealed:
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        guess = self.params["iterations"] * self.params["depth"] > 20
        return np.full(len(X), self.classes_[int(guess)])


@pytest.mark.parametrize("estimator", [Sealed(), Sealed(iterations=3)])
@pytest.mark.parametrize("prefix", ["", "sealed__"])
@pytest.mark.parametrize("continue_fits", [True, False])
def test_a_resource_grows_where_params_are_final_after_a_fit(
    estimator: Any, prefix: str, continue_fits: bool
):
    if prefix:
        estimator = make_pipeline(StandardScaler(), estimator)
    search = HalvingSearchCV(
        estimator,
        {f"{prefix}depth": [1, 2, 3, 4]},
        resource=f"{prefix}iterations",
        max_resources=9,
        cv=2,
        random_state=0,
        continue_fits=continue_fits,
        error_score="raise",
    ).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.get_params()[f"{prefix}iterations"] == 9


def test_a_resource_that_no_one_lists_needs_its_maximum():
    with pytest.raises(ValueError, match="iterations is None. Give max_resources a number"):
        HalvingSearchCV(Sealed(), {"depth": [1, 2]}, resource="iterations").fit(X, y)
    with pytest.raises(ValueError, match="resource=rounds which is not supported"):
        HalvingSearchCV(Sealed(), {"depth": [1, 2]}, resource="rounds", max_resources=3).fit(X, y)


class Copies(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Copies lists in its constructor."""

    def __init__(self, columns: Any = None, C: float = 1.0) -> None:
        self.columns = list(columns) if isinstance(columns, list) else columns
        self.C = C

    def fit(self, X: Any, y: Any) -> Copies:
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


@pytest.mark.parametrize("prefix", ["", "copies__"])
def test_a_list_that_keeps_an_estimator_from_being_cloned_is_to_be_a_tuple(make: Make, prefix: str):
    def searched(columns: Any) -> Any:
        estimator = make_pipeline(Copies(columns)) if prefix else Copies(columns)
        return make(estimator, {f"{prefix}C": [1.0, 2.0]}, n_iter=2, cv=2)

    with pytest.raises(RuntimeError, match=r"parameter columns: .* columns=\(0, 'k'\)\.$"):
        searched([0, "k"]).fit(X, y)
    assert searched((0, "k")).fit(X, y).best_score_ > 0


LIBRARIES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "XGBoost": ("xgboost", "XGBClassifier", {"n_jobs": 1}, {"max_depth": [2, 3, 4, 5]}),
    "LightGBM": (
        "lightgbm",
        "LGBMClassifier",
        {"n_jobs": 1, "verbose": -1, "min_child_samples": 5},
        {"num_leaves": [3, 4, 5, 6]},
    ),
    "CatBoost": (
        "catboost",
        "CatBoostClassifier",
        {"verbose": 0, "allow_writing_files": False, "thread_count": 1, "iterations": 9},
        {"depth": [2, 3, 4, 5]},
    ),
}
COUNTS = {"XGBoost": ["n_estimators"], "LightGBM": ["n_estimators", "num_iterations"]}
COUNTS["CatBoost"] = ["iterations", "n_estimators"]


@pytest.mark.parametrize(("library", "count"), [(k, c) for k, some in COUNTS.items() for c in some])
@pytest.mark.parametrize("in_pipeline", [False, True])
def test_the_boosting_libraries_grow_their_trees(library: str, count: str, in_pipeline: bool):
    module, name, settings, space = LIBRARIES[library]
    if count == "n_estimators":
        settings = {key: value for key, value in settings.items() if key != "iterations"}
    estimator = getattr(pytest.importorskip(module), name)(**settings)
    prefix = ""
    if in_pipeline:
        estimator, prefix = make_pipeline(StandardScaler(), estimator), f"{name.lower()}__"
    space = {f"{prefix}{key}": values for key, values in space.items()}
    settings = {"cv": 2, "random_state": 0, "error_score": "raise"}
    search = HalvingSearchCV(
        estimator, space, resource=f"{prefix}{count}", max_resources=9, **settings
    ).fit(X, y)
    assert search.n_resources_[-1] == 9
    assert search.best_estimator_.get_params()[f"{prefix}{count}"] == 9


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_boosting_libraries_are_searched(make: Make, library: str):
    module, name, settings, space = LIBRARIES[library]
    estimator = getattr(pytest.importorskip(module), name)(**settings)
    search = make(estimator, space, n_iter=3, cv=2, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.5


def test_histogram_boosting_grows_its_trees():
    search = HalvingSearchCV(
        HistGradientBoostingClassifier(min_samples_leaf=5),
        {"max_leaf_nodes": [3, 4, 5, 6]},
        resource="max_iter",
        max_resources=9,
        cv=2,
        random_state=0,
        error_score="raise",
    ).fit(X, y)
    assert search.best_estimator_.n_iter_ == 9


def test_catboost_with_columns_in_a_list_says_what_to_write():
    catboost = pytest.importorskip("catboost")
    table = np.column_stack([X.round().astype(int).astype(object), ["u", "v"] * 30])
    settings = {"iterations": 3, "verbose": 0, "allow_writing_files": False}
    for kind in (GridSearchCV, BayesSearchCV):
        with pytest.raises(RuntimeError, match=r"=\(4,\), or in fit: .*cat_features=\[4\]\)"):
            estimator = catboost.CatBoostClassifier(cat_features=[4], **settings)
            kind(estimator, {"depth": [2, 3]}, cv=2).fit(table, y)
        estimator = catboost.CatBoostClassifier(cat_features=(4,), **settings)
    pandas = pytest.importorskip("pandas")
    grid = GridSearchCV(estimator, {"depth": [2, 3]}, cv=2, error_score="raise")
    assert grid.fit(pandas.DataFrame(table), y).best_score_ > 0
    grid.set_params(estimator=catboost.CatBoostClassifier(**settings))
    assert grid.fit(table, y, cat_features=[4]).best_score_ > 0
