"""The first parts of a fitted model are, to the last bit, the model that has no more of them."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skhp.submodels import Siblings, Whole

X, y = make_classification(200, n_features=8, n_informative=5, n_classes=3, random_state=0)
Z, t = make_regression(200, n_features=8, noise=10.0, random_state=0)
MANY, FEW = 12, 5

SEEDED = {"random_state": 3}
MODELS = [
    RandomForestClassifier(**SEEDED),
    RandomForestClassifier(class_weight="balanced_subsample", max_samples=0.5, **SEEDED),
    RandomForestRegressor(**SEEDED),
    ExtraTreesClassifier(bootstrap=True, **SEEDED),
    ExtraTreesRegressor(**SEEDED),
    BaggingClassifier(DecisionTreeClassifier(max_features=2), max_features=0.5, **SEEDED),
    BaggingClassifier(LogisticRegression(), max_samples=0.5, **SEEDED),
    BaggingRegressor(**SEEDED),
    AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), **SEEDED),
    AdaBoostClassifier(DecisionTreeClassifier(), **SEEDED),
    AdaBoostRegressor(loss="square", **SEEDED),
    GradientBoostingClassifier(**SEEDED),
    GradientBoostingClassifier(subsample=0.5, max_features=3, init="zero", **SEEDED),
    GradientBoostingRegressor(loss="huber", **SEEDED),
    HistGradientBoostingClassifier(max_leaf_nodes=4),
    HistGradientBoostingClassifier(max_leaf_nodes=4, max_features=0.5, **SEEDED),
    HistGradientBoostingRegressor(max_leaf_nodes=4, loss="absolute_error"),
]


def from_library(library: str, name: str, **params: Any) -> Any:
    return pytest.param((library, name, params), id=f"{name}({params})")


SPARSE_XGBOOST = {"subsample": 0.5, "colsample_bytree": 0.5}
SPARSE_LIGHTGBM = {"subsample": 0.5, "subsample_freq": 1, "colsample_bytree": 0.5}
QUIET = {"verbose": False, "allow_writing_files": False, "learning_rate": 0.1}
ELSEWHERE = [
    from_library("xgboost", "XGBClassifier"),
    from_library("xgboost", "XGBClassifier", num_parallel_tree=2, **SPARSE_XGBOOST, **SEEDED),
    from_library("xgboost", "XGBRegressor", objective="reg:absoluteerror", **SPARSE_XGBOOST),
    from_library("lightgbm", "LGBMClassifier", verbose=-1),
    from_library("lightgbm", "LGBMClassifier", verbose=-1, **SPARSE_LIGHTGBM, **SEEDED),
    from_library("lightgbm", "LGBMRegressor", verbose=-1, **SPARSE_LIGHTGBM),
    from_library("catboost", "CatBoostClassifier", **QUIET),
    from_library("catboost", "CatBoostClassifier", bootstrap_type="MVS", **QUIET, **SEEDED),
    from_library("catboost", "CatBoostRegressor", **QUIET),
]


def named(model: Any) -> str:
    names = set(model.get_params())
    return "max_iter" if "max_iter" in names else "n_estimators"


def serves_both(model: Any, name: str, *, n_rows: int = len(X)) -> bool:
    listed = [{name: MANY}, {name: FEW}]
    return Siblings(listed, model, n_rows=n_rows).of(0) is not None


def check_first_parts(model: Any, name: str) -> None:
    rows, targets = (X, y) if is_classifier(model) else (Z, t)
    assert serves_both(model, name)
    whole = clone(model).set_params(**{name: MANY}).fit(rows, targets)
    before = whole.predict(rows)
    alone = clone(model).set_params(**{name: FEW}).fit(rows, targets)
    part = clone(model).set_params(**{name: FEW})
    with Whole(whole, name, 1.0, lambda scorer: scorer).standing_in(part, FEW) as cut:
        part.fit(rows, targets)
    assert cut.saved_time == pytest.approx(FEW / MANY)
    assert sorted(map(str, part.get_params().items())) == sorted(
        map(str, alone.get_params().items())
    )
    for method in ("predict", "predict_proba", "decision_function"):
        if hasattr(alone, method):
            expected = getattr(alone, method)(rows)
            np.testing.assert_array_equal(getattr(part, method)(rows), expected)
    np.testing.assert_array_equal(whole.predict(rows), before)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_first_parts_of_a_model_are_the_model_that_has_no_more(model: Any):
    check_first_parts(model, named(model))


@pytest.mark.parametrize("described", ELSEWHERE)
def test_the_first_trees_of_other_libraries_are_the_model_that_has_no_more(described: Any):
    library, name, params = described
    model = getattr(pytest.importorskip(library), name)(**params)
    check_first_parts(model, "n_estimators")


def test_the_last_step_of_a_pipeline_is_what_has_parts():
    inner = make_pipeline(StandardScaler(), RandomForestClassifier(**SEEDED))
    model = make_pipeline(StandardScaler(), inner)
    check_first_parts(model, "pipeline__randomforestclassifier__n_estimators")


class Own(RandomForestClassifier):
    """May do anything."""


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(),
        pytest.param(RandomForestClassifier(random_state=np.random.RandomState(0)), id="drawing"),
        RandomForestClassifier(oob_score=True, **SEEDED),
        BaggingClassifier(oob_score=True, **SEEDED),
        GradientBoostingClassifier(n_iter_no_change=3, **SEEDED),
        GradientBoostingClassifier(init=LogisticRegression(), **SEEDED),
        HistGradientBoostingClassifier(early_stopping=True, **SEEDED),
        HistGradientBoostingClassifier(max_features=0.5),
        LogisticRegression(),
        Own(**SEEDED),
        make_pipeline(RandomForestClassifier(**SEEDED), "passthrough"),
    ],
    ids=str,
)
def test_models_that_may_differ_are_fitted_each_by_itself(model: BaseEstimator):
    name = next(name for name in model.get_params() if name.endswith(("n_estimators", "max_iter")))
    assert not serves_both(model, name)


def test_rows_above_which_histogram_boosting_stops_by_itself_keep_fits_apart():
    model = HistGradientBoostingClassifier(**SEEDED)
    assert serves_both(model, "max_iter", n_rows=10_000)
    assert not serves_both(model, "max_iter", n_rows=10_001)
    told = model.set_params(early_stopping=False)
    assert serves_both(told, "max_iter", n_rows=10_001)


@pytest.mark.parametrize(
    ("library", "name", "params"),
    [
        ("xgboost", "XGBClassifier", {"booster": "dart"}),
        ("xgboost", "XGBClassifier", {"early_stopping_rounds": 3}),
        ("lightgbm", "LGBMClassifier", {"boosting_type": "dart"}),
        ("lightgbm", "LGBMClassifier", {"num_iterations": 7}),
        ("lightgbm", "LGBMClassifier", {"early_stopping_round": 3}),
        ("catboost", "CatBoostClassifier", {}),
        ("catboost", "CatBoostClassifier", {"learning_rate": 0.1, "model_shrink_rate": 0.1}),
    ],
)
def test_other_libraries_fit_each_by_itself_where_it_may_differ(
    library: str, name: str, params: Any
):
    pytest.importorskip(library)
    model = getattr(importlib.import_module(library), name)(**params)
    assert not serves_both(model, "n_estimators")


def test_counts_that_are_none_or_no_numbers_are_left_alone():
    forest = RandomForestClassifier(**SEEDED)
    listed: list[Any] = [{"n_estimators": count} for count in (0, None, True, "5", 10, 20)]
    siblings = Siblings(listed, forest, n_rows=9)
    assert [siblings.of(number) is None for number in range(6)] == [True] * 4 + [False] * 2


def test_candidates_that_differ_in_anything_else_are_no_siblings():
    forest = RandomForestClassifier(**SEEDED)
    values: list[Any] = [0.0, -0.0, 0.1, 1, 1.0, True, None]
    listed = [
        {"n_estimators": count, "min_impurity_decrease": one}
        for count in (10, 20)
        for one in values
    ]
    siblings = Siblings(listed, forest, n_rows=9)
    for number in range(len(values)):
        family = siblings.of(number)
        assert family is not None
        assert family.numbers == (number, number + len(values))


def test_params_that_do_not_fit_are_left_to_the_fit_to_complain_of():
    forest = RandomForestClassifier(**SEEDED)
    listed = [{"n_estimators": count, "nothing": 1} for count in (10, 20)]
    assert Siblings(listed, forest, n_rows=9).of(0) is None
