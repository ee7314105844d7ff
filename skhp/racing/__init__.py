"""Racing rules: when a trial has so little chance left that its other folds are not worth it."""

from ._base import RacingRule
from ._paired import Racing

__all__ = ["Racing", "RacingRule"]
