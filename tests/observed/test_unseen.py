"""Laws of which points are free."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from skhp.history import History
from skhp.observed import Unseen, coordinates
from skhp.space import Space
from skhp.space._counted import Counted
from tests.observed.counting import CountingSpace

FINITE = {"kernel": ["linear", "rbf"], "degree": [1, 2, 3]}


def history_of(space, *params):
    history = History(space)
    for one in params:
        history.add(one)
    return history


def test_free_points_are_all_but_those_tried_and_taken():
    space = Space.read(FINITE)
    everything = space.decode(space.enumerate(10))
    history = history_of(space, *everything[:2])
    unseen = Unseen(history)
    unseen.take(space.encode([everything[3]])[0])
    assert space.decode(unseen.listed()) == [everything[2], *everything[4:]]
    assert unseen.n_tried == len(unseen.tried) == 3


def test_what_is_taken_by_one_reader_is_free_for_the_next():
    history = history_of(Space.read(FINITE))
    first = Unseen(history)
    first.take(first.listed()[0])
    assert len(first.listed()) == 5
    assert len(Unseen(history).listed()) == 6


def test_a_view_of_the_first_trials_knows_nothing_of_the_others():
    space = Space.read(FINITE)
    everything = space.decode(space.enumerate(10))
    history = history_of(space, *everything[:4])
    assert len(Unseen(history).listed()) == 2
    view = history.seen_by(2, 1)
    assert space.decode(Unseen(view).listed()) == everything[2:]
    assert Unseen(view).n_tried == len(coordinates(view)) == 2


def test_trials_that_are_added_to_a_view_are_unknown_to_the_search():
    space = Space.read(FINITE)
    everything = space.decode(space.enumerate(10))
    history = history_of(space, everything[0])
    view = history.seen_by(1, 1)
    view.add(everything[5])
    assert len(Unseen(view).listed()) == 4
    history.add(everything[1])
    assert space.decode(Unseen(history).listed()) == everything[2:]
    np.testing.assert_array_equal(coordinates(history), space.encode(everything[:2]))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_what_was_read_is_not_copied_along(copied):
    space = Space.read(FINITE)
    history = history_of(space, *space.decode(space.enumerate(10))[:2])
    coordinates(history)
    assert not copied(history).cache._kept
    np.testing.assert_array_equal(coordinates(copied(history)), coordinates(history))


def test_a_sub_space_that_has_its_trials_is_not_free():
    space = Space.read([({"x": (0.0, 1.0)}, 1), ({"z": (0.0, 1.0)}, 5)])
    U = space.encode([{"x": 0.5}, {"z": 0.5}])
    assert Unseen(history_of(space)).mask(U).tolist() == [True, True]
    assert Unseen(history_of(space, {"x": 0.1})).mask(U).tolist() == [False, True]


def rounded(space, size=4):
    return replace(space, counted=(Counted("x", lambda value, n: int(value * n) + 1, (size,)),))


def test_what_comes_to_the_count_of_a_trial_is_not_free():
    space = rounded(Space.read({"x": (0.0, 1.0), "kernel": ["linear", "rbf"]}))
    near = [
        {"x": 0.3, "kernel": "rbf"},
        {"x": 0.3, "kernel": "linear"},
        {"x": 0.6, "kernel": "rbf"},
    ]
    unseen = Unseen(history_of(space, {"x": 0.4, "kernel": "rbf"}))
    assert unseen.mask(space.encode(near)).tolist() == [False, True, True]
    unseen.take(space.encode([{"x": 0.7, "kernel": "rbf"}])[0])
    assert unseen.mask(space.encode(near)).tolist() == [False, True, False]
    assert unseen.n_tried == 2


def test_a_listed_space_leaves_out_all_that_come_to_the_count_of_a_trial():
    space = rounded(Space.read({"x": [0.1, 0.2, 0.3, 0.6, 0.7]}))
    unseen = Unseen(history_of(space, {"x": 0.1}))
    assert space.decode(unseen.listed()) == [{"x": 0.3}, {"x": 0.6}, {"x": 0.7}]
    unseen.take(space.encode([{"x": 0.7}])[0])
    assert space.decode(unseen.listed()) == [{"x": 0.3}]


def test_a_history_of_another_space_is_read_anew():
    history = history_of(Space.read({"x": (0.0, 1.0)}), {"x": 0.25})
    assert coordinates(history)[0, 0] == 0.25
    history.space = Space.read({"x": (0.0, 0.5)})
    assert coordinates(history)[0, 0] == 0.5


def test_each_trial_is_read_once():
    space = CountingSpace({"x": (0.0, 1.0)})
    history = History(space)
    for number in range(100):
        history.add({"x": number / 100})
        Unseen(history), coordinates(history), coordinates(history.seen_by(number, 3))
    assert space.n_encoded == space.n_identified == 100
