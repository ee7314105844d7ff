"""Laws of every surrogate."""

import pickle

import numpy as np
import pytest

from skhp.surrogates import Columns, Forest, GaussianProcess

SURROGATES = [GaussianProcess(), GaussianProcess(kernel="matern32"), Forest(n_trees=30)]
COLUMNS = Columns(np.array([True, False, True]), np.array([0, 3, 1]))


def observations(n=30, seed=0):
    rng = np.random.default_rng(seed)
    U = rng.random((n, 3))
    U[:, 1] = (np.floor(3 * U[:, 1]) + 0.5) / 3
    U[U[:, 1] < 0.4, 0] = np.nan
    U[:, 2] = 0.5
    return U, np.nan_to_num(U[:, 0]) + U[:, 1]


@pytest.mark.parametrize("surrogate", SURROGATES, ids=repr)
def test_a_surrogate_predicts_better_than_the_mean(surrogate):
    U, y = observations()
    new, truth = observations(200, seed=1)
    mean, std = surrogate.fit(U, y, columns=COLUMNS).predict(new)
    assert mean.shape == std.shape == (200,)
    assert np.mean((mean - truth) ** 2) < 0.5 * np.var(truth)
    assert (std > 0).all()


@pytest.mark.parametrize("surrogate", SURROGATES, ids=repr)
def test_the_same_observations_give_the_same_predictions(surrogate):
    U, y = observations()
    one, other = (surrogate.fit(U, y, columns=COLUMNS).predict(U) for _ in range(2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("surrogate", SURROGATES, ids=repr)
def test_a_fit_changes_nothing_of_the_caller(surrogate):
    U, y = observations()
    kept = U.copy(), y.copy()
    surrogate.fit(U, y, np.full(30, 0.1), columns=COLUMNS).condition(U[:3]).predict(U)
    np.testing.assert_array_equal(U, kept[0])
    np.testing.assert_array_equal(y, kept[1])


@pytest.mark.parametrize("surrogate", SURROGATES, ids=repr)
def test_points_under_way_are_less_uncertain(surrogate):
    U, y = observations()
    posterior = surrogate.fit(U, y, columns=COLUMNS)
    pending = observations(8, seed=7)[0]
    after = posterior.condition(np.repeat(pending, 3, axis=0))
    assert after.predict(pending)[1].mean() < posterior.predict(pending)[1].mean()


@pytest.mark.parametrize("surrogate", SURROGATES, ids=repr)
def test_a_posterior_survives_pickling(surrogate):
    U, y = observations()
    posterior = surrogate.fit(U, y, columns=COLUMNS)
    back = pickle.loads(pickle.dumps(posterior))
    np.testing.assert_array_equal(back.predict(U), posterior.predict(U))
