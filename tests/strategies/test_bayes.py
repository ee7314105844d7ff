"""Laws of the Bayesian strategy."""

import copy
import math
import pickle
import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skhp.acquisition import UpperConfidenceBound
from skhp.exceptions import ProposalWarning
from skhp.history import Fold, History
from skhp.space import Constrained, Space, When
from skhp.strategies._bayes import Bayes
from skhp.surrogates import Forest, GaussianProcess, Surrogate

CONDITIONAL = {
    "kernel": ["linear", "rbf", "poly"],
    "C": (1e-3, 1e3, "log-uniform"),
    "gamma": When("kernel", "rbf", (1e-4, 1e1, "log-uniform")),
    "degree": When("kernel", "poly", (2, 5)),
}
SPACES = {
    "continuous": {"x": (0.0, 1.0), "y": (-5.0, 5.0)},
    "mixed": {"x": (0.0, 1.0), "i": (1, 50), "c": ["a", "b", None], "flag": [True, False]},
    "conditional": CONDITIONAL,
    "finite": {"a": [1, 2, 3], "b": ["u", "v"], "i": (0, 3)},
    "list": [{"x": (0.0, 1.0)}, {"z": (0.0, 1.0), "c": ["a", "b"]}],
    "constrained": Constrained({"x": (0.0, 1.0), "y": (0.0, 1.0)}, lambda p: p["x"] < p["y"]),
}
SEARCHES = settings(max_examples=15, deadline=None)

dimensions = st.one_of(
    st.just((0.0, 1.0)),
    st.just((1e-3, 1e3, "log-uniform")),
    st.tuples(st.integers(-3, 3), st.integers(4, 40)),
    st.lists(st.sampled_from(["a", "b", "c", None, 1.5]), min_size=1, max_size=4, unique=True),
)
spaces = st.dictionaries(st.sampled_from("abcdef"), dimensions, min_size=1, max_size=5)
scores = st.one_of(
    st.floats(-1, 1),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e300, -1e300, 0.5]),
)


def fresh(space, seed=0, n_splits=1):
    return History(Space.read(space), n_splits=n_splits, seed=seed)


def record(history, number, *fold_scores):
    for index, score in enumerate(fold_scores):
        history.record(number, Fold(index, {"score": float(score)}))


def score_of(params):
    """A smooth score of whatever the params are."""
    total = 0.0
    for name, value in sorted(params.items()):
        number = value if isinstance(value, int | float) else len(str(value))
        total -= (math.tanh(number / 10) - 0.2 - 0.01 * ord(name[0]) / 100) ** 2
    return total


def searched(strategy, history, n):
    """Run a search one trial at a time and return its history."""
    for _ in range(n):
        for params in strategy.propose(history, 1):
            trial = history.add(params)
            record(history, trial.number, score_of(params))
    return history


def rows(history):
    return history.space.keys(history.space.encode([trial.params for trial in history.trials]))


@SEARCHES
@given(space=spaces, seed=st.integers(0, 99), results=st.lists(scores, min_size=3, max_size=14))
def test_proposals_lie_inside_the_space_and_are_new_whatever_the_scores(space, seed, results):
    history, strategy = fresh(space, seed), Bayes(n_initial=3)
    for result in results:
        proposals = strategy.propose(history, 2)
        assert len(proposals) <= 2
        for params in proposals:
            assert history.space.contains(params)
            history.add(params)
        if proposals:
            record(history, len(history) - 1, result)
    assert len(set(rows(history))) == len(history)


@SEARCHES
@given(space=spaces, seed=st.integers(0, 99), n=st.integers(1, 9))
def test_the_same_history_gives_the_same_proposals(space, seed, n):
    history = searched(Bayes(n_initial=3), fresh(space, seed), n)
    again = searched(Bayes(n_initial=3), fresh(space, seed), n)
    assert [t.params for t in history] == [t.params for t in again]
    assert Bayes().propose(history, 2) == Bayes().propose(again, 2)


@pytest.mark.parametrize("name", SPACES)
def test_all_params_of_a_search_are_allowed_and_different(name):
    history = searched(Bayes(n_initial=4), fresh(SPACES[name]), 12)
    assert len(history) == len(set(rows(history))) == 12
    assert all(history.space.contains(trial.params) for trial in history)


