"""What a search tells while it runs, and what it keeps when it ends by an error."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold
from sklearn.utils.validation import check_is_fitted

from skhp import HalvingSearchCV
from skhp.exceptions import SettingError
from tests.search.estimators import Bowl
from tests.search.searches import Make, X, bayes, randomized, y

SPACE = {"x": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}


class Reader:
    """Reads the search that it observes, as callbacks of scikit-optimize do."""

    def __init__(self) -> None:
        self.search: Any = None
        self.read: list[Any] = []

    def on_search_start(self, history: Any) -> None:
        self.read.append(hasattr(self.search, "best_score_"))

    def on_trial_end(self, history: Any, trial: Any) -> None:
        search = self.search
        n_rows = len(search.cv_results_["params"])
        self.read.append((search.best_score_, search.best_params_, search.best_index_, n_rows))


def test_the_best_so_far_can_be_read_from_the_first_complete_candidate_on(make: Make):
    reader = Reader()
    reader.search = make(Bowl(), SPACE, n_iter=5, cv=KFold(2), observers=[reader])
    search = reader.search.fit(X, y)
    before, first, *_, last = reader.read
    assert before is False
    scores = search.cv_results_["mean_test_score"]
    assert first == (scores[0], search.cv_results_["params"][0], 0, 1)
    assert last == (search.best_score_, search.best_params_, search.best_index_, len(scores))


def test_the_best_so_far_of_a_second_fit_is_not_that_of_the_first(make: Make):
    reader = Reader()
    reader.search = make(Bowl(), SPACE, cv=KFold(2), observers=[reader])
    reader.search.fit(X, y)
    reader.read.clear()
    reader.search.fit(X, y)
    assert reader.read[0] is False


def test_the_best_so_far_of_halving_is_the_best_of_the_highest_rung():
    reader = Reader()
    reader.search = HalvingSearchCV(
        Bowl(), {"x": (0.0, 1.0)}, cv=KFold(2), observers=[reader], random_state=0
    )
    search = reader.search.fit(X, y)
    assert reader.read[-1][0] == search.best_score_


class Trap(Bowl):
    """Fails in a way that ends the search, once it has been fitted a number of times."""

    left = 7

    def fit(self, X: Any, y: Any = None) -> Trap:
        type(self).left -= 1
        if type(self).left < 0:
            raise ValueError("enough")
        super().fit(X, y)
        return self


@pytest.mark.parametrize("make", [randomized, bayes])
def test_what_was_tried_is_kept_when_an_error_ends_the_search(
    make: Make, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Trap, "left", 7)
    search = make(Trap(), {"x": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}, n_iter=5, cv=KFold(2))
    search.set_params(error_score="raise")
    with pytest.raises(ValueError, match="enough"):
        search.fit(X, y)
    assert len(search.history_.complete) == 3
    with pytest.raises(NotFittedError):
        check_is_fitted(search)
    monkeypatch.setattr(Trap, "left", 1000)
    search.fit_more(X, y, n_iter=1)
    assert len(search.history_.complete) == len(search.history_) >= 4
    fresh = clone(search).warm_start_from(search)
    assert fresh.fit(X, y).best_score_ >= search.best_score_


def test_a_search_that_is_pickled_while_it_runs_leaves_its_run_behind():
    class Pickler(Reader):
        def on_trial_end(self, history: Any, trial: Any) -> None:
            observers, self.search.observers = self.search.observers, ()
            self.read.append(pickle.loads(pickle.dumps(self.search)))
            self.search.observers = observers

    pickler = Pickler()
    pickler.search = bayes(Bowl(), SPACE, cv=KFold(2), n_iter=2, observers=[pickler])
    pickler.search.fit(X, y)
    assert not hasattr(pickler.read[-1], "best_score_")


SCORINGS: dict[str, Any] = {
    "one number": lambda estimator, X, y: 1.0,
    "several": lambda estimator, X, y: {"a": 1.0, "b": 2.0},
}


@pytest.mark.parametrize("scoring", SCORINGS.values(), ids=list(SCORINGS))
def test_a_misspelt_refit_is_found_after_the_first_fold_of_a_callable_scorer(
    make: Make, scoring: Any
):
    search = make(Bowl(), SPACE, n_iter=5, cv=KFold(3), scoring=scoring, refit="c")
    with pytest.raises(ValueError, match="refit"):
        search.fit(X, y)
    assert sum(len(trial.folds) for trial in search.history_) == 1


@pytest.mark.parametrize("scoring", [None, "r2"])
def test_a_misspelt_refit_is_found_before_the_first_fit(make: Make, scoring: Any):
    search = make(Bowl(), SPACE, scoring=scoring, refit="posterior_men", cv=KFold(2))
    with pytest.raises(SettingError, match="'posterior_mean', 'one_standard_error'"):
        search.fit(X, y)
    assert not hasattr(search, "history_")


@pytest.mark.parametrize("refit", ["score", "r2", "posterior_mean"])
def test_refit_may_name_a_rule_or_the_one_metric(make: Make, refit: str):
    search = make(Bowl(), SPACE, n_iter=5, scoring="r2", refit=refit, cv=KFold(2))
    assert hasattr(search.fit(X, y), "best_estimator_")


class Anything:
    """A distribution of objects that are new each time."""

    def rvs(self, random_state: Any = None) -> Any:
        return object()


def test_a_rule_that_compares_params_is_refused_where_they_cannot_be_compared():
    search = randomized(Bowl(), {"kind": Anything()}, refit="posterior_mean")
    with pytest.raises(SettingError, match="posterior_mean"):
        search.fit(X, y)


def test_a_search_asked_for_its_surface_says_why_there_is_none():
    search = randomized(Bowl(), {"kind": Anything()}, cv=KFold(2)).fit(X, y)
    with pytest.raises(SettingError, match="cannot be read as a space"):
        search.importance()
