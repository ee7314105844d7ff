"""Trials as numbers: where they lie in the cube, what their folds say, which points are free."""

from ._coordinates import coordinates, masked
from ._durations import durations
from ._folds import estimated_means, fold_effects, standard_error
from ._observations import Observations, observe
from ._unseen import Unseen

__all__ = [
    "Observations",
    "Unseen",
    "coordinates",
    "durations",
    "estimated_means",
    "fold_effects",
    "masked",
    "observe",
    "standard_error",
]
