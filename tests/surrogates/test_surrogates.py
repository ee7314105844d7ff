"""What our surrogates are good for; the laws of all are in tests/contracts."""

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
