"""A ready-made space that was edited still knows which of its params are good."""

import copy
import pickle

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skhp.presets import known_good, space_for
from skhp.space import Constrained, Space, When
from skhp.space._identity import is_number
from tests.presets.subjects import ESTIMATORS, tasks_of
from tests.presets.test_every_estimator import CORE


def edits(space):
    """Yield a space with each entry taken out, and with each held at each of its good values.

    What depends on the entry is taken out as well.
    """
    for name, entry in space.items():
        less = space.copy()
        for other, dependent in space.items():
            if any(one.parent == name for one in branches(dependent, When)):
                del less[other]
        if not branches(entry, When):
            for params in space.good:
                if name in params:
                    yield less | {name: [params[name]]}
        del less[name]
        if less:
            yield less


def wants_more(good, space, estimator):
    """Say whether good params are of a choice that is not searched and not the estimator's."""
    present = space.standing(estimator.get_params(deep=True))
    return any(
        not same(value, present.get(name))
        and not (is_number(value) and is_number(present.get(name)))
        for name, value in good.items()
        if name not in space
    )


def branches(entry, kind=object):
    """Return what an entry says under each of its conditions, as far as it is of a kind."""
    several = isinstance(entry, list) and all(isinstance(one, When) for one in entry)
    return [one for one in (entry if several else [entry]) if isinstance(one, kind)]


def holds(entry, value):
    """Say whether an entry has a value under any of its conditions."""
    inner = [one.dimension if isinstance(one, When) else one for one in branches(entry)]
    return any(Space.read({"it": one}).contains({"it": value}) for one in inner)


def same(left, right):
    if type(left) is float and type(right) in (float, int):
        return left == pytest.approx(right)
    return left == right


def agree(params, good):
    return all(same(params[name], value) for name, value in good.items() if name in params)


@pytest.mark.parametrize("name", CORE)
def test_good_params_are_tried_exactly_if_they_are_left_inside(name):
    estimator = ESTIMATORS[name]
    X, y = tasks_of(name, estimator)[0]
    for space in edits(space_for(estimator, X=X, y=y)):
        tried = known_good(estimator, space=space)
        assert all(Space.read(space).contains(params) for params in tried)
        inside = [
            good
            for good in space.good
            if all(holds(space[key], value) for key, value in good.items() if key in space)
            and not wants_more(good, space, estimator)
        ]
        assert all(any(agree(params, good) for params in tried) for good in inside)
        assert all(any(agree(params, good) for good in inside) for params in tried[1:])


@pytest.mark.parametrize("name", CORE)
def test_a_space_left_as_it_is_has_the_same_good_params(name):
    estimator = ESTIMATORS[name]
    X, y = tasks_of(name, estimator)[0]
    space = space_for(estimator, X=X, y=y)
    assert known_good(estimator, space=space) == known_good(estimator, X=X, y=y)


KEEP = {
    "copied": lambda space: space.copy(),
    "copied deeply": copy.deepcopy,
    "pickled": lambda space: pickle.loads(pickle.dumps(space)),
    "joined": lambda space: space | {"tol": [1e-4, 1e-3]},
    "one of several": lambda space: [space, {"C": [7.0], "solver": ["newton-cg"]}],
    "with its share": lambda space: [(space, 5)],
    "constrained": lambda space: Constrained(space, lambda params: params["C"] < 200.0),
}


@pytest.mark.parametrize("kept", KEEP.values(), ids=KEEP)
def test_good_params_stay_known(kept):
    space = kept(space_for(LogisticRegression()))
    tried = [params["C"] for params in known_good(LogisticRegression(), space=space)]
    assert tried == pytest.approx([1.0, 0.1, 100.0, 0.01])


def test_good_params_that_a_constraint_forbids_are_left_out():
    space = Constrained(space_for(LogisticRegression()), lambda params: params["C"] < 50.0)
    tried = [params["C"] for params in known_good(LogisticRegression(), space=space)]
    assert tried == pytest.approx([1.0, 0.1, 0.01])


def test_a_copy_is_edited_by_itself():
    space = space_for(SVC())
    del space.copy()["gamma"]
    assert "gamma" in space


def test_what_was_added_has_its_present_value():
    space = space_for(SVC())
    space["shrinking"] = [True, False]
    tried = known_good(SVC(shrinking=False), space=space)
    assert len(tried) > 2
    assert {params["shrinking"] for params in tried} == {False}
