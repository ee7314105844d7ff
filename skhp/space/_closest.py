"""Finds the params of a space that come closest to what an estimator has now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._dimension import Block
from ._identity import NOTHING
from ._space import Space


def closest(space: Space, present: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return params of the space that agree with given ones as far as those lie in it.

    Parameters
    ----------
    space : Space
        Where the result lies.
    present : mapping
        Values by parameter name; may have more names than the space and lack some.

    Returns
    -------
    dict or None
        What does not lie in the space stands in the middle of its range; of several sub-spaces
        the one that agrees most is taken. None if nothing agrees, or constraints forbid it.

    Examples
    --------
    >>> space = Space.read({"C": (0.01, 100.0, "log-uniform"), "gamma": (0.1, 10.0, "log-uniform")})
    >>> closest(space, {"C": 5.0, "gamma": "scale"})
    {'C': 5.0, 'gamma': 1.0}
    """
    found = [_closest_in(space, branch, present) for branch in range(space.layout.n_branches)]
    share, point = max(found, key=lambda one: one[0])
    if not share:
        return None
    point = space.snap(point)
    return space.decode(point)[0] if space.allows(point)[0] else None


def _closest_in(space: Space, branch: int, present: Mapping[str, Any]) -> tuple[float, Block]:
    layout = space.layout
    point = np.full((1, space.n_columns), 0.5)
    n_inside = n_active = 0
    for k in layout.order:
        parameter, block = layout.parameters[k], layout.blocks[k]
        if not parameter.name:
            point[:, block] = parameter.dimension.levels(None)[branch]
            continue
        if not layout.active_parameters(layout.snap(point))[0, k]:
            continue
        n_active += 1
        value = parameter.dimension.encode([present.get(parameter.name, NOTHING)])
        if not np.isnan(value).any():
            point[:, block] = value
            n_inside += 1
    return n_inside / max(n_active, 1), point
