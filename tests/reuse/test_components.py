"""Candidates that differ in how many components of a PCA they keep share one fit a fold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from skhp.reuse._components import WholePCA, can_be_cut, without_count

N_FOLDS = 3
LEARNED = ("components_", "explained_variance_", "explained_variance_ratio_", "singular_values_")


def table(n_rows: int, n_columns: int, kind: str = "float64") -> tuple[Any, Any]:
    X, y = make_classification(n_rows, n_columns, n_informative=4, random_state=0)
    return X.astype(kind), y


def pipeline(pca: Any, **more: Any) -> Pipeline:
    model = LogisticRegression(solver="liblinear")
    return Pipeline([("scale", StandardScaler()), ("pca", pca), ("model", model)], **more)


def same_but_for_times(one: Any, other: Any) -> bool:
    for name, column in other.cv_results_.items():
        if not name.endswith("_time") and name != "params":
            np.testing.assert_array_equal(one.cv_results_[name], column, err_msg=name)
    return True


@pytest.fixture
def n_fits(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A list that holds, of each time that components are computed, how many are wanted."""
    fits: list[Any] = []

    def counted(fit: Callable[..., Any]) -> Callable[..., Any]:
        def count(self: PCA, X: Any, y: Any = None) -> Any:
            fits.append(self.n_components)
            return fit(self, X, y)

        return count

    for name in ("fit", "fit_transform"):
        monkeypatch.setattr(PCA, name, counted(getattr(PCA, name)))
    return fits


ANY_SEARCH = given(
    solver=st.sampled_from(["auto", "full", "covariance_eigh", "randomized", "arpack"]),
    whiten=st.booleans(),
    kind=st.sampled_from(["float64", "float32"]),
    shape=st.sampled_from([(120, 7), (90, 30), (40, 40), (40, 60), (600, 50)]),
    counts=st.lists(st.sampled_from([1, 2, 3, 5, 6, 30, None, 0.5]), min_size=2, max_size=4),
    output=st.sampled_from(["default", "pandas"]),
)


@settings(max_examples=3)
@ANY_SEARCH
def test_reuse_on_and_off_give_equal_scores(**drawn: Any):
    check_equal_scores(**drawn)


@pytest.mark.slow
@settings(max_examples=30)
@ANY_SEARCH
def test_it_does_in_many_searches(**drawn: Any):
    check_equal_scores(**drawn)


def check_equal_scores(
    solver: str, whiten: bool, kind: str, shape: Any, counts: list[Any], output: str
):
    X, y = table(*shape, kind)
    pca = PCA(svd_solver=solver, whiten=whiten, random_state=0)
    whole = pipeline(pca).set_output(transform=output)  # type: ignore[arg-type]
    space = {"pca__n_components": counts, "model": [KNeighborsClassifier(), GaussianNB()]}

    def search(on: bool) -> Any:
        search = GridSearchCV(
            whole,
            space,
            cv=2,
            refit=False,
            return_train_score=True,
            reuse_steps=on,
            scoring=["accuracy", "roc_auc", "neg_log_loss"],
            keep_predictions=True,
        )
        try:
            return search.fit(X, y)
        except ValueError:  # more components than there can be, in all of them
            return None

    on, off = search(True), search(False)
    assert (on is None) == (off is None)
    assert on is None or same_but_for_times(on, off)


@settings(max_examples=60)
@given(
    solver=st.sampled_from(["auto", "full", "covariance_eigh"]),
    whiten=st.booleans(),
    kind=st.sampled_from(["float64", "float32"]),
    order=st.sampled_from("CF"),
    shape=st.sampled_from([(120, 7), (90, 30), (40, 40), (40, 60), (600, 50), (700, 90)]),
    share=st.floats(0, 1),
    seed=st.integers(0, 2**20),
)
def test_a_cut_pca_is_the_one_that_would_have_been_fitted(
    solver: str, whiten: bool, kind: str, order: Any, shape: Any, share: float, seed: int
):
    rng = np.random.default_rng(seed)
    X, new = (rng.normal(size=(n, shape[1])).astype(kind, order) for n in (shape[0], 20))
    count = max(1, round(share * min(shape)))
    cut = PCA(count, svd_solver=solver, whiten=whiten, random_state=0)
    if not can_be_cut(cut, X):
        return
    fitted = clone(cut)
    whole = WholePCA.fitted(without_count(cut), X)
    assert whole is not None
    np.testing.assert_array_equal(whole.cut(cut, X), fitted.fit_transform(X))
    np.testing.assert_array_equal(cut.transform(new), fitted.transform(new))
    assert vars(cut).keys() == vars(fitted).keys()
    for name, value in vars(fitted).items():
        np.testing.assert_array_equal(getattr(cut, name), value, err_msg=name)
    assert all(getattr(cut, name).strides == getattr(fitted, name).strides for name in LEARNED)


