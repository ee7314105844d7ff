"""What a racing rule is: whether a trial is given up between folds."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..history import History, Trial

__all__ = ["RacingRule"]


class RacingRule(ABC):
    """Says of a trial whether it is worth its remaining folds."""

    @abstractmethod
    def gives_up(self, trial: Trial, history: History) -> bool:
        """Return whether the trial has practically no chance left to become the best.

        Parameters
        ----------
        trial : Trial
            With the folds that are in; some are missing.
        history : History
            What the decision may rest on.
        """
