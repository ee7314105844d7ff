"""Spaces of every kind, and a search of them without fits, for strategies of other libraries."""

from __future__ import annotations

from typing import Any

from scipy.stats import loguniform

from skhp import Layers, Ordered, When
from skhp.history import History
from skhp.space import Space
from skhp.strategies import Strategy
from skhp.testing import play

SPACES: dict[str, Any] = {
    "one range": {"a": (0.0, 1.0)},
    "logarithms and integers": {"a": (1e-3, 1e3, "log-uniform"), "b": (1, 9)},
    "tuples": {"a": [(5,), (5, 5), (10, 3, 2)], "b": (0.0, 1.0)},
    "choices of any kind": {"a": [None, True, 1, 2.5, "x", [1], {"y": 2}], "b": [3]},
    "ordered choices": {"a": [1, 10, 100], "b": Ordered(["s", "m", "l"])},
    "a distribution": {"a": loguniform(1e-3, 1.0), "b": (0.0, 1.0)},
    "layers": {"a": Layers(depth=(1, 3), width=(2, 9))},
    "a condition": {"a": ["x", "y"], "b": When("a", "x", (0.0, 1.0)), "c": (1, 3)},
    "sub-spaces": [{"a": ["x"], "b": (0.0, 1.0)}, {"a": ["y", "z"], "c": (1, 5)}],
}


def searched(strategy: Strategy, space: Any, n: int = 9, *, seed: int = 0) -> History:
    return play(strategy, History(Space.read(space), seed=seed), n)


def assert_inside_and_new(history: History) -> None:
    params = [trial.params for trial in history]
    assert all(history.space.contains(one) for one in params)
    keys = history.space.keys(history.space.encode(params))
    assert len(set(keys)) == len(keys) == min(9, history.space.size)
