"""What all trackers share: nothing that a log does costs the search anything."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from threading import Event, current_thread, main_thread
from typing import Any

import pytest

from skhp import GridSearchCV, RandomizedSearchCV
from skhp.exceptions import ObserverWarning
from skhp.history import History, Trial
from skhp.observers import Fitted, Log, Observer, Tracker
from tests.observers.estimators import Moody
from tests.observers.searches import X, y

GRID = {"x": [0.1, 0.2, 0.3]}


class Pages(Log):
    """A log in memory; breaks where it is told to."""

    def __init__(self, breaks: str = "") -> None:
        self.breaks = breaks
        self.trials: list[Trial] = []
        self.threads: set[str] = set()
        self.end: Any = None
        self._may_break("open")

    def _may_break(self, where: str) -> None:
        if self.breaks == where:
            raise OSError(f"the disk is full ({where})")

    def add(self, trial: Trial) -> None:
        self._may_break("add")
        self.threads.add(current_thread().name)
        self.trials.append(trial)

    def conclude(self, fitted: Fitted) -> None:
        self._may_break("conclude")
        self.end = fitted

    def fail(self, error: BaseException) -> None:
        self.end = error


class Notebook(Tracker):
    """Keeps its pages, for the tests to read."""

    def __init__(self, breaks: str = "") -> None:
        self.breaks = breaks
        self.pages: list[Pages] = []

    def opener(self, history: History) -> Callable[[], Log]:
        def opened() -> Log:
            self.pages.append(Pages(self.breaks))
            return self.pages[-1]

        return opened


def grid(*observers: Any, **settings: Any) -> Any:
    return GridSearchCV(Moody(), GRID, cv=2, observers=list(observers), **settings)


def test_each_trial_is_written_once_and_then_what_came_of_the_search():
    notebook = Notebook()
    search = grid(notebook).fit(X, y)
    [pages] = notebook.pages
    assert [trial.params for trial in pages.trials] == search.cv_results_["params"]
    assert pages.end.search is search
    assert pages.end.X is X
    assert pages.end.title == "GridSearchCV of Moody"


def test_trials_are_written_by_one_other_thread():
    notebook = Notebook()
    grid(notebook).fit(X, y)
    assert len(notebook.pages[0].threads) == 1
    assert main_thread().name not in notebook.pages[0].threads


@pytest.mark.parametrize("place", ["open", "add", "conclude"])
def test_a_log_that_breaks_gives_one_warning_and_the_search_goes_on(place: str):
    with pytest.warns(ObserverWarning, match=rf"full \({place}\)") as caught:
        search = grid(Notebook(place)).fit(X, y)
    assert sum(one.category is ObserverWarning for one in caught) == 1
    assert search.best_params_ == {"x": 0.3}
    assert search.best_estimator_.x == 0.3


def test_a_log_that_hangs_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch):
    never = Event()

    class Hanging(Notebook):
        def opener(self, history: History) -> Callable[[], Log]:
            return never.wait  # type: ignore[return-value]

    monkeypatch.setattr("skhp.observers._tracker.PATIENCE", 0.05)
    with pytest.warns(ObserverWarning, match="Nothing was written for 0.05 seconds"):
        assert grid(Hanging()).fit(X, y).best_params_ == {"x": 0.3}
    never.set()


def test_a_search_that_ends_by_an_error_is_written_as_that():
    notebook = Notebook()
    with pytest.raises(RuntimeError, match="it broke"):
        grid(notebook, error_score="raise").set_params(estimator=Moody(mood="broken")).fit(X, y)
    assert isinstance(notebook.pages[0].end, RuntimeError)


def test_trials_that_were_cut_short_are_written_too():
    class Enough(Observer):
        def on_fold_end(self, history: History, trial: Trial, fold: Any) -> bool:
            return trial.number == 1

    notebook = Notebook()
    grid(notebook, Enough()).fit(X, y)
    assert [trial.status for trial in notebook.pages[0].trials] == ["complete", "pending"]


def test_a_search_that_goes_on_writes_what_it_has_first():
    notebook = Notebook()
    search = RandomizedSearchCV(
        Moody(), {"x": [0.1, 0.2, 0.3, 0.4]}, n_iter=2, cv=2, observers=[notebook], random_state=0
    )
    search.fit(X, y).fit_more(X, y, n_iter=2)
    assert [len(pages.trials) for pages in notebook.pages] == [2, 4]


@pytest.mark.parametrize("refit", [True, False])
def test_the_end_is_told_with_or_without_a_refit(refit: bool):
    notebook = Notebook()
    grid(notebook, refit=refit).fit(X, y)
    assert hasattr(notebook.pages[0].end.search, "best_estimator_") == refit


def test_a_tracker_that_writes_can_be_copied_and_pickled():
    tracker = Quiet("red")
    tracker.on_search_start(History(space=None))
    for twin in (copy.deepcopy(tracker), pickle.loads(pickle.dumps(tracker))):
        assert vars(twin) == {"ink": "red"}
    assert repr(tracker) == "Quiet(ink='red')"


class Quiet(Tracker):
    """Has a setting."""

    def __init__(self, ink: str) -> None:
        self.ink = ink

    def opener(self, history: History) -> Callable[[], Log]:
        return Pages
