"""Bounds follow the rows and targets, and present values stay inside whatever they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.cluster import DBSCAN
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingRegressor, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import Lasso
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from skhp.presets import known_good, space_for
from skhp.space import Space
from tests.presets.subjects import ROWS, TARGETS


def drawn(estimator, X, y, size="core", n=50):
    space = Space.read(space_for(estimator, size, X=X, y=y))
    return space.decode(space.sample(n, np.random.default_rng(0)))


@pytest.mark.parametrize("n_rows", [4, 10, 60, 1000])
def test_there_are_never_more_neighbours_than_rows_of_half_the_data(n_rows):
    X, y = np.zeros((n_rows, 2)), np.arange(n_rows) % 2
    found = [params["n_neighbors"] for params in drawn(KNeighborsClassifier(), X, y)]
    assert max(found) <= max(n_rows // 2, 5)  # five are the default


@pytest.mark.parametrize("n_features", [2, 5, 40])
def test_no_more_features_are_selected_than_there_are(n_features):
    X = np.random.default_rng(0).normal(size=(60, n_features))
    for params in drawn(SelectKBest(k=2), X, TARGETS["two classes"]):
        assert params["k"] <= n_features


def test_shares_of_features_that_mean_the_same_number_are_there_once():
    X = ROWS[:, :4]
    values = space_for(RandomForestClassifier(), X=X)["max_features"].values
    counts = [max(1, int((0.5 if value == "sqrt" else value) * 4)) for value in values]
    assert sorted(set(counts)) == counts == [1, 2, 3, 4]


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e5])
def test_penalties_follow_the_unit_of_the_targets(unit):
    y = unit * TARGETS["numbers"]
    largest = np.abs((ROWS - ROWS.mean(axis=0)).T @ (y - y.mean())).max() / len(y)
    bounds = space_for(Lasso(alpha=largest / 10), X=ROWS, y=y)["alpha"]
    assert bounds.high == pytest.approx(largest, rel=0.1)
    assert not Lasso(alpha=bounds.high * 1.1).fit(ROWS, y).coef_.any()


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e5])
def test_scaled_columns_leave_only_the_targets_to_look_at(unit):
    y = unit * TARGETS["numbers"]
    model = make_pipeline(StandardScaler(), Lasso(alpha=0.1 * unit))
    bounds = space_for(model, X=ROWS, y=y)["lasso__alpha"]
    assert bounds.high == pytest.approx(y.std(), rel=0.1)


def test_the_width_of_a_tube_follows_the_targets():
    for unit in (1e-3, 1e4):
        y = unit * TARGETS["numbers"]
        epsilon = space_for(SVR(epsilon=0.1 * unit), X=ROWS, y=y)["epsilon"]
        assert epsilon.low < 0.1 * y.std() < epsilon.high


def test_radii_are_distances_between_rows():
    near = space_for(DBSCAN(eps=1e-3), X=1e-3 * ROWS)["eps"]
    far = space_for(DBSCAN(eps=1e3), X=1e3 * ROWS)["eps"]
    assert near.high < far.low


def test_shares_of_variance_are_left_out_for_sparse_rows():
    found = [params["n_components"] for params in drawn(PCA(), sparse.csr_matrix(ROWS), None)]
    assert not any(isinstance(value, float) for value in found)
    shares = [params["n_components"] for params in drawn(PCA(), ROWS, None)]
    assert any(isinstance(value, float) for value in shares)


def test_data_are_left_as_they_are():
    X, y = ROWS.copy(), TARGETS["numbers"].copy()
    space_for(make_pipeline(StandardScaler(), SVR()), "wide", X=X, y=y)
    known_good(make_pipeline(StandardScaler(), SVR()), X=X, y=y)
    np.testing.assert_array_equal(X, ROWS)
    np.testing.assert_array_equal(y, TARGETS["numbers"])


PRESENT = {
    "SVC": (SVC(), {"C": st.floats(1e-9, 1e9), "gamma": st.sampled_from(["scale", "auto", 1e-9])}),
    "forest": (
        RandomForestClassifier(),
        {
            "max_features": st.sampled_from(["sqrt", "log2", None, 1, 3, 0.01, 0.33, 1.0]),
            "min_samples_leaf": st.sampled_from([1, 7, 400, 0.01]),
            "max_samples": st.sampled_from([None, 0.01, 0.5, 1.0, 10]),
        },
    ),
    "bagging": (
        BaggingRegressor(),
        {"max_samples": st.sampled_from([1.0, 0.5, 7]), "max_features": st.sampled_from([1.0, 2])},
    ),
    "neighbours": (
        KNeighborsClassifier(),
        {"n_neighbors": st.integers(1, 500), "p": st.sampled_from([1, 2, 3, 1.5])},
    ),
    "network": (
        MLPClassifier(),
        {
            "hidden_layer_sizes": st.sampled_from([(100,), (3,), (5, 900), (8, 8, 8, 8), 50]),
            "alpha": st.sampled_from([0.0, 1e-9, 1e3]),
            "learning_rate_init": st.floats(1e-8, 10.0),
        },
    ),
    "components": (PCA(), {"n_components": st.sampled_from([None, 2, 0.123, "mle", 1000])}),
    "selection": (SelectKBest(), {"k": st.sampled_from(["all", 1, 10, 1000])}),
}


@pytest.mark.parametrize("name", PRESENT)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_present_values_lie_inside_whatever_they_are(name, data):
    estimator, values = PRESENT[name]
    present = {key: data.draw(some, label=key) for key, some in values.items()}
    tuned = clone(estimator).set_params(**present)
    for X, y in ((None, None), (ROWS, TARGETS["two classes"])):
        first = known_good(tuned, X=X, y=y)[0]
        for key, value in present.items():
            assert first[key] == value or first[key] == pytest.approx(value, rel=1e-6)
            assert isinstance(first[key], float) == isinstance(value, float)
