"""Scores of a search are the same to the last bit whether steps are reused or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    PolynomialFeatures,
    SplineTransformer,
    StandardScaler,
)

from skhp import GridSearchCV

X, y = make_classification(60, n_features=6, random_state=0)
FRAME = pd.DataFrame(X, columns=list("abcdef"))

STEPS = [
    StandardScaler(),
    StandardScaler(copy=False),
    MinMaxScaler(),
    PCA(3, svd_solver="full"),
    PCA(3, random_state=0),
    SelectKBest(k=3),
    PolynomialFeatures(2),
    SplineTransformer(sparse_output=True),
    KBinsDiscretizer(3, random_state=0),
    Nystroem(n_components=10, random_state=0),
    FeatureUnion([("scaled", StandardScaler()), ("few", PCA(2, svd_solver="full"))]),
    ColumnTransformer([("scaled", StandardScaler(), slice(0, 2))], remainder="passthrough"),
    make_pipeline(MinMaxScaler(), SplineTransformer()),
    "passthrough",
    None,
]
MODELS = [
    (LogisticRegression(solver="liblinear"), "C", [0.1, 1.0, 10.0]),
    (RidgeClassifier(copy_X=False), "alpha", [0.1, 1.0, 10.0]),
    (KNeighborsClassifier(), "n_neighbors", [1, 3, 5]),
]


def results(estimator: Any, space: Any, rows: Any, *, reuse_steps: bool) -> dict[str, Any]:
    search = GridSearchCV(
        estimator, space, cv=2, refit=False, return_train_score=True, reuse_steps=reuse_steps
    )
    try:
        table = search.fit(rows, y).cv_results_
    except ValueError as error:  # some steps make nothing of what others give them
        return {"error": str(error).splitlines()[1:2]}
    return {
        name: column for name, column in table.items() if "score" in name and "time" not in name
    }


ANY_SEARCH = given(
    steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=3),
    model=st.sampled_from(MODELS),
    swaps=st.lists(st.sampled_from(STEPS), max_size=2),
    rows=st.sampled_from([X, FRAME, np.asfortranarray(X)]),
    output=st.sampled_from(["default", "pandas"]),
)


@settings(max_examples=6)
@ANY_SEARCH
def test_reuse_on_and_off_give_equal_scores(**drawn: Any):
    check_equal_scores(**drawn)


@pytest.mark.slow
@settings(max_examples=60)
@ANY_SEARCH
def test_it_does_in_many_searches(**drawn: Any):
    check_equal_scores(**drawn)


def check_equal_scores(
    steps: list[Any], model: tuple[Any, str, list[Any]], swaps: list[Any], rows: Any, output: str
):
    estimator, name, values = model
    named = [(f"step{n}", step) for n, step in enumerate(steps)]
    whole = Pipeline([*named, ("model", estimator)])
    sparse = any(isinstance(step, SplineTransformer | KBinsDiscretizer) for step in steps + swaps)
    if output == "pandas" and not sparse:
        whole.set_output(transform="pandas")
    space = {f"model__{name}": values}
    if swaps:
        space["step0"] = swaps
    on, off = (results(whole, space, rows, reuse_steps=reuse) for reuse in (True, False))
    for column, scores in off.items():
        np.testing.assert_array_equal(on[column], scores, err_msg=column)
