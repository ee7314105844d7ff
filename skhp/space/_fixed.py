"""A single value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from ._dimension import Block, Column, Dimension, Lattice
from ._identity import same

_COLUMNS: Final = (Column(False, 1, Lattice.of_cells(1)),)


@final
@dataclass(frozen=True, repr=False, eq=False)
class Fixed(Dimension):
    """One value that is set and not searched.

    Parameters
    ----------
    value : object
        The value.

    Examples
    --------
    >>> Fixed("rbf")
    Fixed('rbf')
    """

    value: Any

    def __repr__(self) -> str:
        return f"Fixed({self.value!r})"

    def __eq__(self, other: object) -> bool:
        return same(self.value, other.value) if isinstance(other, Fixed) else NotImplemented

    def __hash__(self) -> int:
        return hash(Fixed)

    @property
    def size(self) -> int:
        return 1

    @property
    def columns(self) -> tuple[Column, ...]:
        return _COLUMNS

    def decode(self, block: Block) -> list[Any]:
        return [self.value] * len(block)

    def encode(self, values: Sequence[Any]) -> Block:
        column = [0.5 if same(self.value, value) else np.nan for value in values]
        return np.array(column, dtype=np.float64)[:, np.newaxis]

    def levels(self, points: int | None) -> Block:
        return np.array([[0.5]])
