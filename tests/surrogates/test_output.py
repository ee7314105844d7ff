"""Laws of the output transform."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhp.surrogates import OutputTransform

TRANSFORMS = [OutputTransform(), OutputTransform(reach=1.0), OutputTransform(rank_weight=0.5)]
SCORES = st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=30).map(np.array)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=repr)
@given(y=SCORES)
def test_the_transform_is_finite_and_keeps_the_order(transform, y):
    z, slope = transform.transform(y)
    assert np.isfinite(z).all() and np.isfinite(slope)
    assert (np.diff(z[np.argsort(y, kind="stable")]) >= -1e-12).all()


@pytest.mark.parametrize("transform", TRANSFORMS, ids=repr)
def test_the_result_is_standardised(transform):
    z, _ = transform.transform(np.random.default_rng(0).standard_cauchy(100))
    assert abs(z.mean()) < 1e-9
    assert abs(z.std() - 1) < 1e-9


def test_a_bad_tail_does_not_squeeze_the_good_scores():
    y = np.append(np.linspace(0.8, 0.9, 20), [-1e6, 0.0])
    z, slope = OutputTransform().transform(y)
    assert z[:20].std() > 0.3
    assert slope > 5


def test_one_huge_failure_does_not_hide_the_other_scores():
    z, _ = OutputTransform().transform(np.append(np.linspace(0.8, 0.9, 9), -1e300))
    assert z[8] - z[0] > 1


def test_a_tail_below_a_plateau_of_best_scores_is_pulled_in():
    z, _ = OutputTransform().transform(np.array([0.9] * 6 + [0.8, 0.7, -1e9]))
    assert z[0] - z[7] > 0.5


@pytest.mark.parametrize("y", [np.array([0.3]), np.full(5, 0.3), np.zeros(4), np.full(3, -1e300)])
def test_constant_scores_become_zero(y):
    z, slope = OutputTransform().transform(y)
    np.testing.assert_array_equal(z, np.zeros(len(y)))
    assert np.isfinite(slope)
