"""The searches: scikit-learn's constructor, ``fit`` and fitted attributes."""

from ._bayes import BayesSearchCV
from ._grid import GridSearchCV
from ._halving import HalvingSearchCV
from ._halving_grid import HalvingGridSearchCV
from ._halving_random import HalvingRandomSearchCV
from ._randomized import RandomizedSearchCV

__all__ = [
    "BayesSearchCV",
    "GridSearchCV",
    "HalvingGridSearchCV",
    "HalvingRandomSearchCV",
    "HalvingSearchCV",
    "RandomizedSearchCV",
]
