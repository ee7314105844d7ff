"""What models say of rows, as arrays: how they are asked, and what the columns mean."""

from ._greedy import Blend, LogLoss, Loss, ScoreLoss, SquaredError, blended
from ._overheard import OverhearingScorer, overhearing
from ._question import METHODS, Question
from ._rows import TestedRows, order_of
from ._target import Target, target_of

__all__ = [
    "METHODS",
    "Blend",
    "LogLoss",
    "Loss",
    "OverhearingScorer",
    "Question",
    "ScoreLoss",
    "SquaredError",
    "Target",
    "TestedRows",
    "blended",
    "order_of",
    "overhearing",
    "target_of",
]
