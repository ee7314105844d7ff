"""Laws that hold in every space, however it is nested, conditional, constrained or mixed."""

import copy
import pickle
import re

import numpy as np
import pytest
import skopt.space
from hypothesis import HealthCheck, given, settings
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skhp.exceptions import SpaceError
from skhp.space import (
    Choice,
    Constrained,
    Derived,
    Real,
    When,
)
from skhp.space import Space as SpaceOf
from skhp.space._identity import same
from tests.space.spaces import ANY, SEEDS, SMALL

LAW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def count_params(params):
    return len(params)


def points_of(spaces, seed):
    """Return the space, allowed points drawn from the prior, and any points of the cube."""
    rng = np.random.default_rng(seed)
    space = SpaceOf.read(spaces)
    anywhere = rng.random((40, space.n_columns))
    anywhere[:4] = rng.choice([0.0, 0.5, 1.0], size=(4, space.n_columns))
    try:
        return space, space.sample(40, rng), anywhere
    except SpaceError:
        return space, anywhere[:0], anywhere


def same_params(left, right):
    return same(dict(left), dict(right))


@LAW
@given(ANY, SEEDS)
def test_what_is_sampled_lies_in_the_space_and_is_allowed(spaces, seed):
    space, drawn, _ = points_of(spaces, seed)
    assert space.allows(drawn).all()
    assert all(space.contains(params) for params in space.decode(drawn))


@LAW
@given(ANY, SEEDS)
def test_sampled_points_are_snapped(spaces, seed):
    space, drawn, _ = points_of(spaces, seed)
    assert np.array_equal(space.snap(drawn), drawn)


@LAW
@given(ANY, SEEDS)
def test_encoding_what_was_decoded_gives_the_snapped_point(spaces, seed):
    space, _, anywhere = points_of(spaces, seed)
    allowed = anywhere[space.allows(anywhere)]
    assert np.array_equal(space.encode(space.decode(allowed)), space.snap(allowed))


@LAW
@given(ANY, SEEDS)
def test_snapping_twice_is_snapping_once(spaces, seed):
    space, _, anywhere = points_of(spaces, seed)
    snapped = space.snap(anywhere)
    assert np.array_equal(space.snap(snapped), snapped)
    assert ((snapped >= 0.0) & (snapped <= 1.0)).all()


@LAW
@given(ANY, SEEDS)
def test_snapping_changes_no_params(spaces, seed):
    space, _, anywhere = points_of(spaces, seed)
    for left, right in zip(space.decode(anywhere), space.decode(space.snap(anywhere)), strict=True):
        assert same_params(left, right)


@LAW
@given(ANY, SEEDS)
def test_inactive_columns_lie_at_one_half_and_change_nothing(spaces, seed):
    space, _, anywhere = points_of(spaces, seed)
    active = space.active(anywhere)
    assert np.array_equal(space.active(space.snap(anywhere)), active)
    assert (space.snap(anywhere)[~active] == 0.5).all()
    moved = np.where(active, anywhere, np.random.default_rng(seed).random(anywhere.shape))
    assert np.array_equal(space.snap(moved), space.snap(anywhere))


@LAW
@given(ANY, SEEDS)
def test_params_hold_exactly_the_active_parameters(spaces, seed):
    space, _, anywhere = points_of(spaces, seed)
    owners = [p.name for p in space.parameters for _ in p.dimension.columns]
    for row, params in zip(space.active(anywhere), space.decode(anywhere), strict=True):
        is_on = {name for name, active in zip(owners, row, strict=True) if active and name}
        assert is_on == set(params)
        assert is_on <= set(space.names)


@LAW
@given(ANY, SEEDS)
def test_keys_are_equal_exactly_where_params_are(spaces, seed):
    space, drawn, _ = points_of(spaces, seed)
    keys, params = space.keys(drawn), space.decode(drawn)
    for i in range(len(keys)):
        for j in range(i):
            assert (keys[i] == keys[j]) == same_params(params[i], params[j])


@LAW
@given(SMALL, SEEDS)
def test_the_size_is_the_number_of_distinct_allowed_params(spaces, seed):
    space = SpaceOf.read(spaces)
    try:
        points = space.enumerate(3000)
    except SpaceError:
        return
    if points is None:
        assert space.size > 3000
        return
    assert len(points) == space.size == len(set(space.keys(points)))
    assert all(space.contains(params) for params in space.decode(points))


@LAW
@given(SMALL, SEEDS)
def test_an_enumeration_leaves_nothing_out(spaces, seed):
    space, drawn, anywhere = points_of(spaces, seed)
    if space.constraints and not len(drawn):
        return
    points = space.enumerate(20_000)
    if points is not None:
        allowed = anywhere[space.allows(anywhere)]
        assert set(space.keys(np.vstack([drawn, allowed]))) <= set(space.keys(points))


