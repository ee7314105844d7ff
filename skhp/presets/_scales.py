"""Dimensions that ready-made spaces are made of, within what the data allow."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any, Final

from ..space import Dimension, Integer, Ordered, Real
from ..space._identity import is_integer
from ._preset import Subject

SUPPOSED_FEATURES: Final = 50
"""How many features there are where nobody knows: what tables often have once encoded."""

FEW_COMPONENTS: Final = 16


def log(low: float, high: float) -> Real:
    """Return a range on a log scale."""
    return Real(low, high, log=True)


def counts(low: int, high: int, most: float | None = None) -> Dimension | None:
    """Return whole numbers on a log scale up to what the data allow, None if that is one."""
    top = high if most is None else min(high, int(most))
    return Integer(low, top, log=True) if top > low else None


def from_zero(low: float, high: float) -> Ordered:
    """Return zero and then the powers of ten of a range; half powers where there are few."""
    start, stop = math.log10(low), math.log10(high)
    step = 1.0 if stop - start > 4 else 0.5
    n_steps = round((stop - start) / step)
    return Ordered([0.0, *(short(10 ** (start + step * k)) for k in range(n_steps + 1))])


def scaled(low: float, high: float, scale: float | None) -> Real:
    """Return a range on a log scale in units of something that the data have."""
    unit = scale or 1.0
    if unit == 1.0:
        return log(low, high)
    return log(short(low * unit), short(high * unit))


def tenths(low: int, *, present: Any) -> Ordered:
    """Return the shares from so many tenths to the whole, which is None where that is present."""
    return Ordered([*(tenth / 10 for tenth in range(low, 10)), None if present is None else 1.0])


def up_to(most: int | None, present: Any, *, low: int = 1, unknown: int = 100) -> Dimension | None:
    """Return counts of which all from `most` on mean the same.

    A present value of None, or one that is larger, stands at the end in place of `most`.
    """
    top = unknown if most is None else most
    if is_integer(present) and low <= present <= top:
        return counts(low, top)
    levels = sorted({round(low * (top / low) ** (k / 15)) for k in range(16)}) if top > low else []
    return Ordered([*(level for level in levels if level < top), present]) if levels else None


def components(subject: Subject, *, low: int = 1, high: int = 128, present: str) -> Any:
    """Return how many components a decomposition keeps, all of them where it says None or auto."""
    value = subject.get(present, None)
    n_features, n_fitted = subject.data.n_features, subject.data.n_fitted
    unknown = high if subject.data.counts_words else FEW_COMPONENTS
    most = min(n_features or unknown, n_fitted or high, high)
    if value is None or isinstance(value, str):
        return up_to(most, value, low=low)
    return counts(low, most)


SHARES: Final = (0.02, 0.05, *(tenth / 10 for tenth in range(1, 11)))


def features(subject: Subject) -> Ordered:
    """Return shares of the features that a tree looks at, in order of how many they are.

    Where the features are few, shares that mean the same number of them are left out. ``"sqrt"``
    and the present value, be it None, ``"log2"`` or a count, stand where they belong; shares in
    place of a choice among ``"sqrt"``, ``"log2"`` and None as in TabArena (2025).  Small ones are
    for the many columns of encoded categories.
    """
    n_features = subject.data.n_features or SUPPOSED_FEATURES
    present = subject.get("max_features", "sqrt")
    found: dict[float, Any] = {}
    for share in SHARES:
        found.setdefault(_width(share, n_features), share)
    for value in ("sqrt", present):
        found[_width(value, n_features)] = value
    return Ordered([found[width] for width in sorted(found)])


def _width(value: Any, n_features: int) -> float:
    """Return how many features a value of max_features stands for, as scikit-learn counts."""
    if value == "sqrt":
        return max(1, int(math.sqrt(n_features)))
    if value == "log2":
        return max(1, int(math.log2(n_features)))
    if isinstance(value, float):
        return max(1, int(value * n_features))
    return int(value) if isinstance(value, numbers.Integral) else n_features


def depths(levels: Sequence[int], *, endless: Any = None) -> Ordered:
    """Return depths of trees with no limit as the last one."""
    return Ordered([*levels, endless])


def short(number: float, digits: int = 2) -> float:
    """Return a number rounded to few digits, as a person would write it."""
    return float(f"{number:.{digits}g}")
