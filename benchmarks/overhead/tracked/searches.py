"""Times of what surrounds the fits: importing, proposing, the loop, dispatching, the table."""

import subprocess
import sys
import time
import warnings

import joblib
import numpy as np
from scipy.stats import randint, uniform
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from skhp.history import Fold, History
from skhp.space import Space
from skhp.strategies import Bayes

warnings.filterwarnings("ignore")

X = np.random.default_rng(0).normal(size=(100, 5))
Y = np.arange(100) % 2
RANGES = {name: (0.0, 1.0) for name in "abc"}
DISTRIBUTIONS = {name: uniform(0.0, 1.0) for name in "abc"}


class Free(ClassifierMixin, BaseEstimator):
    """A classifier that costs nothing, so that what is measured is the search alone."""

    def __init__(self, a=0.5, b=0.5, c=0.5):
        self.a = a
        self.b = b
        self.c = c

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def score(self, X, y):
        return -((self.a - 0.3) ** 2) - (self.b - 0.6) ** 2 - 0.1 * (self.c - 0.5) ** 2


class Stopwatch:
    """An observer that notes when the last trial had ended."""

    def on_search_end(self, history, reason):
        self.ended = time.perf_counter()


class Importing:
    def time_skhp(self):
        subprocess.run([sys.executable, "-c", "import skhp"], check=True)

    def time_scikit_learn_for_comparison(self):
        subprocess.run([sys.executable, "-c", "import sklearn.model_selection"], check=True)


class Proposing:
    params = ([20, 100, 500],)
    param_names = ("trials",)

    def setup(self, n_trials):
        names = [f"x{i}" for i in range(5)]
        self.history = History(Space.read(dict.fromkeys(names, (0.0, 1.0))), seed=0)
        for point in np.random.default_rng(0).random((n_trials, 5)):
            number = self.history.add(dict(zip(names, map(float, point), strict=True))).number
            score = -float(((point - 0.3) ** 2).sum())
            self.history.record(number, Fold(0, {"score": score}))
        self.strategy = Bayes()
        self.strategy.propose(self.history, 1)

    def time_one(self, n_trials):
        self.strategy.propose(self.history, 1)


class Searching:
    """One process: the loop, the strategy and the table."""

    def setup(self):
        levels = {name: [*np.linspace(0.0, 1.0, 6)] for name in "abc"}
        self.grid = GridSearchCV(Free(), levels)
        self.randomized = RandomizedSearchCV(Free(), DISTRIBUTIONS, n_iter=200, random_state=0)
        self.bayes = BayesSearchCV(Free(), RANGES, n_iter=30, random_state=0)

    def time_grid_of_216(self):
        self.grid.fit(X, Y)

    def time_randomized_200(self):
        self.randomized.fit(X, Y)

    def time_bayes_30(self):
        self.bayes.fit(X, Y)


class Dispatching:
    """Two workers that are there already: what a fit costs on its way."""

    params = (["threading", "loky", "multiprocessing"],)
    param_names = ("backend",)

    def setup(self, backend):
        # scikit-learn's own class, which worker processes can import.
        seeds = {"random_state": randint(0, 2**31)}
        self.search = RandomizedSearchCV(
            DummyClassifier(strategy="stratified"), seeds, n_iter=100, n_jobs=2, random_state=0
        )
        self.time_100_candidates(backend)

    def time_100_candidates(self, backend):
        with joblib.parallel_config(backend):
            self.search.fit(X, Y)


class Tabulating:
    """What comes after the last of 500 trials: the table and the best."""

    unit = "seconds"

    def track_the_table(self):
        search = RandomizedSearchCV(
            Free(), DISTRIBUTIONS, n_iter=500, scoring=["accuracy", "recall"], refit=False,
            return_train_score=True, random_state=0, observers=[Stopwatch()],
        ).fit(X, Y)  # fmt: skip
        return time.perf_counter() - search.observers[0].ended


class Reading:
    """What a person sees of a search that has ended."""

    def setup(self):
        self.search = BayesSearchCV(Free(), RANGES, n_iter=30, random_state=0).fit(X, Y)

    def time_repr(self):
        repr(self.search)
