"""The laws of an observer, as one check that anyone can run on their own."""

from __future__ import annotations

import copy
import inspect
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier

from ..exceptions import ObserverWarning
from ..history import Fold, History, Trial
from ..observers import Observer
from ..search import GridSearchCV
from ..space import Space

__all__ = ["check_observer"]

Make = Callable[[], Any]

EVENTS = {
    name: len(inspect.signature(event).parameters) - 1
    for name, event in vars(Observer).items()
    if name.startswith("on_")
}
"""What an observer may be told, and with how many arguments."""

SPACE = {"C": (1e-3, 1e3, "log-uniform"), "kernel": ["linear", "rbf"], "layers": [(8,), (8, 8)]}
N_SPLITS = 3


def check_observer(make: Make) -> None:
    """Check the laws of an observer.

    - It hears something, and takes what it is told.
    - It changes nothing: neither the history nor a trial.
    - It answers True, which asks for an end of the search, or False or None.
    - It outlasts an empty search, folds that fail or are lost, trials that are stopped, trials
      that end in any order, a search that ends while trials are under way or without a word, one
      that goes on from an earlier one, and one that follows.
    - It outlasts the end of a whole ``fit``, be that by an error.
    - It goes along in a search that is cloned (``copy.deepcopy``), and can be pickled, or says
      that it cannot by the TypeError or PicklingError that Python knows for that.

    Parameters
    ----------
    make : callable
        Returns a new observer, the same at every call.

    Raises
    ------
    AssertionError
        Names the law that is broken.

    Examples
    --------
    >>> from skhp.observers import Observer
    >>> class Counter(Observer):
    ...     n_ended = 0
    ...
    ...     def on_trial_end(self, history, trial):
    ...         self.n_ended += 1
    >>> check_observer(Counter)
    """
    _hears_something(make())
    for law in (
        _outlasts_an_empty_search,
        _outlasts_whatever_comes_of_trials,
        _outlasts_trials_that_end_in_any_order,
        _outlasts_an_interruption,
        _outlasts_a_search_without_an_end,
        _outlasts_a_search_that_goes_on,
        _outlasts_the_end_of_fit,
        _can_be_copied,
    ):
        law(make)


def _hears_something(observer: Any) -> None:
    assert not isinstance(observer, type), "an observer is an object, not a class"
    heard = [name for name in EVENTS if callable(getattr(observer, name, None))]
    assert heard, f"it hears none of {', '.join(EVENTS)}"
    deaf = [name for name in dir(observer) if name.startswith("on_") and name not in EVENTS]
    assert not deaf, f"nothing calls {', '.join(deaf)}; the events are {', '.join(EVENTS)}"
    for name in heard:
        signature = inspect.signature(getattr(observer, name))
        try:
            signature.bind(*range(EVENTS[name]))
        except TypeError as error:
            raise AssertionError(f"{name} is called with {EVENTS[name]} arguments: {error}") from (
                error
            )


class Told:
    """A search without a search: tells an observer, and looks whether it kept still.

    Parameters
    ----------
    observer : object
        Is told.
    history : History, optional
        Of a search that goes on.
    """

    def __init__(self, observer: Any, history: History | None = None) -> None:
        self.observer = observer
        self.history = history or History(
            Space.read(SPACE), n_splits=N_SPLITS, seed=0, n_expected=20
        )

    def _tell(self, event: str, *details: Any) -> None:
        method = getattr(self.observer, event, None)
        if method is None:
            return
        before = repr((self.history.trials, self.history, details))
        try:
            answer = method(self.history, *details)
        except Exception as error:
            raise AssertionError(f"{event} failed: {type(error).__name__}: {error}") from error
        assert answer is None or isinstance(answer, bool | np.bool_), (
            f"{event} must return True, False or None, got {answer!r}"
        )
        after = repr((self.history.trials, self.history, details))
        assert before == after, f"{event} changed the history"

    def start(self) -> Told:
        """Begin the search."""
        self._tell("on_search_start")
        return self

    def add(self) -> int:
        """Open a trial and return its number."""
        self._tell("on_wait", 1)
        space, number = self.history.space, len(self.history)
        [params] = space.decode(space.sample(1, self.history.generator(number)))
        return self.history.add(params).number

    def fold(self, number: int, index: int, score: float = 0.5, **outcome: Any) -> Trial:
        """Bring a fold in, and end the trial with its last one."""
        trial = self.history.record(number, Fold(index, {"score": score}, **outcome))
        self._tell("on_fold_end", trial, trial.folds[-1])
        if trial.status != "pending":
            self._tell("on_trial_end", trial)
        return trial

    def trial(self, *scores: float, **outcome: Any) -> None:
        """Run a whole trial with these scores."""
        number = self.add()
        for index, score in enumerate(scores):
            self.fold(number, index, score, **outcome)

    def stop(self, number: int) -> None:
        """Stop a trial between folds, as racing does."""
        self._tell("on_trial_end", self.history.stop(self.history[number], "no chance left"))

    def end(self, reason: str = "all candidates tried") -> None:
        """End the search."""
        self._tell("on_search_end", reason)


