"""Lists the points of a finite part of a space."""

from __future__ import annotations

from typing import Final

import numpy as np

from ..exceptions import SpaceError
from ._dimension import Block
from ._layout import Layout

_MOST_ROWS: Final = 2_000_000


def expand(layout: Layout, points: int | None) -> Block:
    """Return every combination (m, D) of the values of all dimensions, inactive columns at 0.5.

    Parameters
    ----------
    layout : Layout
        Of the space.
    points : int or None
        How many values of a range are taken; None takes all, which needs a finite space.

    Notes
    -----
    The order is that of scikit-learn's ``ParameterGrid``: sub-space after sub-space, names
    sorted, the last one changing fastest.
    """
    table = np.full((1, len(layout.columns)), 0.5)
    for k in _by_name(layout):
        parameter = layout.parameters[k]
        active = layout.fulfilled(parameter.gates, table)
        levels = parameter.dimension.levels(points)
        repeats = np.where(active, len(levels), 1)
        if repeats.sum() > _MOST_ROWS:
            raise SpaceError(
                f"The grid has more than {_MOST_ROWS:,} params. Give fewer choices or points, or "
                "sample at random."
            )
        table = np.repeat(table, repeats, axis=0)
        rows = np.repeat(active, repeats)
        table[rows, layout.blocks[k]] = np.tile(levels, (int(active.sum()), 1))
    return table


def _by_name(layout: Layout) -> list[int]:
    """Return all parameters sorted by name, each after its parents."""
    waiting = sorted(range(len(layout.parameters)), key=lambda k: layout.parameters[k].name)
    ordered: list[int] = []
    while waiting:
        ready = next(
            k
            for k in waiting
            if all(p in ordered for gate in layout.parameters[k].gates for p, _ in gate)
        )
        ordered.append(ready)
        waiting.remove(ready)
    return ordered
