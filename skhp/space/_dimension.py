"""The interface of a dimension: a set of values laid over columns of the unit cube."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Block: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Lattice:
    """The positions a column can take, evenly spaced.

    Parameters
    ----------
    n_cells : int
        How many cells, or steps, the unit interval is cut into.
    shift : float
        0 for the centres of cells, 0.5 for the ends of steps.
    first, last : int
        The lowest and the highest position.

    Notes
    -----
    Position ``i`` lies at ``(i + 0.5 - shift) / n_cells``; a point ``u`` belongs to position
    ``floor(u * n_cells + shift)``, held between ``first`` and ``last``. A shift of 0 gives the
    centres of cells, a shift of 0.5 the ends of steps, 0 and 1 among them.
    """

    n_cells: int
    shift: float
    first: int
    last: int

    @classmethod
    def of_cells(cls, n_cells: int) -> Lattice:
        """Return the centres of ``n_cells`` cells of equal width."""
        return cls(n_cells, 0.0, 0, n_cells - 1)

    @classmethod
    def of_steps(
        cls, n_steps: int, *, open_below: bool = False, open_above: bool = False
    ) -> Lattice:
        """Return the ends of ``n_steps`` steps, without 0 or 1 where that side is open."""
        return cls(n_steps, 0.5, int(open_below), n_steps - int(open_above))

    def index(self, column: Block) -> NDArray[np.int64]:
        """Return the position each point belongs to."""
        index = np.floor(column * self.n_cells + self.shift)
        index = np.minimum(np.maximum(index, self.first), self.last)
        return index.astype(np.int64)

    def at(self, index: NDArray[Any]) -> Block:
        """Return where positions lie in the unit interval."""
        return np.asarray((index + (0.5 - self.shift)) / self.n_cells, dtype=np.float64)


@dataclass(frozen=True)
class Column:
    """What one column of the unit cube stands for.

    Parameters
    ----------
    is_ordered : bool
        Whether nearby points mean similar values.
    n_levels : int
        How many values it takes, 0 for a continuous one.
    lattice : Lattice, optional
        Its positions where they are evenly spaced; otherwise the dimension snaps it.
    label : str
        Told apart from the other columns of its dimension by this.
    """

    is_ordered: bool
    n_levels: int
    lattice: Lattice | None = None
    label: str = ""


class Dimension(ABC):
    """The values one parameter can take.

    A dimension is frozen. It owns a block of columns of the unit cube, mostly one. The uniform
    measure on the block is the prior of its values.
    """

    @property
    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """The columns of its block."""

    @property
    @abstractmethod
    def size(self) -> int | float:
        """How many distinct values there are, ``math.inf`` for a continuum."""

    @abstractmethod
    def decode(self, block: Block) -> list[Any]:
        """Return the values of a snapped block (n, k)."""

    @abstractmethod
    def encode(self, values: Sequence[Any]) -> Block:
        """Return the snapped block (n, k) of values; a row of NaN for each that is outside."""

    @abstractmethod
    def levels(self, points: int | None) -> Block:
        """Return snapped rows (m, k), one per value.

        A range wider than ``points`` is thinned to that many evenly spread values; with None
        every value is there, which needs a finite size.
        """

    def snap(self, block: Block) -> Block:
        """Move each point of a block (n, k) to the value it belongs to."""
        snapped = np.empty_like(block)
        for position, column in enumerate(self.columns):
            lattice = _lattice_of(column)
            snapped[:, position] = lattice.at(lattice.index(block[:, position]))
        return snapped

    def active(self, block: Block) -> NDArray[np.bool_]:
        """Say which columns (n, k) of a block have a bearing on the value."""
        return np.ones(block.shape, dtype=bool)

    def codes(self, block: Block) -> NDArray[np.int64]:
        """Return the level number (n,) of each row, for a dimension of one finite column."""
        return _lattice_of(self.columns[0]).index(block[:, 0])

    def contains(self, value: object) -> bool:
        """Say whether a value is one of this dimension."""
        return not bool(np.isnan(self.encode([value])).any())

    def __getstate__(self) -> dict[str, Any]:
        # what is derived from the fields, such as a lookup by identity, does not travel
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        return {field.name: getattr(self, field.name) for field in fields}


def _lattice_of(column: Column) -> Lattice:
    if column.lattice is None:
        raise TypeError("a column without a lattice is snapped by its own dimension")
    return column.lattice