@pytest.mark.parametrize("name", SPACES)
def test_a_search_saved_and_loaded_goes_on_as_if_never_stopped(name):
    whole = searched(Bayes(n_initial=3), fresh(SPACES[name]), 14)
    strategy = Bayes(n_initial=3)
    half = searched(strategy, fresh({"other": (0.0, 1.0)}), 2)
    half = searched(strategy, fresh(SPACES[name]), 9)
    strategy = pickle.loads(pickle.dumps(strategy))
    assert [t.params for t in searched(strategy, half, 5)] == [t.params for t in whole]


@pytest.mark.parametrize("name", SPACES)
def test_the_order_in_which_results_come_is_irrelevant(name):
    done = searched(Bayes(n_initial=3), fresh(SPACES[name]), 9)
    shuffled = fresh(SPACES[name])
    for trial in done:
        shuffled.add(trial.params)
    strategy = Bayes(n_initial=3)
    for number in (8, 2, 5, 0, 1, 7, 3, 6, 4):
        record(shuffled, number, done[number].score)
        strategy.propose(shuffled, 1)
    assert strategy.propose(shuffled, 2) == Bayes(n_initial=3).propose(done, 2)


@pytest.mark.parametrize("name", SPACES)
def test_several_proposals_at_once_equal_one_at_a_time(name):
    history = searched(Bayes(n_initial=3), fresh(SPACES[name]), 7)
    at_once = Bayes(n_initial=3).propose(history, 4)
    one_by_one = []
    for _ in range(4):
        one_by_one += Bayes(n_initial=3).propose(history, 1)
        history.add(one_by_one[-1])
    assert one_by_one == at_once


def test_proposals_differ_from_what_is_pending_by_more_than_a_trifle():
    history = searched(Bayes(), fresh(SPACES["continuous"]), 12)
    for params in Bayes().propose(history, 4):
        history.add(params)
    U = history.space.encode([trial.params for trial in history.trials])
    apart = np.abs(U[:, None] - U).max(axis=2)[np.tril_indices(len(U), -1)]
    assert apart.min() > 0.005


@pytest.mark.parametrize("n_at_once", [1, 5])
def test_a_finite_space_is_tried_once_and_then_ends(n_at_once):
    history = fresh(SPACES["finite"])
    while proposals := Bayes().propose(history, n_at_once):
        for params in proposals:
            record(history, history.add(params).number, score_of(params))
    assert len(history) == history.space.size == len(set(rows(history)))


def test_a_finite_space_too_large_to_list_ends_too():
    history = fresh({"a": (1, 50), "b": (1, 50)})
    points = history.space.enumerate(2500)
    for params in history.space.decode(points[:-2]):
        record(history, history.add(params).number, score_of(params))
    left = Bayes().propose(history, 5)
    assert len(left) == 2
    for params in left:
        history.add(params)
    assert Bayes().propose(history, 1) == []


def test_the_history_is_left_untouched():
    history = searched(Bayes(), fresh(SPACES["mixed"]), 8)
    before = copy.deepcopy(history.trials)
    Bayes().propose(history, 3)
    assert history.trials == before


def test_failed_trials_do_not_stop_a_search_and_their_region_is_avoided():
    history, strategy = fresh({"x": (0.0, 1.0), "y": (0.0, 1.0)}), Bayes()
    for _ in range(30):
        [params] = strategy.propose(history, 1)
        failed = params["x"] > 0.5
        score = math.nan if failed else -((params["y"] - 0.3) ** 2) + params["x"]
        record(history, history.add(params).number, score)
    late = [trial.status for trial in history.trials[15:]]
    assert late.count("failed") < 7


@pytest.mark.parametrize("seed", range(4))
def test_one_success_among_failures_is_followed(seed):
    scores = dict(enumerate([0.3, 0.1, 0.7, 0.5], start=1))
    history = fresh({"n_components": (1, 200)}, seed)
    history.tell({"n_components": 2}, scores[2])
    while len(history) < 40:
        [params] = Bayes().propose(history, 1)
        history.tell(params, scores.get(params["n_components"], math.nan))
    assert max(trial.mean for trial in history if trial.status == "complete") == 0.7


