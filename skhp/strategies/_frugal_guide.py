"""Where a model of the score promises most for each second that a trial is expected to take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..acquisition import Landscape
from ..history import History
from ..observed import durations, masked
from ..space import Space
from ..surrogates import Columns, GaussianProcess, Posterior
from ._bayes_guide import Guide, Guided
from ._bayes_part import Part

__all__ = ["PerSecond"]

Array = NDArray[np.float64]

_MOST_MODELLED = 400
"""Trials, the latest ones, that the model of seconds is fitted to."""

_BESIDES = 0.01
"""Seconds that a trial takes besides its fits, to be proposed and handed out: fits of one and of
two milliseconds cost the same."""

_SECONDS = GaussianProcess(max_iter=0)
"""Models the logarithm of seconds, as smooth as scores are taken to be beforehand."""


@dataclass(frozen=True, eq=False)
class Price(Part):
    """The part of the worth of a point that its expected seconds take away.

    Parameters
    ----------
    posterior : Posterior
        Predicts the logarithm of seconds.
    weight : float
        1 counts improvement per second, 0 the improvement alone.
    """

    posterior: Posterior
    weight: float

    @property
    def is_smooth(self) -> bool:
        return self.posterior.is_smooth

    def value(self, U: Array) -> Array:
        return -self.weight * self.posterior.mean(U)

    def uphill(self, U: Array) -> Array:
        slopes, length = self.posterior.mean_slopes(U)
        return np.asarray(-self.weight * slopes * np.minimum(length, 1.0) ** 2)


class PerSecond(Guide):
    """Guides by what another guide values, per second to some power.

    Parameters
    ----------
    guide : Guide
        Values points by a logarithm.
    history : History
        Says how long trials took.
    weight : float
        The power, from 0 to 1.
    """

    def __init__(self, guide: Guide, history: History, weight: float) -> None:
        self._guide = guide
        self._history = history
        self._space: Space = history.space
        self._weight = weight
        self.pending = guide.pending
        self.n_whole, self.n_failed = guide.n_whole, guide.n_failed
        self.belief = guide.belief

    def guided(self, pending: Array, number: int) -> Guided:
        guided, price = self._guide.guided(pending, number), self._price
        if price is None:
            return guided
        return replace(guided, landscape=_priced(guided.landscape, price, self._space))

    @cached_property
    def _price(self) -> Price | None:
        """What seconds take away; None where no trial says how long it took."""
        if not self._weight:
            return None
        U, seconds = durations(self._history)
        if not len(U):
            return None
        U, seconds = U[-_MOST_MODELLED:], seconds[-_MOST_MODELLED:]
        columns = Columns(self._space.is_ordered, self._space.n_levels)
        points = masked(U, self._space)
        return Price(
            _SECONDS.fit(points, np.log(seconds + _BESIDES), columns=columns), self._weight
        )


def _priced(landscape: Landscape, price: Price, space: Space) -> Landscape:
    """Return what is left of the worth of points once their price is paid."""
    rise = landscape.direction

    def value(U: Array) -> Array:
        return landscape.value(U) + price.value(masked(U, space))

    if rise is None:
        return Landscape(value)

    def direction(U: Array) -> Array:
        return rise(U) + price.uphill(masked(U, space))

    return Landscape(value, direction)
