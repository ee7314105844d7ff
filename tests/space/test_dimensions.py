"""The dimensions on their own: values, equality, pickling, representation, prior."""

import copy
import math
import pickle

import numpy as np
import pytest
from scipy import stats
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhp.space import (
    Choice,
    Distribution,
    Either,
    Fixed,
    Integer,
    Layers,
    Ordered,
    Real,
    Space,
)

OWN = [
    Real(0.1, 2.0),
    Real(1e-5, 2.0, log=True),
    Integer(-3, 7),
    Integer(1, 1000, log=True),
    Integer(-4, 12, step=3),
    Integer(2**60, 2**60 + 40, step=4),
    Integer(-(2**70), 2**70, step=3),
    Integer(1, 10**30, log=True),
    Choice(["a", None, True, 1, 1.0, (1, 2)]),
    Choice(["a", "b", "c"], weights=[1, 2, 3]),
    Choice({"a": {"x": (1, 2)}, "b": {}}),
    Ordered(["s", "m", "l"]),
    Ordered([1, 2, 3], weights=[3, 1, 1]),
    Layers(),
    Layers(depth=2, width=(4, 8), shape="constant", log=False),
    Layers(depth=(1, 4), width=(4, 64), shape="funnel"),
    Either("scale", Real(1e-4, 10.0, log=True)),
    Either([None, 1], Layers(), share=0.5),
    Fixed(None),
    Fixed([1, 2]),
]


@pytest.mark.parametrize("dimension", OWN, ids=repr)
def test_a_representation_evaluates_back(dimension):
    assert eval(repr(dimension)) == dimension


@pytest.mark.parametrize("dimension", [*OWN, Distribution(stats.norm(1, 2))], ids=repr)
def test_copies_are_equal(dimension):
    list(dimension.decode(dimension.levels(2)))
    for again in (copy.deepcopy(dimension), pickle.loads(pickle.dumps(dimension))):
        assert again == dimension
        assert hash(again) == hash(dimension)


@pytest.mark.parametrize("dimension", OWN, ids=repr)
def test_a_dimension_is_frozen(dimension):
    with pytest.raises(AttributeError):
        dimension.low = 5


def test_different_dimensions_are_unequal():
    dimensions = [*OWN, Distribution(stats.norm(1, 2)), Distribution(stats.norm(1, 3))]
    for i, left in enumerate(dimensions):
        assert all(left != right for right in dimensions[:i])


@pytest.mark.parametrize(
    "dimension, inside, outside",
    [
        (Real(0, 1), [0, 1, 0.5, np.float32(0.5)], [-0.1, 1.1, True, "a", None, math.nan, 10**400]),
        (Integer(0, 9), [0, 9, np.int8(3)], [1.0, True, -1, 10, "1", None, 10**400]),
        (Choice([True, "a"]), [True, "a", np.True_, np.str_("a")], [1, 1.0, False, b"a"]),
        (Choice([1, 2.0]), [1, np.int64(1), 2.0, np.float64(2)], [1.0, 2, True]),
        (Choice([math.nan, None]), [math.nan, np.nan, None], [0.0, "nan"]),
        (Choice([np.array([1, 2])]), [np.array([1, 2])], [[1, 2], np.array([1.0, 2.0]), 1]),
        (Choice([[1, 2], {"a": [1]}]), [[1, 2], {"a": [1]}], [(1, 2), {"a": [2]}, [1, True]]),
        (Choice([SVC(C=2), SVC]), [SVC(C=2), SVC], [SVC(), SVC(C=2.0), StandardScaler]),
        (Fixed((1, 2)), [(1, 2)], [[1, 2], None]),
        (Either(1, Real(0, 1)), [1, 1.0, 0.5], [None, 2, True]),
        (Either([None, "auto"], (2, 5)), [None, "auto", 3], [6, "all", 3.0]),
        (Layers(2, (4, 8)), [(4, 8), [5, 5], (np.int64(4), 4)], [(4,), (4, 9), 4, (4.0, 5), "44"]),
        (Layers((1, 3), (1, 9), "constant"), [(3,), (3, 3)], [(3, 4)]),
        (Layers((1, 3), (1, 9), "funnel", False), [(9, 5, 1), (4, 4)], [(1, 9), (9, 6, 1)]),
    ],
    ids=lambda case: repr(case)[:40],
)
def test_a_dimension_contains_its_values_and_no_others(dimension, inside, outside):
    assert all(dimension.contains(value) for value in inside)
    assert not any(dimension.contains(value) for value in outside)