@pytest.mark.parametrize("surrogate", [GaussianProcess(), Forest()])
def test_a_kind_that_always_fails_is_left_while_another_still_promises(surrogate):
    ranges = {f"x{k}": (0.0, 1.0) for k in range(5)}
    history = fresh({"solver": ["a", "b", "c"], **ranges})
    while len(history) < 24:
        [params] = Bayes(surrogate).propose(history, 1)
        works = params["solver"] == "b"
        score = -sum(abs(params[name] - 0.3) for name in ranges)
        history.tell(params, score if works else math.nan)
    late = [trial.params["solver"] for trial in history.trials[12:]]
    assert late.count("b") >= 10


@pytest.mark.parametrize("score", [math.nan, 0.0, 1.0, 1e300, -math.inf, math.inf])
def test_equal_scores_of_any_kind_go_on_with_new_params(score):
    history, strategy = fresh(SPACES["mixed"]), Bayes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(15):
            [params] = strategy.propose(history, 1)
            record(history, history.add(params).number, score)
    assert len(set(rows(history))) == 15


def test_trials_with_some_of_their_folds_inform_the_next_proposal():
    history = fresh({"x": (0.0, 1.0)}, n_splits=3)
    for x in (0.05, 0.2, 0.4, 0.6, 0.95):
        record(history, history.add({"x": x}).number, x, x + 0.1, x - 0.1)
    blind = copy.deepcopy(history)
    for x, fold_score in ((0.8, 9.0), (0.7, -9.0)):
        trial = history.add({"x": x})
        blind.add({"x": x})
        record(history, trial.number, fold_score)
        history.stop(history[trial.number], "no chance left")
    assert Bayes(n_initial=5).propose(history, 1) != Bayes(n_initial=5).propose(blind, 1)


def test_quotas_of_sub_spaces_are_kept():
    history = fresh([({"x": (0.0, 1.0)}, 5), ({"z": (0.0, 1.0)}, 9)])
    searched(Bayes(n_initial=4), history, 30)
    names = [next(iter(trial.params)) for trial in history]
    assert (names.count("x"), names.count("z")) == (5, 9)


@dataclass(frozen=True)
class Unfit(Surrogate):
    def fit(self, U, y, noise=None, *, columns=None, hyperparameters=None):
        raise np.linalg.LinAlgError("not positive definite")


def test_a_model_that_fails_gives_a_warning_and_a_proposal():
    history = searched(Bayes(), fresh(SPACES["mixed"]), 10)
    with pytest.warns(ProposalWarning, match="not positive definite"):
        proposals = Bayes(surrogate=Unfit()).propose(history, 2)
    assert [history.space.contains(params) for params in proposals] == [True, True]


@pytest.mark.parametrize(
    "strategy",
    [Bayes(surrogate=Forest(n_trees=20)), Bayes(acquisition=UpperConfidenceBound())],
    ids=repr,
)
def test_other_surrogates_and_acquisitions_search_as_well(strategy):
    history = searched(strategy, fresh(SPACES["mixed"]), 12)
    assert len(set(rows(history))) == 12


def test_strategies_with_equal_settings_are_equal_whatever_they_have_done():
    used = Bayes()
    searched(used, fresh(SPACES["continuous"]), 8)
    assert used == Bayes()
    assert repr(used) == repr(Bayes())
    assert len(pickle.dumps(used)) == len(pickle.dumps(Bayes()))


def after_fits_of(seconds: float, *, reproducible: bool) -> list[dict]:
    space = Space.read({"x": (0.0, 1.0), "y": (0.0, 1.0)})
    history = History(space, seed=3, reproducible=reproducible)
    proposals = []
    for number in range(12):
        proposals += Bayes().propose(history, 1)
        history.add(proposals[-1])
        history.record(number, Fold(0, {"score": -proposals[-1]["x"]}, fit_time=seconds))
    return proposals


@pytest.mark.parametrize("reproducible", [True, False])
def test_how_long_fits_take_changes_no_proposal(reproducible: bool):
    short, long = (after_fits_of(seconds, reproducible=reproducible) for seconds in (0.001, 10.0))
    assert short == long
