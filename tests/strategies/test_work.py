"""What a proposal costs on a finite space does not grow with the trials, counted, not timed."""

import pytest

from skhp.history import History
from skhp.strategies import Grid, Initial, Random
from skhp.testing import play
from tests.observed.counting import CountingSpace


def space_of(n, **more):
    return CountingSpace({"a": list(range(10)), "b": list(range(n // 10))}, **more)


def pairs(n):
    return [{"a": number % 10, "b": number // 10} for number in range(n)]


STRATEGIES = {
    "grid": lambda n: Grid(),
    "random": lambda n: Random(),
    "first, then grid": lambda n: Initial(pairs(5), Grid()),
    "all of them first": lambda n: Initial(pairs(n), Grid()),
}


def work(name, n):
    """Return params encoded, points identified and params judged in walking through a space."""
    n_judged = 0

    def is_allowed(params):
        nonlocal n_judged
        n_judged += 1
        return True

    space = space_of(n, constraints=is_allowed)
    history = play(STRATEGIES[name](n), History(space), n + 1)
    assert len(history) == n
    return space.n_encoded, space.n_identified, n_judged


@pytest.mark.parametrize("name", STRATEGIES)
def test_twice_the_candidates_are_twice_the_work(name):
    for once, twice in zip(work(name, 200), work(name, 400), strict=True):
        assert twice <= 2.2 * once


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_candidate_is_encoded_a_few_times_at_most(name):
    assert work(name, 400)[0] <= 4 * 400


def test_what_is_proposed_and_not_tried_is_proposed_again():
    history = History(space_of(40))
    strategy = Initial(pairs(3), Grid())
    first = strategy.propose(history, 6)
    assert strategy.propose(history, 6) == first
    history.add(first[4])
    assert strategy.propose(history, 5) == [*first[:4], first[5]]


def test_a_grid_is_walked_from_its_beginning_for_a_view_of_fewer_trials():
    history = History(space_of(40))
    everything = Grid().propose(history, 40)
    for params in everything[:20]:
        history.add(params)
    assert Grid().propose(history, 1) == [everything[20]]
    assert Grid().propose(history.seen_by(5, 1), 1) == [everything[5]]
    assert Grid().propose(history, 1) == [everything[20]]