def test_choices_come_back_as_the_very_same_objects():
    values = [(10,), (10, 5), [1], {"k": np.arange(3)}, np.arange(2), SVC(), SVC, len, None, True]
    space = Space.read({"a": values})
    decoded = [params["a"] for params in space.grid(1)]
    assert all(one is other for one, other in zip(decoded, values, strict=True))
    assert space.size == len(values)


def test_data_frames_and_other_odd_objects_can_be_choices():
    pd = pytest.importorskip("pandas")
    sparse = pytest.importorskip("scipy.sparse")
    values = [pd.DataFrame({"a": [1, 2]}), sparse.eye(2), pd.DataFrame({"a": [1, 3]}), object()]
    space = Space.read({"a": values})
    assert np.array_equal(space.encode(space.decode([[0.1], [0.9]])), space.snap([[0.1], [0.9]]))


@pytest.mark.parametrize(
    "dimension, reference",
    [
        (Real(2.0, 5.0), stats.uniform(2.0, 3.0)),
        (Real(1e-4, 1e3, log=True), stats.loguniform(1e-4, 1e3)),
    ],
    ids=["uniform", "log-uniform"],
)
def test_uniform_points_follow_the_prior(dimension, reference):
    unit = np.random.default_rng(0).random((4000, 1))
    numbers = dimension.decode(dimension.snap(unit))
    assert stats.kstest(numbers, reference.cdf).pvalue > 1e-3
    assert {type(number) for number in numbers} == {float}


def test_integers_are_drawn_equally_often():
    numbers = Integer(1, 4).decode(np.random.default_rng(0).random((8000, 1)))
    assert stats.chisquare(np.bincount(numbers)[1:]).pvalue > 1e-3


def test_log_integers_are_drawn_by_the_width_of_their_cell():
    dimension = Integer(1, 5, log=True)
    numbers = dimension.decode(np.random.default_rng(0).random((8000, 1)))
    edges = np.log(np.arange(1, 7) - 0.5)
    shares = np.diff(edges) / (edges[-1] - edges[0])
    assert stats.chisquare(np.bincount(numbers)[1:], 8000 * shares).pvalue > 1e-3


def test_weighted_choices_are_drawn_by_weight():
    dimension = Choice(["a", "b"], weights=[1, 3])
    drawn = dimension.decode(np.random.default_rng(0).random((8000, 1)))
    assert stats.binomtest(drawn.count("b"), 8000, 0.75).pvalue > 1e-3


@pytest.mark.parametrize("number", [1.0, 0.5, 1e-3, 0.0375, 123.456, 999999.0])
def test_a_plain_number_survives_the_way_to_the_cube_and_back(number):
    for dimension in (Real(1e-4, 1e6, log=True), Real(0, 1e6)):
        value = dimension.decode(dimension.encode([number]))[0]
        assert value == pytest.approx(number, abs=1e-3)
        if dimension.log:
            assert value == number


def test_bounds_are_reached_exactly():
    for low, high in [(0.1, 0.7), (1 / 3, 2 / 3), (1e-7, 3.3)]:
        for log in (False, True):
            dimension = Real(low, high, log=log)
            assert dimension.decode(np.array([[0.0], [1.0]])) == [low, high]
            assert dimension.decode(dimension.encode([low, high])) == [low, high]


def test_integers_lie_at_the_centres_of_their_cells():
    assert Integer(3, 6).encode([3, 4, 5, 6]).ravel().tolist() == [0.125, 0.375, 0.625, 0.875]


@pytest.mark.parametrize("low, high", [(0, 2**32 - 1), (1, 10**9), (-(2**40), 2**40)])
def test_wide_integers_come_back_exactly(low, high):
    rng = np.random.default_rng(0)
    for log in (False, True) if low > 0 else (False,):
        dimension = Integer(low, high, log=log)
        numbers = [low, high, *rng.integers(low, high, size=300).tolist()]
        assert dimension.decode(dimension.encode(numbers)) == numbers


