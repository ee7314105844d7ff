"""Every form in which a dimension or a search space may be written."""

from collections import OrderedDict
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
import skopt.space
from scipy import stats
from sklearn.model_selection import ParameterGrid
from sklearn.svm import SVC

from skhp.space import (
    Choice,
    Constrained,
    Distribution,
    Fixed,
    Integer,
    Layers,
    Ordered,
    Real,
    Space,
)


def dimension_of(form):
    return Space.read({"x": form}).parameters[0].dimension


@pytest.mark.parametrize(
    "form, dimension",
    [
        ((1, 10), Integer(1, 10)),
        ((1.0, 10.0), Real(1, 10)),
        ((1, 10.0), Real(1, 10)),
        ((np.int64(1), np.int32(10)), Integer(1, 10)),
        (range(2, 2**31), Integer(2, 2**31 - 1)),
        (range(10**80, 0, -5), Integer(5, 10**80, step=5)),
        (range(5, 65_540), Ordered(range(5, 65_540))),
        ((1, 2**60), Integer(1, 2**60)),
        ((1, 10, "uniform"), Integer(1, 10)),
        ((1, 10, "log-uniform"), Integer(1, 10, log=True)),
        ((0.1, 10, "log-uniform"), Real(0.1, 10, log=True)),
        ((0.1, 10, "log-uniform", 2), Real(0.1, 10, log=True)),
        ((1, 10, "log-uniform", 10), Integer(1, 10, log=True)),
    ],
)
def test_a_tuple_of_two_numbers_is_a_range(form, dimension):
    assert dimension_of(form) == dimension


@pytest.mark.parametrize(
    "form, values",
    [
        (("a", "b"), ["a", "b"]),
        (("a",), ["a"]),
        ((True, False), [True, False]),
        ((None, 5), [None, 5]),
        ((0.5, "sqrt"), [0.5, "sqrt"]),
        ((5, 1, 3), [5, 1, 3]),
        (((1,), (2, 3)), [(1,), (2, 3)]),
        (["a", "b"], ["a", "b"]),
        ([None, 5], [None, 5]),
        ([True, False], [True, False]),
        ([3, 1, 2], [3, 1, 2]),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array([True, False]), [True, False]),
        (pd.Series(["u", "v"]), ["u", "v"]),
        ([(10,), (10, 5), (5, 5, 5)], [(10,), (10, 5), (5, 5, 5)]),
        ([[1, 2], [3]], [[1, 2], [3]]),
        ([1, 1.0, True], [1, 1.0, True]),
        (skopt.space.Categorical(["a", "b"]), ["a", "b"]),
        (skopt.space.Categorical([(1, 2), (3,)]), [(1, 2), (3,)]),
        (skopt.space.Categorical([5, None, "a"]), [5, None, "a"]),
        ([7], [7]),
    ],
)
def test_what_is_no_range_is_a_set_of_choices(form, values):
    dimension = dimension_of(form)
    assert isinstance(dimension, Choice)
    assert list(dimension.values) == values
    assert list(map(type, dimension.values)) == list(map(type, values))


@pytest.mark.parametrize(
    "form, values",
    [
        ([250, 500], [250, 500]),
        ([16, 32, 64], [16, 32, 64]),
        ([1.0, 0.1, 0.01], [1.0, 0.1, 0.01]),
        ([0.1, 1, 10], [0.1, 1, 10]),
        ((1, 2, 3), [1, 2, 3]),
        (range(3), [0, 1, 2]),
        (np.logspace(0, 2, 3), [1.0, 10.0, 100.0]),
        (np.arange(1, 4), [1, 2, 3]),
        (pd.Series([1, 2, 3]), [1, 2, 3]),
        (skopt.space.Categorical([50, 100, 200]), [50, 100, 200]),
    ],
)
def test_numbers_in_one_direction_are_ordered_choices(form, values):
    dimension = dimension_of(form)
    assert isinstance(dimension, Ordered)
    assert list(dimension.values) == values


def test_numbers_of_arrays_become_python_numbers():
    values = dimension_of(np.array([1, 2, 3])).values
    assert {type(value) for value in values} == {int}


