"""What a search is after where that is more than one score: objectives, costs and bounds."""

from ._bound import Bound
from ._costs import COSTS, MEASURED, TIMES, measured_costs
from ._objectives import Objectives, means_of

__all__ = [
    "COSTS",
    "MEASURED",
    "TIMES",
    "Bound",
    "Objectives",
    "means_of",
    "measured_costs",
]
