"""An executor stands for its workers: it is used again, and neither copied nor pickled."""

import pickle

import pytest
from sklearn.base import BaseEstimator, clone

from skhp.executors import ProcessExecutor, SequentialExecutor, Task


class HasExecutor(BaseEstimator):
    def __init__(self, executor=None):
        self.executor = executor


def test_a_clone_has_the_very_same_executor():
    with ProcessExecutor(2) as executor:
        assert clone(HasExecutor(executor)).executor is executor


def test_an_executor_with_workers_says_why_it_is_not_pickled():
    told = r"ProcessExecutor .*executor=None"
    with ProcessExecutor(2) as executor, pytest.raises(TypeError, match=told):
        pickle.dumps(HasExecutor(executor))


def test_an_executor_without_workers_is_pickled_as_one_like_it():
    executor = SequentialExecutor()
    executor.put(abs)
    other = pickle.loads(pickle.dumps(HasExecutor(executor))).executor
    assert isinstance(other, SequentialExecutor)
    with pytest.raises(RuntimeError, match="call put"):
        other.submit(Task(0, (-3,)))


def test_no_task_is_taken_after_an_abort_before_another_callable():
    with ProcessExecutor(1) as executor:
        executor.put(abs)
        executor.abort()
        with pytest.raises(RuntimeError, match="call put"):
            executor.submit(Task(0, (-3,)))
