"""Fits the surrogate of a Bayesian search at a bounded cost."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..observed import Observations, masked
from ..space import Space
from ..surrogates import Columns, GaussianProcess, OutputTransform, Posterior, Surrogate
from ._bayes_widened import Widened

__all__ = ["Chance", "Fitted", "Modeller"]

_FIRST_ANCHOR = 8
_TUNED_EVERY = 8
"""Hyper-parameters are tuned anew with each eighth of the observations more."""
_MOST_TUNED_ON = 300
_MOST_MODELLED = 400
_DOUBTED_FROM = 20
"""Trials from which on what the model says of rarely tried branches is doubted; before, branches
are tried often enough by themselves, and doubt costs (``benchmarks/quality/branches.py``)."""
_FAILURE_NOISE = 0.5
"""A failure counts as the worst score as well, but is hardly believed: one by chance beside a good
trial must not count for more than that.  With 0.25 the best after 40 trials of which 15 % fail by
chance is .07 behind, with 1 two thirds of the trials at a border fail instead of a third."""

_OUTCOMES = GaussianProcess(max_iter=0)
"""Models what fails, as smooth as scores are taken to be beforehand.  A border is a step, to which
lengths would shrink in vain."""


@dataclass(frozen=True, eq=False)
class Chance:
    """The chance that a trial does not fail: that a model of 1 or -1 lies above the middle.

    Parameters
    ----------
    posterior : Posterior
        Of the transformed outcomes, 1 for a trial that has a score, -1 for one that failed.
    middle : float
        Between the two.
    """

    posterior: Posterior
    middle: float


@dataclass(frozen=True, eq=False)
class Fitted:
    """A posterior over standardised scores and the observations it stands on.

    Parameters
    ----------
    posterior : Posterior
        Of the transformed scores.
    U : ndarray of shape (n, D)
        Snapped points it was fitted to.
    mean : ndarray of shape (n,)
        Posterior mean at the points, -inf where a trial is not complete.
    chance : Chance, optional
        That a trial does not fail; None while none has.
    """

    posterior: Posterior
    U: NDArray[np.float64]
    mean: NDArray[np.float64]
    chance: Chance | None = None

    @property
    def best(self) -> float:
        """The highest posterior mean of a complete trial: what noise leaves of the best score."""
        return float(self.mean.max())

    def incumbents(self, k: int) -> NDArray[np.float64]:
        """Return the at most `k` complete points of highest posterior mean, best first."""
        order = np.argsort(-self.mean, kind="stable")[:k]
        return self.U[order[self.mean[order] > -np.inf]]


@dataclass
class Modeller:
    """Fits surrogates to observations and remembers hyper-parameters, for speed only.

    Hyper-parameters for n observations start from those for the first 8, 16, 32 ... whole ones
    below n, so they are a function of the observations and not of what was fitted before.
    """

    surrogate: Surrogate
    output: OutputTransform
    _tuned: dict[bytes, NDArray[np.float64] | None] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Modeller], tuple[Surrogate, OutputTransform]]:
        return Modeller, (self.surrogate, self.output)

    def fit(self, observations: Observations, space: Space) -> Fitted:
        """Return the fitted surrogate; at least one observation has to be complete."""
        columns = Columns(space.is_ordered, space.n_levels)
        hyperparameters = self._hyperparameters(observations, space, columns)
        kept = observations.taken(_kept(observations, _MOST_MODELLED))
        U = masked(kept.U, space)
        z, noise = self._transformed(kept)
        posterior = self.surrogate.fit(
            U, z, noise, columns=columns, hyperparameters=hyperparameters
        )
        mean = np.where(kept.whole, posterior.mean(U), -np.inf)
        if len(observations.y) >= _DOUBTED_FROM:
            tried = U if len(U) == len(observations.y) else masked(observations.U, space)
            posterior = Widened.where_rare(posterior, tried, space)
        return Fitted(posterior, kept.U, mean, self._chance(kept.y, U, columns))

    def _chance(
        self, y: NDArray[np.float64], U: NDArray[np.float64], columns: Columns
    ) -> Chance | None:
        failed = np.isnan(y)
        if not failed.any():
            return None
        z, _ = self.output.transform(np.where(failed, -1.0, 1.0))
        return Chance(_OUTCOMES.fit(U, z, columns=columns), float(z.min() + z.max()) / 2.0)

    def _hyperparameters(
        self, observations: Observations, space: Space, columns: Columns
    ) -> NDArray[np.float64] | None:
        n = len(observations.y)
        milestone = n - n % max(1, n // _TUNED_EVERY)
        anchors = [_FIRST_ANCHOR << i for i in range(32) if _FIRST_ANCHOR << i < milestone]
        start: NDArray[np.float64] | None = None
        for anchor in anchors:
            # Estimates from some folds change with every trial, and so would each anchor.
            prefix = observations.first(anchor)
            prefix = prefix.taken(np.flatnonzero(prefix.whole))
            if len(prefix.y) >= anchor // 2:
                start = self._tune(prefix, space, columns=columns, start=start)
        return self._tune(observations.first(milestone), space, columns=columns, start=start)

    def _tune(
        self,
        observations: Observations,
        space: Space,
        *,
        columns: Columns,
        start: NDArray[np.float64] | None,
    ) -> NDArray[np.float64] | None:
        some = observations.taken(_kept(observations, _MOST_TUNED_ON))
        key = b"".join(
            [a.tobytes() for a in (some.U, some.y, some.noise)]
            + [b"" if start is None else start.tobytes()]
        )
        if key not in self._tuned:
            z, noise = self._transformed(some)
            if len(self._tuned) > 64:
                del self._tuned[next(iter(self._tuned))]
            self._tuned[key] = self.surrogate.tune(
                masked(some.U, space), z, noise, columns=columns, start=start
            )
        return self._tuned[key]

    def _transformed(
        self, observations: Observations
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Scores and noise on the scale of the model; failures get the worst score."""
        known = ~np.isnan(observations.y)
        z = np.empty(len(known))
        z[known], slope = self.output.transform(observations.y[known])
        z[~known] = z[known].min(initial=-1.0)
        noise = np.full(len(known), _FAILURE_NOISE)
        noise[known] = observations.noise[known] * slope**2
        return z, noise


def _kept(observations: Observations, most: int) -> NDArray[np.int_]:
    """Rows to model: all of them, or the best third and an even spread of the others."""
    n = len(observations.y)
    if n <= most:
        return np.arange(n)
    worth = np.where(np.isnan(observations.y), -np.inf, observations.y)
    order = np.argsort(-worth, kind="stable")
    best, others = order[: most // 3], np.sort(order[most // 3 :])
    spread = np.linspace(0, len(others) - 1, most - len(best)).round().astype(int)
    return np.sort(np.concatenate([best, others[spread]]))
