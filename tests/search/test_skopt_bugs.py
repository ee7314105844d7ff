"""What breaks in skopt 0.10.2's BayesSearchCV and must not break here; one sentence each."""

from __future__ import annotations

import pickle
import threading
import time
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, ShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import check_do_not_raise_errors_in_init_or_set_params
from sklearn.utils.fixes import parse_version
from skopt.callbacks import DeadlineStopper
from skopt.learning import ExtraTreesRegressor, GaussianProcessRegressor
from skopt.space import Categorical, Real

from skhp import BayesSearchCV
from skhp.exceptions import SpaceError, SpaceExhaustedWarning
from skhp.strategies import Skopt

X, y = make_classification(n_samples=40, n_features=4, random_state=0)
C = {"C": (1e-3, 1e3, "log-uniform")}
TREES = ExtraTreesRegressor(n_estimators=5)
QUICK = {
    "base_estimator": TREES,
    "n_initial_points": 3,
    "acq_func": "EI",
    "acq_optimizer_kwargs": {"n_points": 200},
}
BOTH = [None, Skopt(QUICK)]
"""The default strategy, and skopt's own optimizer."""

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the:UserWarning"),
    pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning"),
]


def logistic() -> LogisticRegression:
    return LogisticRegression(solver="liblinear")


class Picky(ClassifierMixin, BaseEstimator):
    """Takes anything as `choice`; its fit fails where `x` is above `limit`."""

    def __init__(self, choice: Any = None, x: float = 0.0, limit: float = 1.0) -> None:
        self.choice = choice
        self.x = x
        self.limit = limit

    def fit(self, X: Any, y: Any) -> Picky:
        if self.x > self.limit:
            raise ValueError("x is too large")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])

    def score(self, X: Any, y: Any) -> float:
        return self.x


class OneShot:
    """A splitter that can be walked through only once."""

    def __init__(self) -> None:
        self.folds = iter(list(KFold(2).split(X)))

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Any]:
        yield from self.folds

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        return 2


