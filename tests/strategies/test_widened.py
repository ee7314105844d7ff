"""What few trials had is doubted."""

from __future__ import annotations

import numpy as np
import pytest

from skhp.observed import masked
from skhp.space import Space, When
from skhp.strategies._bayes_widened import Widened
from skhp.surrogates import Columns, GaussianProcess

CONDITIONAL = {
    "kind": ["a", "b"],
    "x": When("kind", "a", (0.0, 1.0)),
    "y": When("kind", "b", (0.0, 1.0)),
    "z": When("kind", "b", (0.0, 1.0)),
}


def fitted(definition, n_of_b=1, n=9):
    space = Space.read(definition)
    U = np.random.default_rng(0).random((n, space.n_columns))
    U[:, 0] = np.where(np.arange(n) < n_of_b, 0.75, 0.25)
    points = masked(space.snap(U), space)
    columns = Columns(space.is_ordered, space.n_levels)
    plain = GaussianProcess().fit(points, np.sin(np.arange(n)), columns=columns)
    return space, points, plain, Widened.where_rare(plain, points, space)


def test_a_space_without_conditions_keeps_its_model():
    _, _, plain, widened = fitted({"kind": ["a", "b"], "x": (0.0, 1.0)})
    assert widened is plain


def test_the_variance_grows_with_the_columns_and_falls_with_their_trials():
    space, _, plain, widened = fitted(CONDITIONAL, n_of_b=2, n=9)
    new = masked(space.snap(np.array([[0.25, 0.3, 0.5, 0.5], [0.75, 0.5, 0.3, 0.6]])), space)
    means, stds = plain.predict(new)
    assert np.array_equal(widened.predict(new)[0], means)
    expected = stds**2 * (1 + np.array([1 / 7, 2 / 2]))
    assert widened.predict(new)[1] ** 2 == pytest.approx(expected)


def test_points_under_way_count_as_tried():
    space, points, _, widened = fitted(CONDITIONAL, n_of_b=1)
    new = masked(space.snap(np.array([[0.75, 0.5, 0.9, 0.1]])), space)
    before = widened.condition(np.empty((0, 4)))
    after = widened.condition(points[:1])
    assert np.array_equal(before.counts, widened.counts)
    assert (after.counts - widened.counts).tolist() == [1, 0, 1, 1]
    assert after.predict(new)[1] < before.predict(new)[1]


def test_slopes_are_those_of_what_is_predicted():
    space, _, _, widened = fitted(CONDITIONAL, n_of_b=2)
    new = masked(space.snap(np.array([[0.75, 0.5, 0.3, 0.6]])), space)
    slopes = widened.slopes(new)
    assert np.allclose(slopes.prediction, widened.predict(new))
    for column in (2, 3):
        step = np.zeros_like(new)
        step[:, column] = 1e-5
        high, low = (np.array(widened.predict(new + sign * step)) for sign in (1, -1))
        mean, std = (high - low)[:, 0] / 2e-5
        assert slopes.mean[0, column] == pytest.approx(mean, rel=1e-3, abs=1e-6)
        assert slopes.std[0, column] == pytest.approx(std, rel=1e-3, abs=1e-6)


def test_columns_of_one_level_say_nothing_to_learn():
    fixed = {"kind": ["a", "b"], "x": When("kind", "b", [3])}
    _, _, plain, widened = fitted(fixed)
    assert widened is plain
