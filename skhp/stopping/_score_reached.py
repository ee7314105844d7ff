"""Stop when a score is good enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..exceptions import SettingError
from ..history import History
from ._base import StoppingRule

__all__ = ["ScoreReached"]


@dataclass(frozen=True)
class ScoreReached(StoppingRule):
    """Holds once a complete trial scores at least this much.

    Parameters
    ----------
    score : float
        Larger is better, in the units of the search's scoring.

    Raises
    ------
    SettingError
        If `score` is not a number.

    Examples
    --------
    >>> from skhp.history import Fold, History
    >>> history = History(space=None)
    >>> _ = history.add({}), history.record(0, Fold(0, {"score": 0.97}))
    >>> ScoreReached(0.95).reason_to_stop(history)
    'score 0.97 reached 0.95'
    """

    score: float

    def __post_init__(self) -> None:
        if math.isnan(self.score):
            raise SettingError("score must be a number that can be reached, got nan.")

    def reason_to_stop(self, history: History) -> str | None:
        best = history.best
        if best is None or best.score < self.score:
            return None
        return f"score {best.score:.6g} reached {self.score:.6g}"
