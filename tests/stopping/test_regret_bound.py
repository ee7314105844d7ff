"""The laws of the regret bound."""

import numpy as np
import pytest

from skhp.exceptions import SettingError
from skhp.history import Fold, History
from skhp.space import Space
from skhp.stopping import NoImprovement, RegretBound, ScoreReached
from skhp.stopping._regret_bound import _Bounds
from skhp.strategies import Bayes


def searched(n, *, noise):
    rng = np.random.default_rng(0)
    history = History(Space.read({"x": (0.0, 1.0)}), n_splits=5, seed=0)
    strategy = Bayes()
    for _ in range(n):
        (params,) = strategy.propose(history, 1)
        number = history.add(params).number
        shifts = rng.normal(scale=noise, size=5)
        for index, shift in enumerate(shifts - shifts.mean()):
            score = 0.9 - (params["x"] - 0.5) ** 2 + shift
            history.record(number, Fold(index, {"score": float(score)}))
    return history


def test_a_search_that_is_done_may_stop():
    reason = RegretBound().reason_to_stop(searched(25, noise=0.05))
    assert reason is not None and reason.startswith("at most")


def test_a_search_does_not_stop_while_folds_can_tell_more_than_is_left_to_gain():
    assert RegretBound().reason_to_stop(searched(25, noise=0.0)) is None


def test_a_search_does_not_stop_before_the_model_is_believed():
    assert RegretBound(min_trials=20).reason_to_stop(searched(12, noise=0.05)) is None


def test_a_search_without_a_space_or_with_one_fold_is_refused_before_it_begins():
    with pytest.raises(SettingError, match="RegretBound needs a space"):
        RegretBound().check(History(space=None, n_splits=5))
    with pytest.raises(SettingError, match="cv gives 1"):
        RegretBound().check(History(Space.read({"x": (0.0, 1.0)}), n_splits=1))
    assert RegretBound().check(History(Space.read({"x": (0.0, 1.0)}), n_splits=2)) is None


@pytest.mark.parametrize(
    "rule", [RegretBound() | NoImprovement(3), NoImprovement(3) & (ScoreReached(1) | RegretBound())]
)
def test_joined_rules_are_refused_with_the_one_that_cannot_work(rule):
    with pytest.raises(SettingError, match="RegretBound"):
        rule.check(History(space=None, n_splits=5))


def test_a_bound_is_computed_once_for_the_same_trials():
    history = searched(25, noise=0.05)
    reason = RegretBound().reason_to_stop(history)
    n_found = len(history.cache.of(_Bounds)._found)
    assert RegretBound().reason_to_stop(history.seen_by(25, 1)) == reason
    assert len(history.cache.of(_Bounds)._found) == n_found == 3
