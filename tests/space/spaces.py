"""Draws search spaces as users write them: nested, conditional, constrained, mixed."""

import math
import zlib

import numpy as np
import skopt.space
from hypothesis import strategies as st
from scipy import stats
from sklearn.linear_model import Ridge
from sklearn.svm import SVC

from skhp.space import (
    Choice,
    Constrained,
    Either,
    Fixed,
    Integer,
    Layers,
    Ordered,
    Real,
    When,
)
from skhp.space import Space as SpaceOf


class Chance:
    """A constraint, picklable, that forbids about a quarter of the values of one parameter."""

    def __init__(self, name):
        self.name = name

    def __call__(self, params):
        return zlib.crc32(repr(params[self.name]).encode()) % 4 != 0

    def __eq__(self, other):
        return isinstance(other, Chance) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


def pairs_of(numbers):
    return st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1])


FINITE = st.one_of(
    pairs_of(st.integers(-20, 20)),
    pairs_of(st.integers(1, 12)).map(lambda pair: (*pair, "log-uniform")),
    st.sampled_from(
        [
            ["a", "b", "c"],
            [True, False],
            [1, 2, 5, 10],
            [10, 1, 5],
            [0.1, 1.0, 1],
            [None, "auto", 3],
            [(10,), (10, 5), (5, 5, 5)],
            [[1], {"k": 1}, np.array([1, 2])],
            [SVC, len, math.nan],
            range(4),
            np.array([0.5, 1.5]),
            ["only"],
            ("x", "y"),
            Choice(["p", "q", "r"], weights=[1, 2, 7]),
            Ordered(["low", "mid", "high"]),
            Fixed(None),
            Layers(depth=(1, 2), width=(3, 5)),
            Layers(depth=(1, 3), width=(3, 6), shape="funnel"),
            Layers(depth=(2, 3), width=4, shape="constant"),
            Either("all", Integer(2, 5)),
            Either([None, 1], Ordered([0.5, 1.0]), share=0.5),
            stats.randint(3, 7),
            stats.binom(4, 0.3),
            skopt.space.Integer(2, 6),
            skopt.space.Categorical(["u", "v"], prior=[0.2, 0.8]),
        ]
    ),
)
ENDLESS = st.one_of(
    pairs_of(st.floats(-1e6, 1e6)).filter(lambda pair: pair[1] - pair[0] > 1e-6),
    pairs_of(st.floats(1e-8, 1e8))
    .filter(lambda pair: pair[1] > 1.01 * pair[0])
    .map(lambda pair: (*pair, "log-uniform", 2)),
    st.sampled_from(
        [
            Integer(1, 10**9, log=True),
            Integer(-5, 2**32),
            Integer(-5, 2**64),
            Integer(3, 2**64, log=True),
            Integer(0, 10**6, step=7),
            range(2, 2**31),
            Layers(),
            Layers(shape="funnel", log=False),
            Either("scale", Real(1e-4, 10.0, log=True)),
            stats.norm(0, 2),
            stats.gamma(2.0),
            stats.loguniform(1e-4, 1e2),
            skopt.space.Real(1e-3, 10, prior="log-uniform"),
        ]
    ),
)


@st.composite
def dicts(draw, leaves, depth=0):
    """Draw a search space as a user would write it."""
    space = {}
    for name in draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)):
        form = draw(leaves)
        parents = [known for known in space if not isinstance(space[known], When | Choice)]
        kind = draw(st.integers(0, 5))
        if kind == 0 and depth < 2:
            inner = [draw(dicts(leaves, depth=depth + 1)), {}]
            keys = draw(st.sampled_from([("u", "v"), (Ridge(), None), (SVC(), "passthrough")]))
            form = Choice(dict(zip(keys, inner, strict=True)))
        elif kind == 1 and depth < 2:
            form = draw(dicts(leaves, depth=depth + 1))
        elif kind == 2 and parents:
            parent = draw(st.sampled_from(parents))
            values = [] if isinstance(space[parent], dict) else as_finite_values(space[parent])
            if values:
                form = When(parent, [draw(st.sampled_from(values))], form)
        space[name] = form
    return space


def as_finite_values(form):
    dimension = SpaceOf.read({"x": form}).parameters[0].dimension
    if dimension.size > 1000 or len(dimension.columns) > 1:
        return []
    return dimension.decode(dimension.levels(None))


@st.composite
def search_spaces(draw, leaves):
    many = draw(st.lists(dicts(leaves), min_size=1, max_size=3))
    spaces = many[0] if len(many) == 1 else many
    if draw(st.booleans()):
        names = SpaceOf.read(spaces).names
        spaces = Constrained(spaces, Chance(draw(st.sampled_from(names))))
    return spaces


ANY = search_spaces(st.one_of(FINITE, ENDLESS))
SMALL = search_spaces(FINITE)
SEEDS = st.integers(0, 2**16)
