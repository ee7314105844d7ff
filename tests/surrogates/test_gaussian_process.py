"""Laws of the Gaussian process."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from skhp.surrogates import Columns, GaussianProcess
from skhp.surrogates._embedding import Embedding
from skhp.surrogates._evidence import MEAN_VARIANCE, Evidence, Prior
from skhp.surrogates._kernel import KERNELS

COLUMNS = Columns(np.array([True, True, True, False, False]), np.array([0, 7, 0, 3, 4]))


def mixed_points(n, seed=0):
    rng = np.random.default_rng(seed)
    U = rng.random((n, 5))
    for column, levels in ((1, 7), (3, 3), (4, 4)):
        U[:, column] = (np.floor(U[:, column] * levels) + 0.5) / levels
    U[U[:, 3] < 0.34, 2] = np.nan
    U[U[:, 3] > 0.66, 4] = np.nan
    return U


def some_scores(U):
    return np.sin(4 * U[:, 0]) + U[:, 1] ** 2 + (U[:, 3] > 0.5) + 0.3 * np.nan_to_num(U[:, 2])


@pytest.mark.parametrize("kernel", sorted(KERNELS))
@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_of_the_evidence_agrees_with_finite_differences(kernel, seed):
    U, rng = mixed_points(25, seed), np.random.default_rng(seed)
    embedding = Embedding.of(U, COLUMNS)
    evidence = Evidence(
        embedding.squared_differences(embedding.features(U)),
        some_scores(U),
        noise=rng.random(25) * 0.1,
        kernel=KERNELS[kernel],
        prior=Prior(rng.normal(size=7), rng.random(7) + 0.5),
    )
    theta = 0.5 * rng.normal(size=7)
    steps = 1e-5 * np.eye(7)
    numeric = [
        (evidence.cost_and_gradient(theta + s)[0] - evidence.cost_and_gradient(theta - s)[0]) / 2e-5
        for s in steps
    ]
    np.testing.assert_allclose(evidence.cost_and_gradient(theta)[1], numeric, atol=1e-6, rtol=1e-6)


def naive_radius(A, B, lengths):
    """Squared scaled distance of mixed conditional points, pair by pair."""
    r2 = np.zeros((len(A), len(B)))
    for i, a in enumerate(A):
        for j, b in enumerate(B):
            for d in range(5):
                if COLUMNS.is_ordered[d]:
                    term = (np.nan_to_num(a[d], nan=0.5) - np.nan_to_num(b[d], nan=0.5)) ** 2
                else:
                    n_inactive = np.isnan([a[d], b[d]]).sum()
                    term = (float(a[d] != b[d]), 0.5, 0.0)[n_inactive]
                r2[i, j] += term / lengths[d] ** 2
    return r2


def test_the_prediction_agrees_with_the_naive_formula():
    U, new = mixed_points(20), mixed_points(15, seed=1)
    y, known = some_scores(U), np.linspace(0, 0.1, 20)
    posterior = GaussianProcess().fit(U, y, known, columns=COLUMNS)
    lengths, (signal, error) = np.exp(posterior.theta[:-2]), np.exp(posterior.theta[-2:])

    def covariance(A, B):
        return signal * KERNELS["matern52"].value(naive_radius(A, B, lengths)) + MEAN_VARIANCE

    scale = y.std()
    K = covariance(U, U) + np.diag(error + known / scale**2)
    cross = covariance(new, U)
    mean = y.mean() + scale * cross @ np.linalg.solve(K, (y - y.mean()) / scale)
    variance = signal + MEAN_VARIANCE - np.einsum("ij,ji->i", cross, np.linalg.solve(K, cross.T))
    got_mean, got_std = posterior.predict(new)
    np.testing.assert_allclose(got_mean, mean, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(got_std, scale * np.sqrt(variance), rtol=1e-5, atol=1e-7)


def test_conditioning_equals_a_fit_that_saw_the_predicted_means():
    U, pending, new = mixed_points(20), mixed_points(4, seed=2), mixed_points(30, seed=3)
    y = some_scores(U)
    y = (y - y.mean()) / y.std()
    posterior = GaussianProcess().fit(U, y, columns=COLUMNS)
    believed = posterior.condition(pending)
    imagined = np.append(y, posterior.predict(pending)[0])
    refit = GaussianProcess().fit(
        np.vstack([U, pending]), imagined, columns=COLUMNS, hyperparameters=posterior.theta
    )
    mean, std = believed.predict(new)
    np.testing.assert_allclose(mean, posterior.predict(new)[0], rtol=1e-10)
    # The refit standardises by other numbers, so only its shape of uncertainty is the same.
    ratio = std * refit.scale / refit.predict(new)[1]
    np.testing.assert_allclose(ratio, 1.0, rtol=1e-3)


def test_conditioning_in_two_steps_equals_conditioning_in_one():
    U, pending, new = mixed_points(20), mixed_points(5, seed=2), mixed_points(9, seed=3)
    posterior = GaussianProcess().fit(U, some_scores(U), columns=COLUMNS)
    once = posterior.condition(pending).predict(new)
    twice = posterior.condition(pending[:2]).condition(pending[2:]).predict(new)
    np.testing.assert_allclose(twice, once, rtol=1e-8)


def test_conditioning_leaves_the_posterior_as_it_was_and_takes_no_points():
    U = mixed_points(10)
    posterior = GaussianProcess().fit(U, some_scores(U), columns=COLUMNS)
    before = posterior.predict(U)
    posterior.condition(mixed_points(3, seed=5))
    assert posterior.condition(U[:0]) is posterior
    np.testing.assert_array_equal(posterior.predict(U), before)


@pytest.mark.parametrize(
    ("U", "y"),
    [
        (np.array([[0.5]]), np.array([3.0])),
        (np.full((6, 2), 0.25), np.arange(6.0)),
        (np.linspace(0, 1, 8)[:, None], np.full(8, 0.7)),
        (np.linspace(0, 1, 8)[:, None], np.full(8, 1e150)),
        (np.linspace(0, 1, 8)[:, None], np.array([0.0] * 7 + [1e12])),
        (np.repeat(np.linspace(0, 1, 5), 3)[:, None], np.repeat([0.1, 0.9, 0.9, 0.9, 0.1], 3)),
        (np.vstack([[[0.5, 0.5]], [[0.5, 0.5 + 1e-15]]]), np.array([0.0, 1.0])),
    ],
    ids=["one", "duplicates", "constant", "constant and huge", "outlier", "plateau", "twins"],
)
def test_degenerate_observations_give_finite_predictions(U, y):
    posterior = GaussianProcess().fit(U, y)
    new = np.random.default_rng(0).random((20, U.shape[1]))
    mean, std = posterior.condition(U[:2]).predict(new)
    assert np.isfinite(mean).all()
    assert (std > 0).all()


def test_an_observation_with_known_noise_pulls_the_mean_less():
    U, y = np.array([[0.2], [0.5], [0.8]]), np.array([0.0, 1.0, 0.0])
    theta = np.array([np.log(0.2), 0.0, np.log(1e-4)])
    at = np.array([[0.5]])
    exact = GaussianProcess().fit(U, y, hyperparameters=theta).predict(at)
    noisy = GaussianProcess().fit(U, y, np.array([0, 0.5, 0]), hyperparameters=theta).predict(at)
    assert noisy[0] < exact[0]
    assert noisy[1] > exact[1]


def test_the_unit_of_the_scores_does_not_matter():
    U = mixed_points(25)
    y, known = some_scores(U), np.full(25, 0.01)
    mean, std = GaussianProcess().fit(U, y, known, columns=COLUMNS).predict(U)
    scaled = GaussianProcess().fit(U, 7 + 1e3 * y, 1e6 * known, columns=COLUMNS).predict(U)
    np.testing.assert_allclose(scaled[0], 7 + 1e3 * mean, rtol=1e-5)
    np.testing.assert_allclose(scaled[1], 1e3 * std, rtol=1e-3)


def test_an_irrelevant_column_gets_the_longest_length_scale():
    U = np.random.default_rng(0).random((60, 3))
    theta = GaussianProcess().tune(U, np.sin(6 * U[:, 0]) + U[:, 1])
    assert np.argmax(theta[:3]) == 2


def test_a_level_that_was_never_seen_differs_from_all_that_were():
    columns = Columns(np.array([False]), np.array([3]))
    U = np.array([[1 / 6], [0.5], [1 / 6], [0.5]])
    posterior = GaussianProcess().fit(U, np.array([0.0, 1.0, 0.0, 1.0]), columns=columns)
    mean, std = posterior.predict(np.array([[1 / 6], [0.5], [5 / 6]]))
    assert std[2] > 2 * max(std[:2])
    assert abs(mean[2] - 0.5) < 1e-6


@pytest.mark.parametrize("kernel", sorted(KERNELS))
def test_a_kernel_falls_from_one_to_zero(kernel):
    value, slope = KERNELS[kernel].value_and_slope(np.array([0.0, 0.1, 1.0, 1e4]))
    assert value[0] == 1.0
    assert (np.diff(value) < 0).all()
    assert value[-1] < 1e-30
    assert (slope >= 0).all()


def test_squared_feature_distances_are_the_sum_of_those_by_column():
    U = mixed_points(12)
    embedding = Embedding.of(U, COLUMNS)
    features = embedding.features(U)
    later, earlier = np.tril_indices(12, -1)
    total = cdist(features, features, "sqeuclidean")[later, earlier]
    np.testing.assert_allclose(embedding.squared_differences(features).sum(axis=1), total)


def test_the_slopes_of_a_prediction_agree_with_finite_differences():
    U, new = mixed_points(25), mixed_points(12, seed=4)
    posterior = GaussianProcess().fit(U, some_scores(U), columns=COLUMNS).condition(U[:3])
    slopes = posterior.slopes(new)
    for column in range(5):
        step = np.zeros(5)
        step[column] = 1e-5
        ahead, behind = posterior.predict(new + step), posterior.predict(new - step)
        expected = np.zeros((2, len(new)))
        if COLUMNS.is_ordered[column]:
            expected = (np.array(ahead) - np.array(behind)) / 2e-5
        np.testing.assert_allclose(slopes.mean[:, column], expected[0], atol=1e-5)
        np.testing.assert_allclose(slopes.std[:, column], expected[1], atol=1e-4)
