"""What a user may have meant: lists that look like ranges, shares, names that are nearly right."""

import json
import warnings

import numpy as np
import pytest
import scipy.stats
import skopt.space
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import ParameterGrid
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp.exceptions import SettingError, SkhpWarning, SpaceError
from skhp.presets import known_good, space_for
from skhp.space import Choice, Integer, Ordered, Real, Space, When
from skhp.space._subspaces import doubts_about
from tests.presets.test_registered import Nearest

X, y = load_iris(return_X_y=True)
TREE = DecisionTreeClassifier(random_state=0)


def dimension_of(entry, estimator=None, name="it"):
    return Space.read({name: entry}, estimator=estimator).parameters[0].dimension


@pytest.mark.parametrize(
    "written", [[1e-3, 1e3, "log-uniform"], [1, 9, "uniform"], [1, 1000, "log-uniform", 10]]
)
def test_a_list_that_names_a_prior_is_a_range_as_in_json(written):
    written = json.loads(json.dumps(written))
    assert dimension_of(written) == dimension_of(tuple(written))
    nested = {"a": ["x", "y"], "b": [When("a", "x", written), When("a", "y", written)]}
    assert Space.read(nested).parameters[1].dimension == dimension_of(tuple(written))


@pytest.mark.parametrize(
    "written",
    [
        ["uniform", "log-uniform"],
        [1, "uniform", 2],
        [1, 2, 3, "uniform"],
        [1, 2, "uniform", 10],
        [True, False, "uniform"],
        [1, 10, "loguniform"],
    ],
)
def test_other_lists_with_the_name_of_a_prior_are_choices(written):
    assert dimension_of(written) == Choice(written)


@pytest.mark.parametrize("written", [[0.1, 10.0], [250, 500], [0.0, 1.0], [1, 2.5]])
def test_two_numbers_are_two_choices_and_the_range_is_named(written):
    [doubt] = doubts_about({"it": written, "other": When("it", written[0], written)})[:1]
    assert dimension_of(written) == Ordered(written)
    assert f"'it': {written!r} are two choices; a range is {tuple(written)!r}" in doubt
    assert doubts_about({"it": eval(f"Ordered({written!r})")}) == []


@pytest.mark.parametrize(
    "written",
    [[1, 2], [0, 1], [10.0, 0.1], [3, 3], [True, False], ["a", 1], [1, 5, 9], (1, 5), (0.1, 0.9)],
)
def test_what_can_only_be_meant_as_written_is_not_doubted(written):
    assert doubts_about({"it": written}) == []


@pytest.mark.parametrize(
    "written", [[1, 10, "loguniform"], ["log-uniform", 1, 10], [1, "uniform", 10]]
)
def test_a_prior_that_is_misspelt_or_misplaced_is_doubted(written):
    [doubt] = doubts_about({"it": written})
    assert "(1, 10, 'log-uniform')" in doubt


