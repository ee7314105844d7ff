"""A strategy serves whoever evaluates params without a search: ask, evaluate, tell."""

import importlib.util

import numpy as np
import pytest

from skhp.history import History
from skhp.space import Space
from skhp.strategies import Bayes, Grid, Initial, Optuna, Random, Skopt

FINITE = {"a": [1, 2, 3, 4], "b": ["x", "y", "z"]}
FIRST = [{"a": 4, "b": "z"}, {"a": 1, "b": "z"}, {"a": 2, "b": "x"}]

STRATEGIES = {
    "bayes": lambda: Bayes(),
    "random": lambda: Random(),
    "grid": lambda: Grid(),
    "first": lambda: Initial(FIRST, Random()),
    "first, then bayes": lambda: Initial(FIRST, Bayes()),
    "skopt": lambda: Skopt({"base_estimator": "ET"}),
    "optuna": lambda: Optuna(),
}


@pytest.fixture(params=STRATEGIES)
def strategy(request):
    if request.param == "optuna" and importlib.util.find_spec("optuna") is None:
        pytest.skip("needs optuna")
    return STRATEGIES[request.param]()


def score(params):
    return params["a"] - 0.1 * "xyz".index(params["b"])


def test_a_finite_space_is_asked_for_in_batches_and_never_repeated(strategy):
    history = History(Space.read(FINITE), seed=0)
    while asked := strategy.propose(history, 2):
        for params in asked:
            history.add(params)
        for params in reversed(asked):
            history.tell(params, score(params))
    keys = history.space.keys(history.space.encode([trial.params for trial in history]))
    assert len(set(keys)) == len(keys) == history.space.size
    assert history.best.params == {"a": 4, "b": "x"}


def test_what_was_asked_for_and_dropped_leaves_nothing_behind(strategy):
    asked, fresh = (History(Space.read(FINITE), seed=0) for _ in range(2))
    dropped = strategy.propose(asked, 4)
    for history in (asked, fresh):
        history.tell(dropped[-1], 1.0)
    assert strategy.propose(asked, 3) == strategy.propose(fresh, 3)


def test_asking_twice_gives_the_same(strategy):
    history = History(Space.read(FINITE), seed=0)
    assert strategy.propose(history, 3) == strategy.propose(history, 3)


def test_params_that_nobody_asked_for_are_not_proposed_again(strategy):
    history = History(Space.read(FINITE), seed=0)
    known = [{"a": 3, "b": "x"}, {"a": 4, "b": "z"}, {"a": 1, "b": "y"}]
    for params in known:
        history.tell(params, score(params))
    for params in strategy.propose(history, 9):
        assert params not in known
        history.add(params)
    assert strategy.propose(history, 1) == []


def test_a_score_is_told_of_a_trial_under_way_or_opens_one():
    history = History(Space.read({"x": (0.0, 1.0)}), n_splits=2)
    history.add({"x": 0.1})
    history.add({"x": 0.2})
    assert history.tell({"x": 0.2}, [0.4, 0.6]).number == 1
    assert history.tell({"x": 0.3}, np.nan).number == 2
    assert history.tell({"x": 0.1}, 0.9).number == 0
    assert [trial.status for trial in history] == ["complete", "complete", "failed"]
    assert [trial.score for trial in history.complete] == [0.9, 0.5]


def test_a_bayesian_strategy_finds_the_top_of_a_hill():
    history, strategy = History(Space.read({"x": (0.0, 1.0)}), seed=0), Bayes()
    for _ in range(15):
        [params] = strategy.propose(history, 1)
        history.tell(params, -((params["x"] - 0.3) ** 2))
    assert abs(history.best.params["x"] - 0.3) < 0.01
