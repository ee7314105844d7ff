"""What a trial means: cloning, setting params, fitting and scoring on the frozen splits."""

from __future__ import annotations

import copy
import os
import platform
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from . import _sklearn
from ._autolog import fits_unlogged
from ._kept_warnings import warnings_kept
from ._warnings import warn
from .early_stopping import Stopped, StoppedFits
from .history import Fold, Predictions
from .objectives import measured_costs
from .predicted import Question, order_of, overhearing
from .resources import Resource
from .reuse import Reused, StepReuse
from .submodels import Cut, Whole

__all__ = ["Evaluation", "Request"]

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True)
class Request:
    """One fold of one trial that is to be fitted and scored.

    Parameters
    ----------
    number : int
        The trial.
    params : dict
        Its params.
    fold : int
        Which split.
    context : CallbackContext, optional
        scikit-learn's callback context of this evaluation.
    counted : str
        In what it differs from its siblings: the number of parts of their models.
    siblings : tuple of Request
        The same fold of other trials, if the fit of the largest model serves all of them.
    """

    number: int
    params: dict[str, Any]
    fold: int
    context: Any = None
    counted: str = ""
    siblings: tuple[Request, ...] = ()

    @property
    def served(self) -> tuple[Request, ...]:
        """All requests that are carried out with it."""
        return (self, *self.siblings)

    @property
    def key(self) -> tuple[int, int]:
        """Which fold of which trial."""
        return self.number, self.fold

    @property
    def count(self) -> int:
        """How many parts its model has."""
        count: int = self.params[self.counted] if self.counted else 0
        return count


