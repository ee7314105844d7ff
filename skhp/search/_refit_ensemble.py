"""Refits an ensemble of candidates, or the best one alone where that cannot be."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .._warnings import warn
from ..exceptions import SearchInterruptedWarning, SettingError
from ..results import EnsembleMembers, MemberFit, OutOfFold, fitted_members, voting_of
from ._inputs import Inputs
from ._resume import Run
from ._wishes import Wishes

__all__ = ["refitted_ensemble"]


def refitted_ensemble(
    fitted: dict[str, Any],
    run: Run,
    wishes: Wishes,
    inputs: Inputs,
    *,
    candidate: Callable[[int], Any],
) -> dict[str, Any]:
    """Return ``best_estimator_``, ``ensemble_`` and ``refit_time_``.

    Parameters
    ----------
    fitted : dict
        The attributes that the search has.
    run : Run
        That has ended.
    wishes : Wishes
        Hold the rule, the executor and the time.
    inputs : Inputs
        What is fitted.
    candidate : callable
        From a row of ``cv_results_`` to the estimator with its params, not fitted.

    Raises
    ------
    SettingError
        If no candidate has predictions.
    KeyboardInterrupt
        If the user ended it before the best single candidate was fitted.
    """
    start = time.time()
    members = _selected(run, wishes, inputs, kept=fitted["_out_of_fold"])
    target, best = fitted["_out_of_fold"].target, int(fitted["best_index_"])
    is_coded = members.voting == "hard" and target.is_flat
    fit_params = dict(inputs.routed.estimator.fit)
    call = MemberFit(inputs.X, inputs.y, target, fit_params, is_coded=is_coded)
    estimators = [candidate(row) for row in members.rows]
    until = None if wishes.max_time is None else wishes.since + wishes.max_time
    with wishes.opened_executor() as executor:
        plain = candidate(best)
        done = fitted_members(executor, call, estimators, plain=plain, until=until)
    places = [at for at in range(len(estimators)) if at in done.values]
    if -1 in done.errors and not places:
        raise done.errors[-1]
    if done.ended is not None or not places:
        _say_what_is_used(done.ended or str(next(iter(done.errors.values()))))
        model, members = done.values[-1], _alone(members, best, fitted)
    else:
        if len(places) < len(estimators):
            members = _without_failed(members, places, done.errors)
        model = voting_of(
            [(f"candidate_{members.rows[n]}", estimators[at]) for n, at in enumerate(places)],
            [done.values[at] for at in places],
            members.weights,
            target=target,
            voting=members.voting,
        )
    seconds = time.time() - start
    return {"best_estimator_": model, "ensemble_": members, "refit_time_": seconds}


def _selected(run: Run, wishes: Wishes, inputs: Inputs, *, kept: OutOfFold) -> EnsembleMembers:
    assert wishes.ensemble is not None
    candidates = kept.candidates(run.history)
    if not candidates:
        raise SettingError(
            "No ensemble can be made: no candidate is complete and has its predictions. Fit the "
            "search again with refit=True."
        )
    rows, trials, predictions = zip(*candidates, strict=True)
    scores = [trial.score for trial in trials]
    blend, contest = wishes.ensemble.select(kept, predictions, scores, scorer=inputs.scorer)
    return EnsembleMembers(
        tuple(rows[at] for at in blend.members),
        tuple(dict(trials[at].params) for at in blend.members),
        blend.weights,
        contest.voting,
        -blend.loss,
        -blend.path[0],
        tuple(-loss for loss in blend.path),
    )


def _without_failed(
    members: EnsembleMembers, places: list[int], errors: dict[int, BaseException]
) -> EnsembleMembers:
    """Share the weight of members whose refit failed among the others."""
    lost = {members.rows[at]: error for at, error in errors.items() if at >= 0}
    warn(
        f"The ensemble does without the candidates {sorted(lost)}, whose fits on all rows failed: "
        f"{next(iter(lost.values()))!r}",
        UserWarning,
    )
    total = sum(members.weights[at] for at in places)
    return EnsembleMembers(
        tuple(members.rows[at] for at in places),
        tuple(members.params[at] for at in places),
        tuple(members.weights[at] / total for at in places),
        members.voting,
        float("nan"),
        members.single_score,
        members.path,
    )


def _alone(members: EnsembleMembers, best: int, fitted: dict[str, Any]) -> EnsembleMembers:
    params = fitted["cv_results_"]["params"][best]
    single = members.single_score
    return EnsembleMembers((best,), (params,), (1.0,), members.voting, single, single)


def _say_what_is_used(reason: str) -> None:
    warn(
        f"The members of the ensemble were not fitted ({reason}); best_estimator_ is the best "
        "single candidate.",
        SearchInterruptedWarning,
    )
