"""A class that overrides ``_run_search``, scikit-learn's way to extend searches, is honoured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import model_selection
from sklearn.model_selection import KFold, ParameterGrid, ShuffleSplit

import skhp
from skhp.exceptions import JournalError, SettingError
from skhp.observers import Observer
from skhp.stopping import ScoreReached
from tests.search.estimators import Bowl, Fragile
from tests.search.searches import X, y

GRID = {"x": [0.0, 0.5, 1.0]}


def refine(base: type) -> type:
    """Return a search that tries a grid, and then two points about its best."""

    class Refining(base):  # type: ignore[misc]
        def _run_search(self, evaluate_candidates: Any) -> None:
            results = evaluate_candidates(
                ParameterGrid(self.param_grid), more_results={"step": "abc"}
            )
            best = results["params"][int(np.argmin(results["rank_test_score"]))]["x"]
            near = [{"x": best - 0.1}, {"x": best + 0.1}]
            evaluate_candidates(near, more_results={"step": ["d", "e"]})

    return Refining


Ours, Theirs = refine(skhp.GridSearchCV), refine(model_selection.GridSearchCV)


class Log(Observer):
    def __init__(self) -> None:
        self.events: list[str] = []

    def on_search_start(self, history: Any) -> None:
        self.events.append("start")

    def on_trial_end(self, history: Any, trial: Any) -> None:
        self.events.append("trial")

    def on_search_end(self, history: Any, reason: str) -> None:
        self.events.append("end")


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_it_gives_what_scikit_learn_gives(n_jobs: int):
    settings = {"cv": KFold(3), "n_jobs": n_jobs}
    ours, theirs = (kind(Bowl(), GRID, **settings).fit(X, y) for kind in (Ours, Theirs))
    assert list(ours.cv_results_) == list(theirs.cv_results_)
    for name, column in theirs.cv_results_.items():
        if "time" not in name:
            np.testing.assert_array_equal(ours.cv_results_[name], column)
    assert ours.best_params_ == theirs.best_params_
    assert ours.best_index_ == theirs.best_index_


def test_observers_are_told_of_one_search():
    log = Log()
    Ours(Bowl(), GRID, cv=KFold(3), observers=[log]).fit(X, y)
    assert log.events == ["start", *["trial"] * 5, "end"]


def test_observers_are_told_of_the_end_also_if_an_error_is_the_end():
    class Broken(skhp.GridSearchCV):
        def _run_search(self, evaluate_candidates: Any) -> None:
            evaluate_candidates([{"x": 0.5}])
            raise LookupError("no idea what to try next")

    log = Log()
    with pytest.raises(LookupError):
        Broken(Bowl(), GRID, cv=KFold(3), observers=[log]).fit(X, y)
    assert log.events == ["start", "trial", "end"]


def test_failed_fits_cost_themselves_alone():
    class Failing(skhp.GridSearchCV):
        def _run_search(self, evaluate_candidates: Any) -> None:
            evaluate_candidates([{"fails": "never"}])
            evaluate_candidates([{"fails": "always"}, {"fails": "never", "C": 2.0}])

    with pytest.warns(Warning, match="2 fits failed"):
        search = Failing(Fragile(), {}, cv=KFold(2)).fit(X, y)
    assert search.best_params_ == {"fails": "never", "C": 2.0}


def test_a_stopping_rule_ends_it_between_or_within_generations():
    search = Ours(Bowl(), GRID, cv=KFold(3), stopping=ScoreReached(-10)).fit(X, y)
    assert len(search.history_) < 5
    assert "score" in search.stop_reason_
    assert hasattr(search, "best_estimator_")


def test_it_goes_on_from_a_journal(tmp_path: Any):
    path = tmp_path / "search.sqlite"
    whole = Ours(Bowl(), GRID, cv=KFold(3)).fit(X, y)

    class EndAfterFour(Observer):
        def on_trial_end(self, history: Any, trial: Any) -> bool:
            return trial.number == 3

    settings = {"cv": KFold(3), "journal": path}
    Ours(Bowl(), GRID, observers=[EndAfterFour()], **settings).fit(X, y)
    resumed = Ours(Bowl(), GRID, **settings).fit(X, y)
    np.testing.assert_array_equal(
        resumed.cv_results_["mean_test_score"], whole.cv_results_["mean_test_score"]
    )


def test_a_journal_with_other_candidates_is_refused(tmp_path: Any):
    class Fickle(skhp.GridSearchCV):
        first = 0.0

        def _run_search(self, evaluate_candidates: Any) -> None:
            evaluate_candidates([{"x": self.first}])

    settings = {"cv": KFold(3), "journal": tmp_path / "search.sqlite"}
    Fickle(Bowl(), {"x": [0.0, 0.5]}, **settings).fit(X, y)
    Fickle.first = 0.5
    with pytest.raises(JournalError, match="_run_search asks for"):
        Fickle(Bowl(), {"x": [0.0, 0.5]}, **settings).fit(X, y)


def test_splits_of_one_generation_may_have_other_rows_but_no_other_number():
    class Halves(skhp.GridSearchCV):
        n_splits = 2

        def _run_search(self, evaluate_candidates: Any) -> None:
            evaluate_candidates([{"x": 0.1}])
            splitter = ShuffleSplit(self.n_splits, train_size=0.5, random_state=0)
            evaluate_candidates([{"x": 0.1}], splitter)

    search = Halves(Bowl(), {}, cv=KFold(2)).fit(X, y)
    first, second = search.cv_results_["mean_test_score"]
    assert first != second
    Halves.n_splits = 3
    with pytest.raises(SettingError, match="its cv makes 3"):
        Halves(Bowl(), {}, cv=KFold(2)).fit(X, y)


def test_fit_more_says_why_it_cannot():
    search = Ours(Bowl(), GRID, cv=KFold(2)).fit(X, y)
    with pytest.raises(SettingError, match="_run_search"):
        search.fit_more(X, y, n_iter=2)
