"""Plots of a search, made as scikit-learn's displays are."""

from ._convergence import ConvergenceDisplay
from ._importance import ImportanceDisplay

__all__ = ["ConvergenceDisplay", "ImportanceDisplay"]