class Locked:
    """A callback that cannot be pickled."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.n_calls = 0

    def __call__(self, result: Any) -> None:
        with self.lock:
            self.n_calls += 1


class Counted(GaussianProcessRegressor):
    """Counts its fits, in all copies together."""

    fits: list[int] = []

    def fit(self, X: Any, y: Any) -> Any:
        self.fits.append(len(X))
        return super().fit(X, y)


def test_a_search_fits_with_metadata_routing_and_requests_nothing_for_itself():
    with sklearn.config_context(enable_metadata_routing=True):
        search = BayesSearchCV(logistic(), C, n_iter=2, cv=2, random_state=0)
        search.fit(X, y, callback=lambda result: None)
    assert len(search.cv_results_["params"]) == 2
    assert not hasattr(search, "set_fit_request")


@pytest.mark.parametrize("strategy", BOTH)
def test_a_candidate_whose_folds_all_fail_does_not_end_the_search(strategy):
    search = BayesSearchCV(
        Picky(), {"x": (0.0, 2.0)}, n_iter=12, cv=2, random_state=0, strategy=strategy
    )
    search.fit(X, y)
    failed = np.isnan(search.cv_results_["mean_test_score"])
    assert len(failed) == 12 and failed.any()
    assert search.best_params_["x"] <= 1.0


@pytest.mark.parametrize("strategy", BOTH)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_does_not_reach_the_surrogate(strategy, bad):
    def scorer(estimator: Any, X: Any, y: Any) -> float:
        return bad if estimator.x > 0.8 else estimator.x

    search = BayesSearchCV(
        Picky(),
        {"x": (0.0, 1.0)},
        n_iter=9,
        cv=2,
        scoring=scorer,
        random_state=0,
        strategy=strategy,
        refit=False,
    )
    search.fit(X, y)
    assert len(search.cv_results_["params"]) == 9
    assert search.history_.best.params["x"] <= 0.8


def test_all_candidates_are_scored_on_the_same_splits():
    search = BayesSearchCV(
        DummyClassifier(strategy="prior"),
        {"random_state": (0, 1000)},
        n_iter=5,
        cv=ShuffleSplit(3, test_size=0.3),
    )
    results = search.fit(X, y).cv_results_
    for split in range(3):
        assert len(set(results[f"split{split}_test_score"])) == 1


def test_a_splitter_that_can_be_used_only_once_is_enough():
    search = BayesSearchCV(logistic(), C, n_iter=3, cv=OneShot(), random_state=0).fit(X, y)
    assert len(search.cv_results_["params"]) == 3


@pytest.mark.slow
def test_a_callback_that_cannot_be_pickled_does_not_hinder_parallel_fits():
    callback = Locked()
    search = BayesSearchCV(logistic(), C, n_iter=3, cv=2, n_jobs=2, random_state=0)
    search.fit(X, y, callback=callback)
    assert callback.n_calls == 3


def test_a_fitted_search_can_be_pickled_whatever_its_callback_was():
    search = BayesSearchCV(logistic(), C, n_iter=2, cv=2, random_state=0)
    search.fit(X, y, callback=lambda result: None)
    copy = pickle.loads(pickle.dumps(search))
    assert copy.best_params_ == search.best_params_
    assert copy.optimizer_results_[0].fun == search.optimizer_results_[0].fun


@pytest.mark.parametrize("strategy", BOTH)
@pytest.mark.parametrize(
    "choices",
    [
        [(5,), (5, 5), (10, 3, 2)],
        [(5, 5), (3, 3)],
        [(5,), (3,)],
        [[5, 5], [5]],
        [{"a": 1}, {"b": 2}],
        [np.array([1, 2]), np.array([3, 4])],
        [make_pipeline(StandardScaler()), make_pipeline(MinMaxScaler(), StandardScaler())],
        [int, float, None, "text", 1, True],
    ],
    ids=["ragged", "equal length", "one tuple", "list", "dict", "array", "pipeline", "anything"],
)
@pytest.mark.parametrize("more", [{}, {"x": (0.0, 1.0)}], ids=["alone", "beside a range"])
def test_a_choice_may_be_any_object_and_arrives_as_it_is(strategy, choices, more):
    search = BayesSearchCV(
        Picky(), {"choice": choices, **more}, n_iter=6, cv=2, random_state=0, strategy=strategy
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SpaceExhaustedWarning)
        search.fit(X, y)
    tried = [params["choice"] for params in search.cv_results_["params"]]
    assert all(any(one is choice for choice in choices) for one in tried)


@pytest.mark.filterwarnings("ignore::skhp.exceptions.StrategyNotice")
@pytest.mark.parametrize("base_estimator", ["GBRT", "gbrt", "dummy"])
def test_every_surrogate_of_skopt_works(base_estimator):
    strategy = Skopt({**QUICK, "base_estimator": base_estimator})
    search = BayesSearchCV(
        Picky(), {"x": (0.0, 1.0)}, n_iter=6, cv=2, random_state=0, strategy=strategy
    )
    assert len(search.fit(X, y).cv_results_["params"]) == 6


def test_the_iterations_of_a_dict_are_counted_once():
    space = {"C": (0.1, 1.0), "fit_intercept": [True, False], "tol": (1e-4, 1e-2)}
    assert BayesSearchCV(logistic(), space, n_iter=7).total_iterations == 7
    assert BayesSearchCV(logistic(), [(space, 3), (C, 2)]).total_iterations == 5


def test_what_is_wrong_is_said_in_fit_and_not_before():
    check_do_not_raise_errors_in_init_or_set_params("BayesSearchCV", BayesSearchCV(logistic(), C))
    for space in ({}, {"C": "1 ... 100.0"}, ["C", (1.0, 1)]):
        search = BayesSearchCV(logistic(), space, n_iter=2, cv=2)
        with pytest.raises(SpaceError):
            search.fit(X, y)


def test_the_dimensions_of_the_user_are_left_as_they_are():
    shared = Real(1e-3, 1.0, prior="log-uniform")
    kind = Categorical(["l1", "l2"])
    before = [repr(vars(shared)), repr(kind), kind.name, kind.transform_]
    space = {"x": shared, "limit": shared, "choice": kind}
    search = BayesSearchCV(Picky(), space, n_iter=3, cv=2, random_state=0).fit(X, y)
    assert [repr(vars(shared)), repr(kind), kind.name, kind.transform_] == before
    assert set(search.best_params_) == {"x", "limit", "choice"}
    names = search.optimizer_results_[0].space.dimension_names
    assert names == ["choice", "limit", "x"]


@pytest.mark.parametrize("acq_func", ["EI", "gp_hedge"])
def test_a_proposal_costs_one_fit_of_the_surrogate(acq_func):
    Counted.fits.clear()
    strategy = Skopt({"base_estimator": Counted(), "n_initial_points": 3, "acq_func": acq_func})
    search = BayesSearchCV(
        Picky(), {"x": (0.0, 1.0)}, n_iter=8, n_points=1, cv=2, random_state=0, strategy=strategy
    )
    search.fit(X, y)
    assert Counted.fits == [3, 4, 5, 6, 7]


def test_proposals_under_way_at_once_never_repeat_each_other():
    strategy = Skopt({**QUICK, "avoid_duplicates": True})
    search = BayesSearchCV(
        Picky(),
        {"x": [0.1, 0.2, 0.3, 0.4], "choice": ["a", "b", "c"]},
        n_iter=12,
        n_points=4,
        cv=2,
        random_state=0,
        strategy=strategy,
    )
    params = search.fit(X, y).cv_results_["params"]
    assert len({repr(sorted(one.items())) for one in params}) == 12


@pytest.mark.parametrize("strategy", BOTH)
def test_a_finite_space_is_tried_once_and_not_more(strategy):
    space = {"x": [0.1, 0.2, 0.3], "choice": ["a", "b", "c"]}
    search = BayesSearchCV(
        Picky(), space, n_iter=20, cv=2, random_state=0, strategy=strategy, n_points=1
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SpaceExhaustedWarning)
        search.fit(X, y)
    params = search.cv_results_["params"]
    assert len({repr(sorted(one.items())) for one in params}) == len(params) == 9


def test_scores_that_are_no_numbers_are_said_once():
    search = BayesSearchCV(Picky(), {"x": (0.5, 1.5)}, n_iter=6, cv=2, random_state=0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(X, y)
    said = [one for one in caught if "non-finite" in str(one.message)]
    failed = [one for one in caught if issubclass(one.category, FitFailedWarning)]
    assert len(said) == 1 and len(failed) == 1


@pytest.mark.skipif(
    parse_version(sklearn.__version__) < parse_version("1.9"), reason="callbacks came with 1.9"
)
def test_the_callbacks_of_scikit_learn_see_the_search_and_its_evaluations():
    class Listener:
        tasks: list[str] = []

        def setup(self, estimator: Any, context: Any) -> None:
            pass

        def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
            self.tasks.append(context.task_name)

        def on_fit_task_end(self, estimator: Any, context: Any) -> bool:
            return False

        def teardown(self, estimator: Any, context: Any) -> None:
            pass

    search = BayesSearchCV(logistic(), C, n_iter=3, cv=2, random_state=0)
    search.set_callbacks(Listener())
    search.fit(X, y)
    assert {"fit", "search", "refit-with-best-params"} <= set(Listener.tasks)
    assert sum("evaluation" in task for task in Listener.tasks) == 6


def test_a_deadline_ends_the_search_between_folds():
    class Slow(Picky):
        def fit(self, X: Any, y: Any) -> Slow:
            time.sleep(0.1)
            super().fit(X, y)
            return self

    search = BayesSearchCV(Slow(), {"x": (0.0, 1.0)}, n_iter=1000, cv=5, max_time=3.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, y)
    assert search.stop_reason_ == "max_time reached"
    assert 1 <= len(search.cv_results_["params"]) < 20
    search = BayesSearchCV(Slow(), {"x": (0.0, 1.0)}, n_iter=1000, cv=2)
    search.fit(X, y, callback=DeadlineStopper(0.5))
    assert len(search.cv_results_["params"]) < 20
