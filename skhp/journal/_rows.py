"""Folds and trials as rows of the journal, and back: plain text and JSON, nothing is pickled."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from ..history import Fold, Predictions, Trial
from ._fingerprint import fingerprint

__all__ = [
    "READING_ERRORS",
    "StoredTrial",
    "fold_from_row",
    "now",
    "positive",
    "predictions_from_row",
    "row_of_fold",
    "row_of_predictions",
    "row_of_trial",
    "trial_from_row",
]

READING_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What comes of reading a text that says something else than it should."""

METHODS = ("predict_proba", "decision_function", "predict")
DTYPES = ("<f4", "<f8")
COSTS = "measured costs"
"""Where costs stand among the scores of a fold."""
FOLD_STATUSES = ("ok", "failed", "unscored", "lost", "timeout")


@dataclass(frozen=True)
class StoredTrial:
    """A trial as it stands in the journal.

    Parameters
    ----------
    number : int
        Position in the search.
    params : str
        Their ``repr``.
    point : list of float, optional
        Where they lie in the unit cube of the space; missing where candidates are listed.
    fingerprint : str
        Of the params.
    stopped : str, optional
        Why racing gave the trial up.
    """

    number: int
    params: str
    point: list[float] | None
    fingerprint: str
    stopped: str | None


def now() -> str:
    """Return the time of day, in Greenwich."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def positive(value: Any, name: str, *, least: int = 1) -> int:
    """Return a value as an integer.

    Raises
    ------
    ValueError
        If it is none, or less than `least`.
    """
    number = int(value)
    if number < least:
        raise ValueError(f"{name} is {number}")
    return number


def row_of_trial(trial: Trial, space: Any) -> tuple[Any, ...]:
    """Return params, point and fingerprint of a trial."""
    point = None
    if space is not None:
        point = json.dumps(space.encode([trial.params])[0].tolist())
    return (repr(trial.params), point, fingerprint(trial.params))


def trial_from_row(row: tuple[Any, ...], *, is_whole: bool = True) -> StoredTrial:
    """Return the trial that a row in the order of `_tables.TRIAL_COLUMNS` stands for.

    Of a damaged row the point is left out if it cannot be read.
    """
    number, params, point, known, stopped = row
    try:
        where = None if point is None else [float(one) for one in json.loads(point)]
    except READING_ERRORS:
        if is_whole:
            raise
        where = None
    return StoredTrial(number, params, where, known, stopped)


def row_of_fold(fold: Fold) -> tuple[Any, ...]:
    """Return a fold in the order of `_tables.FOLD_COLUMNS`."""
    return (
        fold.index,
        _dumped(fold.test_scores, fold.costs),
        None if fold.train_scores is None else _dumped(fold.train_scores),
        float(fold.fit_time),
        float(fold.score_time),
        int(fold.n_test_samples),
        fold.n_iterations,
        fold.error,
        fold.status,
    )


def fold_from_row(row: tuple[Any, ...], *, n_splits: int) -> Fold:
    """Return the fold that a row in the order of `_tables.FOLD_COLUMNS` stands for.

    Raises
    ------
    ValueError
        If it stands for none.
    """
    index, test, train, fit_time, score_time, n_test_samples, n_iterations, error, status = row
    if index not in range(n_splits) or status not in FOLD_STATUSES:
        raise ValueError(f"there is no fold {index} that ended {status!r}")
    if not isinstance(error, str | None):
        raise ValueError("the text of its error is none")
    scores, costs = _loaded(test)
    return Fold(
        index,
        scores,
        None if train is None else _loaded(train)[0],
        fit_time=float(fit_time),
        score_time=float(score_time),
        n_test_samples=int(n_test_samples),
        costs=costs,
        n_iterations=None if n_iterations is None else positive(n_iterations, "n_iterations"),
        error=error,
        status=status,
    )


def row_of_predictions(predictions: Predictions) -> tuple[Any, ...]:
    """Return predictions in the order of `_tables.PREDICTION_COLUMNS`."""
    values = predictions.values
    plain = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    return (predictions.method, plain.dtype.str, json.dumps(values.shape), plain.tobytes())


def predictions_from_row(row: tuple[Any, ...]) -> Predictions:
    """Return the predictions that a row in the order of `_tables.PREDICTION_COLUMNS` stands for.

    Raises
    ------
    ValueError
        If it stands for none.
    """
    method, dtype, shape, content = row
    if method not in METHODS or dtype not in DTYPES:
        raise ValueError(f"there are no predictions {method!r} of {dtype!r}")
    values = np.frombuffer(content, dtype=dtype).reshape([int(n) for n in json.loads(shape)])
    if values.ndim != 2:
        raise ValueError(f"predictions have the shape {shape}")
    return Predictions(method, values.astype(dtype[1:], copy=False))


def _dumped(scores: Mapping[str, Any], costs: Mapping[str, float] | None = None) -> str:
    """Return scores as JSON that any reader takes: NaN as null, the infinite as a text.

    Costs that were measured stand beside them, in a mapping of their own.
    """
    plain: dict[str, Any] = {name: _plain(float(score)) for name, score in scores.items()}
    if costs is not None:
        plain[COSTS] = {name: _plain(float(cost)) for name, cost in costs.items()}
    return json.dumps(plain)


def _plain(score: float) -> float | str | None:
    if math.isfinite(score):
        return score
    return None if math.isnan(score) else str(score)


def _loaded(text: str) -> tuple[dict[str, float], dict[str, float] | None]:
    """Return scores, and costs if there are any."""
    plain = json.loads(text)
    costs = plain.pop(COSTS) if isinstance(plain.get(COSTS), dict) else None
    return _numbers(plain), None if costs is None else _numbers(costs)


def _numbers(plain: Mapping[str, Any]) -> dict[str, float]:
    return {name: math.nan if one is None else float(one) for name, one in plain.items()}
