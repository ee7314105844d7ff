"""Doubts what a model says of parameters that few trials had.

Notation
--------
C      conditional columns
n_c    how many trials had column c
d_c    (D,)  1 / n_c, 0 for a column that all points have

A model fitted once to all trials takes its length-scales and its variance from where most of them
are.  In a branch with one trial nothing tells what the columns of that branch do; still the model
is about as sure there as elsewhere, and the branch is given up.  The effect of a column estimated
from n_c trials has a variance of 1 / n_c in the unit of the residual one, as in regression, so the
variance at a point counts 1 + sum of 1 / n_c times over the conditional columns it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..space import Space
from ..surrogates import Posterior, Slopes

__all__ = ["Widened"]


@dataclass(frozen=True, eq=False)
class Widened(Posterior):
    """A posterior that is less sure where conditional columns were rarely tried.

    Parameters
    ----------
    posterior : Posterior
        What a model predicts.
    conditional : ndarray of bool, shape (D,)
        Columns that not all points have.
    counts : ndarray of int, shape (D,)
        How many of the trials had each column, those under way included.
    """

    posterior: Posterior
    conditional: NDArray[np.bool_]
    counts: NDArray[np.int_]

    @classmethod
    def where_rare(cls, posterior: Posterior, U: NDArray[np.float64], space: Space) -> Posterior:
        """Return the posterior given masked points (n, D), as it is if all points have all columns.

        Parameters
        ----------
        posterior : Posterior
            Fitted to the points.
        U : ndarray of shape (n, D)
            All that was tried; NaN marks an inactive column.
        space : Space
            Where they lie.
        """
        gated = [bool(parameter.gates) for parameter in space.parameters]
        conditional = np.array(gated)[space.layout.owner] & (space.n_levels != 1)
        if not conditional.any():
            return posterior
        return cls(posterior, conditional, _counts(U))

    @property
    def is_smooth(self) -> bool:  # type: ignore[override]
        return self.posterior.is_smooth

    def predict(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        mean, std = self.posterior.predict(U)
        return mean, std * self._width(U)

    def mean(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.posterior.mean(U)

    def mean_slopes(
        self, U: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self.posterior.mean_slopes(U)

    def slopes(self, U: NDArray[np.float64]) -> Slopes:
        slopes, width = self.posterior.slopes(U), self._width(U)
        mean, std = slopes.prediction
        return Slopes((mean, std * width), slopes.mean, slopes.std * width[:, None], slopes.length)

    def condition(self, U: NDArray[np.float64]) -> Widened:
        return Widened(self.posterior.condition(U), self.conditional, self.counts + _counts(U))

    def _width(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        doubt = self.conditional / np.maximum(self.counts, 1)
        return np.sqrt(1.0 + ~np.isnan(U) @ doubt)


def _counts(U: NDArray[np.float64]) -> NDArray[np.int_]:
    return np.asarray((~np.isnan(U)).sum(axis=0))
