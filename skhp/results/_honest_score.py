"""What was chosen would score on new rows, less the luck of having been chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ..history import History, Predictions
from ._corrected import corrected_score
from ._ensemble import Ensemble
from ._out_of_fold import OutOfFold
from ._spoken import spoken_score

__all__ = ["HonestScore", "bootstrapped_score", "corrected_for_luck"]

EVALUATIONS = 3_000
"""Scores that are computed at most; each takes about a millisecond."""

FEWEST, MOST = 40, 200
"""Draws of rows."""


@dataclass(frozen=True)
class HonestScore:
    """An estimate of the score on new rows of what a search has chosen.

    Parameters
    ----------
    score : float
        The estimate.
    low, high : float
        Its interval; NaN where there is none.
    confidence : float
        How often such an interval holds the score.
    method : str
        How it was found.
    """

    score: float
    low: float
    high: float
    confidence: float
    method: str


def corrected_for_luck(history: History, confidence: float) -> HonestScore:
    """Return what fold scores alone tell, after Tibshirani & Tibshirani; without an interval.

    Parameters
    ----------
    history : History
        Of the search.
    confidence : float
        What an interval would hold with, were there one.
    """
    nan = float("nan")
    return HonestScore(corrected_score(history), nan, nan, confidence, "Tibshirani and Tibshirani")


def bootstrapped_score(
    kept: OutOfFold,
    history: History,
    *,
    scorer: Any,
    ensemble: Ensemble | None,
    confidence: float,
) -> HonestScore:
    """Repeat the choice on drawn rows, and score what is chosen on those that were not drawn.

    Parameters
    ----------
    kept : OutOfFold
        The data side.
    history : History
        Holds the predictions; at least one trial is whole.
    scorer : callable
        Of the search.
    ensemble : Ensemble, optional
        How members are chosen; without it the best candidate is.
    confidence : float
        Of the interval.

    References
    ----------
    I. Tsamardinos, E. Greasidou, G. Borboudakis: Bootstrapping the Out-of-sample Predictions for
    Efficient and Accurate Cross-validation, Machine Learning 107, 2018, algorithm 5.
    """
    trials, predictions = _candidates(kept, history)
    drawing = _Drawing(kept, predictions, scorer)
    if ensemble is None:
        choose: Callable[[NDArray[np.intp]], float] = drawing.best
        n_draws = int(np.clip(EVALUATIONS // len(trials), FEWEST, MOST))
    else:
        choose = drawing.joined(ensemble, [trial.score for trial in trials])
        n_draws = MOST
    n = len(kept.rows.tested)
    rng = np.random.default_rng(history.seed)
    scores = []
    for _ in range(n_draws):
        counts = np.bincount(rng.integers(0, n, n), minlength=n)
        if counts.all():
            continue
        scores.append(choose(counts))
    found = np.array([one for one in scores if np.isfinite(one)])
    if not found.size:
        raise SettingError("Too few rows to draw some and leave others out.")
    tail = (1 - confidence) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return HonestScore(
        float(found.mean()), float(low), float(high), confidence, "bootstrap of predictions"
    )


def _candidates(kept: OutOfFold, history: History) -> tuple[list[Any], list[Predictions]]:
    whole = kept.candidates(history)
    return [trial for _, trial, _ in whole], [said for _, _, said in whole]


class _Drawing:
    """Scores of rows that are drawn and of those that are not."""

    def __init__(self, kept: OutOfFold, predictions: list[Predictions], scorer: Any) -> None:
        self._kept = kept
        self._predictions = predictions
        self._scorer = scorer
        rows = kept.rows.tested
        assert kept.y is not None
        self._y = kept.y[rows]
        self._weight = None if kept.weight is None else kept.weight[rows]
        self._values = [one.values[rows] for one in predictions]

    def best(self, counts: NDArray[np.intp]) -> float:
        """Return the score on the other rows of the candidate that is best on those drawn."""
        drawn = np.repeat(np.arange(len(counts)), counts)
        scores = [
            self._score(values, one.method, drawn)
            for values, one in zip(self._values, self._predictions, strict=True)
        ]
        if np.isnan(scores).all():
            return float("nan")
        best = int(np.nanargmax(scores))
        method = self._predictions[best].method
        return self._score(self._values[best], method, np.flatnonzero(counts == 0))

    def joined(self, rule: Ensemble, scores: list[float]) -> Callable[[NDArray[np.intp]], float]:
        """Return the same for an ensemble that is selected on the rows drawn."""
        _, contest = rule.select(self._kept, self._predictions, scores, scorer=self._scorer)
        method = "predict_proba" if contest.voting == "soft" else "predict"

        def of(counts: NDArray[np.intp]) -> float:
            weight = contest.weight * counts
            mean = contest.mean(contest.blend(rule, weight / weight.sum()))
            return self._score(mean, method, np.flatnonzero(counts == 0))

        return of

    def _score(self, values: NDArray[Any], method: str, rows: NDArray[np.intp]) -> float:
        """Return a score, NaN where these rows alone have none (one class, say)."""
        weight = None if self._weight is None else self._weight[rows]
        target = self._kept.target
        more: dict[str, Any] = {"method": method, "y": self._y[rows], "weight": weight}
        try:
            return spoken_score(self._scorer, target, values[rows], **more)
        except SettingError:
            if len(np.unique(self._y[rows])) < len(np.unique(self._y)):
                return float("nan")
            raise
