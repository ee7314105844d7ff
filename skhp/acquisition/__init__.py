"""How much a point is worth trying, given what a surrogate predicts there."""

from ._base import Acquisition
from ._front import hypervolume, non_dominated
from ._hypervolume_improvement import LogHypervolumeImprovement
from ._log_expected_improvement import LogExpectedImprovement
from ._maximise import Landscape, Maximiser
from ._probability_of_improvement import ProbabilityOfImprovement
from ._upper_confidence_bound import UpperConfidenceBound

__all__ = [
    "Acquisition",
    "Landscape",
    "LogExpectedImprovement",
    "LogHypervolumeImprovement",
    "Maximiser",
    "ProbabilityOfImprovement",
    "UpperConfidenceBound",
    "hypervolume",
    "non_dominated",
]
