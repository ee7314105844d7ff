"""Every space that cannot be read says what was wrong, what was got and what to do."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.svm import SVC

from skhp.exceptions import SpaceError
from skhp.space import (
    Choice,
    Constrained,
    Derived,
    Distribution,
    Either,
    Integer,
    Layers,
    Ordered,
    Real,
    Space,
    When,
)


class Stubborn:
    def rvs(self):
        return 1


@pytest.mark.parametrize(
    "form, message",
    [
        ((5, 1), r"low must be below high, got low=5 and high=1"),
        ((5, 5), r"write a single value as \[value\] or Fixed\(value\)"),
        ((0.0, 1.0, "log-uniform"), r"bounds above 0, got low=0.0"),
        ((-1, 5, "log-uniform"), r"bounds above 0, got low=-1"),
        ((0.0, math.inf), r"high must be finite, got inf"),
        ((math.nan, 1.0), r"low must be finite, got nan"),
        ((1.0, 1.0 + 1e-16), r"low must be below high"),
        ((1.0, math.nextafter(1.0, 2.0)), r"too narrow or too wide"),
        ((1, 10, "loguniform"), r"must be 'uniform' or 'log-uniform', got 'loguniform'"),
        ((1, 10, "log-uniform", "e"), r"base of a log-uniform range .* got 'e'"),
        ((1, 10, "log-uniform", 1), r"base of a log-uniform range .* got 1"),
        ((2**60, 2**60 + 9, "log-uniform"), r"too narrow for a log scale"),
        ((1, 2**1100), r"high must be finite"),
        ([], r"The choices must not be empty"),
        ((), r"The choices must not be empty"),
        (np.array([]), r"The choices must not be empty"),
        (np.ones((2, 2)), r"one-dimensional, got an array of 2 dimensions"),
        (np.array(3), r"one-dimensional, got an array of 0 dimensions"),
        ([0] * 10**7, r"at most 1,000,000"),
        (5, r"no dimension: 5. Give a list of choices"),
        ("rbf", r"no dimension: 'rbf'. Give a list"),
        (None, r"no dimension: None. Give a list"),
        ({1, 2}, r"no dimension: \{1, 2\}. Give a list"),
        (iter([1, 2]), r"no dimension: .*iterator"),
        (Choice, r"no dimension: <class"),
        (object(), r"no dimension: .*rvs or ppf, a dimension of skhp, skopt or optuna"),
        (Stubborn(), r"rvs\(random_state=...\) failed"),
        (When("b", 1, (1, 2)), r"depends on 'b', which is no parameter"),
    ],
)
def test_a_bad_dimension_is_named_with_what_was_got(form, message):
    with pytest.raises(SpaceError, match=f"(?s)Parameter 'x'.*{message}") as caught:
        Space.read({"x": form})
    assert len(str(caught.value)) < 600


def test_a_distribution_of_impossible_parameters_is_an_error():
    for bad in (stats.norm(0, -1), stats.uniform(0, 0), stats.poisson(-3)):
        with pytest.raises(SpaceError, match="Parameter 'x'"):
            Space.read({"x": bad})
    with pytest.raises(SpaceError, match="quartiles"):
        Distribution(stats.norm(0, -1))


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: Real(1, 0), "low must be below high"),
        (lambda: Real("a", 1), "low must be a number, got 'a'"),
        (lambda: Real(0, True), "high must be a number, got True"),
        (lambda: Real(0, 1, log=True), "bounds above 0"),
        (lambda: Real(1, 2, log="yes"), "log must be True or False, got 'yes'"),
        (lambda: Integer(0.5, 3), "whole number, got 0.5"),
        (lambda: Integer(0, 3, log=True), "bounds above 0"),
        (lambda: Integer(0, 9, step=0), "step must be a whole number from 1 to 9, got 0"),
        (lambda: Integer(0, 9, step=10), "step must be a whole number from 1 to 9, got 10"),
        (lambda: Integer(1, 9, log=True, step=2), "have no step"),
        (lambda: Choice(range(2**70)), "at most 1,000,000"),
        (lambda: Choice([]), "must not be empty"),
        (lambda: Choice({}), "must not be empty"),
        (lambda: Choice("abc"), "must be a list, tuple, range or one-dimensional array, got 'abc'"),
        (lambda: Choice({"a", "b"}), "must be a list"),
        (lambda: Choice(5), "got 5 of type int"),
        (lambda: Choice([1, 2], weights=[1]), "1 weights for 2 values"),
        (lambda: Choice([1, 2], weights=[1, 0]), "above 0"),
        (lambda: Choice([1, 2], weights=[1, math.nan]), "above 0"),
        (lambda: Choice([1, 2], weights=[1, "a"]), "above 0"),
        (lambda: Choice([1, 2], weights=[1, 1e-15]), "too small to matter"),
        (lambda: Ordered([1, 2, 1]), "distinct values"),
        (lambda: Layers(depth=(0, 2)), r"depth must be whole numbers .* got \(0, 2\)"),
        (lambda: Layers(width=(9, 2)), r"width must be whole numbers .* got \(9, 2\)"),
        (lambda: Layers(width="wide"), "width must be whole numbers"),
        (lambda: Layers(shape="cone"), "free, constant, funnel, got 'cone'"),
        (lambda: Layers(log=1), "log must be True or False"),
        (lambda: Either([], (1, 2)), "at least one special value"),
        (lambda: Either(2, (1, 5)), r"special value 2 is one of Integer\(1, 5\)"),
        (lambda: Either("a", "b"), "no dimension: 'b'"),
        (lambda: Either("a", (1, 2), share=1), "between 0 and 1, got 1"),
        (lambda: When(3, 1, (1, 2)), "name of a parameter, got 3"),
        (lambda: When("a", [], (1, 2)), "names no value"),
        (lambda: Derived(3), "callable of the params, got 3"),
        (lambda: Constrained({"a": [1]}, 3), "callable of the params, got 3"),
    ],
)
def test_own_dimensions_check_what_they_are_given(make, message):
    with pytest.raises(SpaceError, match=message):
        make()


@pytest.mark.parametrize(
    "spaces, message",
    [
        ({}, "is empty"),
        ([], "is empty"),
        ([{}], "is empty"),
        ({"a": {}}, r"Parameter 'a': a dict is a sub-space.* \{'a': \[\{\}\]\}"),
        ({"class_weight": {0: 1, 1: 5}}, r"\{'class_weight': \[\{0: 1, 1: 5\}\]\}"),
        ({"clf": {"class_weight": {"a": 1, "b": 5}}}, r"\{'clf__class_weight': \[\{'a': 1"),
        ({"a": When("b", 1, {None: 3}), "b": [1, 2]}, r"\{'a': \[\{None: 3\}\]\}"),
        (None, "got None of type NoneType"),
        ("a", "got 'a' of type str"),
        (5, "got 5 of type int"),
        ([5], "Entry 0 .* got 5 of type int"),
        ([{"a": [1]}, "b"], "Entry 1 .* got 'b'"),
        ([({"a": [1]}, 0)], "at least 1, got 0"),
        ([({"a": [1]}, True)], "at least 1, got True"),
        ([({"a": [1]}, 2.0)], "at least 1, got 2.0 of type float"),
        ([({"a": [1]}, [2])], r"at least 1, got \[2\] of type list"),
        ([({"a": [1]}, 2, 3)], "Entry 0"),
        ({1: [1, 2]}, "must be a string, got 1 of type int"),
        ({"": [1]}, "no name of a parameter: ''"),
        ({"a[b": [1]}, r"no name of a parameter: 'a\[b'"),
        ({"[b]": [1]}, r"parameter\[key\]"),
        ({"a": {"b": 5}}, r"\{'a': \[\{'b': 5\}\]\}"),
        ({"a": {"b": 5, "c": [1]}}, "Parameter 'a__b': This is no dimension: 5"),
        ({"a": Choice({"x": 5})}, "sub-space of parameter 'a' must be a dict .* got 5"),
        ({"a": Choice({"x": [{}, {}]})}, r"written with When\(...\)"),
        ({"a": {"b": [1]}, "a__b": [2]}, "'a__b' is given twice"),
        ({"a": {"b": [1]}, "a__b": Derived(len)}, "'a__b' is given twice"),
        (
            {"k": [1, 2, 3], "a": [When("k", [1, 2], [1]), When("k", [2, 3], [5])]},
            "'a' is given twice",
        ),
        (
            {"k": [1, 2, 3], "a": [When("k", [1, 2], [1]), When("k", [2, 3], [1])]},
            "'a' is given twice",
        ),
        ({"a": When("a", 1, [1, 2])}, "circle: 'a'"),
        ({"a": When("b", 1, [1, 2]), "b": When("a", 1, [1, 2])}, "circle: 'a', 'b'"),
        ({"a": When("c", 1, [1]), "b": [1]}, "depends on 'c', which is no parameter.*a, b"),
        ({"k": ["x", "y"], "a": When("k", "z", [1])}, "being 'z', which is no value of Choice"),
        ({"k": [1, 2], "a": When("k", True, [1])}, "being True, which is no value of Ordered"),
        ({"k": (0.0, 1.0), "a": When("k", 0.5, [1])}, "Only a choice, an ordered choice or an int"),
        ({"k": Layers(), "a": When("k", (9,), [1])}, "Only a choice"),
        ({"k": (1, 10**6), "a": When("k", 5, [1])}, "at most 65,536 values"),
    ],
)
def test_a_bad_space_says_what_to_do(spaces, message):
    with pytest.raises(SpaceError, match=message):
        Space.read(spaces)


def test_branches_that_cannot_be_told_apart_are_an_error():
    with pytest.raises(SpaceError, match="cannot be told apart"):
        Choice({SVC(): {"C": [1]}, SVC(): {"C": [2]}})


@pytest.mark.parametrize("constraints", [5, "a", [5], [None]])
def test_constraints_must_be_callable(constraints):
    with pytest.raises(SpaceError, match="callable"):
        Space.read({"a": [1]}, constraints=constraints)


@pytest.mark.parametrize(
    "params, message",
    [
        ({}, "'a' is missing"),
        ({"a": 1}, "'b' is missing"),
        ({"a": 11, "b": "x"}, r"'a' is 11, which is not in Integer\(1, 9\)"),
        ({"a": 1, "b": "x", "d": 1, "c": 0}, r"unknown or not active here: \['c'\]"),
        ({"a": 1, "b": "y", "d": 1}, r"unknown or not active here: \['d'\]"),
        (5, "must be a dict, got 5"),
    ],
)
def test_params_outside_are_an_error_of_encoding(params, message):
    space = Space.read({"a": (1, 9), "b": ["x", "y"], "d": When("b", "x", [1, 2])})
    assert not space.contains(params)
    with pytest.raises(SpaceError, match=message):
        space.encode([{"a": 1, "b": "y"}, params])


def test_params_outside_all_sub_spaces_are_told_why_for_each():
    space = Space.read([{"a": (1, 9)}, {"b": (1, 9)}])
    with pytest.raises(SpaceError, match="Sub-space 0: .*'a' is missing.* Sub-space 1: .*'b' is"):
        space.encode([{"c": 1}])


@pytest.mark.parametrize("points", [np.zeros(2), np.zeros((3, 3)), np.zeros((1, 2, 1))])
def test_points_of_the_wrong_shape_are_an_error(points):
    space = Space.read({"a": (1, 9), "b": (1, 9)})
    for method in (space.decode, space.snap, space.active, space.keys, space.allows, space.branch):
        with pytest.raises(SpaceError, match=r"array \(n, 2\), got shape"):
            method(points)


def test_a_grid_without_points_or_without_end_is_an_error():
    space = Space.read({f"a{k}": list(range(10)) for k in range(8)})
    with pytest.raises(SpaceError, match="at least 1 point"):
        next(space.grid(0))
    with pytest.raises(SpaceError, match="more than 2,000,000 params"):
        next(space.grid(3))
