"""With a seed, a search is the same wherever and however it runs."""

import os
import random
import signal
import time

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skhp import BayesSearchCV
from skhp.racing import Racing

X = np.random.default_rng(0).normal(size=(60, 2))
Y = np.arange(60) % 2
SPACES = {"a": (0.0, 1.0), "b": [0.1, 0.2, 0.3, 0.4]}


class Lottery(ClassifierMixin, BaseEstimator):
    """Scores a smooth function of its parameters, after a delay that nobody can foresee."""

    def __init__(self, a=0.5, b=0.1, delay=0.0, deadly=None):
        self.a = a
        self.b = b
        self.delay = delay
        self.deadly = deadly

    def fit(self, X, y):
        time.sleep(random.SystemRandom().uniform(0.0, self.delay))
        if self.deadly is not None and self.b == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def score(self, X, y):
        ease = 0.05 * float(np.sin(100 * X[0, 0]))
        return -((self.a - 0.3) ** 2) - (self.b - 0.2) ** 2 + ease * (1 + 0.1 * self.a)


def story(search):
    """Return all that must be the same: candidates, their folds, their scores, the best."""
    trials = [
        (trial.params, trial.status, [repr(score) for score in trial.fold_scores])
        for trial in search.history_
    ]
    return trials, search.best_params_, search.stop_reason_


def told(backend, n_jobs, *, delay=0.02, deadly=None, **settings):
    settings = {"n_iter": 12, "cv": 3, "random_state": 7, **settings}
    with joblib.parallel_config(backend):
        search = BayesSearchCV(
            Lottery(delay=delay, deadly=deadly), SPACES, n_jobs=n_jobs, **settings
        )
        return story(search.fit(X, Y))


RULES = {"plain": {}, "racing": {"racing": Racing(alpha=0.2)}}
PLACES = [
    ("threading", 2),
    ("threading", 7),
    ("multiprocessing", 2),
    pytest.param("loky", 2, marks=pytest.mark.slow),
    pytest.param("loky", 3, marks=pytest.mark.slow),
]


@pytest.fixture(scope="module", params=RULES)
def alone(request):
    """What a search finds in one thread without delays, and its settings."""
    settings = RULES[request.param]
    return told("sequential", 1, delay=0.0, **settings), settings


@pytest.mark.parametrize(("backend", "n_jobs"), PLACES)
def test_neither_place_nor_number_of_workers_nor_delays_matter(alone, backend, n_jobs):
    expected, settings = alone
    assert told(backend, n_jobs, **settings) == expected


@pytest.mark.parametrize("n_done", [1, 5, 9])
def test_nor_does_an_end_in_between(alone, n_done, tmp_path):
    expected, settings = alone

    class Enough:
        def on_trial_end(self, history, trial):
            return len(history.complete) + len(history.stopped) >= n_done

    journal = tmp_path / "journal.sqlite"
    told("threading", 3, journal=journal, observers=[Enough()], **settings)
    assert told("threading", 2, journal=journal, **settings) == expected


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "places",
    [
        [("multiprocessing", 2), ("multiprocessing", 3)],
        pytest.param([("multiprocessing", 2), ("loky", 2)], marks=pytest.mark.slow),
    ],
)
def test_nor_do_workers_that_die(places):
    one, other = (told(backend, n_jobs, deadly=0.3) for backend, n_jobs in places)
    assert one == other
    trials, best, _ = one
    assert {status for params, status, _ in trials if params["b"] == 0.3} <= {"failed"}
    assert best["b"] != 0.3
