"""Hints are tried unless the trials before have shown that there is nothing to be found there."""

import pytest
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from skhp import BayesSearchCV
from skhp.history import History
from skhp.space import Space
from skhp.strategies import Bayes, FrugalBayes, Initial, Random
from skhp.surrogates import GaussianProcess
from skhp.testing import play

SPACE = {"x": (0.0, 1.0), "y": (0.0, 1.0)}
HILL = [{"x": 0.1, "y": 0.1}]
VALLEY = [{"x": 0.9, "y": 0.9}, {"x": 0.9, "y": 0.92}, {"x": 0.92, "y": 0.9}]
BESIDE_THE_VALLEY, BESIDE_THE_HILL = {"x": 0.91, "y": 0.91}, {"x": 0.1, "y": 0.2}
STRATEGIES = {"bayes": Bayes(), "frugal": FrugalBayes()}


def score(params):
    return -((params["x"] - 0.1) ** 2) - (params["y"] - 0.1) ** 2


def tried(strategy, n, n_splits=1):
    history = play(strategy, History(Space.read(SPACE), seed=0, n_splits=n_splits), n, score=score)
    return [trial.params for trial in history]


@pytest.mark.parametrize("then", STRATEGIES.values(), ids=STRATEGIES)
def test_a_hint_whose_neighbours_are_bad_is_given_up(then):
    strategy = Initial(HILL + VALLEY, then, [BESIDE_THE_VALLEY, BESIDE_THE_HILL])
    assert tried(strategy, 5) == [*HILL, *VALLEY, BESIDE_THE_HILL]


@pytest.mark.parametrize("then", STRATEGIES.values(), ids=STRATEGIES)
def test_what_is_no_hint_is_tried_whatever_its_neighbours_have_shown(then):
    first = [*HILL, *VALLEY, BESIDE_THE_VALLEY]
    assert tried(Initial(first, then), 5) == first


def test_a_strategy_that_learns_nothing_tries_all_hints():
    strategy = Initial(HILL + VALLEY, Random(), [BESIDE_THE_VALLEY])
    assert tried(strategy, 5) == [*HILL, *VALLEY, BESIDE_THE_VALLEY]


def test_nothing_is_given_up_before_there_are_results():
    history = History(Space.read(SPACE), seed=0)
    for params in HILL + VALLEY:
        history.add(params)
    strategy = Initial(HILL + VALLEY, Bayes(), [BESIDE_THE_VALLEY])
    assert strategy.propose(history, 1) == [BESIDE_THE_VALLEY]


class Unfit(GaussianProcess):
    """Cannot be fitted."""

    def fit(self, *args, **kwargs):
        raise ArithmeticError("no")


def test_a_model_that_cannot_be_fitted_gives_nothing_up():
    strategy = Initial(HILL + VALLEY, Bayes(surrogate=Unfit()), [BESIDE_THE_VALLEY])
    assert tried(strategy, 5)[-1] == BESIDE_THE_VALLEY


def test_hints_are_not_looked_at_again_once_each_has_had_its_turn():
    strategy = Initial(HILL + VALLEY, Bayes(), [BESIDE_THE_VALLEY])
    history = play(strategy, History(Space.read(SPACE), seed=0), 12, score=score)
    assert BESIDE_THE_VALLEY not in [trial.params for trial in history]


def test_what_the_user_wishes_is_no_hint():
    X, y = load_iris(return_X_y=True)
    space = {"C": (0.01, 100.0, "log-uniform"), "gamma": (1e-4, 10.0, "log-uniform")}
    wished = [{"C": 1.0, "gamma": gamma} for gamma in (0.1, 8.0, 8.1, 8.2, 8.3)]
    search = BayesSearchCV(SVC(), space, n_iter=5, initial_params=wished, refit=False)
    assert [trial.params for trial in search.fit(X, y).history_] == wished
