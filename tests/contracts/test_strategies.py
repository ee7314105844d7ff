"""The laws that every strategy keeps; strategies are found by themselves."""

import pytest
from sklearn.model_selection import ParameterGrid

import skhp.strategies
from skhp.history import History
from skhp.objectives import Bound, Objectives
from skhp.space import Space
from skhp.strategies import (
    Grid,
    Initial,
    Listed,
    Optuna,
    ParetoBayes,
    Random,
    Strategy,
    SuccessiveHalving,
)
from skhp.testing import check_strategy, play
from skhp.testing._strategies import FINITE
from tests.contracts.classes import concrete

MADE = {
    Initial: lambda: Initial([], Random()),
    ParetoBayes: lambda: ParetoBayes(
        Objectives(("score", "fit_time"), (Bound.read("score", ">= 0.5"),))
    ),
}
"""How to make a strategy that needs arguments."""

TRIED_ELSEWHERE = {Listed, SuccessiveHalving}
"""Strategies that follow a list or rungs, not the space alone."""

FOUND = [kind for kind in concrete(skhp.strategies, Strategy) if kind not in TRIED_ELSEWHERE]


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_a_strategy_keeps_the_laws(kind):
    if kind is Optuna:
        pytest.importorskip("optuna")
    check_strategy(MADE.get(kind, kind))


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_a_sub_space_gets_the_trials_that_were_meant_for_it(kind):
    if kind is Optuna:
        pytest.importorskip("optuna")
    spaces = [({"x": (0.0, 1.0)}, 3), ({"z": (0.0, 1.0), "c": ["a", "b"]}, 5)]
    history = play(MADE.get(kind, kind)(), History(Space.read(spaces), seed=0), 12)
    assert [sum(name in trial.params for trial in history) for name in "xz"] == [3, 5]


def test_a_list_is_walked_through_once_and_in_order():
    candidates = list(ParameterGrid(FINITE))
    history = play(Listed(candidates), History(Space.read(FINITE)), 20)
    assert [trial.params for trial in history] == candidates


def test_a_grid_is_walked_through_in_the_order_of_scikit_learn():
    space = Space.read(FINITE)
    assert Grid().propose(History(space), 100) == list(ParameterGrid(FINITE))


def test_initial_params_come_first_and_are_not_proposed_again():
    first = [{"kernel": "rbf", "degree": 3}, {"kernel": "linear", "degree": 2}]
    history = play(Initial(first, Random()), History(Space.read(FINITE)), 20)
    tried = [trial.params for trial in history]
    assert tried[:2] == first and len(tried) == 6


class Generations(Random):
    """Proposes four at a time, each four in view of all before them."""

    adaptive = True

    def awaits(self, history, n_points):
        return len(history) - len(history) % 4


def test_a_strategy_awaits_what_it_needs_also_after_initial_params():
    first = [{"kernel": "rbf", "degree": 3}, {"kernel": "linear", "degree": 2}]
    strategy, history = Initial(first, Generations()), History(Space.read(FINITE))
    awaited = []
    for _ in range(6):
        awaited.append(strategy.awaits(history, 2))
        [params] = strategy.propose(history, 1)
        history.add(params)
    assert awaited == [0, 0, 0, 0, 4, 4]


def test_initial_params_run_side_by_side_whatever_the_strategy_after_them_awaits():
    first = [{"kernel": "rbf", "degree": degree} for degree in (1, 2, 3)]
    strategy, history = Initial(first, Generations()), History(Space.read(FINITE))
    history.add(first[0])
    history.add(first[1])
    assert strategy.awaits(history, 3) == 0
