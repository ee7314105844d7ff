"""scikit-learn's callbacks see every task of a search, and a stop they ask for is honoured."""

from __future__ import annotations

import pickle
import threading
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.exceptions import FitFailedWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV, GridSearchCV
from skhp.exceptions import SearchInterruptedWarning
from tests.search.estimators import Bowl, Fragile
from tests.search.searches import Make, X, logistic, y

if tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 9):
    pytest.skip("scikit-learn has callbacks since 1.9", allow_module_level=True)

from sklearn.callback import CallbackSupportMixin, ProgressBar, ScoringMonitor, with_callbacks

SPACE = {"x": [0.1, 0.2, 0.3]}
EVALUATION = "candidate-split-evaluation"

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support callbacks:UserWarning")


class Listener:
    """Keeps what it is told in this process; ends what `stops_at` says of a task."""

    def __init__(self, stops_at: Callable[[Any], bool] = lambda context: False) -> None:
        self.stops_at = stops_at
        self.told: list[tuple[str, Any]] = []
        self.estimators: list[Any] = []
        self.begun: list[dict[str, Any]] = []

    def setup(self, estimator: Any, context: Any) -> None:
        self.told.append(("setup", context.task_name))

    def on_fit_task_begin(
        self, estimator: Any, context: Any, *, X: Any = None, y: Any = None, metadata: Any = None
    ) -> None:
        self.told.append(("begin", _name(context)))
        self.estimators.append(estimator)
        self.begun.append(
            {"name": context.task_name, "id": context.task_id, "X": X, "y": y, "more": metadata}
        )

    def on_fit_task_end(self, estimator: Any, context: Any) -> bool:
        self.told.append(("end", _name(context)))
        self.estimators.append(estimator)
        return self.stops_at(context)

    def teardown(self, estimator: Any, context: Any) -> None:
        self.told.append(("teardown", context.task_name))

    def count(self, event: str, name: str) -> int:
        return Counter(self.told)[event, name]


def _name(context: Any) -> str:
    """What the search calls a task, where that is the whole fit of the estimator inside."""
    name: str = context.source_task_name or context.task_name
    return name


class Follower(Listener):
    """As a listener, and goes along into estimators inside."""

    max_propagation_depth = None


class Iterative(CallbackSupportMixin, RegressorMixin, BaseEstimator):
    """Tells callbacks about each of its iterations, and ends where one of them wants that."""

    def __init__(self, n_iter: int = 3, x: float = 0.0) -> None:
        self.n_iter = n_iter
        self.x = x

    @with_callbacks
    def fit(self, X: Any, y: Any) -> Iterative:
        root = self._init_callback_context(max_subtasks=self.n_iter)
        root.call_on_fit_task_begin(estimator=self, X=X, y=y)
        self.n_iter_ = 0
        for _ in range(self.n_iter):
            task = root.subcontext(task_name="iteration")
            task.call_on_fit_task_begin(estimator=self, X=X, y=y)
            self.n_iter_ += 1
            now = {"n_iter_": self.n_iter_}
            if task.call_on_fit_task_end(estimator=self, X=X, y=y, reconstruction_attributes=now):
                break
        root.call_on_fit_task_end(estimator=self, X=X, y=y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), 1.0 / (1.0 + (self.x - 0.3) ** 2))

    def score(self, X: Any, y: Any = None) -> float:
        return float(self.n_iter_ - (self.x - 0.3) ** 2)


def ends(name: str) -> Callable[[Any], bool]:
    return lambda context: _name(context) == name


def is_evaluation(number: int) -> Callable[[Any], bool]:
    return lambda context: ends(EVALUATION)(context) and context.task_id == number


@pytest.mark.parametrize("refit", [True, False])
def test_every_task_of_a_search_is_told_once(make: Make, refit: bool):
    listener = Listener()
    make(Bowl(), SPACE, cv=2, refit=refit).set_callbacks(listener).fit(X, y)
    for event in ("begin", "end"):
        assert listener.count(event, "fit") == 1
        assert listener.count(event, "search") == 1
        assert listener.count(event, EVALUATION) == 6
        assert listener.count(event, "refit-with-best-params") == refit
    assert listener.told[:3] == [("setup", "fit"), ("begin", "fit"), ("begin", "search")]
    assert listener.told[-2:] == [("end", "fit"), ("teardown", "fit")]


