"""Searches that end early keep what is finished, and never prefer what is not."""

from __future__ import annotations

import itertools
import time
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import ShuffleSplit
from sklearn.svm import SVC

from skhp import (
    BayesSearchCV,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingSearchCV,
    History,
    RandomizedSearchCV,
)
from skhp.exceptions import SearchInterruptedWarning, SettingError
from skhp.observers import Observer
from skhp.racing import Racing
from skhp.stopping import NoImprovement, RegretBound, ScoreReached, TimeBudget
from tests.search.estimators import Bowl, Fragile, Slow
from tests.search.searches import Make, X, bayes, grid, logistic, randomized, y

LEVELS = {"x": [0.0, 0.1, 0.2, 0.9, 0.8, 0.7, 0.3, 0.31, 0.32, 0.33]}
"""The grid visits them in this order: good, worse for a while, then the best."""

SLOW = {"C": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]}


class StopAfter:
    """An observer that ends the search after so many folds."""

    def __init__(self, n_folds: int) -> None:
        self.n_left = n_folds

    def on_fold_end(self, history: Any, trial: Any, fold: Any) -> bool:
        self.n_left -= 1
        return self.n_left <= 0


def fitted(search: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SearchInterruptedWarning)
        return search.fit(X, y)


def test_no_improvement_ends_the_search_after_its_patience():
    search = GridSearchCV(Bowl(), LEVELS, cv=2, stopping=NoImprovement(3), n_points=1)
    assert len(fitted(search).history_) == 6
    assert search.best_params_ == {"x": 0.2}
    assert "improve" in search.stop_reason_


def test_a_score_that_is_reached_ends_the_search():
    search = GridSearchCV(Bowl(kind="b"), LEVELS, cv=2, stopping=ScoreReached(0.98), n_points=1)
    assert len(fitted(search).history_) == 3
    assert search.best_score_ >= 0.98


def test_either_of_two_rules_ends_the_search():
    rule = NoImprovement(3) | ScoreReached(2.0)
    search = GridSearchCV(Bowl(kind="b"), LEVELS, cv=2, stopping=rule, n_points=1)
    assert len(fitted(search).history_) == 6


def test_both_of_two_rules_must_hold():
    rule = NoImprovement(2) & ScoreReached(0.995)
    search = GridSearchCV(Bowl(kind="b"), LEVELS, cv=2, stopping=rule, n_points=1)
    assert len(fitted(search).history_) == 9
    assert search.best_params_ == {"x": 0.3}


def test_a_rule_that_never_holds_changes_nothing(make: Make):
    expected = make(Bowl(), LEVELS, cv=2, n_iter=6).fit(X, y)
    search = make(Bowl(), LEVELS, cv=2, n_iter=6, stopping=ScoreReached(9.0)).fit(X, y)
    assert search.cv_results_["params"] == expected.cv_results_["params"]
    assert search.stop_reason_ == expected.stop_reason_


def test_a_time_budget_ends_the_search_of_a_model():
    search = BayesSearchCV(Slow(0.05), {"C": (1.0, 8.0)}, cv=2, stopping=TimeBudget(0.5))
    assert 0 < len(fitted(search).history_) < 50
    assert "time budget" in search.stop_reason_


class Counted:
    """A distribution that counts what is drawn from it."""

    n_drawn = 0

    def rvs(self, random_state: Any = None) -> float:
        self.n_drawn += 1
        return float(random_state.uniform(0.0, 1.0))


def test_candidates_are_drawn_when_they_are_needed():
    x = Counted()
    search = RandomizedSearchCV(Bowl(), {"x": x}, cv=2, n_iter=1_000_000, observers=[StopAfter(4)])
    assert len(fitted(search).history_) == 2
    assert x.n_drawn < 10_000  # most of them to learn where the distribution lies


def test_a_grid_of_more_candidates_than_fit_into_memory_begins():
    grid_of = {name: [*range(1, 10_001)] for name in ("C", "degree", "max_iter")}
    search = GridSearchCV(SVC(), grid_of, cv=2, observers=[StopAfter(4)])
    assert len(fitted(search).history_) == 2


def test_max_time_bounds_the_whole_fit_with_what_the_refit_needs(make: Make):
    search = make(Slow(0.3), SLOW, cv=2, n_iter=8, max_time=3.0, n_points=1)
    fitted(search)
    assert search.stop_reason_ == "max_time reached"
    assert len(search.history_.complete) < 8
    assert search.best_params_["C"] == search.best_estimator_.C


