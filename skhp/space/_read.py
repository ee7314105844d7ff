"""Reads the dimension that one entry of a search space stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..exceptions import SpaceError
from ._dimension import Dimension
from ._foreign import PRIORS, choices, counted, log_of_prior, range_of, read_foreign
from ._identity import is_integer, is_number

FORMS: Final = (
    "Give a list of choices, a range (low, high) or (low, high, 'log-uniform'), a distribution "
    "with rvs or ppf, a dimension of skhp, skopt or optuna, or Fixed(value)."
)


def read_dimension(value: object) -> Dimension:
    """Return the dimension that a value of a search space stands for.

    Parameters
    ----------
    value : object
        A list, range or one-dimensional array is a set of choices. A tuple of two numbers,
        perhaps with a prior and a base, is a range as scikit-optimize reads it, and so is a list
        of two numbers and a prior; any other tuple is a set of choices. Dimensions of skopt and
        optuna and distributions are copied.

    Returns
    -------
    Dimension

    Raises
    ------
    SpaceError
        If the value has none of these forms.
    """
    if isinstance(value, Dimension):
        return value
    foreign = read_foreign(value)
    if foreign is not None:
        return foreign
    if isinstance(value, str | bytes | set | frozenset | type | Mapping):
        raise SpaceError(f"This is no dimension: {value!r}. {FORMS}")
    if isinstance(value, tuple) and _is_range(value):
        return _read_range(value)
    if isinstance(value, list) and has_prior(value):
        return _read_range(tuple(value))
    if isinstance(value, range):
        return counted(value)
    if isinstance(value, Iterable) and not isinstance(value, Iterator):
        return choices(value)
    raise SpaceError(f"This is no dimension: {value!r}. {FORMS}")


def _is_range(value: tuple[Any, ...]) -> bool:
    if not (2 <= len(value) <= 4 and is_number(value[0]) and is_number(value[1])):
        return False
    return len(value) == 2 or isinstance(value[2], str)


def has_prior(value: list[Any]) -> bool:
    """Say whether a list is a range as skopt reads it from JSON or YAML, which have no tuples."""
    if not 3 <= len(value) <= 4 or not all(map(is_number, value[:2])):
        return False
    if not isinstance(value[2], str) or value[2] not in PRIORS:
        return False
    return len(value) == 3 or (log_of_prior(value[2]) and is_integer(value[3]))


def _read_range(value: tuple[Any, ...]) -> Dimension:
    low, high, *rest = value
    log = log_of_prior(rest[0]) if rest else False
    if len(rest) == 2 and not (is_number(rest[1]) and rest[1] > 1):
        raise SpaceError(
            f"The base of a log-uniform range must be a number above 1, got {rest[1]!r}."
        )
    return range_of(low, high, log=log, whole=is_integer(low) and is_integer(high))