@LAW
@given(SMALL)
def test_a_grid_of_a_finite_space_is_its_enumeration(spaces):
    space = SpaceOf.read(spaces)
    try:
        points = space.enumerate(2000)
    except SpaceError:
        return
    if points is not None:
        assert space.keys(space.encode(list(space.grid(100)))) == space.keys(points)


@LAW
@given(ANY, SEEDS)
def test_a_space_survives_pickling(spaces, seed):
    space, drawn, _ = points_of(spaces, seed)
    again = pickle.loads(pickle.dumps(space))
    assert again.names == space.names
    assert np.array_equal(again.active(drawn), space.active(drawn))
    for left, right in zip(again.decode(drawn), space.decode(drawn), strict=True):
        assert same_params(left, right)


@LAW
@given(ANY, SEEDS)
def test_the_branch_is_the_sub_space_that_holds_the_params(spaces, seed):
    space, drawn, _ = points_of(spaces, seed)
    inner = spaces.spaces if isinstance(spaces, Constrained) else spaces
    alone = [SpaceOf.read(one) for one in (inner if isinstance(inner, list) else [inner])]
    for branch, params in zip(space.branch(drawn), space.decode(drawn), strict=True):
        assert alone[branch].contains(params)
        assert not any(alone[earlier].contains(params) for earlier in range(branch))


@LAW
@given(ANY, SEEDS)
def test_reading_and_using_a_space_changes_nothing_of_the_callers(spaces, seed):
    before = copy.deepcopy(spaces)
    space, drawn, _ = points_of(spaces, seed)
    space.encode(space.decode(drawn))
    assert shown(spaces) == shown(before)


def shown(value):
    """Describe all that can be seen of a search space, foreign dimensions included."""
    if isinstance(value, dict):
        return {shown(key): shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shown(inner) for inner in value]
    if isinstance(value, Choice):
        return shown(value.values), shown(value.subspaces or ())
    if isinstance(value, Constrained | When | skopt.space.Dimension):
        return type(value).__name__, shown(vars(value))
    return re.sub("0x[0-9a-f]+", "", repr(value))


@LAW
@given(ANY)
def test_every_parameter_has_a_line(spaces):
    space = SpaceOf.read(spaces)
    lines = repr(space).splitlines()
    named = [line for line in lines[1:] if ": " in line]
    assert len(named) == sum(bool(p.name) for p in space.parameters)
    assert space._repr_html_().count("<tr>") == len(named) + 1


@LAW
@given(ANY)
def test_descriptions_of_columns_fit_the_columns(spaces):
    space = SpaceOf.read(spaces)
    n_columns = space.n_columns
    assert space.is_ordered.shape == space.n_levels.shape == (n_columns,)
    assert len(space.column_names) == n_columns
    assert space.n_modelled == int((space.n_levels != 1).sum())
    snapped = space.snap(np.random.default_rng(0).random((300, n_columns)))
    active = space.active(snapped)
    for column, n_levels in enumerate(space.n_levels):
        if n_levels:
            assert len(np.unique(snapped[active[:, column], column])) <= n_levels


@LAW
@given(ANY, SEEDS)
def test_equal_descriptions_make_equal_spaces(spaces, seed):
    assert SpaceOf.read(spaces) == SpaceOf.read(spaces)
    assert hash(SpaceOf.read(spaces)) == hash(SpaceOf.read(spaces))


def test_a_derived_parameter_follows_the_others():
    space = SpaceOf.read({"a": (1, 5), "b": Derived(count_params)})
    params = space.decode(space.sample(5, np.random.default_rng(0)))
    assert all(some["b"] == 1 for some in params)
    assert space.names == ("a", "b")
    assert space.n_columns == 1
    assert pickle.loads(pickle.dumps(space)) == space


@pytest.mark.parametrize("low, high", [(1e6, 1e6 + 1), (-1e-9, 1e-9), (0.0, 1e300), (3, 3 + 1e-9)])
def test_reals_of_odd_ranges_come_back_from_the_cube(low, high):
    space = SpaceOf.read({"a": Real(low, high)})
    drawn = space.sample(500, np.random.default_rng(0))
    assert np.array_equal(space.encode(space.decode(drawn)), drawn)


def test_estimators_keep_their_identity():
    svc, logistic = SVC(), LogisticRegression()
    space = SpaceOf.read({"clf": [svc, logistic]})
    decoded = [params["clf"] for params in space.grid(1)]
    assert decoded[0] is svc
    assert decoded[1] is logistic
