"""Laws of the Bayesian strategy for several objectives."""

import copy

import numpy as np
import pytest

from skhp.acquisition import hypervolume
from skhp.history import Fold, History
from skhp.objectives import Bound, Objectives
from skhp.space import Space
from skhp.strategies import ParetoBayes, Random

SQUARE = {"x": (0.0, 1.0), "y": (0.0, 1.0)}


def outcome(params):
    """Two objectives against each other along x, both the better the smaller y is."""
    x, y = params["x"], params["y"]
    return {"left": 1 - x - y, "right": np.sqrt(x) - y, "third": -abs(x - 0.5)}


def played(strategy, n, *, seed=0, n_pending=0, cost=None):
    history = History(Space.read(SQUARE), metric="left", seed=seed)
    for number in range(n + n_pending):
        [params] = strategy.propose(history, 1)
        history.add(params)
        if number < n:
            costs = None if cost is None else {"model_size": cost(params)}
            history.record(number, Fold(0, outcome(params), costs=costs))
    return history


def reached(history):
    return hypervolume(
        [(trial.folds[0].score("left"), trial.folds[0].score("right")) for trial in history],
        (-1, -1),
    )


@pytest.mark.parametrize("names", [("left", "right"), ("left", "right", "third")])
def test_it_finds_more_of_a_front_than_chance(names):
    for seed in range(3):
        found = reached(played(ParetoBayes(Objectives(names)), 20, seed=seed))
        assert found > reached(played(Random(), 40, seed=seed))


@pytest.mark.parametrize("names", [("left",), ("left", "right"), ("left", "right", "third")])
@pytest.mark.parametrize("bounds", [(), ("<= 0.4",)], ids=["free", "bounded"])
def test_the_same_history_gives_the_same_proposal(names, bounds):
    strategy = ParetoBayes(Objectives(names, tuple(Bound.read("right", one) for one in bounds)))
    history = played(strategy, 12, n_pending=2)
    before = copy.deepcopy(history.trials)
    once = strategy.propose(history, 2)
    fresh = ParetoBayes(strategy.objectives)
    assert fresh.propose(history, 2) == once
    assert history.trials == before
    # the second one knows of the first
    history.add(once[0])
    assert fresh.propose(history, 1) == once[1:]


def test_points_under_way_are_not_proposed_again_nor_their_neighbours():
    strategy = ParetoBayes(Objectives(("left", "right")))
    history = played(strategy, 15, n_pending=4)
    rows = np.array([list(trial.params.values()) for trial in history])
    gaps = np.abs(rows[:, None] - rows).max(axis=2)[np.triu_indices(len(rows), 1)]
    assert gaps.min() > 0.004


def test_a_bound_is_approached_from_within():
    # the best by "left" is x = 0, but "right" must be 0.5: sqrt(x) - y, so x = 0.25
    objectives = Objectives(("left",), (Bound.read("right", ">= 0.5"),))
    history = played(ParetoBayes(objectives), 25)
    inside = [trial for trial in history if trial.folds[0].score("right") >= 0.5]
    assert max(trial.score for trial in inside) > 0.74


def test_a_cost_is_bounded_on_its_own_scale():
    objectives = Objectives(("right",), (Bound.read("model_size", "<= 1000"),))
    history = played(ParetoBayes(objectives), 25, cost=lambda params: 10 ** (6 * params["x"]))
    inside = [trial for trial in history if trial.folds[0].costs["model_size"] <= 1000]
    assert max(trial.folds[0].score("right") for trial in inside) > np.sqrt(0.5) - 0.03


def test_where_no_bound_is_kept_yet_it_is_looked_for():
    objectives = Objectives(("left", "right"), (Bound.read("third", ">= -0.02"),))
    history = played(ParetoBayes(objectives), 25)
    assert sum(trial.folds[0].score("third") >= -0.02 for trial in history) >= 5


def test_trials_that_fail_are_gone_round():
    strategy = ParetoBayes(Objectives(("left", "right")))
    history = History(Space.read(SQUARE), metric="left", seed=0)
    for number in range(25):
        [params] = strategy.propose(history, 1)
        history.add(params)
        scores = dict.fromkeys(outcome(params), np.nan) if params["x"] > 0.6 else outcome(params)
        history.record(number, Fold(0, scores, status="failed" if params["x"] > 0.6 else "ok"))
    assert sum(trial.status == "failed" for trial in history.trials[10:]) <= 6
