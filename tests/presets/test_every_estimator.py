"""Every estimator of scikit-learn with something to tune has a space that it can be fitted with."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from skhp.exceptions import SpaceError
from skhp.presets import known_good, space_for
from skhp.space import Space, When
from tests.presets.subjects import ESTIMATORS, ROWS, rows_for, sparse_rows, tasks_of

SIZES = ("core", "wide")
TUNE_THEMSELVES = {
    *("ElasticNetCV", "GraphicalLassoCV", "GridSearchCV", "LarsCV", "LassoCV", "LassoLarsCV"),
    *("LassoLarsIC", "LogisticRegressionCV", "MultiTaskElasticNetCV", "MultiTaskLassoCV"),
    *("OrthogonalMatchingPursuitCV", "RandomizedSearchCV", "RidgeCV", "RidgeClassifierCV"),
}
NOTHING_TO_TUNE = {
    *("DummyClassifier", "DummyRegressor", "IsotonicRegression", "LinearRegression"),
    *("TheilSenRegressor", "FrozenEstimator"),
    # scalers, encoders and reshapers without a parameter that changes what is learned
    *("DictVectorizer", "FunctionTransformer"),
    *("KernelCenterer", "LabelBinarizer", "LabelEncoder", "MaxAbsScaler", "MinMaxScaler"),
    *("MissingIndicator", "MultiLabelBinarizer", "PatchExtractor", "PowerTransformer"),
    # no score that a search could compare
    *("ClassicalMDS", "EmpiricalCovariance", "KNeighborsTransformer", "LedoitWolf", "MDS"),
    *("MinCovDet", "NearestNeighbors", "OAS", "PLSSVD", "RadiusNeighborsTransformer"),
    *("SparseCoder", "SpectralBiclustering", "SpectralCoclustering", "SpectralEmbedding", "TSNE"),
}
ONLY_WIDE = {"Binarizer", "ColumnTransformer", "FeatureUnion", "StandardScaler"}
READY = sorted(set(ESTIMATORS) - TUNE_THEMSELVES - NOTHING_TO_TUNE)
CORE = sorted(set(READY) - ONLY_WIDE)

LONG = {"max_iter", "n_estimators", "n_iter"}
"""How long a fit takes; tests fit with less of it."""


def space_of(name, size, task=(None, None)):
    return Space.read(space_for(ESTIMATORS[name], size, X=task[0], y=task[1]))


def fit(name, params, task):
    """Fit with params, of the long ones with few."""
    few = {
        key: min(value, 8) if key.rpartition("__")[2] in LONG else value
        for key, value in params.items()
    }
    estimator = clone(ESTIMATORS[name]).set_params(**clone(few, safe=False))
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        return estimator.fit(*(task if task[1] is not None else task[:1]))


def some_params(name, size, task, n):
    space = space_of(name, size, task)
    drawn = space.decode(space.sample(n, np.random.default_rng(0)))
    return [*drawn, *known_good(ESTIMATORS[name], size, X=task[0], y=task[1])]


def same(left, right):
    return left is right or left == right or left == pytest.approx(right, rel=1e-6)


@pytest.mark.parametrize("name", sorted(NOTHING_TO_TUNE | TUNE_THEMSELVES))
def test_what_has_nothing_to_tune_says_so_and_how_to_give_a_space(name):
    if name not in ESTIMATORS:
        pytest.skip(f"this scikit-learn has no {name}")
    with pytest.raises(SpaceError, match="no ready-made space"):
        space_for(ESTIMATORS[name], "wide")


@pytest.mark.parametrize("name", READY)
def test_a_space_has_few_dimensions_and_the_wide_one_has_them_all(name):
    wide = space_for(ESTIMATORS[name], "wide")
    core = space_for(ESTIMATORS[name]) if name in CORE else {}
    own = [key for key in core if "__" not in key]
    assert len(own) <= 5
    assert set(core) <= set(wide)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CORE)
def test_known_good_params_lie_inside_and_begin_with_the_estimator_as_it_is(name, size):
    for X, y in [(None, None), *tasks_of(name, ESTIMATORS[name])]:
        space = Space.read(space_for(ESTIMATORS[name], size, X=X, y=y))
        good = known_good(ESTIMATORS[name], size, X=X, y=y)
        assert all(space.contains(params) for params in good)
        present = ESTIMATORS[name].get_params()
        assert {key: same(value, present[key]) for key, value in good[0].items()} == dict.fromkeys(
            good[0], True
        )


@pytest.mark.parametrize("name", CORE)
def test_a_space_holds_whatever_it_has_proposed(name):
    task = tasks_of(name, ESTIMATORS[name])[0]
    space = space_of(name, "core", task)
    for params in space.decode(space.sample(4, np.random.default_rng(1))):
        tuned = clone(ESTIMATORS[name]).set_params(**clone(params, safe=False))
        if name == "SimpleImputer" and tuned.strategy == "most_frequent":
            continue  # which is for categories as well, as far as anyone can see
        first = known_good(tuned, X=task[0], y=task[1])[0]
        assert {key: same(value, params.get(key)) for key, value in first.items()} == dict.fromkeys(
            first, True
        )


@pytest.mark.parametrize("name", CORE)
def test_the_estimator_is_left_as_it_is(name):
    before = repr(ESTIMATORS[name].get_params())
    space_for(ESTIMATORS[name], "wide")
    known_good(ESTIMATORS[name])
    assert repr(ESTIMATORS[name].get_params()) == before


@pytest.mark.parametrize("name", READY)
def test_an_estimator_can_be_fitted_with_params_of_its_space(name):
    task = tasks_of(name, ESTIMATORS[name])[-1]
    fit(name, some_params(name, "wide", task, 1)[0], task)


REFUSALS = {"TunedThresholdClassifierCV": "constant predictions"}
"""What estimators say that refuse to be fitted where a strong penalty leaves no feature."""


def fit_or_be_refused(name, params, task):
    """Fit with params; an estimator may refuse only what it refuses by itself."""
    try:
        fit(name, params, task)
    except ValueError as error:
        if name not in REFUSALS or REFUSALS[name] not in str(error):
            raise


@pytest.mark.exhaustive
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CORE)
def test_an_estimator_can_be_fitted_with_any_params_of_its_space(name, size):
    for task in tasks_of(name, ESTIMATORS[name]):
        for params in some_params(name, size, task, 20):
            fit_or_be_refused(name, params, task)


SPARSE = [
    name
    for name in READY
    if ESTIMATORS[name].__sklearn_tags__().input_tags.sparse and rows_for(name) is ROWS
]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", SPARSE)
def test_what_takes_sparse_words_takes_them_with_any_params_of_its_space(name):
    y = tasks_of(name, ESTIMATORS[name])[0][1]
    for params in some_params(name, "wide", (sparse_rows(), y), 20):
        fit_or_be_refused(name, params, (sparse_rows(), y))


@pytest.mark.parametrize("name", READY)
def test_a_condition_names_a_parameter_of_the_same_space(name):
    task = tasks_of(name, ESTIMATORS[name])[0]
    space = space_for(ESTIMATORS[name], "wide", X=task[0], y=task[1])
    parents = {entry.parent for entry in space.values() if isinstance(entry, When)}
    assert parents <= set(space)
