"""Ready-made ranges end before fits that take forever; steps of a fit are counted, not seconds."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, make_regression
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR, NuSVR

from skhp.presets import known_good, space_for
from skhp.space import Space

X, y = load_diabetes(return_X_y=True)
X = StandardScaler().fit_transform(X)


def steps(model, rows=X, targets=y):
    return int(model.fit(rows, targets).n_iter_)


@pytest.mark.parametrize("kernel", ["rbf", "linear", "poly"])
def test_the_hardest_support_vector_regression_takes_so_many_steps_of_the_default(kernel):
    space = space_for(SVR(kernel=kernel), X=X, y=y)
    hardest = SVR(kernel=kernel, C=space["C"].high, epsilon=space["epsilon"].low, max_iter=10**6)
    assert steps(hardest) < 100 * steps(SVR(kernel=kernel, C=y.std(), epsilon=y.std() / 10))


def test_the_hardest_nu_regression_takes_so_many_steps_of_the_default():
    space = space_for(NuSVR(), X=X, y=y)
    assert steps(NuSVR(C=space["C"].high, nu=0.95, max_iter=10**6)) < 100 * steps(NuSVR(C=y.std()))


@pytest.mark.parametrize("kind", [SVR, NuSVR])
def test_the_more_rows_there_are_the_lower_is_the_highest_penalty(kind):
    tables = [make_regression(n, 3, random_state=0) for n in (40, 800, 4000)]
    highest = [
        space_for(kind(), X=rows, y=targets)["C"].high / targets.std() for rows, targets in tables
    ]
    assert highest[0] > 4 * highest[-1] and highest[-1] >= 15.0


@pytest.mark.parametrize("kind", [SVR, NuSVR])
def test_known_good_params_stay_inside(kind):
    rows, targets = make_regression(4000, 3, random_state=0)
    for size in ("core", "wide"):
        space = Space.read(space_for(kind(), size, X=rows, y=targets))
        good = known_good(kind(), size, X=rows, y=targets)
        assert len(good) > 1 and all(map(space.contains, good))


def test_networks_are_not_wider_than_can_be_fitted():
    space = Space.read(space_for(MLPRegressor()))
    drawn = space.decode(space.sample(200, np.random.default_rng(0)))
    assert max(params["hidden_layer_sizes"][0] for params in drawn) <= 256
