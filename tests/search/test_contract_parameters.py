"""The constructor only assigns, `fit` checks, and parameters travel as scikit-learn expects."""

from __future__ import annotations

import copy
import inspect
from typing import Any

import joblib
import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn import model_selection
from sklearn.base import clone
from sklearn.svm import SVC

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from tests.search.estimators import Bowl
from tests.search.searches import Make, X, y

KINDS = [GridSearchCV, RandomizedSearchCV, BayesSearchCV]
DROP_INS = [GridSearchCV, RandomizedSearchCV]
SPACE = {"C": [0.1, 1.0]}


def scikit_learn_s(kind: type) -> Any:
    return getattr(model_selection, kind.__name__)


def parameters_of(kind: type) -> list[inspect.Parameter]:
    return [*inspect.signature(kind).parameters.values()]


@pytest.mark.parametrize("kind", DROP_INS)
def test_parameters_begin_with_scikit_learn_s_in_its_order_with_its_defaults(kind: type):
    theirs = parameters_of(scikit_learn_s(kind))
    ours = parameters_of(kind)[: len(theirs)]
    assert [one.name for one in ours] == [one.name for one in theirs]
    assert [one.kind for one in ours] == [one.kind for one in theirs]
    assert repr([one.default for one in ours]) == repr([one.default for one in theirs])


@pytest.mark.parametrize("kind", KINDS)
def test_all_but_the_estimator_and_the_space_are_keyword_only(kind: type):
    kinds = [one.kind for one in parameters_of(kind)]
    assert set(kinds[:2]) == {inspect.Parameter.POSITIONAL_OR_KEYWORD}
    assert set(kinds[2:]) == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["fit", "score", "predict", "transform"])
def test_methods_take_what_scikit_learn_s_take(kind: type, method: str):
    theirs = inspect.signature(getattr(model_selection.GridSearchCV, method)).parameters
    ours = inspect.signature(getattr(kind, method)).parameters
    assert [*ours] == [name for name in ours if name in theirs or name == "callback"]
    assert {name: ours[name].kind for name in theirs} == {
        name: theirs[name].kind for name in theirs
    }


@pytest.mark.parametrize("kind", DROP_INS)
def test_isinstance_of_scikit_learn_s_class_holds(kind: type):
    search = kind(SVC(), SPACE)
    assert isinstance(search, scikit_learn_s(kind))
    assert isinstance(search, model_selection._search.BaseSearchCV)


@pytest.mark.parametrize("kind", KINDS)
def test_the_constructor_takes_anything_and_only_assigns(kind: type):
    given = {one.name: object() for one in parameters_of(kind)}
    search = kind(**given)
    assert {name: getattr(search, name) for name in given} == given


def test_set_params_and_get_params_reach_the_estimator(make: Make):
    search = make(SVC(), SPACE).set_params(estimator__gamma=0.5, cv=3)
    assert search.get_params()["estimator__gamma"] == 0.5
    assert search.get_params(deep=False)["cv"] == 3


def test_a_clone_has_equal_parameters_of_its_own_and_nothing_fitted(make: Make):
    search = make(SVC(), SPACE, cv=2).fit(X, y)
    copied = clone(search)
    assert repr(copied.get_params()) == repr(search.get_params())
    assert copied.estimator is not search.estimator
    assert not [name for name in vars(copied) if name.endswith("_") and not name.startswith("_")]


def test_repr_shows_what_differs_from_the_defaults(make: Make):
    shown = repr(make(SVC(C=3), SPACE, cv=2))
    assert "estimator=SVC(C=3)" in shown
    assert "cv=2" in shown
    assert "verbose" not in shown


def test_html_names_the_best_estimator_only_after_fit(make: Make):
    search = make(SVC(), SPACE, cv=2)
    assert "estimator: SVC" in search._repr_html_()
    assert "best_estimator_: SVC" in search.fit(X, y)._repr_html_()


