"""Stop when the best score has not risen for a while."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..exceptions import SettingError
from ..history import History
from ._base import StoppingRule

__all__ = ["NoImprovement"]


@dataclass(frozen=True)
class NoImprovement(StoppingRule):
    """Holds when the last trials did not raise the best score.

    Parameters
    ----------
    patience : int
        How many finished trials in a row may pass without an improvement.  Trials that failed
        or were stopped count.
    min_delta : float
        A rise of the best score by this much or less is none; in units of the score.

    Raises
    ------
    SettingError
        If `patience` is below 1 or `min_delta` negative.

    Examples
    --------
    >>> from skhp.history import Fold, History
    >>> history = History(space=None)
    >>> for number, score in enumerate([0.9, 0.5, 0.6]):
    ...     _ = history.add({})
    ...     _ = history.record(number, Fold(0, {"score": score}))
    >>> NoImprovement(2).reason_to_stop(history)
    'no improvement in 2 trials'
    """

    patience: int
    min_delta: float = 0.0

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise SettingError(f"patience must be at least 1, got {self.patience!r}.")
        if not self.min_delta >= 0:
            raise SettingError(f"min_delta must not be negative, got {self.min_delta!r}.")

    def reason_to_stop(self, history: History) -> str | None:
        best, waited = -math.inf, 0
        for trial in history:
            if trial.status == "pending":
                continue
            waited += 1
            if trial.status == "complete" and trial.score > best + self.min_delta:
                best, waited = trial.score, 0
        return f"no improvement in {waited} trials" if waited >= self.patience else None