@pytest.mark.parametrize("kind", [BayesSearchCV, HalvingSearchCV])
def test_a_search_tells_of_its_doubts_once(kind):
    search = kind(TREE, {"ccp_alpha": [0.0, 0.1], "max_depth": [2, 3]}, cv=2, random_state=0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.set_params(**({"n_iter": 3} if kind is BayesSearchCV else {})).fit(X, y)
    told = [one for one in caught if "two choices" in str(one.message)]
    assert len(told) == 1 and issubclass(told[0].category, SkhpWarning)


@pytest.mark.parametrize("kind", [GridSearchCV, RandomizedSearchCV])
def test_lists_of_scikit_learn_are_lists(kind):
    grid = {"ccp_alpha": [0.0, 0.1, "uniform"], "max_depth": [2, 9]}
    search = kind(TREE, grid, cv=2, error_score=0.0, refit="posterior_mean")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(X, y)
    assert not [one for one in caught if issubclass(one.category, SkhpWarning)]
    candidates = search.cv_results_["params"]
    assert all(params in list(ParameterGrid(grid)) for params in candidates)
    search.predict_score(candidates)


@pytest.mark.parametrize(
    ("estimator", "name", "share"),
    [
        (GradientBoostingClassifier(), "subsample", Real(0.01, 1.0)),
        (RandomForestClassifier(), "max_features", Real(0.01, 1.0)),
        (RandomForestClassifier(), "min_samples_leaf", Real(0.01, 0.99)),
        (SGDClassifier(), "l1_ratio", Real(0.0, 1.0)),
        (make_pipeline(StandardScaler(), SGDClassifier()), "sgdclassifier__l1_ratio", Real(0, 1)),
    ],
)
def test_zero_to_one_is_a_share_where_the_estimator_states_that_it_takes_one(
    estimator, name, share
):
    for written in ((0, 1), (0, 1, "uniform")):
        assert dimension_of(written, estimator, name) == share
        assert doubts_about({name: written}, estimator) == []


def test_zero_to_one_is_read_as_a_share_inside_a_search():
    forest = RandomForestClassifier(5, max_features=0.5, random_state=0)
    search = BayesSearchCV(forest, {"max_features": (0, 1)}, n_iter=3, cv=2, random_state=0)
    search.fit(X, y)
    assert search.cv_results_["params"][0] == {"max_features": 0.5}
    assert all(0 < params["max_features"] <= 1 for params in search.cv_results_["params"])
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert known_good(forest, space={"max_features": (0, 1)}) == [{"max_features": 0.5}]


def test_zero_to_one_is_doubted_where_nobody_states_what_is_taken():
    [doubt] = doubts_about({"shrink": (0, 1)}, Nearest())
    assert "'shrink': (0, 1) are the whole numbers 0 and 1; a share is (0.0, 1.0)" in doubt
    assert dimension_of((0, 1), Nearest(), "shrink").size == 2
    assert doubts_about({"shrink": [0, 1], "power": (0, 2), "kind": (0.0, 1.0)}, Nearest()) == []


@pytest.mark.parametrize("name", ["ccp_alpha", "min_impurity_decrease"])
def test_zero_to_one_is_doubted_where_fractions_without_a_bound_are_taken(name):
    [doubt] = doubts_about({name: (0, 1)}, DecisionTreeClassifier())
    assert "are the whole numbers 0 and 1; a share is (0.0, 1.0)" in doubt


def test_whole_numbers_that_an_estimator_takes_are_not_doubted():
    assert doubts_about({"shrinking": (0, 1), "verbose": (0, 1)}, SVC()) == []
    assert dimension_of((0, 1), SVC(), "shrinking").size == 2


def test_ready_made_spaces_raise_no_doubts():
    for estimator in (SVC(), RandomForestClassifier(), SGDClassifier()):
        space = space_for(estimator, "wide", X=X, y=y)
        assert doubts_about(space, estimator) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("C", "svc__C"),
        ("SVC__C", "svc__C"),
        ("svm__C", "svc__C"),
        ("svc__c", "svc__C"),
        ("svc__gama", "svc__gamma"),
        ("gama", "svc__gamma"),
    ],
)
@pytest.mark.parametrize("kind", [BayesSearchCV, GridSearchCV, HalvingSearchCV])
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(kind, name, meant):
    model = make_pipeline(StandardScaler(), SVC())
    with pytest.raises(SettingError, match=f"Did you mean '{meant}'"):
        kind(model, {name: [0.1, 1.0, 10.0]}).fit(X, y)


def test_a_name_like_no_other_is_not_answered():
    with pytest.raises(SettingError) as error:
        BayesSearchCV(SVC(), {"zzz": [0.1, 1.0, 10.0]}).fit(X, y)
    assert "Did you mean" not in str(error.value)