def test_html_draws_the_estimator_inside_as_scikit_learn_s_searches_do(make: Make):
    theirs = model_selection.GridSearchCV(SVC(), SPACE, cv=2)
    for fitted in (False, True):
        ours = make(SVC(), SPACE, cv=2, n_iter=2)
        blocks = [
            (search.fit(X, y) if fitted else search)._sk_visual_block_()
            for search in (ours, theirs)
        ]
        assert [block.kind for block in blocks] == ["parallel"] * 2
        assert blocks[0].names == blocks[1].names


def test_fit_returns_the_search_itself(make: Make):
    search = make(SVC(), SPACE, cv=2)
    assert search.fit(X, y) is search


def test_fit_changes_no_parameter(make: Make):
    space, cv = {"C": [0.1, 1.0]}, [(np.arange(30), np.arange(30, 60))]
    search = make(SVC(), space, cv=cv)
    before = {name: id(value) for name, value in search.get_params(deep=False).items()}
    was = repr(search.get_params()), copy.deepcopy(space), repr(cv)
    search.fit(X, y)
    assert {name: id(value) for name, value in search.get_params(deep=False).items()} == before
    assert (repr(search.get_params()), space, repr(cv)) == was


def test_fit_leaves_the_estimator_and_values_unfitted(make: Make):
    base, other = SVC(), SVC(kernel="linear")
    wrapped = model_selection.GridSearchCV(base, {"C": [1.0]}, cv=2)
    search = make(wrapped, {"estimator": [base, other]}, cv=2, n_iter=2).fit(X, y)
    assert not hasattr(base, "support_")
    assert not hasattr(other, "support_")
    assert search.best_params_["estimator"] in (base, other)
    assert search.best_estimator_.estimator is not search.best_params_["estimator"]


@pytest.mark.parametrize("kind", [RandomizedSearchCV, BayesSearchCV])
def test_fit_leaves_global_random_numbers_alone(kind: type):
    np.random.seed(3)
    expected = np.random.RandomState(3).rand()
    space = {"x": loguniform(0.1, 10)}
    kind(Bowl(), space, n_iter=3, cv=2, random_state=0).fit(X, y)
    assert np.random.rand() == expected


def test_a_second_fit_starts_anew(make: Make):
    search = make(SVC(), SPACE, cv=2, n_iter=2).fit(X, y)
    first = search.cv_results_
    search.set_params(cv=3).fit(X[:, :2], y)
    assert search.n_splits_ == 3
    assert search.n_features_in_ == 2
    assert len(search.history_) == 2
    assert "split2_test_score" not in first


def test_sub_spaces_share_the_number_of_candidates():
    spaces = [{"kind": ["a"], "x": loguniform(0.1, 1)}, {"kind": ["b"], "x": loguniform(1, 10)}]
    for kind in (RandomizedSearchCV, BayesSearchCV):
        search = kind(Bowl(), spaces, n_iter=7, cv=2, random_state=0).fit(X, y)
        kinds = {params["kind"] for params in search.cv_results_["params"]}
        assert len(search.cv_results_["params"]) == 7
        assert kinds == {"a", "b"}


@pytest.mark.parametrize("kind", [RandomizedSearchCV, BayesSearchCV])
def test_fewer_candidates_than_asked_for_are_said_once_and_tried_once(kind: type):
    with pytest.warns(UserWarning) as caught:
        search = kind(SVC(), SPACE, n_iter=5, cv=2, random_state=0).fit(X, y)
    told = [one for one in caught if "two choices" not in str(one.message)]
    assert len(told) == 1
    assert sorted(params["C"] for params in search.cv_results_["params"]) == [0.1, 1.0]


@pytest.mark.parametrize("pre_dispatch", ["all", 1, 3, "n_jobs", "1.5*n_jobs", np.int64(2)])
def test_how_much_is_dispatched_ahead_changes_nothing(make: Make, pre_dispatch: Any):
    expected = make(Bowl(), {"x": [0.1, 0.3]}, cv=2, n_iter=2).fit(X, y)
    search = make(Bowl(), {"x": [0.1, 0.3]}, cv=2, n_iter=2, n_jobs=2, pre_dispatch=pre_dispatch)
    with joblib.parallel_config("threading"):
        search.fit(X, y)
    scores = search.cv_results_["mean_test_score"]
    np.testing.assert_array_equal(scores, expected.cv_results_["mean_test_score"])
