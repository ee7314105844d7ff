"""What trackers write of a trial, in plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from ..history import Fold, History, Trial
from ..space import Plain, label_of

__all__ = ["error_of", "metrics_of", "outcome_of", "params_of", "row_of", "span_of", "written_time"]

OUTCOMES = {"complete": "complete", "stopped": "given up", "pending": "unfinished"}
FAILURES = {"timeout": "timed out", "lost": "worker lost"}


def params_of(trial: Trial) -> dict[str, Plain]:
    """Return the params of a trial, what no tracker can hold by its label."""
    return {name: label_of(value) for name, value in trial.params.items()}


def outcome_of(trial: Trial) -> str:
    """Return how a trial ended, in a user's words."""
    if trial.status in OUTCOMES:
        return OUTCOMES[trial.status]
    causes = {fold.status for fold in trial.folds}
    return next((word for cause, word in FAILURES.items() if cause in causes), "failed")


def error_of(trial: Trial) -> str | None:
    """Return the first error of a trial's folds, with its traceback."""
    return next((fold.error for fold in trial.folds if fold.error is not None), None)


def span_of(trial: Trial, history: History) -> tuple[float, float]:
    """Return when a trial began and ended, as ``time.time()`` tells it.

    Where the folds do not know it, as those of a journal, it is placed at the beginning of the
    search.
    """
    spans = [
        (fold.started, fold.ended)
        for fold in trial.folds
        if fold.started is not None and fold.ended is not None
    ]
    if not spans:
        return history.started, history.started + trial.seconds
    return min(start for start, _ in spans), max(end for _, end in spans)


def metrics_of(trial: Trial) -> dict[str, float]:
    """Return means and standard deviations over the folds, under the names of ``cv_results_``.

    What is no finite number is left out.
    """
    found: dict[str, float] = {}
    with np.errstate(all="ignore"):  # scores may be infinite
        for name, values in _series(trial):
            for statistic, number in (("mean", np.mean(values)), ("std", np.std(values))):
                if math.isfinite(number):
                    found[f"{statistic}_{name}"] = float(number)
    return found


def _series(trial: Trial) -> Iterator[tuple[str, list[float]]]:
    folds = trial.folds
    if not folds:
        return
    yield "fit_time", [fold.fit_time for fold in folds]
    yield "score_time", [fold.score_time for fold in folds]
    for name in _metrics(folds):
        yield f"test_{name}", [fold.test_scores.get(name, math.nan) for fold in folds]
    if all(fold.train_scores for fold in folds):
        for name in folds[0].train_scores or ():
            scores = [(fold.train_scores or {}).get(name, math.nan) for fold in folds]
            yield f"train_{name}", scores


def _metrics(folds: tuple[Fold, ...]) -> tuple[str, ...]:
    """Return the names of the metrics; a fit that failed may know only one, nameless."""
    scored = next((fold for fold in folds if fold.error is None), folds[0])
    return tuple(scored.test_scores)


def row_of(trial: Trial, history: History) -> dict[str, Plain]:
    """Return a trial as one row of a table, under the names of ``cv_results_`` where it has one."""
    started, _ = span_of(trial, history)
    scores = {
        f"split{fold.index}_test_{name}": float(score)
        for fold in trial.folds
        for name, score in fold.test_scores.items()
    }
    return {
        "search": written_time(history.started),
        "number": trial.number,
        "status": outcome_of(trial),
        "started": written_time(started),
        "seconds": round(trial.seconds, 6),
        **metrics_of(trial),
        **scores,
        **{f"param_{name}": value for name, value in params_of(trial).items()},
        "error": _last_line(error_of(trial)),
    }


def written_time(seconds: float) -> str:
    """Return a time of day, in Greenwich."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _last_line(error: str | None) -> str:
    return "" if error is None else error.strip().rpartition("\n")[2]
