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
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.linalg.blas import dtrmm
from scipy.linalg.lapack import dtrtri
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
    L_inverse : ndarray of shape (n, n)
        Inverse of `L`: a product with it is faster than solving for a few points at a time.
    shift, scale : float
        From standardised scores to scores.
    """

    is_smooth: ClassVar[bool] = True

    embedding: Embedding
    theta: NDArray[np.float64]
    kernel: Kernel
    Z: NDArray[np.float64]
    L: NDArray[np.float64]
    weights: NDArray[np.float64]
    L_inverse: NDArray[np.float64]
    shift: float
    scale: float

    @classmethod
    def of(
        cls, data: _Data, theta: NDArray[np.float64], *, kernel: Kernel
    ) -> GaussianProcessPosterior:
        """Compute the posterior for hyper-parameters `theta`."""
        Z = data.features * np.exp(-theta[:-2])[data.embedding.owner]
        K = np.exp(theta[-2]) * kernel.value(_squared_distances(Z, Z)) + MEAN_VARIANCE
        L = _stable_cholesky(K, np.exp(theta[-1]) + data.noise)
        weights = solve_triangular(
            L, solve_triangular(L, data.y, lower=True), lower=True, trans="T"
        )
        return cls(
            *(data.embedding, theta, kernel, Z, L, weights, dtrtri(L, lower=1)[0]),
            data.shift,
            data.scale,
        )

    @property
    def noise_std(self) -> float:
        """Estimated standard deviation of the noise, in the unit of the scores."""
        return float(np.exp(0.5 * self.theta[-1]) * self.scale)

    def predict(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        signal = float(np.exp(self.theta[-2]))
        K = self.kernel.value(_squared_distances(self._scaled(U), self.Z))  # (m, n)
        K *= signal
        K += MEAN_VARIANCE
        mean = self.shift + self.scale * (K @ self.weights)
        # A product with a triangle takes half the time; that of the transposes needs no copy.
        V = dtrmm(1.0, self.L_inverse, K.T, lower=1, overwrite_b=1)  # (n, m), in place of K
        variance = signal + MEAN_VARIANCE - np.einsum("ij,ij->j", V, V)
        return mean, self.scale * np.sqrt(np.maximum(variance, 1e-12))

    def slopes(self, U: NDArray[np.float64]) -> Slopes:
        signal = float(np.exp(self.theta[-2]))
        at = self._scaled(U)
        value, slope = self.kernel.value_and_slope(_squared_distances(at, self.Z))
        K = signal * value + MEAN_VARIANCE
        V = K @ self.L_inverse.T  # (m, n)
        variance = signal + MEAN_VARIANCE - np.einsum("ij,ij->i", V, V)
        std = np.sqrt(np.maximum(variance, 1e-12))

        def along_features(factors: NDArray[np.float64]) -> NDArray[np.float64]:
            """Sum over training points of factors times dk/dz.  Shapes (m, n) -> (m, P)."""
            pull = signal * slope * factors
            return -2.0 * (at * pull.sum(axis=1)[:, None] - pull @ self.Z)

        mean = along_features(np.broadcast_to(self.weights, K.shape))
        std_slope = -along_features(V @ self.L_inverse) / std[:, None]
        ordered = self.embedding.ordered
        inverse = np.exp(-self.theta[:-2])[self.embedding.owner[: len(ordered)]]
        prediction = self.shift + self.scale * (K @ self.weights), self.scale * std
        out = Slopes(prediction, np.zeros(U.shape), np.zeros(U.shape), np.ones(U.shape[1]))
        active = ~np.isnan(U[:, ordered])
        out.mean[:, ordered] = self.scale * active * mean[:, : len(ordered)] * inverse
        out.std[:, ordered] = self.scale * active * std_slope[:, : len(ordered)] * inverse
        out.length[ordered] = 1.0 / inverse
        return out

    def condition(self, U: NDArray[np.float64]) -> GaussianProcessPosterior:
        if not len(U):
            return self
        n, q = len(self.Z), len(U)
        signal, error = float(np.exp(self.theta[-2])), float(np.exp(self.theta[-1]))
        new = self._scaled(U)
        cross = signal * self.kernel.value(_squared_distances(new, self.Z)) + MEAN_VARIANCE
        own = signal * self.kernel.value(_squared_distances(new, new)) + MEAN_VARIANCE
        below = cross @ self.L_inverse.T  # (q, n)
        corner = _stable_cholesky(own - below @ below.T, np.full(q, error))
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
            L_inverse,
            self.shift,
            self.scale,
        )

    def _scaled(self, U: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.embedding.features(U) * np.exp(-self.theta[:-2])[self.embedding.owner]


def _location_and_scale(y: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation; a scale of one where the scores hardly differ."""
    shift = float(np.mean(y))
    scale = float(np.std(y))
    return shift, scale if scale > 1e-12 * max(1.0, abs(shift)) else 1.0


def _squared_distances(A: NDArray[np.float64], B: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared Euclidean distances between rows.  Shapes (m, P), (n, P) -> (m, n)."""
    r2 = (-2.0 * A) @ B.T
    r2 += np.einsum("ij,ij->i", A, A)[:, None]
    r2 += np.einsum("ij,ij->i", B, B)
    return np.maximum(r2, 0.0, out=r2)


def _stable_cholesky(K: NDArray[np.float64], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower factor of K + diag(noise), with as much more on the diagonal as it takes."""
    more = 0.0
    while True:
        try:
            return cholesky(K + np.diag(noise + more), lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            more = max(1e-10, 10.0 * more)
            if more > 1.0:
                raise