@pytest.mark.parametrize(
    "foreign, dimension",
    [
        (skopt.space.Real(1e-3, 1.0), Real(1e-3, 1.0)),
        (skopt.space.Real(1e-3, 1.0, prior="log-uniform"), Real(1e-3, 1.0, log=True)),
        (skopt.space.Real(1e-3, 1.0, "log-uniform", base=2), Real(1e-3, 1.0, log=True)),
        (skopt.space.Integer(1, 9), Integer(1, 9)),
        (skopt.space.Integer(1.0, 9.0), Integer(1, 9)),
        (skopt.space.Integer(1, 9, prior="log-uniform"), Integer(1, 9, log=True)),
        (skopt.space.Categorical("ab", prior=[0.25, 0.75]), Choice(["a", "b"], [0.25, 0.75])),
        (stats.uniform(1, 4), Real(1.0, 5.0)),
        (stats.loguniform(1e-3, 10), Real(1e-3, 10.0, log=True)),
        (stats.loguniform(1, 5, scale=2), Real(2.0, 10.0, log=True)),
        (stats.randint(2, 8), Integer(2, 7)),
        (stats.randint(2, 3), Fixed(2)),
        (stats.rv_discrete(values=([1, 4], [0.25, 0.75])), Ordered([1, 4], [0.25, 0.75])),
    ],
)
def test_a_foreign_dimension_is_read_as_ours(foreign, dimension):
    assert dimension_of(foreign) == dimension


def test_a_shifted_loguniform_keeps_its_distribution():
    assert isinstance(dimension_of(stats.loguniform(1, 10, loc=5)), Distribution)


@pytest.mark.parametrize(
    "distribution",
    [stats.norm(0, 2), stats.gamma(2), stats.beta(2, 3), stats.expon(), stats.t(3), stats.uniform],
    ids=lambda distribution: getattr(distribution, "dist", distribution).name,
)
def test_a_continuous_distribution_is_drawn_from_as_it_is(distribution):
    space = Space.read({"x": distribution})
    drawn = space.sample(2000, np.random.default_rng(0))
    numbers = [params["x"] for params in space.decode(drawn)]
    assert stats.kstest(numbers, distribution.cdf).pvalue > 1e-3
    assert np.array_equal(space.encode([{"x": number} for number in numbers]), drawn)


@pytest.mark.parametrize(
    "distribution",
    [stats.poisson(3), stats.binom(10, 0.3), stats.geom(0.2), stats.nbinom(5, 0.5)],
    ids=lambda distribution: distribution.dist.name,
)
def test_a_discrete_distribution_is_drawn_from_as_it_is(distribution):
    space = Space.read({"x": distribution})
    numbers = [p["x"] for p in space.decode(space.sample(4000, np.random.default_rng(0)))]
    for number in range(6):
        expected = distribution.pmf(number)
        assert abs(np.mean(np.array(numbers) == number) - expected) < 0.03
    assert {type(number) for number in numbers} == {int}


def test_a_discrete_distribution_of_very_many_values_is_thinned():
    dimension = dimension_of(stats.poisson(1e8))
    assert 100 < dimension.size <= 256


class Dice:
    """Draws as scikit-learn asks of a distribution; knows nothing else."""

    def __init__(self, faces):
        self.faces = faces

    def rvs(self, random_state=None):
        return self.faces[random_state.randint(len(self.faces))]


def test_an_object_that_only_draws_becomes_a_table_of_its_draws():
    dimension = dimension_of(Dice([1, 2, 2, 6]))
    assert isinstance(dimension, Ordered)
    assert dimension.values == (1, 2, 6)
    assert dimension.weights[1] == pytest.approx(0.5, abs=0.05)
    assert isinstance(dimension_of(Dice(["a", "b"])), Choice)
    assert dimension_of(Dice([1, 2, 2, 6])) == dimension


def test_optuna_distributions_are_read():
    optuna = pytest.importorskip("optuna.distributions")
    cases = [
        (optuna.FloatDistribution(0.1, 1.0), Real(0.1, 1.0)),
        (optuna.FloatDistribution(0.1, 1.0, log=True), Real(0.1, 1.0, log=True)),
        (optuna.FloatDistribution(0.0, 0.3, step=0.1), Ordered([0.0, 0.1, 0.2, 0.3])),
        (optuna.FloatDistribution(0.5, 0.5), Fixed(0.5)),
        (optuna.IntDistribution(1, 9), Integer(1, 9)),
        (optuna.IntDistribution(1, 9, log=True), Integer(1, 9, log=True)),
        (optuna.IntDistribution(0, 2**40, step=8), Integer(0, 2**40, step=8)),
        (optuna.IntDistribution(1, 9, step=4), Ordered([1, 5, 9])),
        (optuna.CategoricalDistribution(["a", None]), Choice(["a", None])),
    ]
    assert [dimension_of(foreign) for foreign, _ in cases] == [ours for _, ours in cases]


