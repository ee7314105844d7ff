"""What other data let expect counts as far as the observations follow it."""

from __future__ import annotations

import numpy as np
import pytest

from skhp.surrogates import GaussianProcess, PriorMean

RNG = np.random.default_rng(0)
ELSEWHERE, HERE, BETWEEN = RNG.random((40, 2)), RNG.random((12, 2)), RNG.random((50, 2))


def hill(U: np.ndarray) -> np.ndarray:
    return np.sin(5 * U[:, 0]) + np.cos(4 * U[:, 1])


def source(scores: np.ndarray):
    return GaussianProcess().fit(ELSEWHERE, (scores - scores.mean()) / scores.std())


def fitted(*sources):
    return PriorMean(GaussianProcess(), sources).fit(HERE, hill(HERE))


def error(posterior) -> float:
    return float(np.mean((posterior.predict(BETWEEN)[0] - hill(BETWEEN)) ** 2))


def test_a_source_that_agrees_is_believed_and_makes_predictions_better():
    posterior = fitted(source(hill(ELSEWHERE)))
    assert posterior.belief[0] > 0.5
    assert error(posterior) < error(GaussianProcess().fit(HERE, hill(HERE)))


def test_a_source_that_says_nothing_does_no_harm():
    with_it = [
        error(fitted(source(np.random.default_rng(seed).normal(size=len(ELSEWHERE)))))
        for seed in range(8)
    ]
    assert np.median(with_it) < 1.5 * error(GaussianProcess().fit(HERE, hill(HERE)))


def test_a_source_that_says_the_opposite_is_read_as_such():
    assert fitted(source(-hill(ELSEWHERE))).belief[0] < 0


def test_of_several_sources_the_right_one_counts_most():
    wrong = source(np.random.default_rng(1).normal(size=len(ELSEWHERE)))
    posterior = fitted(wrong, source(hill(ELSEWHERE)))
    assert posterior.belief[1] > abs(posterior.belief[0])


def test_without_a_source_it_is_the_surrogate_itself():
    plain = GaussianProcess().fit(HERE, hill(HERE))
    np.testing.assert_allclose(fitted().predict(BETWEEN), plain.predict(BETWEEN), rtol=1e-3)


@pytest.mark.parametrize("column", [0, 1])
def test_its_slopes_are_those_of_its_predictions(column: int):
    posterior = fitted(source(hill(ELSEWHERE)), source(-(hill(ELSEWHERE) ** 2)))
    above, below = BETWEEN.copy(), BETWEEN.copy()
    above[:, column] += 1e-5
    below[:, column] -= 1e-5
    rise = (posterior.predict(above)[0] - posterior.predict(below)[0]) / 2e-5
    np.testing.assert_allclose(
        posterior.slopes(BETWEEN).mean[:, column], rise, rtol=1e-3, atol=1e-4
    )


def test_points_under_way_leave_what_is_expected():
    posterior = fitted(source(hill(ELSEWHERE)))
    mean, std = posterior.condition(BETWEEN[:3]).predict(BETWEEN)
    np.testing.assert_allclose(mean, posterior.predict(BETWEEN)[0])
    assert (std[:3] < posterior.predict(BETWEEN[:3])[1]).all()