def test_every_evaluation_has_a_number_of_its_own_and_its_rows(make: Make):
    listener = Listener()
    search = make(Bowl(), SPACE, cv=2).set_callbacks(listener)
    search.fit(X, y)
    evaluations = [task for task in listener.begun if task["name"] == EVALUATION]
    assert sorted(task["id"] for task in evaluations) == list(range(6))
    assert {len(task["X"]) for task in evaluations} == {len(task["y"]) for task in evaluations}
    assert {len(task["X"]) for task in evaluations} == {30}
    assert all(estimator is search for estimator in listener.estimators)


def test_weights_are_told_with_the_tasks_they_belong_to(make: Make):
    listener = Listener()
    weight = np.arange(60.0)
    search = make(logistic(), {"C": [0.1, 1.0, 10.0]}, cv=2).set_callbacks(listener)
    search.fit(X, y, sample_weight=weight)
    told = {(task["name"], len(task["more"]["sample_weight"])) for task in listener.begun[2:]}
    assert told == {(EVALUATION, 30), ("refit-with-best-params", 60)}


def test_callbacks_that_go_along_see_the_iterations_of_the_estimator(make: Make):
    follower, listener = Follower(), Listener()
    search = make(Iterative(), SPACE, cv=2).set_callbacks(follower, listener).fit(X, y)
    assert follower.count("end", "iteration") == (6 + 1) * 3
    assert listener.count("end", "iteration") == 0
    assert follower.count("setup", "fit") == follower.count("teardown", "fit") == 1
    assert not hasattr(search.best_estimator_, "_skl_callbacks")


def test_callbacks_of_the_estimator_see_each_of_its_fits(make: Make):
    listener = Listener()
    make(Iterative().set_callbacks(listener), SPACE, cv=2).fit(X, y)
    assert listener.count("end", "iteration") == (6 + 1) * 3


@pytest.mark.parametrize("estimator", [Bowl(), Iterative()])
def test_a_stop_after_an_evaluation_ends_the_search_and_the_best_is_refitted(
    make: Make, estimator: Any
):
    follower = Follower(is_evaluation(2))
    search = make(estimator, SPACE, cv=2, n_points=1).set_callbacks(follower).fit(X, y)
    assert search.stop_reason_ == "stopped by a callback"
    assert [*search.cv_results_["n_splits_completed"]] == [2, 1]
    assert search.best_index_ == 0
    assert search.best_estimator_.x == search.best_params_["x"]
    assert follower.count("end", "search") == follower.count("end", "refit-with-best-params") == 1


def test_a_stop_after_the_very_first_evaluation_leaves_its_candidate(make: Make):
    search = make(Bowl(), SPACE, cv=2).set_callbacks(Listener(ends(EVALUATION)))
    with pytest.warns(SearchInterruptedWarning, match="stopped by a callback"):
        search.fit(X, y)
    assert len(search.cv_results_["params"]) == 1
    assert search.best_params_ == search.cv_results_["params"][0]


@pytest.mark.parametrize("backend", [pytest.param("loky", marks=pytest.mark.slow), "threading"])
def test_a_stop_from_a_worker_ends_the_search(backend: str):
    space = {"x": np.linspace(0, 1, 40).tolist()}
    search = GridSearchCV(Bowl(), space, cv=2).set_callbacks(Stopper(after=5))
    with joblib.parallel_config(backend, n_jobs=2), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, y)
    assert search.stop_reason_ == "stopped by a callback"
    assert 1 <= len(search.history_.complete) < 40
    assert hasattr(search, "best_estimator_")