@pytest.mark.slow
def test_max_time_does_not_wait_for_fits_under_way():
    GridSearchCV(Slow(), {"C": [3.0, 1.0]}, cv=2, n_jobs=2).fit(X, y)  # starts the workers
    space = {"C": [3.0, 1.0], "seconds": [0.0, 600.0]}
    search = GridSearchCV(Slow(), space, cv=2, max_time=15.0, n_jobs=2)
    fitted(search)
    assert search.best_params_["seconds"] == 0.0


@pytest.mark.parametrize("limit", [{"max_time": 1.0}, {"stopping": TimeBudget(1.0)}], ids=str)
def test_a_clock_that_is_set_back_does_not_prolong_a_search(limit: Any, monkeypatch: Any):
    hours = itertools.count()
    monkeypatch.setattr(time, "time", lambda: 1.7e9 - 3600 * next(hours))
    search = GridSearchCV(Slow(0.02), {"C": np.linspace(1.0, 3.0, 300)}, cv=2, **limit)
    assert 0 < len(fitted(search).history_) < 300
    assert "time" in search.stop_reason_


def test_too_little_time_for_a_single_fold_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="max_time"):
        fitted(GridSearchCV(Slow(), SLOW, max_time=1e-9))


@pytest.mark.parametrize("make", [grid, randomized, bayes])
def test_a_search_cut_short_has_a_row_for_each_trial_with_a_fold(make: Make):
    search = make(Bowl(), LEVELS, cv=4, n_iter=8, observers=[StopAfter(10)], n_points=1)
    results = fitted(search).cv_results_
    assert [*results["n_splits_completed"]] == [4, 4, 2]
    assert [*results["status"]] == ["complete", "complete", "unfinished"]
    assert np.isnan(results["split2_test_score"][2])
    assert np.isfinite(results["split1_test_score"]).all()
    assert results["rank_test_score"][2] == 3
    assert np.isfinite(results["mean_fit_time"]).all()


def test_the_best_is_a_complete_trial_whatever_an_unfinished_one_promises():
    worst_first = {"x": [0.9, 0.3]}
    search = GridSearchCV(Bowl(), worst_first, cv=4, observers=[StopAfter(6)], n_points=1)
    assert fitted(search).best_params_ == {"x": 0.9}
    assert search.best_score_ == search.history_.best.score


def test_without_a_complete_trial_the_one_with_most_folds_is_used():
    search = GridSearchCV(Bowl(), LEVELS, cv=4, observers=[StopAfter(2)], n_points=1)
    assert fitted(search).best_params_ == {"x": 0.0}
    assert np.isnan(search.best_score_)
    assert search.best_estimator_.x == 0.0


