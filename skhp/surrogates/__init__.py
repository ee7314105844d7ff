"""Models that predict a score, with its uncertainty, from a point of the unit cube."""

from ._base import Posterior, Slopes, Surrogate
from ._columns import Columns
from ._forest import Forest, ForestPosterior
from ._gaussian_process import GaussianProcess, GaussianProcessPosterior
from ._output import OutputTransform
from ._score_model import ScoreModel

__all__ = [
    "Columns",
    "Forest",
    "ForestPosterior",
    "GaussianProcess",
    "GaussianProcessPosterior",
    "OutputTransform",
    "Posterior",
    "ScoreModel",
    "Slopes",
    "Surrogate",
]
