"""Laws of the maximiser of acquisitions."""

import numpy as np
import pytest

from skhp.acquisition import Landscape, Maximiser
from skhp.acquisition._maximise import neighbours
from skhp.space import Constrained, Space, When

CONDITIONAL = {
    "kernel": ["linear", "rbf", "poly"],
    "C": (1e-3, 1e3, "log-uniform"),
    "gamma": When("kernel", "rbf", (1e-4, 1e1, "log-uniform")),
    "degree": When("kernel", "poly", (2, 5)),
}
SPACES = {
    "continuous": {"x": (0.0, 1.0), "y": (-5.0, 5.0)},
    "mixed": {"x": (0.0, 1.0), "i": (1, 50), "c": ["a", "b", None], "flag": [True, False]},
    "conditional": CONDITIONAL,
    "constrained": Constrained({"x": (0.0, 1.0), "y": (0.0, 1.0)}, lambda p: p["x"] < p["y"]),
}


@pytest.fixture(params=sorted(SPACES))
def space(request):
    return Space.read(SPACES[request.param])


def ranked(space, value, seed=0):
    rng = np.random.default_rng(seed)
    return climbed(Landscape(value), space, rng)


def climbed(landscape, space, rng):
    cover, incumbents = rng.random((512, space.n_columns)), space.sample(3, rng)
    return Maximiser().ranked(landscape, space, cover=cover, incumbents=incumbents, rng=rng)


def test_the_ranked_points_lie_in_the_space_best_first(space):
    target = space.sample(1, np.random.default_rng(9))

    def value(U):
        return -((U - target) ** 2).sum(axis=1)

    points = ranked(space, value)
    assert space.allows(points).all()
    np.testing.assert_array_equal(space.snap(points), points)
    assert (np.diff(value(points)) <= 0).all()


def test_the_maximum_of_a_smooth_value_is_found(space):
    target = space.sample(1, np.random.default_rng(9))
    n_columns = space.n_columns
    best = ranked(space, lambda U: -((U - target) ** 2).sum(axis=1))[0]
    assert ((best - target) ** 2).sum() < 2e-3 * n_columns


def test_directions_lead_to_the_maximum_of_a_wide_space():
    space = Space.read({f"x{i}": (0.0, 1.0) for i in range(20)})
    target = space.sample(1, np.random.default_rng(9))
    landscape = Landscape(lambda U: -((U - target) ** 2).sum(axis=1), lambda U: target - U)
    best = climbed(landscape, space, np.random.default_rng(0))[0]
    assert np.abs(best - target).max() < 0.02


def test_a_corner_of_the_cube_is_reached():
    space = Space.read(SPACES["continuous"])
    best = ranked(space, lambda U: U.sum(axis=1))[0]
    np.testing.assert_array_equal(best, [1.0, 1.0])


def test_points_that_must_not_be_taken_are_left_out():
    space = Space.read(SPACES["continuous"])
    points = ranked(space, lambda U: np.where(U[:, 0] > 0.5, U[:, 1], -np.inf))
    assert len(points)
    assert (points[:, 0] > 0.5).all()


def test_neighbours_are_snapped_and_most_differ_from_their_points(space):
    rng = np.random.default_rng(1)
    U = space.sample(200, rng)
    near = neighbours(U, space, step=0.1, rng=rng)
    np.testing.assert_array_equal(space.snap(near), near)
    assert (near != U).any(axis=1).mean() > 0.85


def test_every_level_and_branch_is_a_neighbour_of_some_point():
    space = Space.read(CONDITIONAL)
    rng = np.random.default_rng(1)
    U = np.repeat(space.encode([{"kernel": "linear", "C": 1.0}]), 400, axis=0)
    near = space.decode(neighbours(U, space, step=0.1, rng=rng))
    assert {params["kernel"] for params in near} == {"linear", "rbf", "poly"}
    assert {params["degree"] for params in near if "degree" in params} == {2, 3, 4, 5}
    assert np.ptp([np.log10(params["gamma"]) for params in near if "gamma" in params]) > 4


def test_the_same_generator_gives_the_same_ranking(space):
    one, other = (ranked(space, lambda U: -U.sum(axis=1), seed=3) for _ in range(2))
    np.testing.assert_array_equal(one, other)
