"""A search runs on the executor that it is given, and leaves it as the next one wants it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import joblib
import pytest
from sklearn.base import clone
from sklearn.model_selection import KFold

from skhp.exceptions import SettingError
from skhp.executors import (
    Executor,
    JoblibExecutor,
    LokyExecutor,
    ProcessExecutor,
    SequentialExecutor,
    Task,
)
from skhp.observers import Observer
from tests.search.estimators import Bowl
from tests.search.searches import Make, X, bayes, y

SPACE = {"x": [0.1, 0.2, 0.3, 0.4, 0.5]}


def threads() -> Executor:
    with joblib.parallel_config("threading"):
        return JoblibExecutor(2)


MADE: dict[str, Callable[[], Executor]] = {
    "sequential": SequentialExecutor,
    "threads": threads,
    "loky": lambda: LokyExecutor(2),
    "processes": lambda: ProcessExecutor(2),
}


@pytest.mark.parametrize("executor", MADE.values(), ids=list(MADE))
def test_one_search_after_the_other_uses_the_same_workers(executor: Callable[[], Executor]):
    settings: dict[str, Any] = {"n_iter": 5, "cv": KFold(3), "random_state": 0}
    expected = bayes(Bowl(), SPACE, **settings).fit(X, y).cv_results_["mean_test_score"].tolist()
    with executor() as opened:
        for _ in range(2):
            search = bayes(Bowl(), SPACE, executor=opened, **settings).fit(X, y)
            assert search.cv_results_["mean_test_score"].tolist() == expected
        opened.put(abs)
        opened.submit(Task(0, (-3,)))
        assert [outcome.value for outcome in opened.wait(30)] == [3]


def test_every_kind_of_search_takes_an_executor(make: Make):
    with threads() as opened:
        search = make(Bowl(), SPACE, n_iter=3, cv=KFold(2), executor=opened).fit(X, y)
    assert search.best_params_["x"] == 0.3 or search.best_score_ < 1


def test_a_clone_has_the_very_same_executor():
    with threads() as opened:
        search = clone(bayes(Bowl(), SPACE, executor=opened))
        assert search.executor is opened
        assert search.fit(X, y).best_score_ == search.best_score_


def test_what_is_under_way_when_a_search_ends_is_no_business_of_the_next():
    class EndAtOnce(Observer):
        def on_fold_end(self, history: Any, trial: Any, fold: Any) -> bool:
            return True

    with threads() as opened:
        settings: dict[str, Any] = {"cv": KFold(3), "executor": opened, "n_iter": 4}
        first = bayes(Bowl(seconds=0.05), SPACE, observers=[EndAtOnce()], **settings).fit(X, y)
        second = bayes(Bowl(), SPACE, **settings).fit(X, y)
    assert len(first.history_.complete) < 4
    assert len(second.history_.complete) == 4


@pytest.mark.parametrize("limit", [{"fit_timeout": 1.0}, {"fit_memory": 10**9}])
def test_limits_belong_to_the_executor_where_one_is_given(limit: dict[str, Any]):
    with pytest.raises(SettingError, match="limits=Limits"):
        bayes(Bowl(), SPACE, executor=SequentialExecutor(), **limit).fit(X, y)


def test_what_is_no_executor_is_refused_before_any_fit():
    with pytest.raises(ValueError, match="'executor' parameter"):
        bayes(Bowl(), SPACE, executor="threads").fit(X, y)


def test_a_search_with_workers_cannot_be_pickled_and_says_how_it_can():
    with threads() as opened:
        search = bayes(Bowl(), SPACE, n_iter=2, executor=opened).fit(X, y)
        with pytest.raises(TypeError, match="executor=None"):
            pickle.dumps(search)
        assert pickle.loads(pickle.dumps(search.set_params(executor=None))).best_score_
