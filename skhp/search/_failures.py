"""Says at once that nothing works, and ends a search in which nothing has."""

from __future__ import annotations

import numpy as np

from .. import _sklearn
from .._warnings import warn
from .._written import error_line
from ..defaults import UNFITTED, UNSCORED
from ..exceptions import SkhpWarning
from ..history import Fold, History, Trial
from ..observers import Observer

__all__ = ["FailureCheck"]


class FailureCheck(Observer):
    """Looks at the first trials, as long as none of their folds has a score.

    Parameters
    ----------
    error_score : float or "raise"
        Stands where a fit failed; with a number the user takes failures for results.
    gives_up : bool
        Whether the first trials tell what becomes of the others, as those of a grid do not, whose
        order is no chance.
    """

    def __init__(self, error_score: float | str, *, gives_up: bool) -> None:
        self._gives_up = gives_up and error_score != "raise" and bool(np.isnan(error_score))
        self._is_told = self._works = False
        self._error: ValueError | None = None

    def on_trial_end(self, history: History, trial: Trial) -> bool:
        """Warn of the first trial that fails as a whole; ask for an end when too many have."""
        self._works = self._works or any(fold.status == "ok" for fold in trial.folds)
        if self._works:
            return False
        cause = _common_cause(trial)
        if cause and not self._is_told:
            self._is_told = True
            warn(
                f"All {len(trial.folds)} folds of a candidate failed alike, and none has worked so "
                f"far: {cause.rstrip('.:')}. If that is the same for all candidates, end the "
                "search; error_score='raise' shows where it happens.",
                SkhpWarning,
            )
        if self._gives_up:
            self._error = _given_up(history, UNSCORED, {"unscored"}) or _given_up(
                history, UNFITTED, {"failed", "unscored"}
            )
        return self._error is not None

    def raise_what_is_wrong(self) -> None:
        """Raise why the search gave up, once the loop has ended."""
        if self._error is not None:
            raise self._error


def _given_up(history: History, n: int, statuses: set[str]) -> ValueError | None:
    """Return scikit-learn's error if the first `n` trials are over, and all folds ended like that.

    Which trials are asked about must not depend on the order in which they come to their end.
    """
    first = history.trials[:n]
    folds = [fold for trial in first for fold in trial.folds]
    if len(first) < n or any(trial.status == "pending" for trial in first):
        return None
    if not all(fold.status in statuses for fold in folds):
        return None
    failures = [{"fit_error": fold.error} for fold in folds]
    try:
        _sklearn.warn_or_raise_about_failed_fits(failures, np.nan)
    except ValueError as error:
        failed = "scored" if statuses == {"unscored"} else "fitted and scored"
        return ValueError(
            f"The search ended since none of its first {n} candidates could be {failed}.{error}"
        )
    return None


def _common_cause(trial: Trial) -> str:
    """Return what all folds of a trial failed of, empty if there is no such thing."""
    causes = {_cause(fold) for fold in trial.folds}
    return causes.pop() if len(causes) == 1 else ""


def _cause(fold: Fold) -> str:
    """Return the error of a traceback; nothing where a worker died or was ended."""
    return error_line(fold.error or "") if fold.status in ("failed", "unscored") else ""
