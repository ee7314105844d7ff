"""Reading and writing plain numbers: bounds, lists of values, short decimals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SpaceError
from ._identity import is_integer, is_number

# Powers of ten that a double holds exactly, so that a division by one is correctly rounded.
_POWERS: Final = np.array([float(10**exponent) for exponent in range(23)])
_DIGITS: Final = np.array([[10], [6]])  # the fewest last


def as_floats(values: Sequence[Any], *, integers_only: bool = False) -> NDArray[np.float64]:
    """Return numbers as floats (n,), NaN for what is none."""
    wanted = {int} if integers_only else {int, float}
    if set(map(type, values)) <= wanted:
        try:
            return np.array(values, dtype=np.float64)
        except OverflowError:
            pass
    return np.array([_as_float(value, integers_only) for value in values], dtype=np.float64)


def _as_float(value: Any, integers_only: bool) -> float:
    accepted = is_integer(value) if integers_only else is_number(value)
    if not accepted:
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def check_bounds(low: object, high: object, *, log: object) -> None:
    """Raise SpaceError unless two bounds make a range."""
    for name, bound in (("low", low), ("high", high)):
        if not is_number(bound):
            raise SpaceError(f"The bound {name} must be a number, got {bound!r}.")
        if not math.isfinite(_as_float(bound, False)):
            raise SpaceError(f"The bound {name} must be finite, got {bound!r}.")
    if not isinstance(log, bool | np.bool_):
        raise SpaceError(f"log must be True or False, got {log!r}.")
    if low >= high:  # type: ignore[operator]
        raise SpaceError(
            f"The bound low must be below high, got low={low!r} and high={high!r}. "
            "Swap them; write a single value as [value] or Fixed(value)."
        )
    if log and low <= 0:  # type: ignore[operator]
        raise SpaceError(
            f"A log scale needs bounds above 0, got low={low!r}. Raise low or leave out the log."
        )


def plainest(
    exact: NDArray[np.float64], stands_for_it: Callable[[NDArray[np.float64]], NDArray[np.bool_]]
) -> NDArray[np.float64]:
    """Round numbers to few digits where the short number still stands for the same point.

    Parameters
    ----------
    exact : array (n,)
        The numbers.
    stands_for_it : callable
        Takes candidates (n,) and says for each whether it belongs to the same point.

    Returns
    -------
    array (n,)
        Six significant digits where that is enough, else ten, else the number itself.
    """
    plain = exact
    for candidate in round_to_digits(exact, _DIGITS):
        plain = np.where(stands_for_it(candidate), candidate, plain)
    return plain


def round_to_digits(numbers: NDArray[np.float64], digits: NDArray[np.int_]) -> NDArray[np.float64]:
    """Round numbers (n,) to so many significant digits (k, 1).  Shape (k, n)."""
    size = np.abs(numbers)
    magnitude = np.floor(np.log10(np.where(size > 0, size, 1.0)))
    exponent = np.minimum(np.maximum(digits - 1 - magnitude, -22), 22).astype(np.int64)
    power = _POWERS[np.abs(exponent)]
    with np.errstate(over="ignore"):
        # np.where works out both sides; the one that overflows is not taken
        small, large = np.rint(numbers * power) / power, np.rint(numbers / power) * power
    return np.where(exponent >= 0, small, large)
