"""Metadata reaches the estimator, the scorer and the splitter, with routing and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn import model_selection
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from tests.search.searches import Make, X, logistic, y

KINDS = [GridSearchCV, RandomizedSearchCV, BayesSearchCV]
WEIGHT = np.linspace(0.5, 1.5, 60)
GROUPS = np.arange(60) % 3
SPACE = {"C": [0.01, 1.0]}
HAS_SCORER_WEIGHTS = tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 7)


@pytest.fixture
def routing() -> Iterator[None]:
    with sklearn.config_context(enable_metadata_routing=True):
        yield


class Recorder(ClassifierMixin, BaseEstimator):
    """Keeps what its fit was given besides X and y, and how much of it."""

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: Any, y: Any, sample_weight: Any = None, note: Any = None) -> Recorder:
        self.classes_ = np.unique(y)
        self.weight_ = None if sample_weight is None else np.asarray(sample_weight)
        self.note_ = note
        assert sample_weight is None or len(sample_weight) == len(X)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


@pytest.mark.parametrize("kind", KINDS)
def test_no_argument_of_fit_is_metadata_of_the_search_itself(kind: type, routing: None):
    search = kind(logistic(), SPACE)
    assert not hasattr(search, "set_fit_request")
    assert not hasattr(search, "set_score_request")


@pytest.mark.usefixtures("routing")
def test_routing_asks_as_scikit_learn_s_searches_do(make: Make):
    theirs = model_selection.GridSearchCV(logistic(), SPACE).get_metadata_routing()
    ours = make(logistic(), SPACE).get_metadata_routing()
    assert repr(ours).replace(repr(ours.owner), "") == repr(theirs).replace(repr(theirs.owner), "")


@pytest.mark.usefixtures("routing")
def test_a_search_fits_with_routing_and_nothing_to_route(make: Make):
    assert make(logistic(), SPACE, cv=3).fit(X, y).best_score_ > 0.5


@pytest.mark.usefixtures("routing")
def test_groups_are_routed_to_a_splitter_that_consumes_them(make: Make):
    search = make(logistic(), SPACE, cv=GroupKFold(3)).fit(X, y, groups=GROUPS)
    assert search.n_splits_ == 3


@pytest.mark.usefixtures("routing")
def test_metadata_that_nobody_asks_for_is_an_error(make: Make):
    with pytest.raises(TypeError, match="got unexpected argument"):
        make(logistic(), SPACE).fit(X, y, groups=GROUPS)
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        make(logistic(), SPACE).fit(X, y, sample_weight=WEIGHT)


@pytest.mark.usefixtures("routing")
def test_weights_reach_fit_and_scorer_where_both_ask_for_them(make: Make):
    seen = []

    def weighted(true, predicted, sample_weight=None):
        seen.append(len(sample_weight))
        return accuracy_score(true, predicted, sample_weight=sample_weight)

    scorer = make_scorer(weighted).set_score_request(sample_weight=True)
    estimator = Recorder().set_fit_request(sample_weight=True)
    search = make(estimator, SPACE, scoring=scorer, cv=3, n_iter=2)
    search.fit(X, y, sample_weight=WEIGHT)
    np.testing.assert_array_equal(search.best_estimator_.weight_, WEIGHT)
    assert seen == [20] * 6


@pytest.mark.usefixtures("routing")
def test_metadata_is_routed_through_a_search_inside_a_pipeline(make: Make):
    estimator = (
        Recorder().set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
    )
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    pipeline = make_pipeline(scaler, make(estimator, SPACE, cv=2, n_iter=1))
    pipeline.fit(X, y, sample_weight=WEIGHT)
    np.testing.assert_array_equal(pipeline[-1].best_estimator_.weight_, WEIGHT)


def test_without_routing_arrays_of_the_length_of_X_are_split_and_others_passed_on(make: Make):
    search = make(Recorder(), SPACE, cv=3, n_iter=2, scoring="balanced_accuracy")
    search.fit(X, y, sample_weight=[*WEIGHT], note="as it is")
    assert search.best_estimator_.note_ == "as it is"
    np.testing.assert_array_equal(search.best_estimator_.weight_, WEIGHT)


def test_without_routing_groups_go_to_the_splitter_alone(make: Make):
    search = make(Recorder(), SPACE, cv=GroupKFold(3), n_iter=2).fit(X, y, groups=[*GROUPS])
    assert search.n_splits_ == 3


def test_a_splitter_that_needs_groups_says_so(make: Make):
    with pytest.raises(ValueError, match="The 'groups' parameter should not be None"):
        make(Recorder(), SPACE, cv=GroupKFold(3)).fit(X, y)


@pytest.mark.skipif(not HAS_SCORER_WEIGHTS, reason="scikit-learn scores unweighted before 1.7")
def test_without_routing_weights_reach_a_scorer_that_takes_them(make: Make):
    weight = np.where(y == 1, 1.0, 0.0)
    search = make(logistic(), SPACE, cv=3, n_iter=2, scoring="accuracy")
    recall = make(logistic(), SPACE, cv=3, n_iter=2, scoring="recall")
    weighted = search.fit(X, y, sample_weight=weight + 1e-9).cv_results_["mean_test_score"]
    plain = recall.fit(X, y, sample_weight=weight + 1e-9).cv_results_["mean_test_score"]
    np.testing.assert_allclose(weighted, plain, atol=1e-6)


@pytest.mark.skipif(not HAS_SCORER_WEIGHTS, reason="scikit-learn scores unweighted before 1.7")
def test_without_routing_a_scorer_that_takes_no_weights_is_said_once(make: Make):
    def plain(true: Any, predicted: Any) -> float:
        return float(np.mean(true == predicted))

    search = make(logistic(), SPACE, cv=3, n_iter=2, scoring=make_scorer(plain))
    with pytest.warns(UserWarning, match="does not support sample_weight") as caught:
        search.fit(X, y, sample_weight=WEIGHT)
    assert sum("sample_weight" in str(one.message) for one in caught) == 1


def test_score_takes_metadata_only_with_routing(make: Make):
    search = make(logistic(), SPACE, cv=2).fit(X, y)
    with pytest.raises(ValueError, match="is only supported if enable_metadata_routing=True"):
        search.score(X, y, sample_weight=WEIGHT)


def test_a_bayes_search_takes_callbacks_beside_groups_with_routing_and_without():
    for enabled in (False, True):
        with sklearn.config_context(enable_metadata_routing=enabled):
            results = []
            search = BayesSearchCV(logistic(), SPACE, cv=GroupKFold(3), n_iter=2)
            search.fit(X, y, groups=GROUPS, callback=results.append)
            assert len(results) == 2
