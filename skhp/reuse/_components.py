"""Cuts a PCA out of one that was fitted with all components: what it would have been itself."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from scipy import sparse

from ._identity import EXACT_SOLVERS
from ._sealed import SealedArray, bytes_of

__all__ = ["WholePCA", "can_be_cut", "has_count", "without_count"]

CUT = ("components_", "explained_variance_", "explained_variance_ratio_", "singular_values_")

MAX_COLUMNS, ROWS_PER_COLUMN = 1_000, 10
"""PCA takes eigenvectors of the covariance of so few columns with so many rows, where it may."""

SMALL = 500
"""It computes all components of rows and columns that are no more than that."""


def has_count(step: Any) -> bool:
    """Tell whether it is scikit-learn's PCA, wants so many components, and may compute all.

    Parameters
    ----------
    step : estimator object or str or None
        A step of a pipeline, with all its params set.
    """
    module = sys.modules.get("sklearn.decomposition")
    if module is None or type(step) is not module.PCA:
        return False
    count = step.n_components
    is_whole = isinstance(count, int | np.integer) and type(count) is not bool
    return is_whole and step.svd_solver in {"auto", *EXACT_SOLVERS}


def can_be_cut(step: Any, rows: Any) -> bool:
    """Tell whether a step, given these rows, computes all components and then drops some.

    Parameters
    ----------
    step : estimator object or str or None
        A step of a pipeline, with all its params set.
    rows : array-like
        What it is to be fitted with.
    """
    if not has_count(step) or sparse.issparse(rows) or len(np.shape(rows)) != 2:
        return False
    shape = np.shape(rows)
    solver = _solver(step, *shape)
    is_known = solver == "covariance_eigh" or (solver == "full" and _gives_arrays(step))
    return is_known and 1 <= step.n_components <= min(shape)


def _solver(step: Any, n_rows: int, n_columns: int) -> str | None:
    """Return how a PCA computes all components; None where it might compute but some."""
    solver = step.svd_solver
    if solver == "auto" and n_columns <= MAX_COLUMNS and n_rows >= ROWS_PER_COLUMN * n_columns:
        return "covariance_eigh"
    if solver == "auto":
        return "full" if max(n_rows, n_columns) <= SMALL else None
    if solver == "covariance_eigh" and n_rows < n_columns:
        return None  # its noise is the mean of more variances than it can keep
    return str(solver) if solver in EXACT_SOLVERS else None


def _gives_arrays(step: Any) -> bool:
    wished = getattr(step, "_sklearn_output_config", {}).get("transform")
    return (wished or sklearn.get_config()["transform_output"]) == "default"


def without_count(step: Any) -> Any:
    """Return an unfitted copy of a PCA that keeps all components."""
    return sklearn.clone(step).set_params(n_components=None)


@dataclass(frozen=True)
class WholePCA:
    """A PCA fitted with all components.

    Parameters
    ----------
    pca : PCA
        It.
    rows : ndarray, optional
        The training rows, transformed; None where each PCA transforms them itself.
    seconds : float
        What that took.
    """

    pca: Any
    rows: NDArray[Any] | None
    seconds: float = 0.0

    @classmethod
    def fitted(cls, pca: Any, rows: Any) -> WholePCA | None:
        """Fit a PCA; return None if it was not as `can_be_cut` foretold.

        Parameters
        ----------
        pca : PCA
            From `without_count`.
        rows : array-like
            To fit it with.
        """
        solver = _solver(pca, *np.shape(rows))
        made = pca.fit_transform(rows) if solver == "full" else pca.fit(rows)
        if pca._fit_svd_solver != solver:
            return None
        return cls(pca, made if solver == "full" else None)

    @property
    def n_bytes(self) -> int:
        """How much memory it holds."""
        return bytes_of(self.pca) + (0 if self.rows is None else self.rows.nbytes)

    def cut(self, step: Any, rows: Any) -> Any:
        """Make a PCA one that was fitted with the same rows; return what it makes of them.

        Parameters
        ----------
        step : PCA
            The same but for its number of components.
        rows : array-like
            With which all of it was fitted.
        """
        count, pca = step.n_components, self.pca
        learned = {name: value for name, value in vars(pca).items() if name.endswith("_")}
        vars(step).update(learned, _fit_svd_solver=pca._fit_svd_solver)
        for name in CUT:  # in the same layout, since linear algebra rounds by it
            setattr(step, name, np.array(getattr(pca, name)[:count], order="K", copy=True))
        step.n_components_, step.noise_variance_ = count, self._noise(count)
        if self.rows is None:
            return step.transform(rows)
        return SealedArray.of(self.rows[:, :count]).array

    def _noise(self, count: int) -> Any:
        """Return the mean variance of components from a number on, added up in PCA's order."""
        variances = self.pca.explained_variance_
        if self.pca._fit_svd_solver == "covariance_eigh":  # gives the smallest one first
            variances = variances[::-1].copy()[::-1]
        return np.mean(variances[count:]) if count < len(variances) else 0.0
