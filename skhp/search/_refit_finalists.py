"""Scores the best few candidates again, and says which of them is refitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from .._warnings import warn
from .._written import error_line
from ..evaluation import Evaluation
from ..exceptions import SearchInterruptedWarning
from ..executors import Task
from ..history import Fold
from ..results import Finalist, Finished, Gathered, gathered, seconds_of_refit
from ._inputs import Inputs
from ._plan import evaluation_of
from ._resume import Run
from ._wishes import Wishes

__all__ = ["chosen_finalist"]


def chosen_finalist(
    fitted: dict[str, Any], run: Run, wishes: Wishes, inputs: Inputs
) -> dict[str, Any]:
    """Return ``finalists_``, and ``best_index_`` and what goes with it.

    Parameters
    ----------
    fitted : dict
        The attributes that the search has.
    run : Run
        That has ended.
    wishes : Wishes
        Hold the rule, the executor and the time.
    inputs : Inputs
        What is fitted, and the fresh splits.
    """
    assert wishes.finalists is not None
    results, best = fitted["cv_results_"], int(fitted["best_index_"])
    metric = inputs.metric if f"mean_test_{inputs.metric}" in results else "score"
    finished = Finished(run.history, results, metric)
    rows = wishes.finalists.entrants(finished, best)
    scores, ended = _scored_again(rows, finished, run, wishes, inputs)
    n_old = run.history.n_splits
    finalists = [Finalist.of(row, finished, scores[row], n_old=n_old) for row in rows]
    finalists.sort(key=lambda one: -np.nan_to_num(one.score, nan=-np.inf))
    if ended is None and not np.isfinite(finalists[0].score):
        ended = "all their fits failed"
    if ended is not None:
        warn(
            f"The finalists were not scored again ({ended}); the best candidate of the search is "
            "taken as it is.",
            SearchInterruptedWarning,
        )
        return {"finalists_": ()}
    row = finalists[0].row
    return {
        "finalists_": tuple(finalists),
        "best_index_": row,
        "best_params_": run.description.conclusion.best_params(results["params"][row]),
        "best_score_": results[f"mean_test_{metric}"][row],
    }


def _scored_again(
    rows: Sequence[int], finished: Finished, run: Run, wishes: Wishes, inputs: Inputs
) -> tuple[dict[int, list[float]], str | None]:
    """Return the scores of each row on the fresh splits, and why not all are in."""
    evaluation = _on_fresh_splits(run, wishes, inputs)
    best_params = run.description.conclusion.best_params
    tasks = []
    for row in rows:
        params = best_params(finished.results["params"][row])
        for fold in range(evaluation.n_splits):
            tasks.append(Task((row, fold), (evaluation.request(row, params, fold=fold),)))
    until = None
    if wishes.max_time is not None:
        until = wishes.since + wishes.max_time - seconds_of_refit(run.history)
    with wishes.opened_executor() as executor:
        done = gathered(executor, evaluation, tasks, until=until, may_end=lambda done: True)
    _tell_of_failures(done)
    scores: dict[int, list[float]] = {row: [] for row in rows}
    for task in tasks:
        row, _ = key = cast(tuple[int, int], task.key)
        scores[row].append(_score(done.values.get(key), finished.metric))
    return scores, done.ended


def _on_fresh_splits(run: Run, wishes: Wishes, inputs: Inputs) -> Evaluation:
    evaluation = evaluation_of(run, wishes, inputs, caller=None, context=None)
    settings = {**evaluation.settings, "return_train_score": False, "verbose": 0}
    return replace(
        evaluation,
        splits=inputs.fresh_splits,
        settings=settings,
        resource=None,
        question=None,
        n_candidates=None,
    )


def _score(outcomes: list[tuple[Fold, bool]] | None, metric: str) -> float:
    """Return the score of one fold, NaN if it was not fitted or not scored."""
    if outcomes is None or outcomes[0][0].status != "ok":
        return float("nan")
    return outcomes[0][0].score(metric)


def _tell_of_failures(done: Gathered) -> None:
    errors = {key: repr(error) for key, error in done.errors.items()}
    errors |= {key: outcomes[0][0].error for key, outcomes in done.values.items()}
    lost: dict[Any, Any] = {key: error for key, error in errors.items() if error is not None}
    if lost:
        rows, error = sorted({row for row, _ in lost}), str(next(iter(lost.values())))
        warn(
            f"The candidates {rows} are no finalists, since fits on fresh splits failed: "
            f"{error_line(error)}",
            UserWarning,
        )
