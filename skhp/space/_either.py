"""Special values beside a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SpaceError
from ._choice import Choice
from ._dimension import Block, Column, Dimension
from ._identity import is_number, same
from ._read import read_dimension

_RANGE: Final = object()


@final
@dataclass(frozen=True, repr=False, eq=False)
class Either(Dimension):
    """One of some special values, or a value of a range.

    Parameters
    ----------
    special : object, or list of objects
        One value such as ``"scale"`` or None, or several in a list.
    dimension : object
        Anything a search space takes as a dimension, without the special values.
    share : float, default=0.2
        How often a special value is drawn, between 0 and 1.

    Raises
    ------
    SpaceError
        If there is no special value, one lies in the dimension, the dimension cannot be read, or
        the share is no number between 0 and 1.

    Notes
    -----
    The block has an unordered column that tells the special values and the range apart, then the
    columns of the dimension, which are inactive where a special value is chosen.

    Examples
    --------
    >>> Either("scale", (1e-4, 10.0, "log-uniform"))
    Either('scale', Real(0.0001, 10.0, log=True))
    """

    special: Any
    dimension: Any
    share: float = 0.2
    specials: tuple[Any, ...] = field(init=False)

    def __post_init__(self) -> None:
        specials = tuple(self.special) if isinstance(self.special, list) else (self.special,)
        if not specials:
            raise SpaceError("Either needs at least one special value, got an empty list.")
        if not is_number(self.share) or not 0.0 < self.share < 1.0:
            raise SpaceError(f"share must lie between 0 and 1, got {self.share!r}.")
        object.__setattr__(self, "specials", specials)
        object.__setattr__(self, "dimension", read_dimension(self.dimension))
        for value in specials:
            if self.dimension.contains(value) and same(value, self._in_range(value)):
                raise SpaceError(
                    f"The special value {value!r} is one of {self.dimension!r}. Leave it out."
                )

    def _in_range(self, value: object) -> Any:
        return self.dimension.decode(self.dimension.encode([value]))[0]

    def __repr__(self) -> str:
        share = "" if self.share == 0.2 else f", share={self.share!r}"
        return f"Either({self.special!r}, {self.dimension!r}{share})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Either):
            return NotImplemented
        return (
            self.share == other.share
            and self.dimension == other.dimension
            and same(self.specials, other.specials)
        )

    def __hash__(self) -> int:
        return hash((Either, self.share, self.dimension, len(self.specials)))

    @cached_property
    def _which(self) -> Choice:
        each = self.share / len(self.specials)
        weights = [*(each for _ in self.specials), 1.0 - self.share]
        return Choice([*self.specials, _RANGE], weights)

    @property
    def size(self) -> int | float:
        ranged: int | float = self.dimension.size
        return len(self._which.values) - 1 + ranged

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        kind = self._which.columns[0]
        ranges = (
            Column(column.is_ordered, column.n_levels, column.lattice, column.label or "range")
            for column in self.dimension.columns
        )
        return (Column(False, kind.n_levels, kind.lattice, "which"), *ranges)

    def snap(self, block: Block) -> Block:
        snapped = np.hstack([self._which.snap(block[:, :1]), self.dimension.snap(block[:, 1:])])
        return np.where(self.active(block), snapped, 0.5)

    def active(self, block: Block) -> NDArray[np.bool_]:
        ranged = self._is_ranged(block)[:, np.newaxis]
        inner = self.dimension.active(block[:, 1:]) & ranged
        return np.hstack([np.ones_like(ranged), inner])

    def decode(self, block: Block) -> list[Any]:
        values = self._which.decode(block[:, :1])
        rows = np.flatnonzero(self._is_ranged(block))
        found = self.dimension.decode(block[rows, 1:])
        for row, value in zip(rows.tolist(), found, strict=True):
            values[row] = value
        return values

    def encode(self, values: Sequence[Any]) -> Block:
        block = np.full((len(values), len(self.columns)), 0.5)
        which = self._which.encode(values)
        ranged = np.flatnonzero(np.isnan(which[:, 0]))
        block[:, :1] = np.where(np.isnan(which), self._which.encode([_RANGE]), which)
        if len(ranged):
            block[ranged, 1:] = self.dimension.encode([values[row] for row in ranged.tolist()])
        return block

    def levels(self, points: int | None) -> Block:
        inner = self.dimension.levels(points)
        n_special = len(self._which.values) - 1
        which = self._which.levels(None)
        rows = np.full((n_special + len(inner), len(self.columns)), 0.5)
        rows[:n_special, :1] = which[:n_special]
        rows[n_special:, :1] = which[-1]
        rows[n_special:, 1:] = inner
        return self.snap(rows)

    def _is_ranged(self, block: Block) -> NDArray[np.bool_]:
        return np.asarray(self._which.codes(block[:, :1]) == len(self._which.values) - 1)
