"""A seed means the same search, whatever runs it and whichever fit ends first."""

from __future__ import annotations

from typing import Any

import joblib
import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn import model_selection
from sklearn.model_selection import KFold
from sklearn.svm import SVC

import skhp
from skhp import BayesSearchCV, HalvingRandomSearchCV, HalvingSearchCV
from skhp.stopping import NoImprovement
from tests.search.estimators import Bowl
from tests.search.searches import Make, X, bayes, randomized, y

SPACE = {"x": (0.0, 1.0), "kind": ["a", "b"]}


def found(n_jobs: int | None = None, backend: str = "loky", **more: Any) -> tuple[Any, Any]:
    """Params and scores of a search whose fits last a random while."""
    settings = {"n_iter": 14, "cv": KFold(3), "random_state": 3, **more}
    search = BayesSearchCV(Bowl(seconds=0.02), SPACE, n_jobs=n_jobs, **settings)
    with joblib.parallel_config(backend):
        results = search.fit(X, y).cv_results_
    return results["params"], results["mean_test_score"].tolist()


@pytest.fixture(scope="module")
def alone() -> tuple[Any, Any]:
    return found()


def test_the_same_seed_gives_the_same_search_again(alone: Any):
    assert found() == alone


def test_threads_find_what_one_finds_alone(alone: Any):
    assert found(n_jobs=2, backend="threading") == alone
    assert found(n_jobs=5, backend="threading") == alone


def test_processes_find_what_one_finds_alone(alone: Any):
    assert found(n_jobs=2) == alone


@pytest.mark.parametrize("n_points", [1, 2, 7])
def test_any_number_of_points_finds_the_same_at_any_number_of_workers(n_points: int):
    alone = found(n_points=n_points)
    assert found(n_points=n_points, n_jobs=3, backend="threading") == alone


def test_stopping_rules_hold_at_the_same_trial(alone: Any):
    stopped = found(stopping=NoImprovement(3))
    assert found(stopping=NoImprovement(3), n_jobs=3, backend="threading") == stopped
    assert stopped[0] == alone[0][: len(stopped[0])]


@pytest.mark.filterwarnings("ignore")
def test_racing_spares_the_same_folds():
    alone = found(racing=True, cv=KFold(5))
    raced = found(racing=True, cv=KFold(5), n_jobs=3, backend="threading")
    np.testing.assert_equal(raced, alone)


@pytest.mark.parametrize("make", [randomized, bayes])
def test_another_seed_gives_another_search(make: Make):
    space = {"x": [*np.linspace(0, 1, 101)]}
    one, other = (make(Bowl(), space, random_state=seed, n_iter=8) for seed in (0, 1))
    assert one.fit(X, y).cv_results_["params"] != other.fit(X, y).cv_results_["params"]


def test_without_a_seed_every_search_is_another():
    one, other = (found(random_state=None, n_iter=6) for _ in range(2))
    assert one[0] != other[0]


def test_a_random_state_object_gives_one_search_after_the_other():
    states = [np.random.RandomState(0) for _ in range(2)]
    first = [found(random_state=state, n_iter=6) for state in states]
    second = [found(random_state=state, n_iter=6) for state in states]
    assert first[0] == first[1]
    assert second[0] == second[1]
    assert first[0] != second[0]


def halving(estimator: Any, space: Any, **more: Any) -> Any:
    more.pop("n_iter", None)
    return HalvingSearchCV(estimator, space, **more)


def halving_at_random(estimator: Any, space: Any, **more: Any) -> Any:
    more.pop("n_iter", None)
    return HalvingRandomSearchCV(estimator, space, **more)


@pytest.mark.parametrize("make", [bayes, randomized, halving, halving_at_random])
@pytest.mark.filterwarnings("ignore")
def test_the_seed_of_numpy_repeats_a_search_that_has_none(make: Make):
    def found_after(seed: int) -> Any:
        np.random.seed(seed)
        estimator = SVC()
        search = make(estimator, {"C": loguniform(0.1, 9)}, n_iter=12, random_state=None, cv=2)
        return [trial.params for trial in search.fit(X, y).history_]

    assert found_after(42) == found_after(42) != found_after(43)


def test_candidates_after_the_seed_of_numpy_are_those_of_scikit_learn():
    space = {"C": loguniform(0.1, 9)}
    tried = []
    for module in (model_selection, skhp):
        np.random.seed(42)
        search = module.RandomizedSearchCV(SVC(), space, n_iter=5, cv=2).fit(X, y)
        tried.append((search.cv_results_["params"], np.random.uniform()))
    assert tried[0] == tried[1]


def test_the_search_of_a_model_leaves_the_global_generator_one_number_further():
    np.random.seed(42)
    np.random.randint(np.iinfo(np.int32).max)
    expected = np.random.uniform()
    np.random.seed(42)
    BayesSearchCV(Bowl(), SPACE, n_iter=9, cv=2).fit(X, y)
    assert np.random.uniform() == expected