def _outlasts_an_empty_search(make: Make) -> None:
    Told(make()).start().end("the space is exhausted")


def _outlasts_whatever_comes_of_trials(make: Make) -> None:
    told = Told(make()).start()
    told.trial(0.5, 0.6, 0.7, fit_time=0.1, score_time=0.1, n_test_samples=10)
    told.trial(np.nan, np.nan, np.nan, error="Traceback: ValueError", status="failed")
    told.trial(0.5, np.nan, 0.7, error="the worker died", status="lost")
    told.trial(np.nan, np.nan, np.nan, error="over its time", status="timeout")
    for score in (np.inf, -np.inf, -1e300, 0.0):
        told.trial(*(score for _ in range(N_SPLITS)))
    number = told.add()
    told.fold(number, 1)
    told.stop(number)
    told.end()


def _outlasts_trials_that_end_in_any_order(make: Make) -> None:
    told = Told(make()).start()
    numbers = [told.add() for _ in range(4)]
    pairs = [(number, index) for number in numbers for index in range(N_SPLITS)]
    for at in np.random.default_rng(0).permutation(len(pairs)).tolist():
        told.fold(*pairs[at])
    told.end()


def _outlasts_an_interruption(make: Make) -> None:
    told = Told(make()).start()
    told.trial(0.5, 0.6, 0.7)
    told.fold(told.add(), 2)
    told.add()
    told.end("interrupted")


def _outlasts_a_search_without_an_end(make: Make) -> None:
    observer = make()
    told = Told(observer).start()
    told.trial(0.5, 0.6, 0.7)
    told.fold(told.add(), 0)
    following = Told(observer).start()
    following.trial(0.1, 0.2, 0.3)
    following.end()


def _outlasts_a_search_that_goes_on(make: Make) -> None:
    observer = make()
    told = Told(observer).start()
    told.trial(0.5, 0.6, 0.7)
    told.trial(np.nan, np.nan, np.nan, status="failed")
    told.end()
    for one in (observer, make()):
        again = Told(one, copy.deepcopy(told.history)).start()
        again.trial(0.8, 0.9, 0.7)
        again.end()


def _outlasts_the_end_of_fit(make: Make) -> None:
    X, y = np.arange(12.0).reshape(6, 2), np.array([0, 1] * 3)
    for constant, refit in ((0, True), (1, False), (2, True)):  # of class 2 there are no rows
        dummy = DummyClassifier(strategy="constant")
        grid = {"constant": [constant]}
        observers = [make()]
        search = GridSearchCV(
            dummy, grid, cv=2, refit=refit, error_score="raise", observers=observers
        )
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                search.fit(X, y)
            except ValueError as error:
                assert constant == 2, f"it broke the search: {error}"
        failed = [str(one.message) for one in caught if one.category is ObserverWarning]
        assert not failed, failed[0]


def _can_be_copied(make: Make) -> None:
    observer = make()
    try:
        copies = [copy.deepcopy(observer)]
    except Exception as error:
        raise AssertionError(
            f"a search that is cloned copies its observers, which failed: {error}"
        ) from error
    try:
        copies.append(pickle.loads(pickle.dumps(observer)))
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        # a class of a script or a function is an AttributeError up to Python 3.13
        assert str(error), "an observer that cannot be pickled has to say why"
    for one in copies:
        told = Told(one).start()
        told.trial(0.5, 0.6, 0.7)
        told.end()
