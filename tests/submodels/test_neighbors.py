"""A model of few neighbors that is cut from one of many is, to the last bit, the separate one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_classification, make_regression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp import GridSearchCV
from skhp.submodels import Siblings, Whole

X, y = make_classification(300, n_features=4, n_informative=3, n_redundant=0, random_state=0)
Z, t = make_regression(300, n_features=4, noise=10.0, random_state=0)
OTHERS = np.random.default_rng(0).normal(size=(80, 4))
TIED = {
    "no ties": lambda rows: rows,
    "some rows twice": lambda rows: np.vstack([rows[:290], rows[:10]]),
    "whole numbers": lambda rows: rows.round(),
    "all the same": np.zeros_like,
}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"weights": "distance"},
    {"p": 1, "algorithm": "ball_tree"},
    {"metric": "chebyshev", "weights": "distance"},
]
COUNTS = [1, 4, 7, 10, 20]
MOST = max(COUNTS)


def cut(model: Any, k: int, *, most: int = MOST) -> Any:
    """Return the model of `k` neighbors that is cut from a fitted one."""
    part = type(model)(**{**model.get_params(), "n_neighbors": k})
    with Whole(model, "n_neighbors", 1.0, lambda scorer: scorer).standing_in(part, k) as cut:
        part.fit(X, y)
    assert cut.saved_time == 1.0
    return part


@pytest.mark.parametrize("ties", TIED)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("kind", [KNeighborsClassifier, KNeighborsRegressor])
def test_fewer_neighbors_are_those_of_a_separate_fit(
    kind: Any, settings: dict[str, Any], ties: str
):
    rows, targets = (X, y) if kind is KNeighborsClassifier else (Z, t)
    rows, asked = TIED[ties](rows), TIED[ties](OTHERS)
    whole = kind(MOST, **settings).fit(rows, targets)
    for k in COUNTS:
        part, alone = cut(whole, k), kind(k, **settings).fit(rows, targets)
        for other in (asked, rows, asked[:7]):
            for method in ("predict", "predict_proba"):
                if hasattr(alone, method):
                    expected = getattr(alone, method)(other)
                    np.testing.assert_array_equal(getattr(part, method)(other), expected)
        found, expected = part.kneighbors(asked, 3), alone.kneighbors(asked, 3)
        np.testing.assert_array_equal(found[0], expected[0])
        np.testing.assert_array_equal(found[1], expected[1])
        np.testing.assert_array_equal(
            part.kneighbors_graph().toarray(), alone.kneighbors_graph().toarray()
        )


def asked_for(monkeypatch: Any) -> list[tuple[int, int]]:
    """Return a list that gets rows and neighbors of all that is asked of models."""
    own, found = KNeighborsClassifier.kneighbors, []

    def kneighbors(self: Any, X: Any = None, n_neighbors: Any = None, **more: Any) -> Any:
        found.append((len(X), n_neighbors or self.n_neighbors))
        return own(self, X, n_neighbors, **more)

    monkeypatch.setattr(KNeighborsClassifier, "kneighbors", kneighbors)
    return found


def test_a_search_asks_for_the_most_neighbors_only(monkeypatch: Any):
    found = asked_for(monkeypatch)
    model = make_pipeline(StandardScaler(), KNeighborsClassifier())
    space = {"kneighborsclassifier__n_neighbors": COUNTS}
    GridSearchCV(model, space, cv=3, refit=False).fit(X, y)
    assert found == [(100, 20), (32, 20), (100, 20)] * 3


def test_where_many_distances_tie_each_asks_for_its_own(monkeypatch: Any):
    found = asked_for(monkeypatch)
    model = KNeighborsClassifier(algorithm="kd_tree")
    GridSearchCV(model, {"n_neighbors": COUNTS}, cv=3, refit=False).fit(X.round(), y)
    assert sorted(set(found)) == sorted({(32, 20), *((100, k) for k in COUNTS)})


SEARCHED: dict[str, Callable[[], Any]] = {
    "rows": lambda: KNeighborsClassifier(),
    "rows one by one": lambda: KNeighborsClassifier(algorithm="brute"),
    "scaled": lambda: make_pipeline(StandardScaler(), KNeighborsClassifier(weights="distance")),
}


@pytest.mark.parametrize("kind", SEARCHED)
def test_a_search_finds_the_same_as_with_separate_fits(kind: str):
    model = SEARCHED[kind]()
    [name] = [name for name in model.get_params() if name.endswith("n_neighbors")]
    settings: dict[str, Any] = {"cv": 3, "scoring": ["accuracy", "neg_log_loss"], "refit": False}
    one, other = (
        GridSearchCV(model, {name: COUNTS}, reuse_steps=on, return_train_score=True, **settings)
        .fit(X, y)
        .cv_results_
        for on in (True, False)
    )
    for key in other:
        if not key.endswith("_time"):
            np.testing.assert_array_equal(np.ma.getdata(one[key]), np.ma.getdata(other[key]))


@pytest.mark.parametrize(
    ("settings", "counts"),
    [
        ({}, [5, 50]),  # to ask once more for the most would cost more
        ({"metric": "precomputed"}, COUNTS),
        ({"metric": lambda a, b: abs(a - b).sum()}, COUNTS),
        ({"weights": lambda distances: distances + 1.0}, COUNTS),
    ],
    ids=["few", "precomputed", "own metric", "own weights"],
)
def test_models_are_fitted_each_by_itself(settings: Any, counts: list[int]):
    listed = [{"n_neighbors": k} for k in counts]
    assert Siblings(listed, KNeighborsClassifier(**settings), n_rows=200).of(0) is None


def test_more_neighbors_than_rows_fail_alone():
    model = KNeighborsClassifier(algorithm="kd_tree")
    search = GridSearchCV(model, {"n_neighbors": [3, 5, 250, 7]}, cv=3, refit=False)
    with pytest.warns(match="n_neighbors = 250"):
        scores = search.fit(X, y).cv_results_["mean_test_score"]
    assert np.isfinite(scores).tolist() == [True, True, False, True]
