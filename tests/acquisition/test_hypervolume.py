"""Laws of the front, its volume, and the growth that is expected of it."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skhp.acquisition import LogHypervolumeImprovement, hypervolume, non_dominated

LAWS = settings(max_examples=60, deadline=None)


def boards(n_columns: int):
    """Return points on a board of eight squares a side, which can be counted."""
    return st.integers(0, 8).flatmap(
        lambda n: arrays(np.float64, (n, n_columns), elements=st.integers(0, 8).map(float))
    )


def dominates(one, other) -> bool:
    return bool((one >= other).all() and (one > other).any())


@LAWS
@given(boards(3))
def test_nobody_on_the_front_is_dominated_and_everybody_else_is_by_one_on_it(points):
    on_front = non_dominated(points)
    front = points[on_front]
    for point, kept in zip(points, on_front, strict=True):
        assert any(dominates(one, point) for one in front) != kept


@LAWS
@given(st.sampled_from([1, 2, 3]).flatmap(boards), st.integers(0, 3))
def test_the_volume_is_the_number_of_unit_cubes_that_are_dominated(points, corner):
    reference = np.full(points.shape[1], float(corner))
    cubes = np.array(list(itertools.product(range(corner, 8), repeat=points.shape[1]))) + 0.5
    counted = (points[:, None] > cubes).all(axis=2).any(axis=0).sum() if len(points) else 0
    assert hypervolume(points, reference) == pytest.approx(counted)


@LAWS
@given(boards(3), st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(points, random):
    order = list(range(len(points)))
    random.shuffle(order)
    shuffled = points[order]
    assert hypervolume(shuffled, np.zeros(3)) == pytest.approx(hypervolume(points, np.zeros(3)))
    assert (non_dominated(shuffled) == non_dominated(points)[order]).all()


predictions = st.tuples(st.floats(-2, 10), st.floats(-2, 10), st.floats(0.1, 4), st.floats(0.1, 4))


@settings(max_examples=25, deadline=None)
@given(boards(2), predictions)
def test_the_expected_growth_is_that_of_drawn_outcomes(front, prediction):
    mean, std = np.array([prediction[:2]]), np.array([prediction[2:]])
    reference = np.zeros(2)
    worth = LogHypervolumeImprovement(front, reference)
    drawn = mean + std * np.random.default_rng(0).normal(size=(2000, 2))
    before = hypervolume(front, reference)
    grown = [hypervolume([*front, one], reference) - before for one in drawn]
    error = np.std(grown) / np.sqrt(len(grown))
    assert np.exp(worth.value(mean, std)[0]) == pytest.approx(np.mean(grown), abs=6 * error + 1e-3)


def test_points_far_from_the_front_are_still_told_apart():
    worth = LogHypervolumeImprovement(np.array([[5.0, 5.0]]), np.zeros(2))
    values = worth.value(np.array([[-50.0, -50.0], [-40.0, -50.0]]), np.ones((2, 2)))
    assert np.isfinite(values).all()
    assert values[1] > values[0]
