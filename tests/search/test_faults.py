"""Searches survive what real machines do: dead workers, hanging and greedy fits."""

import ctypes
import os
import signal
import time

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV

X = np.random.default_rng(0).normal(size=(40, 3))
Y = np.arange(40) % 2


class Hazard(ClassifierMixin, BaseEstimator):
    """Scores its parameter, and for one value of it does what a bad fit does."""

    def __init__(self, a=0.5, fault=None, at=0.0):
        self.a = a
        self.fault = fault
        self.at = at

    def fit(self, X, y):
        if self.fault is not None and self.a == self.at:
            getattr(self, f"_{self.fault}")()
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def score(self, X, y):
        return self.a

    def _kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def _segfault(self):
        ctypes.string_at(0)

    def _hang(self):
        time.sleep(600)

    def _swallow(self):
        self.memory_ = [bytearray(20_000_000) for _ in range(100)]
        time.sleep(600)

    def _exit(self):
        raise SystemExit(3)

    def _raise_strangely(self):
        raise Strange(lambda: None)


class Strange(Exception):
    """Cannot be pickled, having a lambda inside."""


GRID = {"a": [0.1, 0.2, 0.3, 0.4, 0.9]}


def assert_one_candidate_failed(search, value):
    results = search.cv_results_
    values = np.asarray(results["param_a"], float)
    scores = dict(zip(values, results["mean_test_score"], strict=True))
    assert np.isnan(scores.pop(value))
    assert scores == {a: a for a in scores}
    assert search.best_params_["a"] == max(scores)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "fault",
    ["segfault", "exit", "raise_strangely", pytest.param("kill", marks=pytest.mark.slow)],
)
def test_a_fit_that_takes_its_worker_along_fails_alone(fault):
    search = GridSearchCV(Hazard(fault=fault, at=0.3), GRID, n_jobs=2, cv=2).fit(X, Y)
    assert_one_candidate_failed(search, 0.3)


@pytest.mark.filterwarnings("ignore")
def test_a_dead_worker_is_told_in_one_warning_and_in_the_history():
    search = GridSearchCV(Hazard(fault="kill", at=0.3), GRID, n_jobs=2, cv=2)
    with pytest.warns(match="4 fits failed|2 fits failed"):
        search.fit(X, Y)
    (trial,) = search.history_.failed
    assert {fold.status for fold in trial.folds} == {"lost"}
    assert all(fold.error for fold in trial.folds)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n_jobs", [2, pytest.param(1, marks=pytest.mark.slow)])
def test_a_fit_that_hangs_is_ended_and_counts_as_failed(n_jobs):
    search = GridSearchCV(
        Hazard(fault="hang", at=0.2), GRID, n_jobs=n_jobs, cv=2, fit_timeout=6.0
    ).fit(X, Y)
    assert_one_candidate_failed(search, 0.2)
    (trial,) = search.history_.failed
    assert {fold.status for fold in trial.folds} == {"timeout"}
    assert all(fold.ended - fold.started > 5.0 for fold in trial.folds)


@pytest.mark.filterwarnings("ignore")
def test_a_fit_that_swallows_memory_is_ended_and_counts_as_failed():
    search = GridSearchCV(
        Hazard(fault="swallow", at=0.1), GRID, n_jobs=2, cv=2, fit_memory=1e9
    ).fit(X, Y)
    assert_one_candidate_failed(search, 0.1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_model_based_search_goes_on_after_dead_workers_the_same_at_any_number_of_workers():
    spaces = {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]}
    found = [
        BayesSearchCV(
            Hazard(fault="kill", at=0.8), spaces, n_iter=8, cv=2, n_jobs=2, random_state=seed
        ).fit(X, Y)
        for seed in (0, 0)
    ]
    for search in found:
        assert_one_candidate_failed(search, 0.8)
    assert found[0].cv_results_["params"] == found[1].cv_results_["params"]


@pytest.mark.filterwarnings("ignore")
def test_all_fits_lost_is_the_error_of_scikit_learn():
    search = RandomizedSearchCV(
        Hazard(fault="kill", at=0.5), {"a": [0.5]}, n_iter=1, n_jobs=2, cv=2, random_state=0
    )
    with pytest.raises(ValueError, match="All the 2 fits failed"):
        search.fit(X, Y)
