"""When two values are the same choice."""

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.gaussian_process.kernels import RBF
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from skhp.space import Space
from skhp.space._identity import NOTHING, Lookup, same, token
from skhp.space._levels import without_repeats

DIFFERENT = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    0.0,
    math.nan,
    "1",
    b"1",
    (),
    (1,),
    (1.0,),
    [1],
    [1.0],
    {"a": 1},
    {"a": True},
    np.array([1]),
    np.array([1.0]),
    np.array([1, 2]),
    np.array([[1]]),
    SVC(),
    SVC(C=2),
    SVC,
    RBF(1.0),
    RBF(2.0),
    make_pipeline(SVC()),
    len,
    print,
    pd.DataFrame({"a": [1]}),
    sparse.eye(2),
    object(),
]


def test_different_values_are_told_apart_without_an_error():
    for left, right in itertools.combinations(DIFFERENT, 2):
        assert not same(left, right), (left, right)
        assert not same(right, left), (left, right)


@pytest.mark.parametrize("value", DIFFERENT, ids=lambda value: type(value).__name__)
def test_every_value_is_the_same_as_itself(value):
    assert same(value, value)
    assert Lookup(DIFFERENT).position(value) == next(
        k for k, other in enumerate(DIFFERENT) if other is value
    )


@pytest.mark.parametrize(
    "left, right",
    [
        (1, np.int64(1)),
        (1.5, np.float64(1.5)),
        (True, np.True_),
        ("a", np.str_("a")),
        (math.nan, np.float32("nan")),
        ((1, "a"), (np.int8(1), "a")),
        ([1, [2, np.nan]], [1, [2, math.nan]]),
        ({"a": [1], "b": 2}, {"b": 2, "a": [1]}),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan])),
        (np.array([(1,), None], dtype=object), np.array([(1,), None], dtype=object)),
        (SVC(C=3), SVC(C=3)),
        (RBF(1.0), RBF(1.0)),
    ],
)
def test_equal_values_are_the_same_choice(left, right):
    assert same(left, right)
    assert same(right, left)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 2.0, "", "a"]),
    lambda inner: st.tuples(inner, inner) | st.tuples(inner),
    max_leaves=4,
)


@given(PLAIN, PLAIN)
def test_tokens_are_equal_exactly_for_same_values(left, right):
    assert (token(left) == token(right)) == (repr(left) == repr(right))


def test_equal_lists_and_estimators_count_once():
    assert Space.read({"a": [[1], [1], SVC(), SVC(), SVC(C=2)]}).size == 3


NUMBERS: dict[str, list[Any]] = {
    "floats": [1.5, 0.5, 1.5, -0.0, 0.0],
    "numpy's floats": list(np.array([1.0, 2.0, 1.0])),
    "not a number": [1.0, np.nan, float("nan"), np.nan],
    "integers": [3, 1, 2**70, 3],
    "numpy's integers": list(np.arange(4)),
    "floats and integers": [1, 1.0, 2, 2.0],
    "booleans": [True, False, True],
    "numbers and others": [1.0, None, "1.0", [1.0]],
}


@pytest.mark.parametrize("case", NUMBERS)
def test_a_list_of_numbers_alone_is_looked_up_as_any_other_list(case: str):
    values = NUMBERS[case]
    plain, mixed = Lookup(values), Lookup([*values, object()])
    asked = [*values, 1, 1.0, True, np.float64(1.0), np.int64(1), np.nan, None, "1.0", 7.5]
    assert [plain.position(one) for one in asked] == [mixed.position(one) for one in asked]
    kept = without_repeats((*values,), None)[0]
    assert kept == without_repeats((*values, NOTHING), None)[0][:-1]
