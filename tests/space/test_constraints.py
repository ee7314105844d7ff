"""Constraints between parameters."""

import pickle

import numpy as np
import pytest

from skhp.exceptions import SpaceError
from skhp.space import Choice, Constrained, Derived, Space, When


def a_below_b(params):
    return params["a"] < params["b"]


def impossible(params):
    return False


SPACE = {"a": (1, 9), "b": (1, 9)}


@pytest.mark.parametrize(
    "read",
    [
        lambda: Space.read(SPACE, constraints=a_below_b),
        lambda: Space.read(SPACE, constraints=[a_below_b]),
        lambda: Space.read(Constrained(SPACE, a_below_b)),
        lambda: Space.read([Constrained(SPACE, a_below_b)]),
        lambda: Space.read(Constrained([SPACE], a_below_b)),
        lambda: Space.read(Space.read(SPACE), constraints=a_below_b),
        lambda: pickle.loads(pickle.dumps(Space.read(Constrained(SPACE, a_below_b)))),
    ],
)
def test_constraints_are_respected_wherever_they_are_written(read):
    space = read()
    assert space.size == 36
    assert len(space.enumerate(36)) == 36
    assert len(list(space.grid(9))) == 36
    assert all(a_below_b(p) for p in space.decode(space.sample(50, np.random.default_rng(0))))
    assert space.contains({"a": 1, "b": 2})
    assert not space.contains({"a": 2, "b": 2})
    points = space.encode([{"a": 1, "b": 2}, {"a": 2, "b": 2}])
    assert space.allows(points).tolist() == [True, False]


def test_a_constraint_on_an_inactive_parameter_is_fulfilled():
    space = Space.read(
        Constrained({"k": ["x", "y"], "a": When("k", "x", (1, 9)), "b": (1, 9)}, a_below_b)
    )
    assert space.size == 36 + 9


def test_a_constraint_of_one_sub_space_leaves_the_others_alone():
    space = Space.read([{**SPACE, "k": ["free"]}, Constrained({**SPACE, "k": ["tied"]}, a_below_b)])
    assert space.size == 81 + 36


def test_inside_a_sub_space_short_names_are_enough():
    space = Space.read({"m": Choice({"x": Constrained(SPACE, a_below_b), "y": SPACE})})
    assert space.size == 36 + 81
    nested = Space.read({"step": Constrained(SPACE, a_below_b, lambda p: p["step__a"] > 1)})
    assert nested.size == 28


def test_constraints_see_derived_parameters():
    space = Space.read(
        {"a": (1, 9), "b": Derived(lambda params: 10 - params["a"])}, constraints=a_below_b
    )
    assert sorted(params["a"] for params in space.grid(9)) == [1, 2, 3, 4]


def test_rare_params_are_found_by_listing_them():
    space = Space.read({"a": (1, 100), "b": (1, 100)}, constraints=lambda p: p["a"] * p["b"] == 1)
    assert space.decode(space.sample(3, np.random.default_rng(0))) == [{"a": 1, "b": 1}] * 3


@pytest.mark.parametrize("spaces", [SPACE, {"a": (0.0, 1.0)}])
def test_an_impossible_constraint_is_an_error_when_drawing(spaces):
    space = Space.read(spaces, constraints=impossible)
    with pytest.raises(SpaceError, match="fulfil"):
        space.sample(1, np.random.default_rng(0))
    if spaces is SPACE:
        with pytest.raises(SpaceError, match="No params fulfil the constraints"):
            space.enumerate(100)


def test_a_constraint_on_an_unknown_parameter_is_an_error():
    space = Space.read(SPACE, constraints=lambda params: params["c"] < 1)
    with pytest.raises(SpaceError, match="'c', which the space does not have.*a, b"):
        space.sample(1, np.random.default_rng(0))


def test_a_derived_parameter_of_an_inactive_one_is_an_error():
    space = Space.read(
        {"k": [1, 2], "a": When("k", 1, (1, 9)), "b": Derived(lambda params: params["a"])}
    )
    with pytest.raises(SpaceError, match="'b' is derived from 'a'"):
        space.decode(space.sample(20, np.random.default_rng(0)))


def test_constrained_spaces_compare_and_show_their_parts():
    left, right = Constrained(SPACE, a_below_b), Constrained(dict(SPACE), a_below_b)
    assert left == right
    assert hash(left) == hash(right)
    assert left != Constrained(SPACE, impossible)
    assert repr(left) == "Constrained({'a': (1, 9), 'b': (1, 9)}, a_below_b)"
    assert "1 constraint" in repr(Space.read(left))
    assert pickle.loads(pickle.dumps(left)) == left