class Stopper(Listener):
    """A callback that travels to workers: ends the search at an evaluation."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def on_fit_task_end(self, estimator: Any, context: Any) -> bool:
        return _name(context) == EVALUATION and context.task_id >= self.after

    def __getstate__(self) -> dict[str, Any]:
        return {"after": self.after, "told": [], "estimators": [], "begun": []}


def test_a_stop_inside_a_fit_ends_that_fit_alone(make: Make):
    follower = Follower(ends("iteration"))
    search = make(Iterative(), SPACE, cv=2).set_callbacks(follower).fit(X, y)
    assert search.stop_reason_ == "all candidates tried"
    assert follower.count("end", "iteration") == 6 + 1
    assert search.best_estimator_.n_iter_ == 1


def test_a_stop_when_the_search_is_over_leaves_the_refit(make: Make):
    listener = Listener(ends("search"))
    search = make(Bowl(), SPACE, cv=2).set_callbacks(listener).fit(X, y)
    assert search.stop_reason_ == "all candidates tried"
    assert search.best_estimator_.x == search.best_params_["x"]


def test_failed_fits_are_told_to_their_end(make: Make):
    listener = Listener()
    search = make(Fragile(), {"fails": ["never", "always"]}, cv=2, n_iter=2)
    with pytest.warns(FitFailedWarning):
        search.set_callbacks(listener).fit(X, y)
    assert listener.count("begin", EVALUATION) == listener.count("end", EVALUATION) == 4


def test_callbacks_are_torn_down_where_a_search_fails(make: Make):
    listener = Listener()
    search = make(Fragile("always"), {"C": [1.0, 2.0]}, cv=2, error_score="raise")
    with pytest.raises(FloatingPointError):
        search.set_callbacks(listener).fit(X, y)
    assert listener.count("teardown", "fit") == 1
    assert not hasattr(search, "_callback_fit_ctx")


def test_a_search_goes_on_with_its_callbacks():
    listener = Listener()
    search = BayesSearchCV(Bowl(), {"x": (0.0, 1.0)}, n_iter=3, cv=2, random_state=0)
    search.set_callbacks(listener).fit(X, y)
    search.fit_more(X, y, n_iter=2)
    assert listener.count("end", EVALUATION) == (3 + 2) * 2
    assert listener.count("setup", "fit") == listener.count("teardown", "fit") == 2


def test_a_second_fit_tells_its_callbacks_again(make: Make):
    listener = Listener()
    search = make(Bowl(), SPACE, cv=2).set_callbacks(listener)
    search.fit(X, y)
    clone(search).fit(X, y)
    assert listener.count("end", EVALUATION) == 12


def test_a_search_inside_a_search_stops_at_its_own_level():
    follower = Follower(is_evaluation(1))
    inner = GridSearchCV(Bowl(), {"x": [0.1, 0.3]}, cv=2, n_points=1)
    outer = GridSearchCV(inner, {"estimator__kind": ["a", "b"]}, cv=2, n_points=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outer.set_callbacks(follower).fit(X, y)
    assert outer.stop_reason_ == "stopped by a callback"
    assert outer.best_estimator_.stop_reason_ == "stopped by a callback"


@pytest.mark.slow
def test_callbacks_that_go_along_travel_on_to_the_workers_of_a_search_inside():
    inner = GridSearchCV(Bowl(), {"x": [0.1, 0.3]}, cv=2, n_jobs=2)
    outer = GridSearchCV(inner, {"estimator__kind": ["a", "b"]}, cv=2)
    stopper = Stopper(after=3)
    stopper.max_propagation_depth = None  # type: ignore[attr-defined]
    outer.set_callbacks(stopper).fit(X, y)
    assert outer.stop_reason_ == "stopped by a callback"
    assert len(outer.history_) == 2


def test_a_search_in_a_pipeline_tells_its_own_callbacks(make: Make):
    listener = Listener()
    search = make(Bowl(), SPACE, cv=2).set_callbacks(listener)
    make_pipeline(StandardScaler(), search).fit(X, y)
    assert listener.count("end", EVALUATION) == 6


def test_a_fitted_search_is_pickled_with_its_callbacks(make: Make):
    search = make(Bowl(), SPACE, cv=2).set_callbacks(Stopper(after=99)).fit(X, y)
    restored = pickle.loads(pickle.dumps(search))
    assert restored.best_params_ == search.best_params_


def test_a_callback_of_threads_may_hold_what_cannot_be_pickled(make: Make):
    listener = Listener()
    listener.lock = threading.Lock()  # type: ignore[attr-defined]
    search = make(Bowl(), SPACE, cv=2, n_jobs=2).set_callbacks(listener)
    with joblib.parallel_config("threading"):
        search.fit(X, y)
    assert listener.count("end", EVALUATION) == 6


def test_scikit_learn_s_progress_bar_shows_a_search(make: Make, capfd: Any):
    pytest.importorskip("rich")
    make(Bowl(), SPACE, cv=2).set_callbacks(ProgressBar()).fit(X, y)
    assert "search" in capfd.readouterr().out


def test_scikit_learn_s_monitor_scores_the_iterations_inside(make: Make):
    monitor = ScoringMonitor(scoring="r2")
    make(Iterative().set_callbacks(monitor), SPACE, cv=2).fit(X, y)
    scores = monitor.get_logs().data
    assert len(scores) == (6 + 1) * 3
