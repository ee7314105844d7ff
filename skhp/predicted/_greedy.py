"""Greedy selection of the members whose mean is best, with replacement.

===========  ================================================================
 symbol       meaning
===========  ================================================================
 m            candidates
 n            rows
 c            columns of what a loss compares
 size         steps; the k-th mean has k members, some of them more than once
===========  ================================================================
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Blend", "LogLoss", "Loss", "ScoreLoss", "SquaredError", "blended"]

LEAST_PROBABILITY = 0.01
"""What a class is given at least.

A grown tree rules classes out that are true. With less here it loses to a stump that knows nothing,
which no single step away from it is better than: on digits that cost .3 of the accuracy.
"""

ELEMENTS_AT_ONCE = 4_000_000
"""Numbers that are compared in one step, which bounds the memory."""

Floats = NDArray[np.floating]


class Loss(ABC):
    """What the mean of predictions costs; smaller is better."""

    @abstractmethod
    def compared(self, values: Floats) -> Floats:
        """Return what is averaged and compared, of predictions of shape (n, n_columns)."""

    @abstractmethod
    def of(self, means: Floats, weight: Floats) -> Floats:
        """Return the losses of means of shape (m, n, c), rows weighted.  Shape (m,)."""


@dataclass(frozen=True, eq=False)
class LogLoss(Loss):
    """The mean of minus the logarithm of what is given to the true class.

    Parameters
    ----------
    true : ndarray of int, shape (n, n_outputs)
        The column of the true class in the predictions.
    """

    true: NDArray[np.intp]

    def compared(self, values: Floats) -> Floats:
        return np.take_along_axis(values, self.true, axis=1)

    def of(self, means: Floats, weight: Floats) -> Floats:
        return -np.log(np.maximum(means, LEAST_PROBABILITY)).mean(axis=2) @ weight


@dataclass(frozen=True, eq=False)
class SquaredError(Loss):
    """The mean squared distance from a target; of votes for classes, the Brier score.

    Parameters
    ----------
    target : ndarray of shape (n, c)
        What would be without error.
    scale : ndarray of shape (c,)
        What counts as one in each column.
    """

    target: Floats
    scale: Floats

    def compared(self, values: Floats) -> Floats:
        return (values - self.target) / self.scale

    def of(self, means: Floats, weight: Floats) -> Floats:
        return (means**2).mean(axis=2) @ weight


@dataclass(frozen=True, eq=False)
class ScoreLoss(Loss):
    """Minus a score of all rows together.

    Parameters
    ----------
    score : callable
        From predictions of shape (n, n_columns) and the weights of the rows to a score.
    """

    score: Callable[[Floats, Floats], float]

    def compared(self, values: Floats) -> Floats:
        return values

    def of(self, means: Floats, weight: Floats) -> Floats:
        return -np.array([self.score(mean, weight) for mean in means])


@dataclass(frozen=True)
class Blend:
    """What was selected.

    Parameters
    ----------
    members : tuple of int
        Positions among the candidates, the heaviest first.
    weights : tuple of float
        Of each member; they sum to 1.
    loss : float
        Of the weighted mean.
    path : tuple of float
        The loss after each step; the first is that of the best single candidate.
    """

    members: tuple[int, ...]
    weights: tuple[float, ...]
    loss: float
    path: tuple[float, ...]


def blended(
    candidates: Sequence[Floats],
    loss: Loss,
    *,
    weight: Floats,
    size: int,
    max_members: int,
    min_weight: float = 0.0,
) -> Blend:
    """Select candidates, one in each step, so that the mean of all selected is best.

    Parameters
    ----------
    candidates : sequence of ndarray, each of shape (n, c)
        What `Loss.compared` gave; the first of equals is taken.
    loss : Loss
        Of means.
    weight : ndarray of shape (n,)
        Of the rows; sums to 1.
    size : int
        Steps.
    max_members : int
        How many candidates may be left.
    min_weight : float
        Members with less are left out.

    References
    ----------
    R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes: Ensemble Selection from Libraries of
    Models, ICML 2004.
    """
    total = np.zeros_like(candidates[0], dtype=np.float64)
    picks: list[int] = []
    path: list[float] = []
    for step in range(1, size + 1):
        losses = _losses(candidates, total, loss, weight=weight, step=step)
        picks.append(int(np.argmin(losses)))
        path.append(float(losses[picks[-1]]))
        total += candidates[picks[-1]]
    best = int(np.argmin(path)) + 1
    counts = np.bincount(picks[:best], minlength=len(candidates))
    order = np.argsort(-counts, kind="stable")[:max_members]
    members = [int(one) for one in order if counts[one] >= max(1, min_weight * best)]
    shares = counts[members] / counts[members].sum()
    mean = sum(share * candidates[one] for share, one in zip(shares, members, strict=True))
    value = float(loss.of(np.asarray(mean)[None], weight)[0])
    if not value <= path[0]:  # what was left out was needed
        members, shares, value = picks[:1], np.ones(1), path[0]
    return Blend(tuple(members), tuple(map(float, shares)), value, tuple(path))


def _losses(
    candidates: Sequence[Floats], total: Floats, loss: Loss, *, weight: Floats, step: int
) -> Floats:
    """Return the loss of the mean with each candidate added.  Shape (m,)."""
    at_once = max(1, ELEMENTS_AT_ONCE // total.size)
    parts = [
        loss.of((total + np.stack(candidates[at : at + at_once])) / step, weight)
        for at in range(0, len(candidates), at_once)
    ]
    losses = np.concatenate(parts)
    return np.where(np.isnan(losses), np.inf, losses)
