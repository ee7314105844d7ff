"""Export: a finished search as another tool keeps it."""

from ._optuna import to_optuna

__all__ = ["to_optuna"]