def test_own_dimensions_are_used_as_they_are():
    own = Layers(depth=(1, 2), width=(4, 8))
    assert dimension_of(own) is own


@pytest.mark.parametrize(
    "spaces, quotas",
    [
        ({"a": [1, 2]}, (None,)),
        (OrderedDict(a=[1, 2]), (None,)),
        (MappingProxyType({"a": [1, 2]}), (None,)),
        ([{"a": [1, 2]}], (None,)),
        (({"a": [1, 2]}, {"b": [1, 2]}), (None, None)),
        (({"a": [1, 2]}, 5), (5,)),
        ([({"a": [1, 2]}, 5), ({"b": [1, 2]}, np.int64(6))], (5, 6)),
        ([({"a": [1, 2]}, 5), {"b": [1, 2]}], (5, None)),
        ((({"a": [1, 2]}, 5), ({"b": [1, 2]}, 6)), (5, 6)),
        ([{}, {"a": [1, 2]}], (None, None)),
    ],
)
def test_the_containers_of_both_libraries_are_read(spaces, quotas):
    assert Space.read(spaces).quotas == quotas


def test_a_space_reads_as_itself():
    space = Space.read({"a": [1, 2]})
    assert Space.read(space) == space


def test_a_dict_inside_a_dict_stands_for_a_step():
    space = Space.read({"svc": {"C": (0.1, 1.0), "kernel": ["linear", "rbf"]}, "scale": [True]})
    assert space.names == ("svc__C", "svc__kernel", "scale")


@pytest.mark.parametrize(
    "grid",
    [
        {"b": [1, 2], "a": ["x", "y", "z"]},
        [{"kernel": ["rbf"], "C": [1, 10]}, {"kernel": ["poly"], "degree": [2, 3], "C": [1, 10]}],
        {"est": [SVC(), None], "C": [10, 1, 5]},
    ],
)
def test_a_grid_has_the_order_of_scikit_learn(grid):
    assert list(Space.read(grid).grid(3)) == list(ParameterGrid(grid))


def test_a_grid_thins_ranges_and_takes_all_choices():
    space = Space.read({"a": (0.0, 1.0), "b": (1, 100), "c": [1, 2, 3, 4], "d": stats.norm()})
    params = list(space.grid(3))
    assert len(params) == 3 * 3 * 4 * 3
    assert sorted({some["a"] for some in params}) == [0.0, 0.5, 1.0]
    assert sorted({some["b"] for some in params}) == [1, 51, 100]


def test_repeated_values_count_once_and_weigh_twice():
    space = Space.read({"a": ["x", "y", "x", "x"]})
    assert space.size == 2
    drawn = [params["a"] for params in space.decode(space.sample(1000, np.random.default_rng(0)))]
    assert np.mean(np.array(drawn) == "x") == pytest.approx(0.75, abs=0.05)


def test_a_shared_skopt_dimension_keeps_its_name_and_transform():
    shared = skopt.space.Real(0.1, 1.0)
    before = dict(vars(shared))
    Space.read({"a": shared, "b": shared})
    assert {key: vars(shared)[key] for key in before} == before


@pytest.mark.parametrize("wrapped", [list, Constrained])
def test_a_dict_without_a_number_beside_others_that_have_one_gets_n_iter(wrapped):
    spaces = [({"a": (0.0, 1.0)}, 3), {"b": (0.0, 1.0)}, ({"c": (0.0, 1.0)}, 4), {"d": [1, 2]}]
    space = Space.read(wrapped(spaces), n_iter=5)
    assert space.quotas == (3, 5, 4, 5)
    assert space.n_trials(5) == 17


def test_dicts_of_which_none_has_a_number_share_n_iter():
    space = Space.read([{"a": (0.0, 1.0)}, {"b": (0.0, 1.0)}], n_iter=5)
    assert space.quotas == (None, None)
    assert space.n_trials(5) == 5


def test_one_dict_gets_its_number_or_n_iter():
    assert Space.read({"a": (0.0, 1.0)}, n_iter=5).n_trials(5) == 5
    assert Space.read([({"a": (0.0, 1.0)}, 3)], n_iter=5).n_trials(5) == 3
