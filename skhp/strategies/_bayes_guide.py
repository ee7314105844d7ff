"""Where a model of what is known promises most: the worth of points for Bayesian strategies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..acquisition import Acquisition, Landscape, ProbabilityOfImprovement
from ..history import History
from ..observed import masked, observe
from ..space import Space
from ..surrogates import Posterior
from ._bayes_belief import Belief, Faded
from ._bayes_model import Chance, Fitted, Modeller
from ._bayes_part import Part

__all__ = ["N_INCUMBENTS", "Guide", "Guided", "OneScore", "Term", "landscape_of"]

N_INCUMBENTS = 5

ENOUGH = 3
"""Whole trials from which on the model is asked whether hints are worth a trial."""

HOPELESS = 0.02
"""The chance to be the best below which a hint is given up.  Where hints are right that changes
nothing (regret 0 +- .005 after 10 trials, .004 +- .005 after 15), where they are wrong it takes off
.055 +- .026 and .035 +- .020 (``benchmarks/quality/priors.py``); .1 and .2 do the same."""


@dataclass(frozen=True, eq=False)
class Guided:
    """What the next proposal is to be the best of.

    Parameters
    ----------
    landscape : Landscape
        The worth of points.
    incumbents : ndarray of shape (k, D)
        Snapped points to look around.
    """

    landscape: Landscape
    incumbents: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Term(Part):
    """The part that one prediction has.

    Parameters
    ----------
    posterior : Posterior
        Predicts.
    acquisition : Acquisition
        Values the prediction.
    best : float
        What is to be improved on.
    """

    posterior: Posterior
    acquisition: Acquisition
    best: float

    @classmethod
    def of_chance(cls, chance: Chance) -> Term:
        """Return the logarithm of the chance: that the outcome lies above the middle of the two."""
        return cls(chance.posterior, ProbabilityOfImprovement(), chance.middle)

    @property
    def is_smooth(self) -> bool:
        return self.posterior.is_smooth

    def value(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.acquisition.value(*self.posterior.predict(U), self.best)

    def uphill(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        slopes = self.posterior.slopes(U)
        by_mean, by_std = self.acquisition.partials(*slopes.prediction, self.best)
        rise = by_mean[:, None] * slopes.mean + by_std[:, None] * slopes.std
        # Scaled by the squared length, as if the curvature were one over it; columns longer
        # than the cube hardly matter and must not take up the step.
        return np.asarray(rise * np.minimum(slopes.length, 1.0) ** 2)


class Guide(ABC):
    """What a history teaches about where to look next.

    Attributes
    ----------
    pending : ndarray of shape (q, D)
        Points under way.
    n_whole, n_failed : int
        Trials with and without a result.
    belief : Belief or None
        Where the user believes the best to lie.
    """

    pending: NDArray[np.float64]
    n_whole: int
    n_failed: int
    belief: Belief | None = None

    @abstractmethod
    def guided(self, pending: NDArray[np.float64], number: int) -> Guided:
        """Return where to look.

        Parameters
        ----------
        pending : ndarray of shape (q, D)
            Points under way, those that were proposed just now included.
        number : int
            Of the proposal.
        """


class OneScore(Guide):
    """Guides by a model of the score.

    Parameters
    ----------
    history : History
        What was tried.
    modeller : Modeller
        Fits the model.
    acquisition : Acquisition
        Values its predictions.
    belief : Belief, optional
        Where the user believes the best to lie.
    """

    def __init__(
        self,
        history: History,
        modeller: Modeller,
        acquisition: Acquisition,
        belief: Belief | None = None,
    ) -> None:
        self.belief = belief
        self._space: Space = history.space
        self._modeller = modeller
        self._acquisition = acquisition
        self._observations = observe(history)
        self._fitted: Fitted | None = None
        self.pending = self._observations.pending
        self.n_whole = int(self._observations.whole.sum())
        self.n_failed = int(np.isnan(self._observations.y).sum())

    def gives_up(self, params: dict[str, Any]) -> bool:
        """Say whether what was tried leaves params next to no chance to be the best."""
        if self.n_whole < ENOUGH:
            return False
        fitted = self._model()
        U = masked(self._space.snap(self._space.encode([params])), self._space)
        [chance] = ProbabilityOfImprovement().value(*fitted.posterior.predict(U), fitted.best)
        return bool(chance < np.log(HOPELESS))

    def guided(self, pending: NDArray[np.float64], number: int) -> Guided:
        fitted = self._model()
        under_way = masked(pending, self._space)
        # Points under way count as seen, so what they promise is no improvement any more.
        best = max([fitted.best, *fitted.posterior.mean(under_way)])
        terms: list[Part] = [Term(fitted.posterior.condition(under_way), self._acquisition, best)]
        if fitted.chance is not None:
            terms.append(Term.of_chance(fitted.chance))
        if self.belief is not None:
            terms.append(Faded(self.belief, number))
        return Guided(landscape_of(terms, self._space), fitted.incumbents(N_INCUMBENTS))

    def _model(self) -> Fitted:
        if self._fitted is None:
            self._fitted = self._modeller.fit(self._observations, self._space)
        return self._fitted


def landscape_of(parts: Sequence[Part], space: Space) -> Landscape:
    """Return the sum of parts as a function of points."""

    def value(U: NDArray[np.float64]) -> NDArray[np.float64]:
        points = masked(U, space)
        return reduce(np.add, [part.value(points) for part in parts])

    def direction(U: NDArray[np.float64]) -> NDArray[np.float64]:
        points = masked(U, space)
        return reduce(np.add, [part.uphill(points) for part in parts])

    return Landscape(value, direction if parts[0].is_smooth else None)
