"""Hyper-parameter searches for scikit-learn: change one import, get better models sooner."""

from . import exceptions
from ._interrupts import ends_on_sigterm
from ._versions import show_versions
from .early_stopping import EarlyStopping
from .history import Fold, History, Trial
from .nested import nested_cross_validate
from .search import (
    BayesSearchCV,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    HalvingSearchCV,
    RandomizedSearchCV,
)
from .space import Choice, Integer, Layers, Ordered, Real, Space, When

__all__ = [
    "BayesSearchCV",
    "RandomizedSearchCV",
    "GridSearchCV",
    "HalvingSearchCV",
    "HalvingGridSearchCV",
    "HalvingRandomSearchCV",
    "nested_cross_validate",
    "EarlyStopping",
    "Space",
    "Real",
    "Integer",
    "Choice",
    "Ordered",
    "Layers",
    "When",
    "History",
    "Trial",
    "Fold",
    "ends_on_sigterm",
    "exceptions",
    "show_versions",
]

__version__ = "0.1.0.dev0"
