"""Bounds and known good params follow the smallest training fold of the real splits."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, ShuffleSplit, TimeSeriesSplit
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from skhp import BayesSearchCV, HalvingSearchCV
from skhp.presets import known_good, register, space_for
from skhp.space import Space
from tests.presets.subjects import ESTIMATORS, tasks_of
from tests.presets.test_every_estimator import CORE, fit_or_be_refused
from tests.presets.test_registered import Nearest

X, y = load_iris(return_X_y=True)
ORDER = np.random.default_rng(0).permutation(len(X))
X, y = X[ORDER], y[ORDER]


@pytest.mark.parametrize(
    "cv",
    [
        pytest.param(TimeSeriesSplit(8), id="time", marks=pytest.mark.slow),
        pytest.param(ShuffleSplit(3, train_size=7, random_state=0), id="shuffle"),
    ],
)
@pytest.mark.parametrize(
    "estimator",
    [
        KNeighborsRegressor(n_neighbors=30),
        make_pipeline(PCA(30, svd_solver="full"), KNeighborsRegressor()),
        make_pipeline(KMeans(30, n_init=1), KNeighborsRegressor()),
    ],
    ids=["neighbours", "components", "clusters"],
)
def test_no_trial_fails_for_want_of_rows(estimator, cv):
    wide = np.hstack([X] * 12) + np.random.default_rng(0).normal(size=(len(X), 48))
    search = BayesSearchCV(estimator, n_iter=10, cv=cv, random_state=0, error_score="raise")
    search.fit(wide, X[:, 0])
    assert len(search.cv_results_["params"]) == 10


def test_halving_by_rows_begins_with_what_its_first_rung_can_be_fitted_with():
    search = HalvingSearchCV(
        KNeighborsClassifier(n_neighbors=40),
        resource="n_samples",
        min_resources=18,
        factor=3,
        cv=3,
        random_state=0,
        error_score="raise",
    ).fit(X, y)
    fewest = round(search.n_resources_[0] / len(X) * 100)
    assert fewest < 40
    assert max(params["n_neighbors"] for params in search.cv_results_["params"]) == fewest


def test_known_good_params_come_as_near_as_the_rows_allow():
    good = known_good(KNeighborsClassifier(n_neighbors=40), X=X, y=y, n_train=9)
    assert [params["n_neighbors"] for params in good][:2] == [9, 9]
    assert all(params["n_neighbors"] <= 9 for params in good)
    model = make_pipeline(TruncatedSVD(40), LogisticRegression())
    assert known_good(model, X=np.ones((100, 60)), n_train=9)[0]["truncatedsvd__n_components"] == 9


def test_an_estimator_that_can_be_fitted_stays_as_it_is():
    for n_train in (None, 100, 5):
        space = space_for(KNeighborsClassifier(), X=X, y=y, n_train=n_train)
        assert Space.read(space).contains({"n_neighbors": 5, "weights": "uniform", "p": 2})
        assert known_good(KNeighborsClassifier(), space=space)[0]["n_neighbors"] == 5


def test_half_of_the_rows_are_supposed_until_fewer_are_known():
    alone = space_for(KNeighborsClassifier(), X=X, y=y)
    assert space_for(KNeighborsClassifier(), X=X, y=y, n_train=120) == alone
    assert alone["n_neighbors"].high == 75
    assert space_for(KMeans(), X=X, n_train=10)["n_clusters"].high == 10


def test_masks_of_rows_are_counted_and_spaces_of_ones_own_are_told():
    seen = []
    kind = type("Told", (Nearest,), {})
    register(kind, lambda estimator, data: seen.append(data.n_train) or {"shrink": (0.0, 1.0)})
    folds = PredefinedSplit(np.repeat([-1, 0, 1], 50))
    masks = [(np.isin(np.arange(150), train), test) for train, test in folds.split()]
    for cv in (folds, masks):
        seen.clear()
        BayesSearchCV(kind(), n_iter=2, cv=cv, random_state=0).fit(X, y % 2)
        assert set(seen) == {100}


TOO_FEW = {
    "OrdinalEncoder",  # no category is rare
    "QuadraticDiscriminantAnalysis",  # needs more rows of each class than features
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(CORE) - TOO_FEW))
def test_every_estimator_can_be_fitted_on_a_fold_of_a_fifth(name):
    rows, targets = tasks_of(name, ESTIMATORS[name])[0]
    few = np.arange(0, 60, 5)
    some = rows[few] if hasattr(rows, "shape") else [rows[at] for at in few]
    task = (some, None if targets is None else targets[few])
    data = {"X": rows, "y": targets, "n_train": len(few)}
    space = Space.read(space_for(ESTIMATORS[name], "wide", **data))
    drawn = space.decode(space.sample(5, np.random.default_rng(0)))
    for params in [*drawn, *known_good(ESTIMATORS[name], "wide", **data)]:
        fit_or_be_refused(name, params, task)
