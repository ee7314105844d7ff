"""Ends a search whose `refit` names a metric that the scorer turns out not to give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..exceptions import SettingError
from ..history import Fold, History, Trial
from ..observers import Observer
from ..results import SELECTIONS
from ._wishes import ENSEMBLE, Wishes

__all__ = ["MetricCheck", "check_refit"]


def check_refit(refit: Any, metrics: set[str]) -> None:
    """Check that `refit` names a metric or a rule, where there is one metric.

    Parameters
    ----------
    refit : bool, str or callable
        The parameter.
    metrics : set of str
        The names that the metric goes by.

    Raises
    ------
    SettingError
        If it names neither.
    """
    known = [*SELECTIONS, ENSEMBLE]
    if not isinstance(refit, str) or refit in metrics or refit in known:
        return
    rules = ", ".join(repr(name) for name in known)
    raise SettingError(
        f"refit={refit!r} names neither a rule nor the metric of this search. There are the rules "
        f"{rules}; the metric goes by {' or '.join(repr(name) for name in sorted(metrics))}, for "
        "which True does as well."
    )


class MetricCheck(Observer):
    """Looks at the first fold that was scored by a callable, whose metrics nobody knew before.

    Parameters
    ----------
    wishes : Wishes
        Hold `scoring` and `refit`.
    check_several : callable
        scikit-learn's check of `refit`, given a dict whose keys are the metrics.
    """

    def __init__(self, wishes: Wishes, check_several: Callable[[dict[str, Any]], None]) -> None:
        self._wishes = wishes
        self._check_several = check_several
        self._is_done = not callable(wishes.scoring)
        self._error: ValueError | None = None

    def on_fold_end(self, history: History, trial: Trial, fold: Fold) -> bool:
        """Ask for an end if `refit` names no metric of the fold's."""
        if self._is_done or fold.status != "ok":
            return False
        self._is_done = True
        try:
            if tuple(fold.test_scores) == ("score",):
                check_refit(self._wishes.refit, {"score"})
            else:
                self._check_several(dict.fromkeys(fold.test_scores))
        except ValueError as error:
            self._error = error
        return self._error is not None

    def raise_what_is_wrong(self) -> None:
        """Raise what was wrong with `refit`, once the loop has ended."""
        if self._error is not None:
            raise self._error
