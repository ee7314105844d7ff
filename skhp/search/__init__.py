"""The searches: scikit-learn's constructor, ``fit`` and fitted attributes."""

from ._bayes import BayesSearchCV
from ._grid import GridSearchCV
from ._halving import HalvingSearchCV
from ._randomized import RandomizedSearchCV

__all__ = ["BayesSearchCV", "GridSearchCV", "HalvingSearchCV", "RandomizedSearchCV"]
