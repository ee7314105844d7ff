"""From the history of a run to the fitted attributes of its search."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

from .. import _sklearn
from .._warnings import warn
from ..defaults import default_initial_params
from ..exceptions import SearchInterruptedWarning, SettingError, SpaceExhaustedWarning
from ..history import History
from ..loop import ALL_TRIED, BUDGET_USED, INTERRUPTED, SPACE_EXHAUSTED
from ..results import AsScikitLearn, Choice, Finished, metric_names
from ._from_predictions import as_set, out_of_fold
from ._inputs import Inputs
from ._resume import Run
from ._wishes import Wishes

__all__ = ["best_so_far", "conclude"]

AS_WISHED = (ALL_TRIED, BUDGET_USED)
"""The ends that nothing has to be said of."""


def conclude(run: Run, wishes: Wishes, inputs: Inputs, *, reason: str) -> dict[str, Any]:
    """Return all fitted attributes but those of the refit.

    Parameters
    ----------
    run : Run
        That has ended.
    wishes : Wishes
        Of the user.
    inputs : Inputs
        What the search worked on.
    reason : str
        Why it ended.

    Raises
    ------
    KeyboardInterrupt
        If the user ended the search before its first fit was done.
    ValueError
        If nothing was fitted, or all fits failed.
    """
    history, conclusion = run.history, run.description.conclusion
    _warn_about_end(history, reason)
    results = conclusion.table.of(history)
    several = isinstance(inputs.scorer, _sklearn.MultimetricScorer)
    is_multimetric = several or metric_names(history) != ("score",)
    fitted: dict[str, Any] = {
        "n_splits_": history.n_splits,
        "multimetric_": is_multimetric,
        "stop_reason_": reason,
    }
    if wishes.refit or not is_multimetric:
        choice = _choice(run, inputs, metric=inputs.refit_metric if is_multimetric else "score")
        fitted |= _best(run, choice, results=results)
        fitted["_choice"] = choice if wishes.has_rule and inputs.question is not None else None
    fitted |= conclusion.attributes(history)
    fitted["scorer_"] = inputs.scorer._scorers if several else inputs.scorer
    fitted["cv_results_"] = results
    weight = inputs.routed.scorer.score.get("sample_weight")
    fitted["_out_of_fold"] = out_of_fold(
        inputs.question, inputs.tested_rows, inputs.y, weight=weight
    )
    if inputs.question is not None:
        fitted["_as_set"] = partial(as_set, conclusion.best_params, run.description.prepare)
    return fitted


def _choice(run: Run, inputs: Inputs, *, metric: Any) -> Choice:
    history, conclusion = run.history, run.description.conclusion
    selection = conclusion.selection
    if selection.needs_space and not history.complete:
        selection = AsScikitLearn()
    space = history.space
    plain = None
    if selection.needs_space:
        present = default_initial_params(space, inputs.estimator)
        plain = present[0] if present else space.decode([[0.5] * space.n_columns])[0]
    return Choice(conclusion.table, selection, metric, space, plain)


def _best(run: Run, choice: Choice, *, results: dict[str, Any]) -> dict[str, Any]:
    row, conclusion = choice.row(run.history, results), run.description.conclusion
    best = {"best_index_": row, "best_params_": conclusion.best_params(results["params"][row])}
    if not callable(getattr(conclusion.selection, "refit", None)):
        best["best_score_"] = results[f"mean_test_{choice.metric}"][row]
    finished = Finished(run.history, results, choice.metric)
    return best | conclusion.selection.attributes(finished)


def best_so_far(run: Run, name: str) -> Any:
    """Return what ``best_index_``, ``best_score_``, ``best_params_`` or ``cv_results_`` is now.

    Parameters
    ----------
    run : Run
        Under way.
    name : str
        One of these.

    Raises
    ------
    AttributeError
        If no trial is complete.
    """
    history = run.history
    if history.best is None:
        raise AttributeError(f"{name} is not there before the first candidate is complete.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said once, at the end
        results = run.description.conclusion.table.of(history)
    if name == "cv_results_":
        return results
    metric = history.metric if f"mean_test_{history.metric}" in results else "score"
    row = AsScikitLearn().row(Finished(history, results, metric))
    best = {
        "best_index_": row,
        "best_score_": results[f"mean_test_{metric}"][row],
        "best_params_": results["params"][row],
    }
    return best[name]


def _warn_about_end(history: History, reason: str) -> None:
    n_done = sum(bool(trial.folds) for trial in history)
    if reason == INTERRUPTED and not n_done:
        raise KeyboardInterrupt
    if reason not in (*AS_WISHED, SPACE_EXHAUSTED) and not n_done:
        raise SettingError(
            f"The search ended before its first fit was done ({reason}). Give it more time, or "
            "faster fits to begin with."
        )
    if reason == SPACE_EXHAUSTED:
        warn(_said_of_the_space(history), SpaceExhaustedWarning)
    elif reason == INTERRUPTED or (reason not in AS_WISHED and not history.complete):
        warn(
            f"The search ended after {n_done} candidates, {len(history.complete)} of them "
            f"complete ({reason}); the best so far is used.",
            SearchInterruptedWarning,
        )


def _said_of_the_space(history: History) -> str:
    """Return what to tell where a search ran out of candidates before `n_iter`."""
    n, space = len(history), history.space
    if space.counted and n < space.size:
        tried = "1 candidate was" if n == 1 else f"{n} candidates were"
        return (
            f"{tried} tried, fewer than n_iter: no other was found in the space that would give "
            "another model. Values that come to the same count on these data, such as 'sqrt' and "
            "'log2' of few features, are tried once."
        )
    held, which = ("1 candidate", "it") if n == 1 else (f"{n} candidates", "each")
    return f"The space holds only {held}, fewer than n_iter; {which} was tried once."
