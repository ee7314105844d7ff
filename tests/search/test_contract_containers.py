"""Rows and targets come in every container that scikit-learn's searches take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from tests.processes import running, said_by
from tests.search.searches import Make, X, y

SPACE = {"C": [0.1, 1.0]}


class OfType(ClassifierMixin, BaseEstimator):
    """Refuses rows that are not of the type named, or of too few dimensions."""

    def __init__(self, name: str = "", ndim: int = 2, C: float = 1.0) -> None:
        self.name = name
        self.ndim = ndim
        self.C = C

    def fit(self, X: Any, y: Any) -> OfType:
        self._check(X)
        self.classes_ = np.unique(np.asarray(y))
        return self

    def predict(self, X: Any) -> Any:
        self._check(X)
        return np.full(len(X), self.classes_[0])

    def _check(self, X: Any) -> None:
        assert type(X).__name__ == self.name
        assert np.ndim(X) == self.ndim


def expected_scores(make: Make, **more: Any) -> Any:
    return make(SVC(), SPACE, cv=3, n_iter=2, **more).fit(X, y).cv_results_["mean_test_score"]


@pytest.mark.parametrize(
    "container", [np.asarray, np.asfortranarray, np.ndarray.tolist, np.float32]
)
def test_the_container_of_X_makes_no_difference(make: Make, container: Any):
    search = make(SVC(), SPACE, cv=3, n_iter=2).fit(container(X), y)
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], expected_scores(make))
    assert len(search.predict(container(X))) == 60


@pytest.mark.parametrize("form", ["csr_matrix", "csc_matrix", "csr_array", "coo_matrix"])
def test_sparse_rows_are_searched(make: Make, form: str):
    search = make(SVC(), SPACE, cv=3, n_iter=2).fit(getattr(scipy.sparse, form)(X), y)
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], expected_scores(make))


def test_pandas_tables_and_columns_arrive_as_such(make: Make):
    pandas = pytest.importorskip("pandas")
    index = np.arange(60) + 100
    table = pandas.DataFrame(X, columns=list("abcd"), index=index)
    search = make(OfType("DataFrame"), SPACE, cv=3, n_iter=2)
    search.fit(table, pandas.Series(y, index=index))
    assert search.stop_reason_ == "all candidates tried"
    assert len(search.predict(table)) == 60


def test_polars_tables_arrive_as_such(make: Make):
    polars = pytest.importorskip("polars")
    table = polars.DataFrame(X, schema=list("abcd"))
    search = make(OfType("DataFrame"), SPACE, cv=3, n_iter=2).fit(table, polars.Series(y))
    assert len(search.predict(table)) == 60


def test_lists_of_lists_arrive_as_such(make: Make):
    search = make(OfType("list"), SPACE, cv=3, n_iter=2).fit(X.tolist(), y.tolist())
    assert len(search.predict(X.tolist())) == 60


def test_rows_may_have_any_number_of_dimensions(make: Make):
    images = np.zeros((60, 3, 2, 2))
    search = make(OfType("ndarray", ndim=4), SPACE, cv=3, n_iter=2).fit(images, y)
    assert len(search.predict(images)) == 60


def test_a_precomputed_kernel_is_cut_on_both_sides(make: Make):
    linear = make(SVC(kernel="linear"), SPACE, cv=3, n_iter=2).fit(X, y)
    computed = make(SVC(kernel="precomputed"), SPACE, cv=3, n_iter=2).fit(X @ X.T, y)
    np.testing.assert_allclose(
        computed.cv_results_["mean_test_score"], linear.cv_results_["mean_test_score"]
    )


def test_a_precomputed_kernel_must_be_square(make: Make):
    with pytest.raises(ValueError, match="X should be a square kernel matrix"):
        make(SVC(kernel="precomputed"), SPACE, cv=3, error_score="raise").fit(X, y)


def test_targets_may_be_absent(make: Make):
    search = make(KMeans(2, n_init=1, random_state=0), {"tol": [1e-4, 1e-2]}, cv=3, n_iter=2)
    assert search.fit(X).best_estimator_.cluster_centers_.shape == (2, 4)


def test_targets_may_have_columns(make: Make):
    both = np.column_stack([X[:, 0], X[:, 1] ** 2])
    search = make(Ridge(), {"alpha": [0.1, 1.0]}, cv=3, n_iter=2).fit(X, both)
    assert search.predict(X).shape == (60, 2)


@pytest.mark.parametrize("target", [np.array(["no", "yes"])[y], (y == 1), [*map(str, y)]])
def test_classes_may_be_strings_or_booleans(make: Make, target: Any):
    search = make(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=3, n_iter=2)
    assert set(search.fit(X, target).predict(X)) == set(target)


def test_many_labels_per_row_are_searched(make: Make):
    labels = np.column_stack([y, 1 - y])
    search = make(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, cv=3, n_iter=2).fit(X, labels)
    assert search.predict(X).shape == (60, 2)


def test_missing_values_are_the_estimator_s_affair(make: Make):
    holes = np.where(np.arange(240).reshape(60, 4) % 7 == 0, np.nan, X)
    search = make(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=3, n_iter=2)
    assert np.isfinite(search.fit(holes, y).best_score_)


ARRAY_API = """
import array_api_strict as xp, numpy as np, sklearn
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from tests.search.searches import SEARCHES, X
target = X[:, 0] + X[:, 1]
with sklearn.config_context(array_api_dispatch=True):
    for make in SEARCHES.values():
        search = make(Ridge(solver="svd"), {"alpha": [0.1, 10.0]}, cv=3, n_iter=2)
        search.fit(xp.asarray(X), xp.asarray(target))
        plain = make(Ridge(solver="svd"), {"alpha": [0.1, 10.0]}, cv=3, n_iter=2).fit(X, target)
        assert type(search.predict(xp.asarray(X))) is type(xp.asarray(X))
        assert search.best_params_ == plain.best_params_
        scores = [one.cv_results_["mean_test_score"] for one in (search, plain)]
        np.testing.assert_allclose(*scores)
        theirs = GridSearchCV(Ridge(solver="svd"), {"alpha": [0.1, 10.0]}, cv=3)
        theirs.fit(xp.asarray(X), xp.asarray(target))
        said = []
        for one in (search, theirs):
            try:
                said.append(type(one.predict(X)))
            except Exception as error:
                said.append(str(error).replace(type(one).__name__, "search"))
        assert said[0] == said[1], said
"""


@pytest.mark.slow
def test_other_array_libraries_stay_what_they_are(tmp_path: Path):
    pytest.importorskip("array_api_strict")
    with running(ARRAY_API, tmp_path, SCIPY_ARRAY_API="1") as process:
        said_by(process)
