"""The Bayesian strategy in spaces and with scores of any kind."""

import math
import warnings

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skhp.exceptions import ProposalWarning, SpaceError
from skhp.history import Fold, History
from skhp.space import Space
from skhp.strategies import Bayes
from tests.space.spaces import ANY, SEEDS, SMALL

SCORES = st.one_of(
    st.floats(-1, 1),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e300, -1e300, 0.5, 0.5]),
)
SOME = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
THOUSANDS = settings(SOME, max_examples=1500)


def search(spaces, seed, scores, *, n_at_once):
    """Search with given results; a result of None leaves the trial under way for ever."""
    history = History(Space.read(spaces), seed=seed)
    strategy = Bayes(n_initial=3)
    for score in scores:
        for params in strategy.propose(history, n_at_once):
            assert history.space.contains(params)
            number = history.add(params).number
        if len(history) and score is not None:
            history.record(number, Fold(0, {"score": score}))
    return history


def check(spaces, seed, scores):
    with warnings.catch_warnings():
        warnings.simplefilter("error", ProposalWarning)
        try:
            history = search(spaces, seed, scores, n_at_once=1 + seed % 2)
        except SpaceError as error:
            assert "constraint" in str(error)
            return
    U = history.space.encode([trial.params for trial in history])
    assert len(set(history.space.keys(U))) == len(history)
    assert history.space.allows(U).all()
    assert len(history) <= history.space.size


RESULTS = st.lists(st.one_of(SCORES, st.none()), min_size=4, max_size=12)


@SOME
@given(ANY, SEEDS, RESULTS)
@example({"a": (0, 2)}, 0, [0.0, 0.0, 3.6e-252, 0.0])
def test_every_proposal_is_inside_and_new_whatever_the_space_and_the_scores(spaces, seed, scores):
    check(spaces, seed, scores)


@pytest.mark.exhaustive
@THOUSANDS
@given(ANY, SEEDS, RESULTS)
def test_that_holds_in_spaces_by_the_thousand(spaces, seed, scores):
    check(spaces, seed, scores)


@pytest.mark.exhaustive
@THOUSANDS
@given(SMALL, SEEDS, RESULTS)
def test_that_holds_in_small_spaces_by_the_thousand(spaces, seed, scores):
    check(spaces, seed, scores)
