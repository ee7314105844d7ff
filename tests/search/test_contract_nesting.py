"""Fitted searches are pickled, copied and cloned, and stand inside other estimators."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhp import BayesSearchCV, RandomizedSearchCV
from tests.search.estimators import Bowl
from tests.search.searches import Make, X, bayes, grid, logistic, y

SPACE = {"C": [0.1, 1.0]}


def assert_twins(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    assert one.cv_results_["params"] == other.cv_results_["params"]
    assert one.best_params_ == other.best_params_
    assert one.get_params(deep=False).keys() == other.get_params(deep=False).keys()
    assert len(one.history_) == len(other.history_)
    np.testing.assert_array_equal(one.predict(X), other.predict(X))


@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_a_fitted_search_survives_pickling(make: Make, protocol: int):
    search = make(logistic(), SPACE, cv=2, n_iter=2).fit(X, y)
    assert_twins(pickle.loads(pickle.dumps(search, protocol)), search)


def test_a_fitted_search_survives_a_file(make: Make, tmp_path: Any):
    search = make(logistic(), SPACE, cv=2, n_iter=2).fit(X, y)
    joblib.dump(search, tmp_path / "search.joblib")
    assert_twins(joblib.load(tmp_path / "search.joblib"), search)


def test_deep_copies_are_independent(make: Make):
    search = make(logistic(), SPACE, cv=2, n_iter=2).fit(X, y)
    copied = copy.deepcopy(search)
    assert_twins(copied, search)
    copied.best_estimator_.coef_ += 1000
    copied.estimator.C = 99
    assert search.estimator.C == 1.0
    assert abs(search.best_estimator_.coef_).max() < 1000


def test_a_search_that_was_told_to_callbacks_holds_none_of_them():
    search = BayesSearchCV(logistic(), {"C": (0.1, 1.0)}, n_iter=2, cv=2, random_state=0)
    search.fit(X, y, callback=lambda result: None)
    assert_twins(pickle.loads(pickle.dumps(search)), search)


def test_a_restored_search_is_fitted_again_to_the_same_end():
    space = {"x": (0.0, 1.0), "kind": ["a", "b"]}
    search = BayesSearchCV(Bowl(), space, n_iter=9, cv=2, random_state=0).fit(X, y)
    restored = pickle.loads(pickle.dumps(search)).fit(X, y)
    assert restored.cv_results_["params"] == search.cv_results_["params"]


def test_a_clone_searches_the_same(make: Make):
    search = make(logistic(), SPACE, cv=2, n_iter=2).fit(X, y)
    assert_twins(clone(search).fit(X, y), search)


@pytest.mark.parametrize("backend", [pytest.param("loky", marks=pytest.mark.slow), "threading"])
def test_a_search_is_cross_validated_by_workers(make: Make, backend: str):
    search = make(logistic(), SPACE, cv=2, n_iter=2)
    with joblib.parallel_config(backend):
        scores = cross_val_score(search, X, y, cv=3, n_jobs=2, error_score="raise")
    np.testing.assert_array_equal(scores, cross_val_score(search, X, y, cv=3))


def test_a_search_is_a_step_of_a_pipeline(make: Make):
    pipeline = make_pipeline(StandardScaler(), make(logistic(), SPACE, cv=2, n_iter=2))
    pipeline.fit(X, y)
    assert pipeline[-1].best_params_["C"] in SPACE["C"]
    assert pipeline.score(X, y) > 0.5
    assert pipeline.predict_proba(X).shape == (60, 2)


def test_a_search_that_transforms_is_a_step_before_the_last(make: Make):
    pipeline = make_pipeline(make(PCA(2), {"whiten": [True, False]}, cv=2, n_iter=2), SVC())
    assert pipeline.fit(X, y).score(X, y) > 0.5


def test_a_search_of_a_search_tunes_what_the_inner_one_leaves(make: Make):
    inner = make(SVC(), SPACE, cv=2, n_iter=2)
    outer = make(inner, {"estimator__gamma": [0.01, 1.0]}, cv=2, n_iter=2).fit(X, y)
    assert set(outer.best_params_) == {"estimator__gamma"}
    assert outer.best_estimator_.best_params_["C"] in SPACE["C"]


@pytest.mark.slow
def test_a_search_of_workers_inside_a_search_of_workers_ends():
    inner = grid(SVC(), SPACE, cv=2, n_jobs=2)
    outer = bayes(inner, {"estimator__gamma": [0.01, 1.0]}, cv=2, n_iter=2, n_jobs=2).fit(X, y)
    assert outer.best_estimator_.stop_reason_ == "all candidates tried"


@pytest.mark.parametrize(
    "around",
    [
        lambda search: BaggingClassifier(search, n_estimators=2, random_state=0),
        lambda search: OneVsRestClassifier(search),
        lambda search: CalibratedClassifierCV(search, cv=2),
    ],
)
def test_a_search_stands_where_an_estimator_stands(make: Make, around: Any):
    assert around(make(logistic(), SPACE, cv=2, n_iter=2)).fit(X, y).score(X, y) > 0.5


def test_a_space_may_hold_distributions_and_be_pickled():
    search = RandomizedSearchCV(logistic(), {"C": loguniform(0.1, 1)}, n_iter=2, cv=2)
    assert_twins(pickle.loads(pickle.dumps(search.fit(X, y))), search)


class Configured(Bowl):
    """Scores best if its fit sees the configuration of the process that searches."""

    def fit(self, X: Any, y: Any = None) -> Configured:
        self.as_there_ = sklearn.get_config()["assume_finite"]
        return super().fit(X, y)

    def score(self, X: Any, y: Any = None) -> float:
        return float(self.as_there_ and sklearn.get_config()["assume_finite"])


@pytest.mark.parametrize("backend", [pytest.param("loky", marks=pytest.mark.slow), "threading"])
def test_the_configuration_of_scikit_learn_reaches_workers(backend: str):
    search = grid(Configured(), {"x": [0.1, 0.2, 0.3]}, cv=2, n_jobs=2)
    with joblib.parallel_config(backend), sklearn.config_context(assume_finite=True):
        search.fit(X, y)
    assert [*search.cv_results_["mean_test_score"]] == [1.0] * 3