def test_an_end_that_was_asked_for_is_told_without_a_warning(make: Make):
    search = make(Bowl(), LEVELS, cv=4, n_iter=8, observers=[StopAfter(6)], n_points=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search.fit(X, y)
    assert search.stop_reason_ == "stopped by StopAfter"


def test_an_end_before_the_first_complete_trial_warns_once():
    search = GridSearchCV(Bowl(), LEVELS, cv=4, observers=[StopAfter(2)], n_points=1)
    with pytest.warns(SearchInterruptedWarning, match="best so far is used") as caught:
        search.fit(X, y)
    assert len(caught) == 1


def test_a_search_that_runs_to_its_end_has_scikit_learn_s_columns_only(make: Make):
    results = make(Bowl(), LEVELS, cv=2, n_iter=4).fit(X, y).cv_results_
    assert not {"status", "n_splits_completed"} & {*results}


@pytest.mark.parametrize("make", [grid, randomized, bayes])
def test_racing_spares_folds_of_hopeless_candidates(make: Make):
    space = {"x": [0.3, 0.29, 0.31, 0.28, *np.linspace(5, 9, 8)]}
    search = make(Bowl(), space, cv=5, n_iter=12, racing=Racing(), n_points=1)
    results = fitted(search).cv_results_
    stopped = np.array(results["status"]) == "stopped"
    assert stopped.any()
    assert (np.array(results["n_splits_completed"])[stopped] < 5).all()
    assert (results["rank_test_score"][stopped] > (~stopped).sum()).all()
    assert search.best_params_["x"] < 1


def test_a_fit_that_is_refused_after_a_stop_leaves_no_attributes():
    search = GridSearchCV(Slow(), SLOW, max_time=1e-9)
    with pytest.raises(ValueError, match="max_time"):
        fitted(search)
    with pytest.raises(NotFittedError):
        search.predict(X)


@pytest.mark.parametrize("make", [grid, randomized, bayes])
def test_a_bound_on_what_can_be_gained_ends_every_kind_of_search(make: Make):
    space = {"C": [float(n) for n in range(1, 31)]}
    rule = RegretBound(min_trials=5, patience=1, scale=100.0)
    search = fitted(make(logistic(), space, n_iter=30, cv=3, stopping=rule))
    assert search.stop_reason_.startswith("at most")
    assert len(search.cv_results_["params"]) < 30


class Pairs:
    """Draws tuples, of which none is drawn again: nothing tells how near two of them are."""

    def rvs(self, random_state: Any = None) -> tuple[float, float]:
        return tuple(random_state.uniform(0.1, 1.0, size=2).tolist())


@pytest.mark.parametrize(
    "search",
    [
        randomized(
            Bowl(), {"x": Pairs()}, random_state=5, cv=3, stopping=NoImprovement(2) | RegretBound()
        ),
        grid(Bowl(), {"x": [0.1, 0.2]}, cv=ShuffleSplit(1), stopping=RegretBound()),
    ],
    ids=["no space", "one fold"],
)
def test_a_rule_that_cannot_hold_is_refused_before_the_first_fit(search: Any):
    with pytest.raises(SettingError, match="RegretBound"):
        search.fit(X, y)
    assert not hasattr(search, "history_")


def test_an_error_that_ends_a_search_leaves_what_was_tried_to_go_on_from():
    space = {"C": [1.0, 2.0, 3.0], "fails": ["never", "always"]}
    search = GridSearchCV(Fragile(), space, cv=2, error_score="raise")
    with pytest.raises(FloatingPointError) as caught:
        search.fit(X, y)
    assert any("`history_`: 1." in note for note in caught.value.__notes__)
    assert len(search.history_.complete) == 1
    further = BayesSearchCV(Fragile(), space, cv=2, n_iter=2, initial_params=[])
    further.warm_start_from(search).fit(X, y)
    assert further.cv_results_["params"][0] == {"C": 1.0, "fails": "never"}


FEW = {"C": [1, 2, 4]}
MANY = {"C": loguniform(1, 8)}

ENDS: dict[str, tuple[Any, str]] = {
    "a range": (BayesSearchCV(SVC(), {"C": (1.0, 8.0)}, n_iter=3, cv=2), "n_iter reached"),
    "some of the choices": (BayesSearchCV(SVC(), FEW, n_iter=2, cv=2), "n_iter reached"),
    "all choices": (BayesSearchCV(SVC(), FEW, n_iter=3, cv=2), "all candidates tried"),
    "too few choices": (BayesSearchCV(SVC(), FEW, n_iter=4, cv=2), "space exhausted"),
    "a distribution": (RandomizedSearchCV(SVC(), MANY, n_iter=3, cv=2), "n_iter reached"),
    "a whole list": (RandomizedSearchCV(SVC(), FEW, n_iter=3, cv=2), "all candidates tried"),
    "part of a list": (RandomizedSearchCV(SVC(), FEW, n_iter=2, cv=2), "n_iter reached"),
    "a grid": (GridSearchCV(SVC(), FEW, cv=2), "all candidates tried"),
    "a grid with a value twice": (GridSearchCV(SVC(), {"C": [1, 1]}, cv=2), "all candidates tried"),
    "rungs": (HalvingSearchCV(SVC(), {"C": (1.0, 8.0)}, cv=2), "all candidates tried"),
    "scikit-learn's rungs": (HalvingGridSearchCV(SVC(), FEW, cv=2), "all candidates tried"),
}


@pytest.mark.parametrize("case", ENDS)
@pytest.mark.filterwarnings("ignore::skhp.exceptions.SpaceExhaustedWarning")
def test_all_candidates_are_said_to_be_tried_only_where_they_were(case: str):
    search, reason = ENDS[case]
    told: list[str] = []

    class Listens(Observer):
        def on_search_end(self, history: History, reason: str) -> None:
            told.append(reason)

    search = clone(search).set_params(observers=[Listens()]).fit(X, y)
    assert [search.stop_reason_] == told == [reason]
