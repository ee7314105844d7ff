"""Where the parameters of a space lie in the unit cube, and when they are active."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np
from numpy.typing import NDArray

from ._dimension import Block, Column
from ._parameters import Gate, Parameter


@final
class Layout:
    """The columns of a space, compiled for speed.

    Parameters
    ----------
    parameters : sequence of Parameter
        In reading order; each owns the next columns.

    Attributes
    ----------
    blocks : list of slice
        The columns of each parameter.
    order : list of int
        The parameters, parents first.
    columns : list of Column
        All of them, (D,).
    """

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self.parameters = parameters
        self.columns: list[Column] = [c for p in parameters for c in p.dimension.columns]
        counts = [len(parameter.dimension.columns) for parameter in parameters]
        stops = np.cumsum(counts).tolist()
        self.blocks = [slice(s - k, s) for s, k in zip(stops, counts, strict=True)]
        self.owner: NDArray[np.intp] = np.repeat(np.arange(len(parameters)), counts)
        self.order = _parents_first(parameters)
        self.conditional = any(parameter.gates for parameter in parameters)
        self._uneven = [k for k, p in enumerate(parameters) if _is_uneven(p)]
        self._nested = [k for k, count in enumerate(counts) if count > 1]
        self._parents = sorted({k for p in parameters for gate in p.gates for k, _ in gate})
        self._allowed = {
            (k, codes): _mask(parameters[k], codes)
            for p in parameters
            for gate in p.gates
            for k, codes in gate
        }
        lattices = [column.lattice for column in self.columns]
        self._n_cells = np.array([one.n_cells if one else 1 for one in lattices], dtype=float)
        self._shift = np.array([one.shift if one else 0.0 for one in lattices])
        self._first = np.array([one.first if one else 0 for one in lattices], dtype=float)
        self._last = np.array([one.last if one else 0 for one in lattices], dtype=float)

    def snap(self, U: Block) -> Block:
        """Return the positions (n, D) that points belong to, inactive columns at 0.5."""
        snapped = U * self._n_cells
        snapped += self._shift
        np.floor(snapped, out=snapped)
        np.maximum(snapped, self._first, out=snapped)
        np.minimum(snapped, self._last, out=snapped)
        snapped += 0.5 - self._shift
        snapped /= self._n_cells
        for k in self._uneven:
            block = self.blocks[k]
            snapped[:, block] = self.parameters[k].dimension.snap(U[:, block])
        if self.conditional:
            snapped[~self.active_columns(snapped)] = 0.5
        return snapped

    def active_columns(self, U: Block) -> NDArray[np.bool_]:
        """Say which columns (n, D) matter."""
        if not self.conditional and not self._nested:
            return np.ones(U.shape, dtype=bool)
        active = self.active_parameters(U)[:, self.owner]
        for k in self._nested:
            block = self.blocks[k]
            active[:, block] &= self.parameters[k].dimension.active(U[:, block])
        return active

    def active_parameters(self, U: Block) -> NDArray[np.bool_]:
        """Say which parameters (n, P) are active."""
        active = np.ones((len(U), len(self.parameters)), dtype=bool)
        if not self.conditional:
            return active
        codes = {k: self.codes(U, k) for k in self._parents}
        for k in self.order:
            for gate in self.parameters[k].gates:
                active[:, k] &= self._fulfilled(gate, active, codes)
        return active

    def fulfilled(self, gates: Sequence[Gate], U: Block) -> NDArray[np.bool_]:
        """Say for which rows (n,) all of some gates are fulfilled."""
        return self.fulfilled_by(gates, self.active_parameters(U), U)

    def fulfilled_by(
        self, gates: Sequence[Gate], active: NDArray[np.bool_], U: Block
    ) -> NDArray[np.bool_]:
        """Say the same where it is known which parents (n, P) are active."""
        codes = {k: self.codes(U, k) for gate in gates for k, _ in gate}
        fulfilled = np.ones(len(U), dtype=bool)
        for gate in gates:
            fulfilled &= self._fulfilled(gate, active, codes)
        return fulfilled

    @property
    def n_branches(self) -> int:
        """How many sub-spaces there are."""
        hidden = not self.parameters[0].name
        return self.columns[0].n_levels if hidden else 1

    def codes(self, U: Block, k: int) -> NDArray[np.int64]:
        """Return the level (n,) of one finite parameter."""
        return self.parameters[k].dimension.codes(U[:, self.blocks[k]])

    def _fulfilled(
        self, gate: Gate, active: NDArray[np.bool_], codes: dict[int, NDArray[np.int64]]
    ) -> NDArray[np.bool_]:
        fulfilled = np.zeros(len(active), dtype=bool)
        for parent, allowed in gate:
            key = (parent, allowed)
            if key not in self._allowed:
                self._allowed[key] = _mask(self.parameters[parent], allowed)
            fulfilled |= active[:, parent] & self._allowed[key][codes[parent]]
        return fulfilled


def _is_uneven(parameter: Parameter) -> bool:
    return any(column.lattice is None for column in parameter.dimension.columns)


def _mask(parent: Parameter, codes: frozenset[int]) -> NDArray[np.bool_]:
    mask = np.zeros(parent.dimension.columns[0].n_levels, dtype=bool)
    mask[list(codes)] = True
    return mask


def _parents_first(parameters: Sequence[Parameter]) -> list[int]:
    order: list[int] = []

    def visit(k: int) -> None:
        if k in order:
            return
        for gate in parameters[k].gates:
            for parent, _ in gate:
                visit(parent)
        order.append(k)

    for k in range(len(parameters)):
        visit(k)
    return order
