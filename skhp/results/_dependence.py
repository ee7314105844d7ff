"""How the score depends on one or two parameters, averaged over all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ..space import Space
from ._score_surface import ScoreSurface

__all__ = ["Dependence", "dependence"]

N_BACKGROUND = 256
"""Points over which the other parameters are averaged."""

N_GRID = 33
MOST_LEVELS = 40
MOST_TRIED = 12


@dataclass(frozen=True)
class Dependence:
    """The model's score for a grid of values.

    Parameters
    ----------
    names : tuple of str
        The one or two parameters.
    values : tuple of list
        Those of each parameter.
    mean : ndarray of shape (n,) or (n, m)
        The expected score, averaged over the rest of the space; NaN where the values never go
        together.
    std : ndarray of the same shape
        How uncertain the model is, as the mean of its standard deviation.
    """

    names: tuple[str, ...]
    values: tuple[list[Any], ...]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]


def dependence(surface: ScoreSurface, *names: str, seed: int = 0) -> Dependence:
    """Return how the score depends on one parameter or two.

    Parameters
    ----------
    surface : ScoreSurface
        The model of the scores.
    *names : str
        Of the parameters.  Of one that several sub-spaces have, the one that was tried most.
    seed : int
        Of the points that stand for the rest of the space.

    Raises
    ------
    SettingError
        If a parameter is not in the space.

    References
    ----------
    J. Friedman: Greedy function approximation, Annals of Statistics 29, 2001, section 8.2.
    """
    space = surface.space
    where = [_parameter(surface, name) for name in names]
    grids = [_grid(surface, k) for k in where]
    values = [_values(space, k, grid) for k, grid in zip(where, grids, strict=True)]
    background = space.sample(N_BACKGROUND, np.random.default_rng(seed))
    shape = tuple(map(len, grids))
    mean, std = np.full(shape, np.nan), np.full(shape, np.nan)
    for index in np.ndindex(shape):
        points = background.copy()
        for k, grid, row in zip(where, grids, index, strict=True):
            points[:, space.layout.blocks[k]] = grid[row]
        points = space.snap(points)
        whole = space.layout.active_parameters(points)[:, where].all(axis=1)
        whole &= space.allows(points)
        if whole.any():
            means, stds = surface.at(points[whole])
            mean[index], std[index] = means.mean(), stds.mean()
    return Dependence(tuple(names), tuple(values), mean, std)


def _parameter(surface: ScoreSurface, name: str) -> int:
    """Return the position of the parameter with that name that was active most often."""
    space = surface.space
    found = [k for k, parameter in enumerate(space.parameters) if parameter.name == name]
    if not found:
        raise SettingError(f"{name!r} is no parameter of the space: {', '.join(space.names)}.")
    active = space.layout.active_parameters(surface.U).sum(axis=0)
    return max(found, key=lambda k: active[k])


def _grid(surface: ScoreSurface, k: int) -> NDArray[np.float64]:
    """Return blocks (n, k) of the values to be asked about."""
    space = surface.space
    dimension, block = space.parameters[k].dimension, space.layout.blocks[k]
    if dimension.size <= MOST_LEVELS:
        return dimension.levels(None)
    if len(dimension.columns) == 1 or hasattr(dimension, "specials"):
        return dimension.levels(N_GRID)
    active = space.layout.active_parameters(surface.U)[:, k]
    return np.unique(surface.U[active][:, block], axis=0)[:MOST_TRIED]


def _values(space: Space, k: int, grid: NDArray[np.float64]) -> list[Any]:
    return space.parameters[k].dimension.decode(grid)
