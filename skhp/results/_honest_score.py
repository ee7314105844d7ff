"""What was chosen would score on new rows, less the luck of having been chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ..history import History, Predictions, Trial
from ._choice import Choice
from ._corrected import corrected_score
from ._ensemble import Ensemble
from ._out_of_fold import OutOfFold
from ._spoken import spoken_score
from ._table import tabulated

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
    rule: Choice | Ensemble | None,
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
    rule : Choice or Ensemble, optional
        How a candidate or the members are chosen; without it the best candidate is.
    confidence : float
        Of the interval.

    References
    ----------
    I. Tsamardinos, E. Greasidou, G. Borboudakis: Bootstrapping the Out-of-sample Predictions for
    Efficient and Accurate Cross-validation, Machine Learning 107, 2018, algorithm 5.
    """
    trials, predictions = _candidates(kept, history)
    drawing = _Drawing(kept, predictions, scorer)
    choose: Callable[[NDArray[np.intp]], float] = drawing.best
    n_scores = len(trials)
    if isinstance(rule, Choice):
        choose = drawing.ruled(rule, history, trials)
        n_scores *= history.n_splits
    elif rule is not None:
        choose = drawing.joined(rule, [trial.score for trial in trials])
        n_scores = 1
    n_draws = int(np.clip(EVALUATIONS // n_scores, FEWEST, MOST))
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
        scores = [self._of(place, drawn) for place in range(len(self._values))]
        if np.isnan(scores).all():
            return float("nan")
        return self._of(int(np.nanargmax(scores)), np.flatnonzero(counts == 0))

    def ruled(
        self, choice: Choice, history: History, trials: list[Trial]
    ) -> Callable[[NDArray[np.intp]], float]:
        """Return the same for a rule that looks at folds, each scored by its rows drawn."""
        places = {trial.number: place for place, trial in enumerate(trials)}
        tested = self._kept.rows.tested
        folds = [np.searchsorted(tested, rows) for rows in self._kept.rows.folds]

        def of(counts: NDArray[np.intp]) -> float:
            others = [
                self._as_drawn(trial, places[trial.number], counts, folds)
                if trial.number in places
                else trial
                for trial in history
            ]
            drawn = replace(history, _trials=others)
            chosen = tabulated(drawn)[choice.row(drawn)].number if drawn.complete else None
            if chosen not in places:
                return float("nan")
            return self._of(places[chosen], np.flatnonzero(counts == 0))

        return of

    def joined(self, rule: Ensemble, scores: list[float]) -> Callable[[NDArray[np.intp]], float]:
        """Return the same for an ensemble that is selected on the rows drawn."""
        _, contest = rule.select(self._kept, self._predictions, scores, scorer=self._scorer)
        method = "predict_proba" if contest.voting == "soft" else "predict"

        def of(counts: NDArray[np.intp]) -> float:
            weight, rows = contest.weight * counts, np.flatnonzero(counts == 0)
            mean = contest.mean(contest.blend(rule, weight / weight.sum()))
            return self._score(mean[rows], method, rows)

        return of

    def _as_drawn(
        self, trial: Trial, place: int, counts: NDArray[np.intp], folds: list[NDArray[np.intp]]
    ) -> Trial:
        """Return a trial as it would be if only its rows drawn were there."""
        on_all = partial(self._of, place, np.repeat(np.arange(len(counts)), counts))
        scored = []
        for fold, rows in zip(trial.folds, folds, strict=True):
            assert fold.predictions is not None
            which = np.repeat(np.arange(len(rows)), counts[rows])
            method, said = fold.predictions.method, fold.predictions.values[which]
            score = self._score(said, method, rows[which]) if len(which) else float("nan")
            if np.isnan(score):  # as of a fold with one row
                score = on_all()
            scored.append(replace(fold, test_scores=dict.fromkeys(fold.test_scores, score)))
        return replace(trial, folds=tuple(scored))

    def _of(self, place: int, rows: NDArray[np.intp]) -> float:
        """Return the score of a candidate on rows."""
        return self._score(self._values[place][rows], self._predictions[place].method, rows)

    def _score(self, said: NDArray[Any], method: str, rows: NDArray[np.intp]) -> float:
        """Return a score, NaN where these rows alone have none (one class, say)."""
        weight = None if self._weight is None else self._weight[rows]
        more: dict[str, Any] = {"method": method, "y": self._y[rows], "weight": weight}
        try:
            return spoken_score(self._scorer, self._kept.target, said, **more)
        except SettingError:
            if len(np.unique(self._y[rows])) < len(np.unique(self._y)):
                return float("nan")
            raise
