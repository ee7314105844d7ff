"""The laws of stopping and racing rules, as checks that anyone can run on their own."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np

from ..exceptions import SettingError
from ..history import Fold, History
from ..racing import RacingRule
from ..space import Space
from ..stopping import StoppingRule

__all__ = ["check_racing_rule", "check_stopping_rule"]

LINE = {"x": (0.0, 1.0)}
"""A space for trials to lie in."""


def check_stopping_rule(rule: StoppingRule) -> None:
    """Check the laws of a stopping rule.

    Parameters
    ----------
    rule : StoppingRule
        Asked about histories of every kind.

    Raises
    ------
    AssertionError
        Names the law that is broken.

    Examples
    --------
    >>> from skhp.stopping import NoImprovement
    >>> check_stopping_rule(NoImprovement(5))
    """
    empty = History(space=None)
    assert rule.reason_to_stop(empty) is None, "a search without results has nothing to stop for"
    _refuses_alike(rule)
    for history in _histories():
        before = repr(history.trials)
        reason = rule.reason_to_stop(history)
        assert reason is None or (isinstance(reason, str) and reason), "a reason is a sentence"
        assert repr(history.trials) == before, "the rule changed the history"
        assert rule.reason_to_stop(history) == reason, "the rule has a memory"
        again = pickle.loads(pickle.dumps(rule))
        assert again.reason_to_stop(copy.deepcopy(history)) == reason, "saving changed the rule"
    both, either = rule & rule, rule | rule
    assert both.reason_to_stop(empty) is None and either.reason_to_stop(empty) is None


def _refuses_alike(rule: StoppingRule) -> None:
    """Check that a rule that cannot work in a search says so, and does so when it is joined."""
    for space in (None, Space.read(LINE)):
        for n_splits in (1, 5):
            history = History(space, n_splits=n_splits)
            refused = [_refuses(one, history) for one in (rule, rule & rule, rule | rule)]
            assert len(set(refused)) == 1, "check raises for the rule alone or joined, not for both"
            assert not len(history), "check changed the history"


def _refuses(rule: StoppingRule, history: History) -> bool:
    try:
        returned: Any = rule.check(history)  # type: ignore[func-returns-value]
    except SettingError as error:
        assert str(error), "a rule that refuses a search says what it needs"
        return True
    assert returned is None, "check raises a SettingError or returns None"
    return False


def check_racing_rule(rule: RacingRule) -> None:
    """Check the laws of a racing rule.

    Parameters
    ----------
    rule : RacingRule
        Asked about trials that are clearly good, clearly hopeless, and about the first ones.

    Raises
    ------
    AssertionError
        Names the law that is broken.

    Examples
    --------
    >>> from skhp.racing import Racing
    >>> check_racing_rule(Racing())
    """
    empty = History(space=None, n_splits=5)
    first = empty.add({})
    assert not rule.gives_up(first, empty), "the first trial has nobody to lose against"
    history = _raced([0.8, 0.81, 0.79, 0.8, 0.82, 0.8])
    for level, verdict in ((0.95, False), (0.1, True)):
        trial = history.add({})
        for index in range(4):
            trial = history.record(trial.number, Fold(index, {"score": level + index / 1000}))
        before = repr(history.trials)
        assert bool(rule.gives_up(trial, history)) is verdict, (
            f"a trial at {level} among trials at 0.8: gives_up must be {verdict}"
        )
        assert repr(history.trials) == before, "the rule changed the history"


def _histories() -> list[History]:
    generator = np.random.default_rng(0)
    scores: list[list[Any]] = [
        [0.5] * 30,
        [np.nan] * 30,
        list(generator.normal(size=30)),
        [-np.inf, np.inf, 0.0] * 10,
    ]
    return [_raced(some, space) for some in scores for space in (None, Space.read(LINE))]


def _raced(levels: list[Any], space: Any = None) -> History:
    """Return a history of whole trials around some levels, with a little noise on the folds."""
    history = History(space, n_splits=5)
    generator = np.random.default_rng(1)
    easy = generator.normal(scale=0.01, size=5)
    for number, level in enumerate(levels):
        noise = easy + generator.normal(scale=0.002, size=5)
        history.tell({} if space is None else {"x": number / len(levels)}, level + noise)
    return history