def test_a_step_leaves_out_what_lies_between():
    dimension = Integer(5, 33, step=7)
    assert dimension.decode(dimension.levels(None)) == [5, 12, 19, 26, 33]
    assert not any(map(dimension.contains, (4, 6, 40, 12.0)))
    assert Integer(0, 99, step=10) == Integer(0, 90, step=10)


@pytest.mark.parametrize("low", [-(2**62), 2**62, -(10**200)])
def test_a_few_large_integers_come_back_exactly(low):
    for step in (1, 1000):
        numbers = list(range(low, low + 50 * step, step))
        dimension = Integer(low, low + 49 * step, step=step)
        assert dimension.decode(dimension.encode(numbers)) == numbers
        assert dimension.decode(dimension.levels(None)) == numbers


def test_very_many_integers_are_reached_from_end_to_end():
    for dimension in (
        Integer(0, 2**80),
        Integer(2, 2**300, log=True),
        Integer(-(2**62), 2**62, step=2),
    ):
        ends = dimension.decode(np.array([[0.0], [1.0]]))
        assert ends == [dimension.low, dimension.high]
        assert dimension.decode(dimension.encode(ends)) == ends
        drawn = np.random.default_rng(0).random((500, 1))
        numbers = dimension.decode(drawn)
        assert dimension.decode(dimension.encode(numbers)) == numbers
        assert {type(number) for number in numbers} == {int}
        assert all(map(dimension.contains, numbers))


def test_small_numbers_of_a_long_log_scale_all_have_a_place():
    dimension = Integer(1, 10**18, log=True)
    numbers = [*range(1, 2000), 10**6 + 1]
    assert dimension.decode(dimension.encode(numbers)) == numbers


@pytest.mark.parametrize("shape", ["free", "constant", "funnel"])
@pytest.mark.parametrize("log", [True, False])
def test_layers_are_tuples_of_their_shape(shape, log):
    dimension = Layers(depth=(1, 4), width=(5, 300), shape=shape, log=log)
    unit = np.random.default_rng(0).random((300, len(dimension.columns)))
    for layers in dimension.decode(dimension.snap(unit)):
        assert type(layers) is tuple
        assert {type(layer) for layer in layers} == {int}
        assert 1 <= len(layers) <= 4
        assert all(5 <= layer <= 300 for layer in layers)
        if shape == "constant":
            assert len(set(layers)) == 1
        if shape == "funnel":
            assert list(layers) == sorted(layers, reverse=True)


@pytest.mark.parametrize("shape, size", [("free", 4 + 16 + 64), ("constant", 12), ("funnel", 24)])
def test_the_number_of_layers_is_counted(shape, size):
    space = Space.read({"h": Layers(depth=(1, 3), width=(2, 5), shape=shape)})
    assert space.size == size
    assert len(space.enumerate(1000)) == size


def test_columns_of_left_out_layers_are_inactive():
    space = Space.read({"h": Layers(depth=(1, 3), width=(16, 64))})
    points = space.encode([{"h": (16,)}, {"h": (16, 32)}, {"h": (64, 64, 64)}])
    assert space.active(points).sum(axis=1).tolist() == [2, 3, 4]
    assert space.column_names == ("h.depth", "h.width0", "h.width1", "h.width2")


def test_a_special_value_is_drawn_as_often_as_its_share_says():
    space = Space.read({"gamma": Either(["scale", "auto"], (0.1, 1.0), share=0.3)})
    drawn = [
        params["gamma"] for params in space.decode(space.sample(4000, np.random.default_rng(0)))
    ]
    assert drawn.count("scale") / 4000 == pytest.approx(0.15, abs=0.03)
    assert drawn.count("auto") / 4000 == pytest.approx(0.15, abs=0.03)


def test_the_range_is_inactive_beside_a_special_value():
    space = Space.read({"gamma": Either("scale", (0.1, 1.0))})
    points = space.encode([{"gamma": "scale"}, {"gamma": 0.1}])
    assert space.active(points).tolist() == [[True, False], [True, True]]
