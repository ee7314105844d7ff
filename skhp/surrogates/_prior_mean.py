"""A surrogate that expects what other data have taught, as far as the observations agree.

Notation
--------
n, S   observations, sources
M      (n, S)  what the sources predict at the observations
C      (n, n)  covariance of the scores, given the sources
b      (S,)    how far each source is believed
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from ._base import Posterior, Slopes, Surrogate
from ._columns import Columns
from ._gaussian_process import GaussianProcess

__all__ = ["PriorMean", "PriorMeanPosterior"]

_BELIEF = 0.5
"""How far sources are believed beforehand, in sum."""

_DOUBT = 0.5
"""Standard deviation of that: from not at all to wholly."""

_N_ROUNDS = 2
"""Hyper-parameters and belief are tuned in turn so many times."""


@dataclass(frozen=True)
class PriorMean(Surrogate):
    """Adds to a surrogate a prior mean: the predictions of sources, each times a coefficient.

    The coefficients have a normal prior; their most probable values given the observations are
    those of generalised least squares (Rasmussen & Williams 2006, sec. 2.7), so that a source
    counts for nothing as soon as the scores do not follow it.  The surrogate is fitted to what the
    sources leave unexplained.

    Parameters
    ----------
    surrogate : Surrogate
        Models the rest.
    sources : tuple of Posterior
        Each says what other data let expect, in units of the standard deviation; none by default.
    judge : GaussianProcess
        Says how observations vary together.

    References
    ----------
    C. E. Rasmussen, C. K. I. Williams: Gaussian Processes for Machine Learning, MIT Press 2006.

    Examples
    --------
    >>> import numpy as np
    >>> U = np.linspace(0, 1, 9)[:, None]
    >>> source = GaussianProcess().fit(U, np.sin(6 * U[:, 0]))
    >>> posterior = PriorMean(GaussianProcess(), (source,)).fit(U[::4], np.sin(6 * U[::4, 0]))
    >>> mean, std = posterior.predict(np.array([[0.3]]))
    >>> bool(abs(mean[0] - np.sin(1.8)) < 0.2)
    True
    """

    surrogate: Surrogate = GaussianProcess()
    sources: tuple[Posterior, ...] = ()
    judge: GaussianProcess = GaussianProcess()

    def tune(
        self,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None = None,
        *,
        columns: Columns | None = None,
        start: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        M = self._expected(U)
        theta, b = self._parted(start)
        for _ in range(_N_ROUNDS):
            theta = self.judge.tune(U, y - M @ b, noise, columns=columns, start=theta)
            b = self._believed((U, y, noise), M, b, theta=theta, columns=columns)
        return np.concatenate([[] if theta is None else theta, b])

    def fit(
        self,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None = None,
        *,
        columns: Columns | None = None,
        hyperparameters: NDArray[np.float64] | None = None,
    ) -> PriorMeanPosterior:
        if hyperparameters is None:
            hyperparameters = self.tune(U, y, noise, columns=columns)
        M = self._expected(U)
        theta, b = self._parted(hyperparameters)
        b = self._believed((U, y, noise), M, b, theta=theta, columns=columns)
        same = theta if self.surrogate == self.judge else None
        rest = self.surrogate.fit(U, y - M @ b, noise, columns=columns, hyperparameters=same)
        return PriorMeanPosterior(rest, self.sources, b)

    def _expected(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        means = [source.mean(U) for source in self.sources]
        return np.reshape(means, (len(self.sources), len(U))).T

    def _parted(
        self, hyperparameters: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.float64] | None, NDArray[np.float64]]:
        n = len(self.sources)
        if hyperparameters is None:
            return None, np.full(n, _BELIEF / max(n, 1))
        theta, b = np.split(hyperparameters, [len(hyperparameters) - n])
        return theta, b

    def _believed(
        self,
        data: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None],
        M: NDArray[np.float64],
        b: NDArray[np.float64],
        *,
        theta: NDArray[np.float64] | None,
        columns: Columns | None,
    ) -> NDArray[np.float64]:
        """Return the most probable coefficients, given the covariance that goes with others."""
        U, y, noise = data
        rest = self.judge.fit(U, y - M @ b, noise, columns=columns, hyperparameters=theta)
        whitened = solve_triangular(
            rest.scale * rest.L, np.column_stack([M - M.mean(axis=0), y - y.mean()]), lower=True
        )
        A, r = whitened[:, :-1], whitened[:, -1]
        n = len(b)
        precision = A.T @ A + np.eye(n) * n / _DOUBT**2
        return np.asarray(np.linalg.solve(precision, A.T @ r + _BELIEF / _DOUBT**2))


@dataclass(frozen=True, eq=False)
class PriorMeanPosterior(Posterior):
    """A posterior beside the prior mean that it was fitted with.

    Parameters
    ----------
    rest : Posterior
        Of what the sources leave unexplained.
    sources : tuple of Posterior
        Say what other data let expect.
    belief : ndarray of shape (S,)
        How far each of them is believed.
    """

    rest: Posterior
    sources: tuple[Posterior, ...]
    belief: NDArray[np.float64]

    @property
    def is_smooth(self) -> bool:  # type: ignore[override]
        """Whether `slopes` can be asked for."""
        return self.rest.is_smooth

    def predict(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        mean, std = self.rest.predict(U)
        for source, b in zip(self.sources, self.belief, strict=True):
            mean = mean + b * source.mean(U)
        return mean, std

    def slopes(self, U: NDArray[np.float64]) -> Slopes:
        out = self.rest.slopes(U)
        mean, slope = out.prediction[0], out.mean
        for source, b in zip(self.sources, self.belief, strict=True):
            more = source.slopes(U)
            mean, slope = mean + b * more.prediction[0], slope + b * more.mean
        return Slopes((mean, out.prediction[1]), slope, out.std, out.length)

    def condition(self, U: NDArray[np.float64]) -> PriorMeanPosterior:
        return replace(self, rest=self.rest.condition(U))