@dataclass(frozen=True)
class Evaluation:
    """Fits and scores one fold after the other; shipped to each worker once.

    Parameters
    ----------
    estimator : estimator object
        Cloned before each fit.
    X, y : array-like
        All rows.
    splits : sequence of (train, test)
        Row indices, the same for every trial.
    settings : dict
        What scikit-learn's fit-and-score takes: scorer, fit_params, score_params, error_score,
        return_train_score, verbose.
    prepare : callable, optional
        Turns params into what ``estimator.set_params`` takes.
    resource : Resource, optional
        What part of it a fit is given, where that is less than all.
    reuse : StepReuse, optional
        Keeps fitted steps of pipelines for other candidates.
    stops : StoppedFits, optional
        Has fits stop early.
    question : Question, optional
        What each model that was given all of the resource is asked about its test rows.
    costs : tuple of str
        What is measured on each fitted model.
    n_candidates : int, optional
        For verbose messages.
    caller : estimator object, optional
        The search, for scikit-learn's callbacks.
    callback_context : CallbackContext, optional
        The parent of every evaluation's context; stays in this process.
    """

    estimator: Any
    X: Any
    y: Any
    splits: Sequence[Split]
    settings: dict[str, Any]
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    resource: Resource | None = None
    reuse: StepReuse | None = None
    stops: StoppedFits | None = None
    question: Question | None = None
    costs: tuple[str, ...] = ()
    n_candidates: int | None = None
    caller: Any = None
    callback_context: Any = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "callback_context": None, "caller": _bare(self.caller)}

    @property
    def n_splits(self) -> int:
        """How many folds make a trial."""
        return len(self.splits)

    def request(self, number: int, params: dict[str, Any], *, fold: int) -> Request:
        """Return the request for one fold; made where the search runs, carried out anywhere."""
        task_id = number * self.n_splits + fold
        context = _sklearn.evaluation_context(self.callback_context, task_id)
        return Request(number, params, fold, context)

    def __call__(self, *requests: Request) -> list[tuple[Fold, bool]]:
        """Carry requests out.

        Returns
        -------
        list of (Fold, bool)
            The outcome of each request, followed by those of its siblings, and whether a callback
            asked for an end of the search.
        """
        with fits_unlogged():
            return [outcome for request in requests for outcome in self._served(request)]

    def _served(self, request: Request) -> list[tuple[Fold, bool]]:
        """Carry a request and its siblings out: the largest model is fitted, the others cut."""
        largest = max(request.served, key=lambda one: one.count)
        fitted, stop, whole = self._timed(largest)
        return [
            (fitted, stop) if one is largest else self._timed(one, whole)[:2]
            for one in request.served
        ]

    def _timed(
        self, request: Request, whole: Whole | None = None
    ) -> tuple[Fold, bool, Whole | None]:
        """Carry a request out, and write on its fold when and where that was."""
        started = time.time()
        with warnings_kept() as warned:
            fold, stop, whole = self._carry_out(request, whole)
        ended = time.time()
        worker = f"{platform.node()} {os.getpid()} {threading.get_ident()}"
        fold = replace(fold, started=started, ended=ended, worker=worker, warned=tuple(warned))
        return fold, stop, whole

    def _carry_out(self, request: Request, whole: Whole | None) -> tuple[Fold, bool, Whole | None]:
        """Return the outcome, whether to stop, and the model if it may serve others."""
        estimator, params = clone(self.estimator), self._params(request)
        train, test = self._rows(request)
        try:
            with (
                self._going_on(estimator, request),
                self._sharing(estimator, request, whole, n_rows=len(train)) as shared,
                self._stopping(estimator, request, shared, train=train) as stopped,
            ):
                scorer = self._scorer(request, shared)
                result, stop = _sklearn.fit_and_score(
                    estimator,
                    self.X,
                    self.y,
                    train=train,
                    test=test,
                    parameters=params,
                    split_progress=(request.fold, self.n_splits),
                    candidate_progress=(request.number, self.n_candidates),
                    return_n_test_samples=True,
                    return_times=True,
                    return_estimator=self._asks(request) or bool(request.counted or self.costs),
                    caller=self.caller,
                    callback_ctx=request.context,
                    **{**self.settings, "scorer": scorer},
                )
        except SystemExit:
            return self.failed(request.fold, error=traceback.format_exc()), False, None
        fold = _fold(request.fold, result, shared.saved_time, stopped.n_iterations)
        if fold.status == "ok" and self._asks(request):
            predictions = self._predictions(result["estimator"], scorer, train=train, test=test)
            fold = replace(fold, predictions=predictions)
        if fold.status == "ok" and self.costs:
            fold = replace(fold, costs=measured_costs(result["estimator"], self.costs))
        if request.counted and fold.status != "failed":
            seconds = fold.fit_time + fold.saved_time
            whole = Whole(result["estimator"], request.counted, seconds, shared.scorer)
        return fold, stop, whole

    def _params(self, request: Request) -> dict[str, Any]:
        """Return what the estimator is to be set to."""
        params = request.params
        if self.resource is not None:
            params = self.resource.settings(params)
        return params if self.prepare is None else self.prepare(params)

    def _rows(self, request: Request) -> Split:
        train, test = self.splits[request.fold]
        if self.resource is not None:
            train = self.resource.train_rows(request.params, request.fold, train)
        return train, test

    def _asks(self, request: Request) -> bool:
        if self.question is None:
            return False
        resource = self.resource
        return resource is None or request.params[resource.name] == resource.ladder.full

    def _scorer(self, request: Request, shared: Any) -> Any:
        """Return a scorer that knows what is shared, and overhears what is to be asked."""
        scorer = shared.scorer(self.settings["scorer"])
        return overhearing(scorer, self.question if self._asks(request) else None)

    def _predictions(self, model: Any, scorer: Any, *, train: Any, test: Any) -> Predictions | None:
        """Ask a model, whose code may raise anything; the score it has is kept all the same."""
        assert self.question is not None
        try:
            rows = _sklearn.test_part(model, self.X, train=train, test=test)
            predictions = self.question.ask(model, rows, said=getattr(scorer, "said", None))
            return replace(predictions, values=predictions.values[order_of(test)])
        except Exception as error:
            warn(
                f"The predictions of {type(model).__name__} are not kept, since it does not give "
                f"them: {type(error).__name__}: {error}",
                UserWarning,
            )
            return None

    def _going_on(self, estimator: Any, request: Request) -> AbstractContextManager[None]:
        """Take up earlier fits, but not under scikit-learn's callbacks, which count the fits."""
        if self.resource is None or request.context is not None:
            return nullcontext()
        return self.resource.going_on(estimator, request.params, request.fold)

    def _sharing(
        self, estimator: Any, request: Request, whole: Whole | None, *, n_rows: int
    ) -> AbstractContextManager[Reused | Cut]:
        """Take up what is fitted, but not under scikit-learn's callbacks, which count the fits."""
        if whole is not None:
            return whole.standing_in(estimator, request.count)
        goes_on = self.resource is not None and self.resource.models is not None
        if self.reuse is None or request.context is not None or goes_on:
            return nullcontext(Reused())
        names = frozenset(request.params)
        return self.reuse.fitting(estimator, names, fold=request.fold, n_rows=n_rows)

    def _stopping(
        self, estimator: Any, request: Request, shared: Any, *, train: Any
    ) -> AbstractContextManager[Stopped]:
        """Stop a fit early; its kept steps are those of the rows that are learnt from."""
        if self.stops is None:
            return nullcontext(Stopped())

        def first(held: Any) -> dict[str, Any]:
            shared.part = len(held)
            steps: dict[str, Any] = shared.first
            return steps

        return self.stops.standing_in(estimator, fold=request.fold, train=train, first=first)

    def failed(self, fold: int, *, error: str, status: str = "failed") -> Fold:
        """Return the outcome of a fold that gave no score, with the search's error score."""
        error_score = self.settings.get("error_score", np.nan)
        score = np.nan if error_score == "raise" else float(error_score)
        scorer = self.settings["scorer"]
        several = isinstance(scorer, _sklearn.MultimetricScorer)
        scores = dict.fromkeys(scorer._scorers if several else ("score",), score)
        train = dict(scores) if self.settings.get("return_train_score") else None
        return Fold(fold, scores, train, error=error, status=status)


def _fold(index: int, result: dict[str, Any], saved_time: float, n_iterations: int | None) -> Fold:
    fit_error, score_error = result["fit_error"], result["score_error"]
    error = fit_error or score_error
    unfitted = "failed" if fit_error else "unscored"
    return Fold(
        index,
        _by_name(result["test_scores"]),
        _by_name(result["train_scores"]) if "train_scores" in result else None,
        fit_time=result["fit_time"],
        score_time=result["score_time"],
        saved_time=saved_time,
        n_test_samples=result["n_test_samples"],
        n_iterations=n_iterations,
        error=error,
        status="ok" if error is None else unfitted,
    )


def _by_name(scores: Any) -> dict[str, float]:
    return scores if isinstance(scores, dict) else {"score": scores}


def _bare(caller: Any) -> Any:
    """Return the search without what belongs to this process only."""
    if caller is None:
        return None
    bare = copy.copy(caller)
    for name in ("observers", "journal"):
        if hasattr(bare, name):
            setattr(bare, name, None)
    return bare
