"""When two values a user wrote are the same value."""

from __future__ import annotations

import math
import operator
from collections.abc import Hashable, Sequence
from itertools import repeat
from numbers import Integral, Real
from typing import Any, Final, final

import numpy as np

NOTHING: Final = object()

KINDS_OF_NUMBERS: Final[dict[type, str]] = {
    float: "real",
    np.float64: "real",
    int: "integer",
    np.int64: "integer",
}


def is_boolean(value: object) -> bool:
    """Say whether a value is a Python or numpy truth value."""
    return isinstance(value, bool | np.bool_)


def is_integer(value: object) -> bool:
    """Say whether a value is a whole number that is not a truth value."""
    return isinstance(value, Integral) and not is_boolean(value)


def is_number(value: object) -> bool:
    """Say whether a value is a real number that is not a truth value."""
    return isinstance(value, Real) and not is_boolean(value)


def token(value: object) -> Hashable | None:
    """Return a hashable stand-in of a plain value, None where there is none.

    Two plain values are the same exactly if their tokens are equal. ``True``, ``1`` and ``1.0``
    have different tokens; ``np.int64(1)`` and ``1`` share one; so do two NaN.
    """
    if value is None:
        return ("none",)
    if isinstance(value, str) and type(value) in (str, np.str_):
        return ("text", str(value))
    if is_boolean(value):
        return ("boolean", bool(value))
    if isinstance(value, Integral):
        return ("integer", int(value))
    if isinstance(value, float | np.floating):
        number = float(value)
        return ("real", "nan" if math.isnan(number) else number)
    if type(value) is tuple:
        parts = tuple(token(part) for part in value)
        return None if None in parts else ("tuple", parts)
    return None


def kind_of_numbers(values: Sequence[Any]) -> str | None:
    """Return what all tokens begin with if the values are numbers of one type, none of them NaN.

    Of a long list it is known sooner than the tokens are.
    """
    types = set(map(type, values))
    kind = KINDS_OF_NUMBERS.get(types.pop()) if len(types) == 1 else None
    return kind if kind and all(map(operator.eq, values, values)) else None


def same(left: Any, right: Any) -> bool:
    """Say whether two values are one and the same choice.

    Identity comes first, then an equality that knows types: ``True`` is not 1 and 1 is not 1.0.
    Containers and arrays are compared element by element, estimators by class and parameters.
    Arrays, data frames and sparse matrices never make it raise.
    """
    if left is right:
        return True
    left_token, right_token = token(left), token(right)
    if left_token is not None or right_token is not None:
        return left_token == right_token
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return _same_elements(left, right)
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, np.ndarray):
        return (
            left.dtype == right.dtype
            and left.shape == right.shape
            and _same_elements(left.ravel().tolist(), right.ravel().tolist())
        )
    if hasattr(left, "get_params") and not isinstance(left, type):
        return same(left.get_params(deep=False), right.get_params(deep=False))
    try:
        return bool(left == right)
    except (TypeError, ValueError, RuntimeError):
        return False


def _same_elements(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return len(left) == len(right) and all(map(same, left, right))


@final
class Lookup:
    """Finds the position of a value among given ones, whatever their types.

    Parameters
    ----------
    values : sequence
        What is looked among; an identical value is preferred to one that is only equal.

    Examples
    --------
    >>> lookup = Lookup([True, 1, (5, 5), [1, 2]])
    >>> lookup.position(1), lookup.position([1, 2]), lookup.position(2)
    (1, 3, -1)
    """

    def __init__(self, values: Sequence[Any]) -> None:
        self._by_token: dict[Hashable, int] = {}
        self._others: list[tuple[int, Any]] = []
        kind = kind_of_numbers(values)
        keys = map(token, values) if kind is None else zip(repeat(kind), values, strict=False)
        for position, key in enumerate(keys):
            if key is None:
                self._others.append((position, values[position]))
            else:
                self._by_token.setdefault(key, position)

    def position(self, value: Any) -> int:
        """Return the position of a value, -1 where it is not there."""
        for position, other in self._others:
            if other is value:
                return position
        return self.first_position(value)

    def first_position(self, value: Any) -> int:
        """Return the first position of an equal value, -1 where there is none."""
        key = token(value)
        if key is not None:
            return self._by_token.get(key, -1)
        for position, other in self._others:
            if same(other, value):
                return position
        return -1
