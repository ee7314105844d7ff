"""The laws that every strategy keeps; strategies are found by themselves."""

import inspect

import pytest
from sklearn.model_selection import ParameterGrid

import skhp.strategies
from skhp.space import Space
from skhp.strategies import Grid, Initial, Listed, Optuna, Random, Strategy, SuccessiveHalving
from skhp.testing import check_strategy
from skhp.testing._strategies import FINITE

MADE = {Initial: lambda: Initial([], Random())}
"""How to make a strategy that needs arguments."""

FOUND = [
    kind
    for _, kind in inspect.getmembers(skhp.strategies, inspect.isclass)
    if issubclass(kind, Strategy)
    and not inspect.isabstract(kind)
    and kind not in (Listed, SuccessiveHalving)
]


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_a_strategy_keeps_the_laws(kind):
    if kind is Optuna:
        pytest.importorskip("optuna")
    check_strategy(MADE.get(kind, kind))


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_a_sub_space_gets_the_trials_that_were_meant_for_it(kind):
    from skhp.history import History
    from skhp.testing import play

    if kind is Optuna:
        pytest.importorskip("optuna")
    spaces = [({"x": (0.0, 1.0)}, 3), ({"z": (0.0, 1.0), "c": ["a", "b"]}, 5)]
    history = play(MADE.get(kind, kind)(), History(Space.read(spaces), seed=0), 12)
    assert [sum(name in trial.params for trial in history) for name in "xz"] == [3, 5]


def test_a_list_is_walked_through_once_and_in_order():
    from skhp.history import History
    from skhp.testing import play

    candidates = list(ParameterGrid(FINITE))
    history = play(Listed(candidates), History(Space.read(FINITE)), 20)
    assert [trial.params for trial in history] == candidates


def test_a_grid_is_walked_through_in_the_order_of_scikit_learn():
    from skhp.history import History

    space = Space.read(FINITE)
    assert Grid().propose(History(space), 100) == list(ParameterGrid(FINITE))


def test_initial_params_come_first_and_are_not_proposed_again():
    from skhp.history import History
    from skhp.testing import play

    first = [{"kernel": "rbf", "degree": 3}, {"kernel": "linear", "degree": 2}]
    history = play(Initial(first, Random()), History(Space.read(FINITE)), 20)
    tried = [trial.params for trial in history]
    assert tried[:2] == first and len(tried) == 6
