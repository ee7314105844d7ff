"""From wishes and the description of a search to the plan that the loop carries out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sklearn.model_selection import TimeSeriesSplit

from ..defaults import reuse_bytes
from ..early_stopping import StoppedFits, last_step, way_of
from ..evaluation import Evaluation
from ..exceptions import SettingError
from ..history import History
from ..loop import Plan
from ..observers import Announcer, Console
from ..resources import N_SAMPLES
from ..results import seconds_of_finals, seconds_of_refits
from ..reuse import StepReuse, searched_names
from ..strategies import Listed
from ..submodels import Siblings, count_names
from ._description import Description
from ._fit_warnings import FitWarnings
from ._inputs import Inputs
from ._resume import Run
from ._wishes import Wishes

__all__ = ["announcer_of", "evaluation_of", "plan_of", "reuse_of"]

ROW_METADATA = "sample_weight"
"""What ``fit`` may be given without changing its course by the number of parts of a model."""


def announcer_of(
    run: Run, wishes: Wishes, inputs: Inputs, *, observers: Sequence[Any]
) -> Announcer:
    """Return what tells everybody who is to be told.

    Parameters
    ----------
    run : Run
        Of the search; its journal is told first.
    wishes : Wishes
        Say whether the console is told.
    inputs : Inputs
        Hold the user's observers.
    observers : sequence of observers
        Told after those, and before those of this kind of search.
    """
    journal = [] if run.journal is None else [run.journal]
    console = Console(shows_progress=wishes.verbose == 1, max_time=wishes.max_time)
    own = (FitWarnings(), *run.description.observers)
    told = (*journal, console) if wishes.verbose > 0 else journal
    return Announcer((*told, *inputs.observers, *observers, *own))


def evaluation_of(
    run: Run, wishes: Wishes, inputs: Inputs, *, caller: Any, context: Any
) -> Evaluation:
    """Return what a trial of the search means.

    Parameters
    ----------
    run : Run
        Of the search.
    wishes : Wishes
        Say how fits are scored.
    inputs : Inputs
        What is fitted, on what.
    caller : estimator object or None
        The search, where scikit-learn's callbacks listen.
    context : CallbackContext or None
        The parent of each evaluation's context.
    """
    description = run.description
    return Evaluation(
        inputs.estimator,
        inputs.X,
        inputs.y,
        inputs.splits,
        settings={
            "scorer": inputs.scorer,
            "fit_params": inputs.routed.estimator.fit,
            "score_params": inputs.routed.scorer.score,
            "return_train_score": wishes.return_train_score,
            "error_score": wishes.error_score,
            "verbose": wishes.verbose,
        },
        prepare=description.prepare,
        resource=description.resource,
        stops=_stops(run.description, wishes, inputs),
        question=inputs.question,
        costs=() if wishes.pareto is None else wishes.pareto.measured,
        n_candidates=description.n_iter,
        caller=caller,
        callback_context=context,
    )


def _stops(description: Description, wishes: Wishes, inputs: Inputs) -> StoppedFits | None:
    """Return what has fits stop early, None where they run to their end.

    Raises
    ------
    SettingError
        If no candidate could stop early.
    """
    if wishes.early_stopping is None:
        return None
    resource = description.resource
    if resource is not None and resource.name != N_SAMPLES:
        raise SettingError(
            f"A search by rungs of {resource.name} says itself how long a fit runs. Leave "
            "early_stopping out, or let the resource be n_samples."
        )
    name, last = last_step(inputs.estimator)
    if way_of(last) is None and name not in searched_names(description.space)[0]:
        raise SettingError(
            f"early_stopping works for XGBoost, LightGBM, CatBoost and histogram boosting, got "
            f"{type(last).__name__}. Leave early_stopping out, or take one of these."
        )
    groups = inputs.routed.splitter.split.get("groups")
    in_order = isinstance(inputs.splitter, TimeSeriesSplit)
    return StoppedFits(wishes.early_stopping, groups, in_order)


def reuse_of(description: Description, wishes: Wishes) -> StepReuse | None:
    """Return what keeps the fitted steps of pipelines, None where none are to be kept.

    With a limit of memory there is none: what is kept would count against the fits.

    Parameters
    ----------
    description : Description
        Of the search.
    wishes : Wishes
        Of the user.
    """
    if not wishes.shares_fits or wishes.fit_memory is not None:
        return None
    varied, endless = searched_names(description.space)
    return StepReuse(varied, endless, n_bytes=reuse_bytes())


def plan_of(
    run: Run,
    wishes: Wishes,
    inputs: Inputs,
    *,
    evaluation: Evaluation,
    n_slots: int,
    announcer: Announcer,
) -> Plan:
    """Return what the loop is to do.

    Parameters
    ----------
    run : Run
        Of the search.
    wishes : Wishes
        Of the user.
    inputs : Inputs
        Hold the splits for finalists.
    evaluation : Evaluation
        What a trial means.
    n_slots : int
        Workers.
    announcer : Announcer
        Tells observers.
    """
    description = run.description
    return Plan(
        description.strategy,
        evaluation,
        n_iter=description.n_iter,
        n_points=run.n_points(wishes.n_points, n_slots=n_slots),
        stopping=wishes.stopping,
        racing=wishes.racing_rule,
        announcer=announcer,
        max_time=wishes.max_time,
        reserve=_reserve(run, wishes, inputs, n_slots=n_slots),
        ends_by_itself=description.ends_by_itself,
        siblings=_siblings(description, wishes, evaluation),
    )


def _siblings(description: Description, wishes: Wishes, evaluation: Evaluation) -> Siblings | None:
    """Return what tells which candidates one fit serves, None if each is fitted by itself.

    So it is where smaller models must not wait for the largest, which may take too long, and where
    candidates that differ in nothing else are not to be expected.
    """
    strategy, stopping = description.strategy, wishes.stopping
    if wishes.early_stopping is not None:
        return None
    is_timed = wishes.max_time is not None or (stopping is not None and stopping.watches_clock)
    if not wishes.shares_fits or is_timed or not isinstance(strategy, Listed):
        return None
    if description.resource is not None or description.run_search is not None:
        return None
    varied, endless = searched_names(description.space)
    counts = varied.intersection(count_names(evaluation.estimator))
    given = {name.rpartition("__")[2] for name in evaluation.settings["fit_params"]}
    if not counts or endless - counts or given - {ROW_METADATA}:
        return None
    if evaluation.callback_context is not None:  # callbacks count the fits
        return None
    n_rows = max(len(train) for train, _ in evaluation.splits)
    return Siblings(
        strategy.candidates, evaluation.estimator, prepare=description.prepare, n_rows=n_rows
    )


def _reserve(
    run: Run, wishes: Wishes, inputs: Inputs, *, n_slots: int
) -> Callable[[History], float] | None:
    """Return how many seconds of `max_time` are left for the refit, given the history."""
    if wishes.ensemble is not None:
        n = wishes.ensemble.max_members + 1
        return partial(seconds_of_refits, n=n, n_slots=n_slots)
    if wishes.finalists is not None:
        n, n_splits = wishes.finalists.n, len(inputs.fresh_splits)
        return partial(seconds_of_finals, n=n, n_splits=n_splits, n_slots=n_slots)
    return run.description.conclusion.refit_seconds if wishes.refit else None
