"""Values of our acquisitions; the laws of all are in tests/contracts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhp.acquisition import (
    Acquisition,
    LogExpectedImprovement,
    ProbabilityOfImprovement,
    UpperConfidenceBound,
)

ACQUISITIONS = [LogExpectedImprovement(), ProbabilityOfImprovement(), UpperConfidenceBound()]

# log(phi(z) + z Phi(z)), computed with mpmath to 60 digits and more
REFERENCE = [
    (6.0, 1.7917594692541145),
    (1.0, 0.08002621884930694),
    (0.0, -0.91893853320467274),
    (-0.5, -1.6205162643873199),
    (-1.0, -2.4851210257126413),
    (-1.5, -3.5299359208057099),
    (-5.0, -16.74430116266099),
    (-20.0, -206.9178385094251),
    (-38.0, -730.19618340211374),
    (-200.0, -20011.515648259739),
    (-999.0, -499015.2324510965),
    (-1001.0, -501015.23645108583),
    (-1e5, -5000000023.9447895),
    (-1e8, -5000000000000037.8),
]


@pytest.mark.parametrize(("z", "expected"), REFERENCE)
def test_log_expected_improvement_agrees_with_the_reference(z, expected):
    value = LogExpectedImprovement().value(np.array([z]), np.ones(1), 0.0)
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@given(mean=st.floats(-3, 3), std=st.floats(0.01, 10), best=st.floats(-3, 3))
def test_log_expected_improvement_agrees_with_the_integral(mean, std, best):
    nodes, weights = np.polynomial.hermite_e.hermegauss(200)
    integral = weights @ np.maximum(mean + std * nodes - best, 0) / np.sqrt(2 * np.pi)
    value = LogExpectedImprovement().value(np.array([mean]), np.array([std]), best)
    assert abs(np.exp(value[0]) - integral) < 0.02 * std


@given(mean=st.floats(-20, 3), std=st.floats(0.1, 5), best=st.floats(-3, 3))
def test_the_partials_of_log_expected_improvement_are_those_of_its_value(mean, std, best):
    acquisition, at = LogExpectedImprovement(), (np.array([mean]), np.array([std]))
    np.testing.assert_allclose(
        acquisition.partials(*at, best),
        Acquisition.partials(acquisition, *at, best),
        rtol=1e-3,
        atol=1e-6,
    )


@pytest.mark.parametrize("acquisition", ACQUISITIONS, ids=repr)
@given(mean=st.floats(-1e6, 1e6), std=st.floats(1e-6, 1e3), best=st.floats(-1e6, 1e6))
def test_a_higher_mean_is_never_worth_less(acquisition, mean, std, best):
    means = np.array([mean, mean + 1.0])
    values = acquisition.value(means, np.full(2, std), best)
    assert np.isfinite(values).all()
    assert values[1] >= values[0]


@pytest.mark.parametrize(
    "acquisition", [LogExpectedImprovement(), UpperConfidenceBound()], ids=repr
)
@given(mean=st.floats(-5, 5), std=st.floats(1e-3, 5), best=st.floats(-5, 5))
def test_more_uncertainty_is_worth_more(acquisition, mean, std, best):
    values = acquisition.value(np.full(2, mean), np.array([std, 2 * std]), best)
    assert values[1] >= values[0] - 1e-12
