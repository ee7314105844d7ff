"""Finds the point of a mixed, conditional space that an acquisition values most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..space import Space

__all__ = ["Landscape", "Maximiser"]

Value = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Direction = Value

_STRIDES = np.array([4.0, 1.0, 0.25])


@dataclass(frozen=True)
class Landscape:
    """What is to be maximised.

    Parameters
    ----------
    value : callable
        From snapped points (m, D) to values (m,); -inf where a point must not be taken.
    direction : callable
        From snapped points (m, D) to directions (m, D) in which the value rises, of any length;
        None where the value has steps.
    """

    value: Value
    direction: Direction | None = None


@dataclass(frozen=True)
class Maximiser:
    """Values a cover of the space and the surroundings of incumbents, then climbs from the best.

    Parameters
    ----------
    n_around : int
        Points around the incumbents.
    n_starts : int
        From how many of the best candidates to climb.
    n_rounds : int
        Rounds of climbing.
    n_neighbours : int
        Neighbours of each point tried in a round.
    """

    n_around: int = 120
    n_starts: int = 4
    n_rounds: int = 4
    n_neighbours: int = 8

    def ranked(
        self,
        landscape: Landscape,
        space: Space,
        *,
        cover: NDArray[np.float64],
        incumbents: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> NDArray[np.float64]:
        """Return points of the space, those with the largest value first.

        Parameters
        ----------
        landscape : Landscape
            What to maximise.
        space : Space
            Where to look.
        cover : ndarray of shape (m, D)
            Points all over the unit cube.
        incumbents : ndarray of shape (k, D)
            Snapped points to look around, k at least 1.
        rng : numpy.random.Generator
            Source of all randomness.

        Returns
        -------
        ndarray of shape (m, D)
            Snapped points that the constraints allow and that have a value above -inf.
        """
        points = self._candidates(space, cover, incumbents=incumbents, rng=rng)
        values = landscape.value(points)
        order = np.argsort(-values, kind="stable")[: self.n_starts]
        found, found_values = self._climb(
            landscape, space, start=(points[order], values[order]), rng=rng
        )
        points = np.vstack([found, points])
        values = np.append(found_values, values)
        order = np.argsort(-values, kind="stable")
        return points[order[values[order] > -np.inf]]

    def _candidates(
        self,
        space: Space,
        cover: NDArray[np.float64],
        *,
        incumbents: NDArray[np.float64],
        rng: np.random.Generator,
    ) -> NDArray[np.float64]:
        around = np.repeat(incumbents, -(-self.n_around // len(incumbents)), axis=0)
        points = np.vstack([space.snap(cover), neighbours(around, space, step=0.1, rng=rng)])
        points = points[space.allows(points)]
        if len(points) < self.n_starts:
            points = np.vstack([points, space.sample(self.n_around, rng)])
        return points

    def _climb(
        self,
        landscape: Landscape,
        space: Space,
        *,
        start: tuple[NDArray[np.float64], NDArray[np.float64]],
        rng: np.random.Generator,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        points, values = start
        step = 0.1
        rows = np.arange(len(points))
        for _ in range(self.n_rounds):
            tried = self._surroundings(points, landscape, space=space, step=step, rng=rng)
            flat = tried.reshape(-1, space.n_columns)
            worth = np.where(space.allows(flat), landscape.value(flat), -np.inf)
            worth = worth.reshape(tried.shape[:2])
            best = worth.argmax(axis=1)
            better = worth[rows, best] > values
            points = np.where(better[:, None], tried[rows, best], points)
            values = np.where(better, worth[rows, best], values)
            if better.mean() < 0.3:
                step *= 0.6
        return points, values

    def _surroundings(
        self,
        points: NDArray[np.float64],
        landscape: Landscape,
        *,
        space: Space,
        step: float,
        rng: np.random.Generator,
    ) -> NDArray[np.float64]:
        """Return random neighbours of each point and some steps uphill.  Shape (k, m, D)."""
        k, n_columns = points.shape
        around = np.repeat(points, self.n_neighbours, axis=0)
        tried = _moved(around, space, step=step, rng=rng).reshape(k, -1, n_columns)
        if landscape.direction is not None:
            direction = landscape.direction(points)
            longest = np.abs(direction).max(axis=1, keepdims=True)
            direction = step * direction / np.maximum(longest, 1e-300)
            uphill = points[:, None] + direction[:, None] * _STRIDES[:, None]
            tried = np.concatenate([tried, np.minimum(np.maximum(uphill, 0.0), 1.0)], axis=1)
        return space.snap(tried.reshape(-1, n_columns)).reshape(tried.shape)


def neighbours(
    U: NDArray[np.float64], space: Space, *, step: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return each point with one or two of its active columns changed.

    An ordered column moves by a normal step of standard deviation `step`, at least one level if it
    has levels; an unordered one takes another level.  Where a change activates other columns, these
    are drawn anew.

    Parameters
    ----------
    U : ndarray of shape (m, D)
        Snapped points.
    space : Space
        The space they are in.
    step : float
        Size of a step in the unit cube.
    rng : numpy.random.Generator
        Source of all randomness.

    Returns
    -------
    ndarray of shape (m, D)
        Snapped points, not all of which the constraints need allow.
    """
    return space.snap(_moved(U, space, step=step, rng=rng))


def _moved(
    U: NDArray[np.float64], space: Space, *, step: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return the neighbours (m, D) before they are snapped."""
    active = space.active(U)
    moved = np.where(active, U, rng.random(U.shape))
    lottery = np.where(active & (space.n_levels != 1), rng.random(U.shape), -1.0)
    rows = np.arange(len(U))[:, None]
    columns = np.argsort(-lottery, axis=1)[:, :2]  # (m, 2), or (m, 1) of one column
    taken = lottery[rows, columns] >= 0.0
    taken[:, 1:] &= rng.random((len(U), 1)) < 0.5
    u = moved[rows, columns]
    moved[rows, columns] = np.where(taken, _new_values(u, columns, space, step=step, rng=rng), u)
    return moved


def _new_values(
    u: NDArray[np.float64],
    columns: NDArray[np.int_],
    space: Space,
    *,
    step: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return other values for values `u` of the given columns, of the same shape."""
    n_levels = space.n_levels
    shift = rng.normal(0.0, step, size=u.shape)
    least = np.where(n_levels > 0, 1.0 / np.maximum(n_levels, 1), 0.0)[columns]
    near = u + np.copysign(np.maximum(np.abs(shift), least), shift)
    near = np.minimum(np.maximum(near, 0.0), 1.0)
    if space.is_ordered.all():
        return near
    # Any shift from half a level to K - 1/2 levels, cyclic, reaches every other level.
    margin = (0.5 / np.maximum(n_levels, 2))[columns]
    other = (u + margin + (1.0 - 2.0 * margin) * rng.random(u.shape)) % 1.0
    return np.where(space.is_ordered[columns], near, other)
