"""Reads the entries of a space, with what their estimator says of its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast, final

import numpy as np

from .. import _sklearn
from ..exceptions import SpaceError
from ._dimension import Dimension
from ._identity import is_integer, is_number
from ._integer import Integer
from ._read import has_prior, read_dimension
from ._real import Real


@final
@dataclass
class Reader:
    """Reads what stands for a dimension, and notes what may not mean what it says.

    Parameters
    ----------
    estimator : estimator object, optional
        Whose parameters the entries are for. Where its class states that a parameter is a share,
        ``(0, 1)`` are not two whole numbers.
    doubts : list of str
        Grows: a sentence for each entry that may mean something else.
    """

    estimator: Any = None
    doubts: list[str] = field(default_factory=list)

    def read(self, name: str, value: object) -> Dimension:
        """Return the dimension that an entry stands for.

        Raises
        ------
        SpaceError
            If it stands for none.
        """
        if _is_zero_to_one(value):
            owner, _, parameter = name.rpartition("__")
            share = _sklearn.stated_share(self._owners.get(owner), parameter)
            if share is not None:
                return Real(*share)
            if not _sklearn.takes_whole_numbers(self._owners.get(owner), parameter):
                self._doubt(
                    f"Parameter {name!r}: {value!r} are the whole numbers 0 and 1; a share is "
                    "(0.0, 1.0). If you mean the two numbers, write [0, 1]."
                )
        elif _is_short_of_a_range(listed := _as_list(value)):
            low, high = listed
            self._doubt(
                f"Parameter {name!r}: {value!r} are two choices; a range is ({low!r}, {high!r}). "
                f"If you mean the two, write Ordered({listed!r})."
            )
        elif _has_misplaced_prior(value):
            low, high, prior = sorted(cast("Sequence[Any]", value), key=_is_text)
            self._doubt(
                f"Parameter {name!r}: {value!r} are three choices, one of them {prior!r}; a range "
                f"is ({low!r}, {high!r}, 'uniform') or ({low!r}, {high!r}, 'log-uniform')."
            )
        return self._whole(name, read_dimension(value), value)

    def _whole(self, name: str, dimension: Dimension, value: object) -> Dimension:
        """Return whole numbers where the estimator states that it takes no others."""
        owner, _, parameter = name.rpartition("__")
        if not isinstance(dimension, Real):
            return dimension
        low, high = dimension.low, dimension.high
        if not _sklearn.counts_only(self._owners.get(owner), parameter, (low + high) / 2):
            return dimension
        if low.is_integer() and high.is_integer():
            return Integer(int(low), int(high), dimension.log)
        raise SpaceError(
            f"{type(self._owners[owner]).__name__} takes whole numbers there, got {value!r}. "
            "Write whole bounds, such as (1, 10)."
        )

    def _doubt(self, sentence: str) -> None:
        if sentence not in self.doubts:
            self.doubts.append(sentence)

    @cached_property
    def _owners(self) -> dict[str, Any]:
        """The estimator and what it holds, by the names of its parameters."""
        if self.estimator is None:
            return {}
        return {"": self.estimator, **self.estimator.get_params(deep=True)}


def _is_zero_to_one(value: object) -> bool:
    """Say whether an entry is the tuple of the whole numbers 0 and 1, on an even scale."""
    if not isinstance(value, tuple) or not 2 <= len(value) <= 3 or value[2:] not in ((), _EVEN):
        return False
    return is_integer(value[0]) and is_integer(value[1]) and tuple(value[:2]) == (0, 1)


_EVEN = ("uniform",)


def _as_list(value: object) -> Any:
    """Return a list for an array, which skopt reads alike; all else as it is."""
    return value.tolist() if isinstance(value, np.ndarray) and value.ndim == 1 else value


def _is_short_of_a_range(value: object) -> bool:
    """Say whether an entry is a list of two numbers with others between them."""
    if not isinstance(value, list) or len(value) != 2 or not all(map(is_number, value)):
        return False
    low, high = value
    return bool(low + 1 < high if is_integer(low) and is_integer(high) else low < high)


def _has_misplaced_prior(value: object) -> bool:
    """Say whether an entry holds two numbers and a prior, misspelt or not the last."""
    if not isinstance(value, list | tuple) or len(value) != 3 or sum(map(is_number, value)) != 2:
        return False
    [prior] = (one for one in value if not is_number(one))
    return _is_text(prior) and "unif" in prior.lower() and not has_prior(list(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)
