"""Where a user believes the best to lie, as a part of the worth of points that fades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ..space import Space
from ..space._dimension import Dimension
from ..space._identity import same
from ._bayes_part import Part

__all__ = ["Belief", "Beliefs", "Faded"]

Array = NDArray[np.float64]

_STRENGTH = 4.0
"""With the n-th proposal the belief counts with the power of this over n: a tenth of the trials of
a short search, as in the paper.  With 10 a right belief gains as much, and a wrong one costs a
little more (``benchmarks/quality/priors.py --beliefs``)."""

_DOUBT = 0.05
"""How likely the user is taken to be wrong, so that nothing is ruled out."""

_N_CELLS = 256
_MOST_LEVELS = 4096


@dataclass(frozen=True, eq=False)
class _Marginal:
    """What is believed of one column: the mass of each of its cells or levels.

    Parameters
    ----------
    column : int
        Of the unit cube.
    log_ratio : ndarray of shape (m,)
        Logarithm of the mass of each cell or level times their number.
    cumulative : ndarray of shape (m + 1,)
        From 0 to 1.
    positions : ndarray of shape (m,), optional
        Where the levels lie, rising; None for cells of equal width.
    """

    column: int
    log_ratio: Array
    cumulative: Array
    positions: Array | None

    @classmethod
    def of(cls, column: int, mass: Array, positions: Array | None) -> _Marginal:
        if positions is not None:
            order = np.argsort(positions)
            mass, positions = mass[order], positions[order]
        share = mass / mass.sum()
        with np.errstate(divide="ignore"):
            log_ratio = np.log(share * len(share))
        cumulative = np.append(0.0, np.cumsum(share))
        return cls(column, log_ratio, cumulative / cumulative[-1], positions)

    def value(self, U: Array) -> Array:
        """Return the logarithm of the believed density at points, 0 where they have no such."""
        u = U[:, self.column]
        inactive = np.isnan(u)
        at = np.where(inactive, 0.5, u)
        if self.positions is None:
            cell = np.minimum((at * len(self.log_ratio)).astype(int), len(self.log_ratio) - 1)
        else:
            between = (self.positions[1:] + self.positions[:-1]) / 2.0
            cell = np.searchsorted(between, at)
        return np.where(inactive, 0.0, self.log_ratio[cell])

    def quantiles(self, u: Array) -> Array:
        """Return where what is believed has the quantiles u."""
        if self.positions is None:
            edges = np.linspace(0.0, 1.0, len(self.cumulative))
            return np.interp(u, self.cumulative, edges)
        level = np.searchsorted(self.cumulative[1:-1], u, side="right")
        return self.positions[level]


@dataclass(frozen=True, eq=False)
class Belief:
    """Where a user believes the best to lie, parameter by parameter.

    Parameters
    ----------
    marginals : tuple
        One for each column of which something is believed.
    """

    marginals: tuple[_Marginal, ...]

    @classmethod
    def read(cls, beliefs: Mapping[str, Any], space: Space) -> Belief:
        """Return what beliefs say of the points of a space.

        Parameters
        ----------
        beliefs : mapping of str to distribution or mapping
            By the name of a parameter, as `skhp.strategies.Bayes` takes them.
        space : Space
            Where they lie.

        Raises
        ------
        SettingError
            If one is of no parameter, or says nothing of its values.
        """
        unknown = sorted({*beliefs} - {*space.names})
        if unknown:
            raise SettingError(
                f"beliefs must be of parameters of the space, got {unknown}. It has "
                f"{list(space.names)}."
            )
        marginals = [
            _marginal(parameter.name, parameter.dimension, beliefs[parameter.name], block)
            for parameter, block in zip(space.parameters, space.layout.blocks, strict=True)
            if parameter.name in beliefs
        ]
        return cls(tuple(marginals))

    def value(self, U: Array) -> Array:
        """Return the logarithm of the believed density (n,) at masked points (n, D)."""
        believed = np.sum([one.value(U) for one in self.marginals], axis=0)
        return np.logaddexp(np.log1p(-_DOUBT) + believed, np.log(_DOUBT))

    def cover(self, U: Array) -> Array:
        """Return points (n, D) that cover the cube, of which every other one is as believed."""
        moved = np.array(U)
        for one in self.marginals:
            moved[1::2, one.column] = one.quantiles(U[1::2, one.column])
        return moved


@dataclass
class Beliefs:
    """What a user believes, and how it was read in the last space, for speed only.

    Parameters
    ----------
    beliefs : mapping
        As `Belief.read` takes them.
    """

    beliefs: Mapping[str, Any]
    _last: tuple[Space, Belief] | None = None

    def __reduce__(self) -> tuple[type[Beliefs], tuple[Mapping[str, Any]]]:
        return Beliefs, (self.beliefs,)

    def within(self, space: Space) -> Belief | None:
        """Return what is believed of the points of a space, None if nothing is."""
        if not self.beliefs:
            return None
        if self._last is None or self._last[0] is not space:
            self._last = space, Belief.read(self.beliefs, space)
        return self._last[1]


def _marginal(name: str, dimension: Dimension, belief: Any, block: slice) -> _Marginal:
    if len(dimension.columns) != 1:
        raise SettingError(f"beliefs are of parameters of one value, but {name} is {dimension!r}.")
    positions, mass = None, None
    if dimension.size <= _MOST_LEVELS:
        rows = dimension.levels(None)
        positions, values = rows[:, 0], dimension.decode(rows)
        if isinstance(belief, Mapping):
            mass = _weights(values, belief)
        elif hasattr(belief, "cdf"):
            mass = _between(np.array(values, dtype=float), belief)
    elif hasattr(belief, "cdf"):
        edges = dimension.snap(np.linspace(0.0, 1.0, _N_CELLS + 1)[:, None])
        mass = np.abs(np.diff(belief.cdf(np.array(dimension.decode(edges), dtype=float))))
    if mass is None or not np.isfinite(mass).all() or mass.min() < 0 or not mass.sum() > 0:
        raise SettingError(
            f"A belief must be a distribution of scipy.stats or, of choices, a dict from them to "
            f"weights, and give some of {dimension!r} a chance; got {belief!r} for {name}."
        )
    return _Marginal.of(block.start, mass, positions)


def _weights(values: list[Any], belief: Mapping[Any, float]) -> Array:
    """Return the weight of each value, 1 where none is given; NaN if another value is."""
    known = [[weight for key, weight in belief.items() if same(key, one)] for one in values]
    weights = np.array([found[0] if found else 1.0 for found in known], dtype=float)
    return weights if sum(map(len, known)) == len(belief) else weights * np.nan


def _between(values: Array, belief: Any) -> Array:
    """Return the mass of what lies nearer to each of the values than to others."""
    order = np.argsort(values)
    rising = values[order]
    middles = (rising[1:] + rising[:-1]) / 2.0
    first, last = (middles[0], middles[-1]) if len(middles) else (rising[0] + 0.5, rising[0] - 0.5)
    edges = [2 * rising[0] - first, *middles, 2 * rising[-1] - last]
    mass = np.empty(len(values))
    mass[order] = np.diff(belief.cdf(np.array(edges)))
    return mass


@dataclass(frozen=True, eq=False)
class Faded(Part):
    """The logarithm of what is believed, of which less counts with every proposal.

    The expected improvement is multiplied by the power b / n of the density with the n-th proposal
    (Hvarfner et al. 2022, eq. 6).

    Parameters
    ----------
    belief : Belief
        Of the user.
    number : int
        Of the proposal, from 0.
    """

    belief: Belief
    number: int

    @property
    def is_smooth(self) -> bool:
        return True

    def value(self, U: Array) -> Array:
        return _STRENGTH / (self.number + 1) * self.belief.value(U)

    def uphill(self, U: Array) -> Array:
        """Nowhere: the cover, half of which is as believed, knows where the density is high."""
        return np.zeros_like(U)