@pytest.mark.parametrize("counts", [[1, 2, 3, 5], [5, 3, 2, 1], [2, 5, 1, 3]])
@pytest.mark.parametrize("solver", ["auto", "full", "covariance_eigh"])
def test_components_are_computed_once_a_fold_in_any_order(
    counts: list[int], solver: str, n_fits: list[Any]
):
    pca = PCA(svd_solver=solver, random_state=0)
    space = {"pca__n_components": counts}
    search = GridSearchCV(pipeline(pca), space, cv=N_FOLDS, refit=False).fit(*table(120, 7))
    assert len(n_fits) == N_FOLDS
    assert (search.cv_results_["mean_saved_time"][1:] > 0).all()


def test_other_params_of_it_are_told_apart(n_fits: list[Any]):
    space = {"pca__n_components": [1, 3], "pca__whiten": [True, False], "model__C": [0.1, 1.0]}
    pca = PCA(svd_solver="full")
    GridSearchCV(pipeline(pca), space, cv=N_FOLDS, refit=False).fit(*table(90, 6))
    assert len(n_fits) == 2 * N_FOLDS


def test_it_is_cut_where_the_space_swaps_it(n_fits: list[Any]):
    space = {"pca": [PCA(n, svd_solver="full") for n in (1, 2, 4)], "model__C": [0.1, 1.0]}
    GridSearchCV(pipeline(PCA()), space, cv=N_FOLDS, refit=False).fit(*table(90, 6))
    assert len(n_fits) == N_FOLDS


@pytest.mark.parametrize("kind", [BayesSearchCV, RandomizedSearchCV])
def test_other_searches_share_it_too(kind: Any, n_fits: list[Any]):
    space: Any = {"pca__n_components": [1, 2, 3, 4, 5, 6], "model__C": [0.1, 1.0]}
    settings: Any = {"n_iter": 6, "random_state": 0, "refit": False, "cv": N_FOLDS}
    one, other = (
        kind(pipeline(PCA(svd_solver="full")), space, reuse_steps=on, **settings).fit(*table(90, 6))
        for on in (True, False)
    )
    assert same_but_for_times(one, other)
    assert n_fits.count(None) == N_FOLDS


class OwnPCA(PCA):
    """Another class, which may do anything."""


@pytest.mark.parametrize(
    ("pca", "shape"),
    [
        (OwnPCA(svd_solver="full"), (90, 6)),
        (PCA(svd_solver="randomized", random_state=0), (90, 6)),
        (PCA(svd_solver="arpack", random_state=0), (90, 6)),
        (PCA(random_state=0), (900, 100)),
        (PCA(svd_solver="covariance_eigh"), (30, 60)),
    ],
    ids=["a class of its own", "randomized", "arpack", "auto", "few rows"],
)
def test_what_could_differ_is_fitted_each_time(pca: Any, shape: Any, n_fits: list[Any]):
    space = {"pca__n_components": [2, 3, 5]}
    GridSearchCV(pipeline(pca), space, cv=N_FOLDS, refit=False).fit(*table(*shape))
    assert sorted(n_fits) == sorted([2, 3, 5] * N_FOLDS)


def test_too_many_components_fail_as_ever():
    search = GridSearchCV(
        pipeline(PCA(svd_solver="full")), {"pca__n_components": [2, 7]}, cv=N_FOLDS, refit=False
    )
    with pytest.warns(Warning, match="n_components=7 must be between"):
        search.fit(*table(90, 6))
    assert np.isfinite(search.cv_results_["mean_test_score"]).tolist() == [True, False]
