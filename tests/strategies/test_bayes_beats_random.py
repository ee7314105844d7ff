"""The Bayesian strategy beats random search on a table of test functions."""

import math

import numpy as np
import pytest

from skhp.history import Fold, History
from skhp.space import Space, When
from skhp.strategies import Bayes, Random


def branin(p):
    x, y = p["x"], p["y"]
    bend = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return -(bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10)


def sphere(p):
    return -sum((value - 0.3) ** 2 for value in p.values())


def mixed(p):
    bonus = {"a": 0.0, "b": 0.5, "c": 0.2}[p["c"]]
    return bonus - (math.log10(p["C"]) - 1) ** 2 - ((p["i"] - 12) / 20) ** 2


def conditional(p):
    if p["kernel"] == "linear":
        return 0.5 - 0.05 * (math.log10(p["C"]) + 1) ** 2
    return 1 - 0.1 * (math.log10(p["C"]) - 2) ** 2 - 0.1 * (math.log10(p["gamma"]) + 2) ** 2


def plateau(p):
    return round(4 * mixed(p)) / 4


def noisy(p):
    return sphere(p) + 0.05 * math.sin(1e4 * sum(p.values()))


MIXED = {"C": (1e-4, 1e4, "log-uniform"), "i": (1, 60), "c": ["a", "b", "c"]}
LOG = (1e-4, 1e4, "log-uniform")
TABLE = {
    "branin": (branin, {"x": (-5.0, 10.0), "y": (0.0, 15.0)}),
    "sphere": (sphere, {f"x{i}": (0.0, 1.0) for i in range(6)}),
    "mixed": (mixed, MIXED),
    "conditional": (
        conditional,
        {"kernel": ["linear", "rbf"], "C": LOG, "gamma": When("kernel", "rbf", LOG)},
    ),
    "plateau": (plateau, MIXED),
    "noisy": (noisy, {f"x{i}": (0.0, 1.0) for i in range(4)}),
}


def best_found(strategy, function, *, space, seed):
    history = History(Space.read(space), seed=seed)
    for _ in range(25):
        [params] = strategy.propose(history, 1)
        history.record(history.add(params).number, Fold(0, {"score": function(params)}))
    return history.best.score


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLE)
def test_bayes_finds_better_params_than_random_search(name):
    function, space = TABLE[name]
    ours, random = (
        np.mean([best_found(s, function, space=space, seed=seed) for seed in range(4)])
        for s in (Bayes(), Random())
    )
    assert ours >= random
    assert ours > random or name == "plateau"
