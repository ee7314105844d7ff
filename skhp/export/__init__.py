"""Export: a finished search as another tool keeps it, or as a page that can be mailed."""

from ._optuna import to_optuna
from ._page import write_report

__all__ = ["to_optuna", "write_report"]
