"""Ends a search whose `refit` names a metric that the scorer turns out not to give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import _sklearn
from ..exceptions import SettingError
from ..history import Fold, History, Trial
from ..observers import Observer
from ..results import SELECTIONS
from ._wishes import ENSEMBLE, Wishes

__all__ = ["MetricCheck", "check_one_rung", "check_refit", "metric_of"]


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


def metric_of(wishes: Wishes, scorer: Any, metric: Any) -> Any:
    """Return the metric that ranks trials, once what the user wants to refit is checked.

    Parameters
    ----------
    wishes : Wishes
        Hold `scoring` and `refit`.
    scorer : callable
        scikit-learn's.
    metric : object
        What scikit-learn says.

    Raises
    ------
    SettingError
        If `refit` names no metric, or objectives that make no sense.
    """
    refit, scoring, pareto = wishes.refit, wishes.scoring, wishes.pareto
    is_single = scoring is None or isinstance(scoring, str)
    if is_single:
        check_refit(refit, {"score", scoring or "score"})
    if pareto is None:
        return refit if callable(scoring) and isinstance(refit, str) else metric
    pareto.check()
    if wishes.racing:
        raise SettingError(
            "racing gives up candidates by one metric, which may be the best by another objective "
            "of Pareto. Leave racing out."
        )
    if callable(scoring):  # whose metrics are known once it is called
        return pareto.metric or metric
    several = isinstance(scorer, _sklearn.MultimetricScorer)
    names = scorer._scorers if several else ("score", scoring or "score")
    pareto.check_use(set(names))
    if is_single:
        return metric
    return pareto.metric or next(iter(names))


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
            if self._wishes.pareto is not None:
                self._wishes.pareto.check_use(set(fold.test_scores))
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


def check_one_rung(refit: Any) -> None:
    """Check that the best is chosen among candidates with the same amount of a resource.

    Parameters
    ----------
    refit : bool, str or callable
        The user's.

    Raises
    ------
    SettingError
        If a model of all scores is to choose it.
    """
    if isinstance(refit, str) and refit in SELECTIONS:
        raise SettingError(
            f"refit={refit!r} compares scores of all candidates, but only those of one rung can be "
            "compared. Use True, the name of a metric, or a callable."
        )