def test_the_names_of_steps_that_are_swapped_in_are_known():
    model = make_pipeline(StandardScaler(), SVC())
    space = {"svc": [SGDClassifier()], "svc__l1_rato": [0.1, 0.2, 0.3]}
    with pytest.raises(SettingError, match="Did you mean 'svc__l1_ratio'"):
        BayesSearchCV(model, space).fit(X, y)


@pytest.mark.parametrize("estimator", [TREE, make_pipeline(StandardScaler(), TREE)])
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ((1.0, 10.0), Integer(1, 10)),
        ((1.0, 10, "log-uniform"), Integer(1, 10, log=True)),
        (skopt.space.Real(1, 10), Integer(1, 10)),
        (scipy.stats.uniform(1, 9), Integer(1, 10)),
    ],
)
def test_fractions_are_whole_numbers_where_the_estimator_takes_no_others(estimator, written, read):
    prefix = "" if estimator is TREE else "decisiontreeclassifier__"
    assert dimension_of(written, estimator, f"{prefix}max_depth") == read
    assert dimension_of(written, estimator, f"{prefix}min_samples_leaf") == read
    assert dimension_of(written, estimator, f"{prefix}min_impurity_decrease") != read
    assert dimension_of(written) != read


@pytest.mark.parametrize("written", [(0.1, 1.0), (0.1, 0.5, "log-uniform")])
@pytest.mark.parametrize("name", ["min_samples_leaf", "max_features", "ccp_alpha"])
def test_fractions_stay_where_the_estimator_takes_them(written, name):
    assert isinstance(dimension_of(written, TREE, name), Real)


@pytest.mark.parametrize("written", [(0.5, 10.0), (0.1, 0.9)])
def test_bounds_that_are_no_whole_numbers_are_refused_there_before_any_fit(written):
    with pytest.raises(SpaceError, match="DecisionTreeClassifier takes whole numbers there, got"):
        BayesSearchCV(TREE, {"max_depth": written}).fit(X, y)


def test_an_array_of_two_numbers_is_doubted_like_the_list():
    [doubt] = doubts_about({"it": np.array([0.1, 10.0])})
    assert "are two choices; a range is (0.1, 10.0)" in doubt and "Ordered([0.1, 10.0])" in doubt
    assert doubts_about({"it": np.arange(1, 4)}) == doubts_about({"it": np.array([1, 2])}) == []


@pytest.mark.parametrize("written", [("log-uniform", 1, 10), (1, "uniform", 10)])
def test_a_prior_that_is_misplaced_in_a_tuple_is_doubted(written):
    [doubt] = doubts_about({"it": written})
    assert "(1, 10, 'log-uniform')" in doubt


@pytest.mark.parametrize(
    ("estimator", "name", "holder"),
    [
        (AdaBoostClassifier(), "estimator__max_depth", "'estimator' is None"),
        (
            Pipeline([("pca", "passthrough"), ("svc", SVC())]),
            "pca__whiten",
            "'pca' is 'passthrough'",
        ),
        (VotingClassifier([("a", SVC()), ("b", "drop")]), "b__C", "'b' is 'drop'"),
    ],
)
@pytest.mark.parametrize("kind", [BayesSearchCV, GridSearchCV, HalvingSearchCV])
def test_a_name_that_leads_into_nothing_is_answered_with_what_is_there(
    kind, estimator, name, holder
):
    with pytest.raises(SettingError) as error:
        kind(estimator, {name: [1, 2, 3]}).fit(X, y)
    assert f"{holder}, which has no parameters: put an estimator there." in str(error.value)
    assert "Did you mean" not in str(error.value)


@pytest.mark.parametrize("kind", [BayesSearchCV, GridSearchCV])
def test_a_parameter_of_a_step_that_some_candidates_leave_out_is_answered_with_two_spaces(kind):
    model = Pipeline([("pca", PCA()), ("svc", SVC())])
    with pytest.raises(SettingError, match="write a list of two spaces, one of them without 'pca_"):
        kind(model, {"pca": ["passthrough", PCA()], "pca__n_components": [1, 2, 3]}).fit(X, y)
