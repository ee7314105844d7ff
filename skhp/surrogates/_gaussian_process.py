"""A Gaussian process over the mixed, conditional unit cube.

Notation
--------
n, m   training points, points to predict at
Z      (n, P)  features divided by the length-scale of their column
L      (n, n)  lower Cholesky factor of the covariance of the observations
s2     signal variance
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky
from scipy.linalg.blas import dtrmm
from scipy.linalg.lapack import dtrtri, dtrtrs
from scipy.optimize import minimize

from ._base import Posterior, Slopes, Surrogate
from ._columns import Columns
from ._embedding import Embedding
from ._evidence import MEAN_VARIANCE, Evidence, Prior
from ._kernel import KERNELS, Kernel

__all__ = ["GaussianProcess", "GaussianProcessPosterior"]

_LOG_BOUNDS = {"length": (np.log(0.02), np.log(50.0)), "signal": (-5.0, 5.0), "noise": (-13.8, 1.0)}


@dataclass(frozen=True)
class GaussianProcess(Surrogate):
    """Gaussian process with one length-scale per column, fitted by maximum a posteriori.

    Ordered columns count by squared difference, unordered ones by being equal or not, all inside
    one radius; columns that are inactive add nothing between rows where both are inactive.
    Length-scales have a log-normal prior that grows with the root of the number of active
    columns (Hvarfner et al. 2024), the noise one that favours little noise; the constant mean is
    integrated out.

    Parameters
    ----------
    kernel : {"matern52", "matern32"}
        Correlation.
    length_scale : float
        Prior median of a length-scale, in widths of the cube, of a one-dimensional space.
    length_spread : float
        Standard deviation of the logarithm of the length-scales.
    noise : float
        Prior median of the noise variance, as a part of the variance of the scores.
    max_iter : int
        Iterations of the optimiser; with none the medians of the priors are taken.

    Examples
    --------
    >>> import numpy as np
    >>> U = np.linspace(0, 1, 9)[:, None]
    >>> posterior = GaussianProcess().fit(U, np.sin(6 * U[:, 0]))
    >>> mean, std = posterior.predict(np.array([[0.3]]))
    >>> bool(abs(mean[0] - np.sin(1.8)) < 0.05)
    True
    """

    kernel: str = "matern52"
    length_scale: float = 0.5
    length_spread: float = 0.8
    noise: float = 0.0025
    max_iter: int = 40

    def tune(
        self,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None = None,
        *,
        columns: Columns | None = None,
        start: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        columns = Columns.continuous(U.shape[1]) if columns is None else columns
        data = _Data.of(U, y, noise, columns=columns)
        return self._maximise(data, self._prior(U, columns), start)

    def fit(
        self,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None = None,
        *,
        columns: Columns | None = None,
        hyperparameters: NDArray[np.float64] | None = None,
    ) -> GaussianProcessPosterior:
        columns = Columns.continuous(U.shape[1]) if columns is None else columns
        data = _Data.of(U, y, noise, columns=columns)
        if hyperparameters is None:
            hyperparameters = self._maximise(data, self._prior(U, columns), None)
        return GaussianProcessPosterior.of(data, hyperparameters, kernel=KERNELS[self.kernel])

    def _prior(self, U: NDArray[np.float64], columns: Columns) -> Prior:
        modelled = columns.modelled
        n_active = max(1.0, float((~np.isnan(U[:, modelled])).sum(axis=1).mean()))
        length = np.log(self.length_scale * np.sqrt(n_active))
        location = np.append(np.full(len(modelled), length), [0.0, np.log(self.noise)])
        spread = np.append(np.full(len(modelled), self.length_spread), [1.0, 1.5])
        return Prior(location, spread)

    def _maximise(
        self, data: _Data, prior: Prior, start: NDArray[np.float64] | None
    ) -> NDArray[np.float64]:
        if not self.max_iter:
            return prior.location
        evidence = Evidence(
            data.embedding.squared_differences(data.features),
            data.y,
            noise=data.noise,
            kernel=KERNELS[self.kernel],
            prior=prior,
        )
        n_lengths = len(prior.location) - 2
        bounds = [_LOG_BOUNDS["length"]] * n_lengths + [_LOG_BOUNDS["signal"], _LOG_BOUNDS["noise"]]
        theta = prior.location if start is None or len(start) != len(prior.location) else start
        result = minimize(
            evidence.cost_and_gradient,
            theta,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": self.max_iter, "gtol": 1e-2, "ftol": 1e-5},
        )
        return np.asarray(result.x)


@dataclass(frozen=True, eq=False)
class _Data:
    """Observations as a posterior is computed from, scores standardised."""

    embedding: Embedding
    features: NDArray[np.float64]
    y: NDArray[np.float64]
    noise: NDArray[np.float64]
    shift: float
    scale: float

    @classmethod
    def of(
        cls,
        U: NDArray[np.float64],
        y: NDArray[np.float64],
        noise: NDArray[np.float64] | None,
        *,
        columns: Columns,
    ) -> _Data:
        shift, scale = _location_and_scale(y)
        known = np.zeros(len(y)) if noise is None else np.asarray(noise) / scale**2
        embedding = Embedding.of(U, columns)
        return cls(embedding, embedding.features(U), (y - shift) / scale, known, shift, scale)


@dataclass(frozen=True, eq=False)
class GaussianProcessPosterior(Posterior):
    """A Gaussian process given observations.

    Parameters
    ----------
    embedding : Embedding
        From points to features.
    theta : ndarray of shape (D + 2,)
        Log length-scales, log signal variance, log noise variance.
    kernel : Kernel
        Correlation.
    Z : ndarray of shape (n, P)
        Scaled features of the training points.
    L : ndarray of shape (n, n)
        Lower Cholesky factor of their covariance.
    weights : ndarray of shape (n,)
        Of the training points in the mean; zero for points seen at their predicted mean.
    shift, scale : float
        From standardised scores to scores.
    known_inverse : ndarray of shape (n, n), optional
        Inverse of `L`, where it is at hand.
    """

    is_smooth: ClassVar[bool] = True

    embedding: Embedding
    theta: NDArray[np.float64]
    kernel: Kernel
    Z: NDArray[np.float64]
    L: NDArray[np.float64]
    weights: NDArray[np.float64]
    shift: float
    scale: float
    known_inverse: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls, data: _Data, theta: NDArray[np.float64], *, kernel: Kernel
    ) -> GaussianProcessPosterior:
        """Compute the posterior for hyper-parameters `theta`."""
        Z = data.features * np.exp(-theta[:-2])[data.embedding.owner]
        K = kernel.value(_squared_distances(Z, Z))
        K *= np.exp(theta[-2])
        K += MEAN_VARIANCE
        L = _stable_cholesky(K, np.exp(theta[-1]) + data.noise)
        weights = dtrtrs(L, dtrtrs(L, data.y, lower=1)[0], lower=1, trans=1)[0]
        return cls(data.embedding, theta, kernel, Z, L, weights, data.shift, data.scale)

    @cached_property
    def L_inverse(self) -> NDArray[np.float64]:
        """Inverse of `L`: a product with it is faster than solving for a few points at a time."""
        if self.known_inverse is not None:
            return self.known_inverse
        return np.asarray(dtrtri(self.L, lower=1)[0])

    @property
    def noise_std(self) -> float:
        """Estimated standard deviation of the noise, in the unit of the scores."""
        return float(np.exp(0.5 * self.theta[-1]) * self.scale)

    def mean(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._mean(self._covariance(self._scaled(U)))

    def predict(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        K = self._covariance(self._scaled(U))
        mean = self._mean(K)
        # A product with a triangle takes half the time; that of the transposes needs no copy.
        V = dtrmm(1.0, self.L_inverse, K.T, lower=1, overwrite_b=1)  # (n, m), in place of K
        variance = self._signal + MEAN_VARIANCE - np.einsum("ij,ij->j", V, V)
        return mean, self.scale * np.sqrt(np.maximum(variance, 1e-12))

    def slopes(self, U: NDArray[np.float64]) -> Slopes:
        at = self._scaled(U)
        value, slope = self.kernel.value_and_slope(self._squared_distances_to(at))
        pull = self._signal * slope
        K = self._signal * value + MEAN_VARIANCE
        V = K @ self.L_inverse.T  # (m, n)
        variance = self._signal + MEAN_VARIANCE - np.einsum("ij,ij->i", V, V)
        std = np.sqrt(np.maximum(variance, 1e-12))
        of_std = -self._along_features(at, pull * (V @ self.L_inverse)) / std[:, None]
        return Slopes(
            (self._mean(K), self.scale * std),
            self._along_columns(U, self._along_features(at, pull * self.weights)),
            self._along_columns(U, of_std),
            self._lengths(U.shape[1]),
        )

    def mean_slopes(
        self, U: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        at = self._scaled(U)
        _, slope = self.kernel.value_and_slope(self._squared_distances_to(at))
        along = self._along_features(at, self._signal * slope * self.weights)
        return self._along_columns(U, along), self._lengths(U.shape[1])

    def _along_features(
        self, at: NDArray[np.float64], pull: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Sum over training points of pulls times the direction to them.  (m, n) -> (m, P)."""
        return np.asarray(-2.0 * (at * pull.sum(axis=1)[:, None] - pull @ self.Z))

    def _along_columns(
        self, U: NDArray[np.float64], along: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return derivatives by column, in the unit of the scores.  (m, P) -> (m, D)."""
        ordered = self.embedding.ordered
        out = np.zeros(U.shape)
        active = ~np.isnan(U[:, ordered])
        n_ordered = len(ordered)
        out[:, ordered] = self.scale * active * along[:, :n_ordered] * self._rates[:n_ordered]
        return out

    def _lengths(self, n_columns: int) -> NDArray[np.float64]:
        ordered = self.embedding.ordered
        lengths = np.ones(n_columns)
        lengths[ordered] = 1.0 / self._rates[: len(ordered)]
        return lengths

    def condition(self, U: NDArray[np.float64]) -> GaussianProcessPosterior:
        if not len(U):
            return self
        n, q = len(self.Z), len(U)
        new = self._scaled(U)
        cross = self._covariance(new)
        own = self._signal * self.kernel.value(_squared_distances(new, new)) + MEAN_VARIANCE
        below = cross @ self.L_inverse.T  # (q, n)
        corner = _stable_cholesky(own - below @ below.T, np.full(q, np.exp(self.theta[-1])))
        corner_inverse = dtrtri(corner, lower=1)[0]
        L, L_inverse = (np.zeros((n + q, n + q), order="F") for _ in range(2))
        L[:n, :n], L[n:, :n], L[n:, n:] = self.L, below, corner
        L_inverse[:n, :n], L_inverse[n:, n:] = self.L_inverse, corner_inverse
        L_inverse[n:, :n] = -corner_inverse @ (below @ self.L_inverse)
        return GaussianProcessPosterior(
            *(self.embedding, self.theta, self.kernel),
            np.vstack([self.Z, new]),
            L,
            np.append(self.weights, np.zeros(q)),
            self.shift,
            self.scale,
            L_inverse,
        )

    @cached_property
    def _signal(self) -> float:
        return float(np.exp(self.theta[-2]))

    @cached_property
    def _rates(self) -> NDArray[np.float64]:
        """One over the length-scale of each feature.  Shape (P,)."""
        return np.asarray(np.exp(-self.theta[:-2])[self.embedding.owner])

    @cached_property
    def _norms(self) -> NDArray[np.float64]:
        """Squared norm of each training point.  Shape (n,)."""
        return _squared_norms(self.Z)

    def _scaled(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.embedding.features(U) * self._rates

    def _squared_distances_to(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        return _squared_distances_to(self.Z, self._norms, at)

    def _covariance(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the covariance (m, n) of scaled points with the training points."""
        K = self.kernel.value(self._squared_distances_to(at))
        K *= self._signal
        K += MEAN_VARIANCE
        return K

    def _mean(self, K: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.shift + self.scale * (K @ self.weights))


def _location_and_scale(y: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation; a scale of one where the scores hardly differ."""
    shift = float(np.mean(y))
    scale = float(np.std(y))
    return shift, scale if scale > 1e-12 * max(1.0, abs(shift)) else 1.0


def _squared_distances(A: NDArray[np.float64], B: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared Euclidean distances between rows.  Shapes (m, P), (n, P) -> (m, n)."""
    return _squared_distances_to(B, _squared_norms(B), A)


def _squared_distances_to(
    B: NDArray[np.float64], norms: NDArray[np.float64], A: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the same where the squared norms of B are known."""
    r2 = (-2.0 * A) @ B.T
    r2 += _squared_norms(A)[:, None]
    r2 += norms
    return np.maximum(r2, 0.0, out=r2)


def _squared_norms(A: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("ij,ij->i", A, A))


def _stable_cholesky(K: NDArray[np.float64], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower factor of K + diag(noise), with as much more on the diagonal as it takes."""
    more = 0.0
    while True:
        try:
            sums = K.copy()
            sums.ravel()[:: len(K) + 1] += noise + more
            return cholesky(sums, lower=True, overwrite_a=True, check_finite=False)
        except np.linalg.LinAlgError:
            more = max(1e-10, 10.0 * more)
            if more > 1.0:
                raise
