"""Laws of the strategy that counts what trials cost; seconds are made up."""

import time
from dataclasses import replace

import pytest

from skhp.acquisition import UpperConfidenceBound
from skhp.exceptions import SettingError
from skhp.history import Fold, History
from skhp.loop import Plan, run
from skhp.objectives import Objectives
from skhp.space import Space
from skhp.strategies import Bayes, FrugalBayes, Grid, Initial, Random
from skhp.surrogates import Forest
from skhp.testing import SimulatedExecutor, ToyEvaluation

SPACE = {"side": ["left", "right"], "x": (0.0, 1.0), "y": (0.0, 1.0)}


def score(params):
    """The same on both sides."""
    return -((params["x"] - 0.3) ** 2) - (params["y"] - 0.6) ** 2


def even(params):
    return 2.0


def steep(params):
    """A hundred times as long on the right."""
    return 100.0 if params["side"] == "right" else 1.0


def played(strategy, n, *, seconds=steep, seed=0, n_expected=1000, reproducible=True):
    history = History(
        Space.read(SPACE), seed=seed, n_expected=n_expected, reproducible=reproducible
    )
    for number in range(n):
        [params] = strategy.propose(history, 1)
        history.add(params)
        history.record(number, Fold(0, {"score": score(params)}, fit_time=seconds(params)))
    return history


def n_right(history):
    return sum(trial.params["side"] == "right" for trial in history.trials)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("surrogate", [None, Forest()], ids=["process", "forest"])
def test_of_what_promises_the_same_the_cheaper_is_tried_more_often(seed, surrogate):
    plain = played(Bayes(surrogate), 25, seed=seed)
    frugal = played(FrugalBayes(surrogate=surrogate), 25, seed=seed)
    assert n_right(frugal) < n_right(plain)
    assert sum(one.seconds for one in frugal) < 0.7 * sum(one.seconds for one in plain)


def test_what_is_dear_is_tried_where_it_alone_is_good():
    def best_is_dear(params):
        return score(params) + (1.0 if params["side"] == "right" else 0.0)

    history = History(Space.read(SPACE), n_expected=30)
    for number in range(30):
        [params] = FrugalBayes().propose(history, 1)
        history.add(params)
        fold = Fold(0, {"score": best_is_dear(params)}, fit_time=steep(params))
        history.record(number, fold)
    assert history.best.params["side"] == "right" and history.best.score > 0.98


@pytest.mark.parametrize("seconds", [even, lambda params: 0.0], ids=["even", "unknown"])
def test_where_all_costs_the_same_it_is_bayes(seconds):
    frugal = played(FrugalBayes(), 15, seconds=seconds)
    plain = played(Bayes(), 15, seconds=seconds)
    assert [one.params for one in frugal] == [one.params for one in plain]


def test_at_the_end_of_its_trials_it_is_bayes():
    history = replace(played(Random(), 15), n_expected=15)
    assert FrugalBayes().propose(history, 1) == Bayes().propose(history, 1)
    assert FrugalBayes().propose(replace(history, n_expected=1000), 1) != Bayes().propose(
        history, 1
    )


def began_before(history, seconds):
    return replace(history, since=time.monotonic() - seconds)


def test_at_the_end_of_its_time_it_is_bayes():
    history = began_before(played(Random(), 15, reproducible=False), 100.0)
    assert FrugalBayes(100.0).propose(history, 1) == Bayes().propose(history, 1)
    assert FrugalBayes(1e9).propose(history, 1) != Bayes().propose(history, 1)


def test_the_clock_has_no_say_in_a_reproducible_search():
    history = played(Random(), 15)
    late = began_before(history, 100.0)
    assert FrugalBayes(100.0).propose(late, 1) == FrugalBayes(100.0).propose(history, 1)


def test_a_search_follows_from_the_seconds_that_are_recorded():
    def taken(request):
        return steep(request.params) * (1.0 + request.number % 3)

    history = History(Space.read(SPACE), n_splits=2, seed=5, n_expected=25)
    evaluation = ToyEvaluation(lambda params, fold: score(params), taken)
    executor = SimulatedExecutor(3, duration=lambda task: sum(map(taken, task.args)))
    run(history, Plan(FrugalBayes(), evaluation, n_iter=25, n_points=4), executor=executor)
    for trial in history:
        known = history.seen_by(trial.number, 4)
        assert FrugalBayes().propose(known, 1) == [trial.params]


def test_it_stands_for_the_strategy_that_it_is_made_from():
    made = Bayes(n_initial=3, exploration=0.1).frugal(60.0)
    assert made == FrugalBayes(60.0, n_initial=3, exploration=0.1) and made.max_time == 60.0
    assert Initial([], Bayes()).frugal() == Initial([], FrugalBayes())
    without = (Random(), Grid(), Initial([], Random()), Bayes(acquisition=UpperConfidenceBound()))
    assert [one.frugal() for one in without] == [None] * 4
    assert Bayes().seeking(Objectives(("score", "fit_time"))).frugal() is None


def test_time_that_makes_no_sense_is_refused():
    with pytest.raises(SettingError, match="max_time must be positive"):
        FrugalBayes(0.0)
