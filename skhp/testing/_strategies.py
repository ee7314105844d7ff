"""The laws of a strategy, as one check that anyone can run on their own."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np

from ..history import History
from ..space import Space
from ..strategies import Strategy

__all__ = ["check_strategy", "play"]

FINITE = {"kernel": ["linear", "rbf"], "degree": [1, 2, 3]}
MIXED = {
    "C": (1e-3, 1e3, "log-uniform"),
    "depth": (1, 20),
    "kernel": ["linear", "poly", "rbf"],
    "layers": [(10,), (10, 5), (5, 5, 5)],
}


def play(
    strategy: Strategy,
    history: History,
    n: int,
    *,
    score: Callable[[dict[str, Any]], float] | None = None,
) -> History:
    """Run `n` proposals of a strategy one after the other, without fitting anything.

    Parameters
    ----------
    strategy : Strategy
        Proposes.
    history : History
        Grows; every trial gets all its folds.
    n : int
        How many proposals.
    score : callable, optional
        Value of params, larger is better; by default made up from their text.

    Returns
    -------
    History
        The one that was given; shorter than expected if the space is exhausted.

    Examples
    --------
    >>> from skhp.strategies import Random
    >>> history = History(Space.read({"C": [1, 10, 100]}))
    >>> len(play(Random(), history, 5))
    3
    """
    for _ in range(n):
        for params in strategy.propose(history, 1):
            history.tell(params, (score or made_up)(params))
    return history


def made_up(params: dict[str, Any]) -> float:
    """Return a score that depends on params alone."""
    return sum(map(ord, repr(sorted(params.items(), key=str)))) % 97 / 97


def check_strategy(make: Callable[[], Strategy]) -> None:
    """Check the laws of a strategy.

    Parameters
    ----------
    make : callable
        Returns a new strategy, the same at every call.

    Raises
    ------
    AssertionError
        Names the law that is broken.

    Examples
    --------
    >>> from skhp.strategies import Random
    >>> check_strategy(Random)
    """
    for law in (
        _proposes_at_most_n_inside,
        _leaves_the_history_untouched,
        _depends_on_the_history_alone,
        _forgets_what_was_not_tried,
        _ignores_the_order_of_results,
        _takes_pending_trials_into_account,
        _never_repeats_a_finite_space,
        _goes_on_after_failures,
        _goes_on_after_being_saved,
    ):
        law(make)


def _started(make: Callable[[], Strategy], n: int = 7, space: Any = None) -> History:
    history = History(Space.read(space or MIXED), n_splits=2, seed=3)
    return play(make(), history, n)


def _proposes_at_most_n_inside(make: Callable[[], Strategy]) -> None:
    for n_before in (0, 7):
        history = _started(make, n_before)
        proposed = make().propose(history, 3)
        assert 1 <= len(proposed) <= 3, f"asked for 3 params, got {len(proposed)}"
        for params in proposed:
            assert history.space.contains(params), f"{params} lie outside the space"


def _leaves_the_history_untouched(make: Callable[[], Strategy]) -> None:
    history = _started(make)
    before = copy.deepcopy(history.trials)
    make().propose(history, 2)
    assert repr(before) == repr(history.trials), "propose changed the history"


def _depends_on_the_history_alone(make: Callable[[], Strategy]) -> None:
    history = _started(make)
    strategy = make()
    strategy.propose(_started(make, 3), 1)
    first, again = strategy.propose(history, 2), make().propose(history, 2)
    assert first == again, f"one history, two proposals: {first} and {again}"


def _forgets_what_was_not_tried(make: Callable[[], Strategy]) -> None:
    asked, fresh = _started(make, 2, FINITE), _started(make, 2, FINITE)
    strategy = make()
    kept = strategy.propose(asked, 3)[-1]
    for history in (asked, fresh):
        history.tell(kept, 0.5)
    assert strategy.propose(asked, 2) == make().propose(fresh, 2), (
        "params that were proposed and not tried changed the next proposal"
    )


def _ignores_the_order_of_results(make: Callable[[], Strategy]) -> None:
    history = _started(make)
    shuffled = History(history.space, n_splits=2, seed=3)
    for trial in history:
        shuffled.add(trial.params)
    for number in np.random.default_rng(0).permutation(len(history)).tolist():
        for fold in reversed(history[number].folds):
            shuffled.record(number, fold)
    assert make().propose(history, 1) == make().propose(shuffled, 1), (
        "the order in which results came changed the proposal"
    )


def _takes_pending_trials_into_account(make: Callable[[], Strategy]) -> None:
    history = _started(make, 2, FINITE)
    seen = set(history.space.keys(history.space.encode([t.params for t in history])))
    for params in make().propose(history, 2):
        history.add(params)
        key = history.space.keys(history.space.encode([params]))[0]
        assert key not in seen, f"{params} are under way and were proposed again"
        seen.add(key)
    for params in make().propose(history, 2):
        key = history.space.keys(history.space.encode([params]))[0]
        assert key not in seen, f"{params} are under way and were proposed again"


def _never_repeats_a_finite_space(make: Callable[[], Strategy]) -> None:
    history = _started(make, 20, FINITE)
    keys = history.space.keys(history.space.encode([trial.params for trial in history]))
    assert len(set(keys)) == len(keys), "params were proposed twice"
    assert len(keys) == history.space.size, "the space was left before it was exhausted"
    assert make().propose(history, 1) == [], "an exhausted space must give []"


def _goes_on_after_failures(make: Callable[[], Strategy]) -> None:
    for value in (np.nan, np.inf, -np.inf, 1e300):
        history = History(Space.read(MIXED), n_splits=2, seed=1)
        play(make(), history, 8, score=lambda params, value=value: value)  # type: ignore[misc]
        assert len(history) == 8, f"scores of {value} ended the proposals"


def _goes_on_after_being_saved(make: Callable[[], Strategy]) -> None:
    never_stopped = _started(make, 9)
    strategy, history = pickle.loads(pickle.dumps((make(), _started(make, 5))))
    play(strategy, history, 4)
    assert [t.params for t in history] == [t.params for t in never_stopped], (
        "a saved and loaded search went another way"
    )
