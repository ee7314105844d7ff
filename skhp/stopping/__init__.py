"""Stopping rules: when a search has seen enough; they are joined by ``&`` and ``|``."""

from ._base import AllOf, AnyOf, StoppingRule
from ._no_improvement import NoImprovement
from ._regret_bound import RegretBound
from ._score_reached import ScoreReached
from ._time_budget import TimeBudget

__all__ = [
    "AllOf",
    "AnyOf",
    "NoImprovement",
    "RegretBound",
    "ScoreReached",
    "StoppingRule",
    "TimeBudget",
]
