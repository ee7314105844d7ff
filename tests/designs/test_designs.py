"""Laws of the designs."""

import numpy as np
import pytest
from scipy.stats import qmc

from skhp.designs import sobol, uniform


@pytest.mark.parametrize("design", [sobol, uniform])
@pytest.mark.parametrize(("n", "n_columns"), [(0, 3), (1, 1), (7, 4), (33, 40), (5, 0)])
def test_a_design_has_the_asked_number_of_points_inside_the_cube(design, n, n_columns):
    points = design(n, n_columns, np.random.default_rng(0))
    assert points.shape == (n, n_columns)
    assert ((points > 0) & (points < 1)).all()


@pytest.mark.parametrize("design", [sobol, uniform])
def test_the_same_generator_gives_the_same_points(design):
    one, other = (design(9, 3, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_longer_sobol_design_begins_with_the_shorter_one():
    short, long = (sobol(n, 6, np.random.default_rng(1)) for n in (5, 100))
    np.testing.assert_array_equal(long[:5], short)


@pytest.mark.parametrize("n_columns", [1, 3, 12])
def test_sixteen_sobol_points_fall_into_the_sixteen_cells_of_every_axis(n_columns):
    cells = (sobol(16, n_columns, np.random.default_rng(3)) * 16).astype(int)
    np.testing.assert_array_equal(np.sort(cells, axis=0), np.arange(16)[:, None] + 0 * cells)


def test_sobol_points_cover_better_than_uniform_ones():
    rngs = [np.random.default_rng(seed) for seed in range(10)]
    of_sobol = np.mean([qmc.discrepancy(sobol(64, 4, rng)) for rng in rngs])
    of_uniform = np.mean([qmc.discrepancy(uniform(64, 4, rng)) for rng in rngs])
    assert of_sobol < 0.5 * of_uniform


def test_what_a_caller_does_to_a_design_does_not_change_the_next_one():
    first = sobol(8, 2, np.random.default_rng(0))
    kept = first.copy()
    first[:] = 0.5
    np.testing.assert_array_equal(sobol(8, 2, np.random.default_rng(0)), kept)
