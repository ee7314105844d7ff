"""The widths of a network's hidden layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SpaceError
from ._dimension import Block, Column, Dimension
from ._identity import is_boolean, is_integer
from ._integer import to_unit, to_whole_numbers

_SHAPES: Final = ("free", "constant", "funnel")


@final
@dataclass(frozen=True, repr=False)
class Layers(Dimension):
    """The widths of hidden layers, such as the ``hidden_layer_sizes`` of an MLP: a tuple of ints.

    Parameters
    ----------
    depth : tuple of int (low, high), or int, default=(1, 3)
        How many layers.
    width : tuple of int (low, high), or int, default=(16, 512)
        How many units a layer has.
    shape : {"free", "constant", "funnel"}, default="free"
        Whether each layer has its own width, all have the same, or the widths go down evenly from
        the first layer to the last.
    log : bool, default=True
        Whether the logarithm of the width is uniform, rather than the width.

    Raises
    ------
    SpaceError
        If a bound is not a whole number of at least 1, or low is above high, or the shape is none
        of the three.

    Notes
    -----
    The block has a column for the depth and, by shape, one per layer, one, or two (the first and
    the last layer). Columns of layers that the depth leaves out are inactive.

    Examples
    --------
    >>> Layers(depth=(1, 3), width=(16, 512), shape="funnel")
    Layers(depth=(1, 3), width=(16, 512), shape='funnel')
    """

    depth: Any = (1, 3)
    width: Any = (16, 512)
    shape: str = "free"
    log: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", _pair("depth", self.depth))
        object.__setattr__(self, "width", _pair("width", self.width))
        if self.shape not in _SHAPES:
            raise SpaceError(f"shape must be one of {', '.join(_SHAPES)}, got {self.shape!r}.")
        if not is_boolean(self.log):
            raise SpaceError(f"log must be True or False, got {self.log!r}.")
        object.__setattr__(self, "log", bool(self.log))

    def __repr__(self) -> str:
        shape = "" if self.shape == "free" else f", shape={self.shape!r}"
        log = "" if self.log else ", log=False"
        return f"Layers(depth={self.depth!r}, width={self.width!r}{shape}{log})"

    @property
    def size(self) -> int:
        depths = range(self.depth[0], self.depth[1] + 1)
        widths = self.width[1] - self.width[0] + 1
        if self.shape == "constant":
            return len(depths) * widths
        if self.shape == "funnel":
            return sum(widths if n == 1 else widths * (widths + 1) // 2 for n in depths)
        return sum(int(widths**n) for n in depths)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        n_widths = self.width[1] - self.width[0] + 1
        depth = Column(True, self.depth[1] - self.depth[0] + 1, None, "depth")
        if self.shape == "constant":
            return (depth, Column(True, n_widths, None, "width"))
        if self.shape == "funnel":
            # how many widths the last layer can have depends on the first one
            last = Column(True, 1 if 1 in (n_widths, self.depth[1]) else 0, None, "last")
            return (depth, Column(True, n_widths, None, "first"), last)
        layers = range(self.depth[1])
        return (depth, *(Column(True, n_widths, None, f"width{layer}") for layer in layers))

    def snap(self, block: Block) -> Block:
        snapped = self._at(self._depths(block), self._widths(block))
        return np.where(self.active(block), snapped, 0.5)

    def active(self, block: Block) -> NDArray[np.bool_]:
        active = np.ones(block.shape, dtype=bool)
        depths = self._depths(block)[:, np.newaxis]
        if self.shape == "free":
            active[:, 1:] = np.arange(block.shape[1] - 1) < depths
        if self.shape == "funnel":
            active[:, 2:] = depths > 1
        return active

    def decode(self, block: Block) -> list[Any]:
        depths = self._depths(block).astype(np.int64).tolist()
        widths = self._widths(block).astype(np.int64).tolist()
        return [self._layers(n, row) for n, row in zip(depths, widths, strict=True)]

    def encode(self, values: Sequence[Any]) -> Block:
        rows = [self._row(value) for value in values]
        numbers = np.array([row or (self.depth[0], *self._lowest) for row in rows], dtype=float)
        block = self._at(numbers[:, 0], numbers[:, 1:])
        block = np.where(self.active(block), block, 0.5)
        block[[row is None for row in rows]] = np.nan
        return block

    def levels(self, points: int | None) -> Block:
        low, high = self.width
        if points is None or points > high - low:
            widths = np.arange(low, high + 1, dtype=np.float64)
        else:
            spread = np.linspace(0.0, 1.0, points) if points > 1 else np.array([0.5])
            widths = np.unique(to_whole_numbers(spread, low, high=high, log=self.log))
        rows: list[tuple[float, ...]] = []
        for depth in range(self.depth[0], self.depth[1] + 1):
            rows.extend((depth, *chosen) for chosen in self._combinations(depth, widths.tolist()))
        numbers = np.array(rows, dtype=np.float64)
        return self.snap(self._at(numbers[:, 0], numbers[:, 1:]))

    @property
    def _lowest(self) -> tuple[int, ...]:
        return (self.width[0],) * (len(self.columns) - 1)

    def _combinations(self, depth: int, widths: list[float]) -> list[tuple[float, ...]]:
        """Return the widths of the columns that a depth leaves active, the others the lowest."""
        n_columns = len(self.columns) - 1
        n_active = min(depth, n_columns)
        if self.shape == "funnel":
            falling = product(widths, repeat=n_active)
            chosen = [pair for pair in falling if pair[0] >= pair[-1]]
        else:
            chosen = list(product(widths, repeat=n_active))
        return [(*some, *self._lowest[n_active:]) for some in chosen]

    def _layers(self, depth: int, widths: list[int]) -> tuple[int, ...]:
        if self.shape == "free":
            return tuple(widths[:depth])
        if self.shape == "constant":
            return (widths[0],) * depth
        return _funnel(widths[0], widths[1], depth=depth, log=self.log)

    def _row(self, value: object) -> tuple[int, ...] | None:
        """Return depth and widths of the columns for a tuple of layers, None if it is outside."""
        if not isinstance(value, tuple | list) or not all(map(is_integer, value)):
            return None
        layers, (low, high) = tuple(map(int, value)), self.width
        if not self.depth[0] <= len(layers) <= self.depth[1]:
            return None
        if not all(low <= layer <= high for layer in layers):
            return None
        if self.shape == "free":
            return (len(layers), *layers, *self._lowest[len(layers) :])
        if self.shape == "constant":
            return (len(layers), layers[0]) if len(set(layers)) == 1 else None
        if layers[-1] > layers[0] or layers != _funnel(
            layers[0], layers[-1], depth=len(layers), log=self.log
        ):
            return None
        return (len(layers), layers[0], layers[-1])

    def _depths(self, block: Block) -> NDArray[np.float64]:
        return to_whole_numbers(block[:, 0], self.depth[0], high=self.depth[1], log=False)

    def _widths(self, block: Block) -> NDArray[np.float64]:
        low, high = self.width
        widths = to_whole_numbers(block[:, 1:], low, high=high, log=self.log)
        if self.shape == "funnel":
            widths[:, 1] = to_whole_numbers(block[:, 2], low, high=widths[:, 0], log=self.log)
        return widths

    def _at(self, depths: NDArray[np.float64], widths: NDArray[np.float64]) -> Block:
        low, high = self.width
        block = np.empty((len(depths), len(self.columns)))
        block[:, 0] = to_unit(depths, self.depth[0], high=self.depth[1], log=False)
        block[:, 1:] = to_unit(widths, low, high=high, log=self.log)
        if self.shape == "funnel":
            last = np.minimum(widths[:, 1], widths[:, 0])
            block[:, 2] = to_unit(last, low, high=widths[:, 0], log=self.log)
        return block


def _funnel(first: int, last: int, *, depth: int, log: bool) -> tuple[int, ...]:
    """Return widths that go evenly from the first to the last layer, in ratio or in difference."""
    if depth == 1:
        return (first,)
    ways = [layer / (depth - 1) for layer in range(1, depth - 1)]
    if log:
        return (first, *(round(first * (last / first) ** way) for way in ways), last)
    return (first, *(round(first + (last - first) * way) for way in ways), last)


def _pair(name: str, bounds: object) -> tuple[int, int]:
    """Return (low, high) of two whole numbers or of one."""
    pair: Any = bounds if isinstance(bounds, tuple | list) and len(bounds) == 2 else (bounds,) * 2
    low, high = pair
    if not (is_integer(low) and is_integer(high)) or not 1 <= low <= high:
        raise SpaceError(
            f"{name} must be whole numbers (low, high) with 1 <= low <= high, got {bounds!r}."
        )
    return int(low), int(high)
