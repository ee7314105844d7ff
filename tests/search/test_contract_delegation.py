"""Methods and tags of the estimator show through the search, with scikit-learn's messages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import model_selection
from sklearn.base import is_classifier, is_regressor
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.neighbors import KernelDensity, LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags

from tests.search.searches import Make, X, logistic, y

METHODS = (
    "predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "score_samples",
    "transform",
    "inverse_transform",
)
ESTIMATORS = {
    "classifier": (logistic(), {"C": [0.1, 1.0]}),
    "regressor": (Ridge(), {"alpha": [0.1, 1.0]}),
    "clusterer": (KMeans(2, n_init=1, random_state=0), {"tol": [1e-4, 1e-2]}),
    "transformer": (PCA(2), {"whiten": [True, False]}),
    "density": (KernelDensity(), {"bandwidth": [0.5, 1.0]}),
    "pipeline": (make_pipeline(PCA(2), SVC()), {"svc__C": [0.1, 1.0]}),
}


def message_of(search: Any, method: str) -> str:
    """What is said where a method is missing, whatever the search is called."""
    with pytest.raises(AttributeError) as caught:
        getattr(search, method)
    error: BaseException = caught.value
    said = f"{error} | {error.__cause__}"
    return said.replace(type(search).__name__, "search").replace(repr(search), "search")


@pytest.mark.parametrize("name", ESTIMATORS)
def test_before_fit_a_search_has_the_methods_of_its_estimator(make: Make, name: str):
    estimator, space = ESTIMATORS[name]
    search = make(estimator, space)
    assert [hasattr(search, method) for method in METHODS] == [
        hasattr(estimator, method) for method in METHODS
    ]
    for method in METHODS:
        if hasattr(search, method):
            with pytest.raises(NotFittedError):
                getattr(search, method)(X)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_after_fit_methods_answer_as_the_best_estimator(make: Make, name: str):
    estimator, space = ESTIMATORS[name]
    search = make(estimator, space, cv=2, n_iter=2).fit(X, y)
    for method in METHODS:
        assert hasattr(search, method) == hasattr(search.best_estimator_, method)
        if hasattr(search, method):
            rows = search.transform(X) if method == "inverse_transform" else X
            np.testing.assert_array_equal(
                getattr(search, method)(rows), getattr(search.best_estimator_, method)(rows)
            )


def test_methods_depend_on_the_params_that_won(make: Make):
    search = make(SVC(), {"probability": [True]}, n_iter=1, cv=2)
    assert not hasattr(search, "predict_proba")
    assert hasattr(search.fit(X, y), "predict_proba")


@pytest.mark.parametrize("method", METHODS)
def test_without_refit_the_error_says_so_as_in_scikit_learn(make: Make, method: str):
    theirs = model_selection.GridSearchCV(logistic(), {"C": [1.0]}, refit=False, cv=2)
    ours = make(logistic(), {"C": [1.0]}, refit=False, cv=2, n_iter=1)
    said = message_of(theirs.fit(X, y), method)
    assert message_of(ours.fit(X, y), method) == said


def test_a_missing_method_is_reported_as_in_scikit_learn(make: Make):
    theirs = model_selection.GridSearchCV(logistic(), {"C": [1.0]})
    ours = make(logistic(), {"C": [1.0]})
    assert message_of(ours, "transform") == message_of(theirs, "transform")


def test_score_uses_the_scoring_of_the_search(make: Make):
    search = make(logistic(), {"C": [1e-4, 1.0]}, scoring="neg_log_loss", cv=2)
    assert search.fit(X, y).score(X, y) == search.scorer_(search.best_estimator_, X, y) < 0


def test_score_uses_the_metric_that_refit_names(make: Make):
    search = make(logistic(), {"C": [0.1, 1.0]}, scoring=["accuracy", "recall"], refit="recall")
    expected = search.fit(X, y).scorer_["recall"](search.best_estimator_, X, y)
    assert search.score(X, y) == expected


def test_score_without_refit_is_an_attribute_error(make: Make):
    search = make(logistic(), {"C": [1.0]}, refit=False, cv=2, n_iter=1).fit(X, y)
    with pytest.raises(AttributeError, match="refit=False"):
        search.score(X, y)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_tags_are_those_that_scikit_learn_s_search_has(make: Make, name: str):
    estimator, space = ESTIMATORS[name]
    expected = get_tags(model_selection.GridSearchCV(estimator, space))
    assert get_tags(make(estimator, space)) == expected


def test_a_search_takes_missing_values_where_its_estimator_does(make: Make):
    assert get_tags(make(DecisionTreeClassifier(), {})).input_tags.allow_nan
    assert not get_tags(make(SVC(), {})).input_tags.allow_nan


def test_a_search_is_what_its_estimator_is(make: Make):
    assert is_classifier(make(SVC(), {}))
    assert is_regressor(make(Ridge(), {}))


@pytest.mark.parametrize("metric", ["precomputed", "minkowski"])
def test_a_search_of_a_precomputed_estimator_is_pairwise(make: Make, metric: str):
    search = make(LocalOutlierFactor(metric=metric), {})
    assert get_tags(search).input_tags.pairwise == (metric == "precomputed")
