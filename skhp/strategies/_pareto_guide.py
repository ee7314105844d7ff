"""Where models of several objectives and of bounded values promise most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..acquisition import (
    LogExpectedImprovement,
    LogHypervolumeImprovement,
    ProbabilityOfImprovement,
    non_dominated,
)
from ..history import History
from ..objectives import Objectives
from ..observed import Observations, coordinates, masked
from ..space import Space
from ..surrogates import OutputTransform, Posterior
from ._bayes_guide import N_INCUMBENTS, Guide, Guided, Term, landscape_of
from ._bayes_model import Fitted, Modeller
from ._bayes_part import Part

__all__ = ["SeveralObjectives"]

Array = NDArray[np.float64]

_MOST_OF_FRONT = 12
"""Points of a front that are looked around."""

_AUGMENTED = 0.05
"""Share of the weighted sum beside the weighted maximum (Knowles 2006, eq. 2)."""

_WEIGHTS = 1
"""Tells the generator of weights from that of the proposal."""

_AS_IT_IS = OutputTransform(reach=1e12)
"""Standardises alone, so that a limit can be put on the same scale."""


@dataclass(frozen=True, eq=False)
class _Growth(Part):
    """The part of the worth of a point that two objectives have together."""

    posteriors: tuple[Posterior, Posterior]
    acquisition: LogHypervolumeImprovement

    @property
    def is_smooth(self) -> bool:
        return all(one.is_smooth for one in self.posteriors)

    def value(self, U: Array) -> Array:
        means, stds = zip(*(one.predict(U) for one in self.posteriors), strict=True)
        return self.acquisition.value(np.stack(means, axis=1), np.stack(stds, axis=1))

    def uphill(self, U: Array) -> Array:
        slopes = [one.slopes(U) for one in self.posteriors]
        mean, std = (np.stack([one.prediction[k] for one in slopes], axis=1) for k in (0, 1))
        by_mean, by_std = self.acquisition.partials(mean, std)
        rise = sum(
            by_mean[:, k, None] * one.mean + by_std[:, k, None] * one.std
            for k, one in enumerate(slopes)
        )
        length = np.minimum(*(one.length for one in slopes))
        return np.asarray(rise * np.minimum(length, 1.0) ** 2)


@dataclass(frozen=True, eq=False)
class _Limit:
    """A model of a bounded value, on a scale on which larger is better."""

    fitted: Fitted
    limit: float

    def kept_at(self, U: Array) -> NDArray[np.bool_]:
        """Say whether the bound is expected to be kept at masked points (n, D)."""
        return np.asarray(self.fitted.posterior.predict(U)[0] >= self.limit)


class SeveralObjectives(Guide):
    """Guides by a model of each objective and of each bounded value.

    Parameters
    ----------
    history : History
        What was tried.
    modeller : Modeller
        Fits the models of objectives.
    objectives : Objectives
        What counts.
    """

    def __init__(self, history: History, modeller: Modeller, objectives: Objectives) -> None:
        self._space: Space = history.space
        self._seed = history.seed
        self._modeller = modeller
        trials = history.trials
        bounded = [objectives.margins(trials, bound) for bound in objectives.bounds]
        worths = objectives.worths(trials)
        margins = np.reshape([values for values, _ in bounded], (len(bounded), len(trials))).T
        self._limits = np.array([limit for _, limit in bounded])
        status = np.array([trial.status for trial in trials], dtype="<U8")
        ended = (status == "complete") | (status == "failed")
        self.pending = coordinates(history)[status == "pending"]
        self._U = coordinates(history)[ended]
        self._worths, self._margins = worths[ended], margins[ended]
        known = np.isfinite(self._worths).all(axis=1) & np.isfinite(self._margins).all(axis=1)
        self._known = known
        self.n_whole, self.n_failed = int(known.sum()), int((~known).sum())
        self._keeps = known & (self._margins >= self._limits).all(axis=1)
        self._models: list[Fitted] | None = None
        self._bounds: list[_Limit] = []

    def guided(self, pending: Array, number: int) -> Guided:
        if self._models is None:
            self._bounds = [self._bound(k) for k in range(len(self._limits))]
        if self._models is None or self._worths.shape[1] > 2:
            self._models = [self._fit(column) for column in self._columns(number).T]
        under_way = masked(pending, self._space)
        limits = [
            Term(one.fitted.posterior.condition(under_way), ProbabilityOfImprovement(), one.limit)
            for one in self._bounds
        ]
        chance = self._models[0].chance
        terms = [*limits, *([] if chance is None else [Term.of_chance(chance)])]
        if not self._keeps.any():
            return Guided(landscape_of(terms, self._space), self._nearest_to_bounds())
        means = self._means(masked(self._U[self._known], self._space))  # (n, k)
        kept = self._keeps[self._known]
        expected = [one.kept_at(under_way) for one in self._bounds]
        likely = under_way[np.all([np.ones(len(under_way), dtype=bool), *expected], axis=0)]
        reached = np.vstack([means[kept], self._means(likely)])
        posteriors = [one.posterior.condition(under_way) for one in self._models]
        worth = self._worth(posteriors, means, reached)
        landscape = landscape_of([worth, *terms], self._space)
        return Guided(landscape, self._U[self._keeps][_best_of(means[kept])])

    def _worth(self, posteriors: Sequence[Posterior], means: Array, reached: Array) -> Part:
        """Return the improvement on what is reached (n, k), where means (m, k) are known."""
        if len(posteriors) == 1:
            return Term(posteriors[0], LogExpectedImprovement(), float(reached.max()))
        worst, best = means.min(axis=0), means.max(axis=0)
        reference = worst - 0.1 * np.maximum(best - worst, 1e-6)
        one, other = posteriors
        return _Growth((one, other), LogHypervolumeImprovement(reached, reference))

    def _columns(self, number: int) -> Array:
        """Return what is modelled (n, k): one or two objectives as they are, more as one."""
        Y = self._worths
        if Y.shape[1] <= 2:
            return Y
        lacking = np.stack([self._lacking(column) for column in Y.T], axis=1)
        rng = np.random.default_rng([self._seed, number, _WEIGHTS])
        weighted = lacking * rng.dirichlet(np.ones(Y.shape[1]))
        return -(weighted.max(axis=1) + _AUGMENTED * weighted.sum(axis=1))[:, None]

    def _lacking(self, column: Array) -> Array:
        """Return what each value (n,) lacks to the best, 1 for the worst."""
        z = np.full(len(column), np.nan)
        z[self._known], _ = OutputTransform().transform(column[self._known])
        low, high = z[self._known].min(), z[self._known].max()
        return (high - z) / (high - low or 1.0)

    def _fit(self, column: Array, modeller: Modeller | None = None) -> Fitted:
        y = np.where(self._known, column, np.nan)
        noise = np.zeros(len(y))
        observations = Observations(self._U, y, noise, self._known, self.pending)
        return (modeller or self._modeller).fit(observations, self._space)

    def _bound(self, k: int) -> _Limit:
        modeller = Modeller(self._modeller.surrogate, _AS_IT_IS)
        column = self._margins[:, k]
        z, slope = _AS_IT_IS.transform(column[self._known])
        limit = z[0] + (self._limits[k] - column[self._known][0]) * slope
        return _Limit(self._fit(column, modeller), float(limit))

    def _means(self, U: Array) -> Array:
        """Return the means (n, k) that the models predict at masked points (n, D)."""
        assert self._models is not None
        return np.stack([one.posterior.predict(U)[0] for one in self._models], axis=1)

    def _nearest_to_bounds(self) -> Array:
        margins = self._margins[self._known]
        spread = np.maximum(margins.std(axis=0), 1e-12)
        lacking = np.maximum(self._limits - margins, 0.0) / spread
        order = np.argsort(lacking.sum(axis=1), kind="stable")[:N_INCUMBENTS]
        return self._U[self._known][order]


def _best_of(means: Array) -> NDArray[np.int_]:
    """Return the rows of means (n, k) to look around: the best of one column, or of a front."""
    if means.shape[1] == 1:
        return np.argsort(-means[:, 0], kind="stable")[:N_INCUMBENTS]
    front = np.flatnonzero(non_dominated(means))
    front = front[np.argsort(means[front, 0], kind="stable")]
    places = np.linspace(0, len(front) - 1, min(len(front), _MOST_OF_FRONT)).round().astype(int)
    return front[places]
