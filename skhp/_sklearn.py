"""The only door to scikit-learn's private names and to what differs between its versions."""

from __future__ import annotations

import numbers
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from types import SimpleNamespace
from typing import Any

import sklearn
from sklearn.base import _fit_context as fit_context
from sklearn.metrics._scorer import _BaseScorer, _PassthroughScorer
from sklearn.metrics._scorer import _MultimetricScorer as MultimetricScorer
from sklearn.model_selection._search import BaseSearchCV
from sklearn.model_selection._search_successive_halving import (
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
)
from sklearn.model_selection._split import _CVIterableWrapper as SplitsByHand
from sklearn.model_selection._validation import (
    _fit_and_score,
    _warn_or_raise_about_fit_failures,
)
from sklearn.utils._metadata_requests import UNUSED
from sklearn.utils._param_validation import Interval, InvalidParameterError, StrOptions
from sklearn.utils.validation import _check_method_params as check_method_params
from sklearn.utils.validation import _num_samples as n_samples
from sklearn.utils.validation import check_is_fitted

__all__ = [
    "BaseSearchCV",
    "HalvingGridSearchCV",
    "HalvingRandomSearchCV",
    "Interval",
    "InvalidParameterError",
    "MultimetricScorer",
    "SplitsByHand",
    "StrOptions",
    "begin_halving",
    "call_run_search",
    "check_is_fitted",
    "check_method_params",
    "evaluation_context",
    "fit_and_score",
    "fit_context",
    "format_results",
    "holds_callbacks",
    "inconsistent_splits",
    "is_run_search_overridden",
    "is_stated",
    "n_samples",
    "no_metadata",
    "only_predicts",
    "refit_context",
    "root_context",
    "search_context",
    "select_best_index",
    "stated_share",
    "warn_or_raise_about_failed_fits",
]

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
HAS_CALLBACKS = VERSION >= (1, 9)


def fit_and_score(estimator: Any, X: Any, y: Any, **kwargs: Any) -> tuple[dict[str, Any], bool]:
    """Fit and score one split as scikit-learn's searches do.

    Parameters
    ----------
    estimator : estimator object
        A clone that may be changed.
    X, y : array-like
        All rows; the split's indices are among `kwargs`.
    **kwargs : dict
        What ``_fit_and_score`` takes; ``caller`` and ``callback_ctx`` only from 1.9 on.

    Returns
    -------
    result : dict
        As ``_fit_and_score`` gives it, with the ``score_error``, None where scoring worked.
    stop : bool
        Whether a callback asked for an end of the search.
    """
    context = kwargs.pop("callback_ctx", None)
    caller = kwargs.pop("caller", None)
    scorer = kwargs["scorer"]
    several = isinstance(scorer, MultimetricScorer)
    kwargs["scorer"] = scorer = _SeveralHeard(scorer) if several else _Heard(scorer)
    stop = False
    if context is None:
        result = _fit_and_score(estimator, X, y, **kwargs)
    else:
        listening = _ListeningContext(context)
        result = _fit_and_score(estimator, X, y, caller=caller, callback_ctx=listening, **kwargs)
        stop = listening.stop
    return {**result, "score_error": scorer.error}, stop


class _Heard:
    """A scorer whose first error is remembered; scikit-learn only warns of it."""

    def __init__(self, scorer: Any) -> None:
        self.scorer = scorer
        self.error: str | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.scorer(*args, **kwargs)
        except Exception:
            self.error = self.error or traceback.format_exc()
            raise

    def __repr__(self) -> str:
        return repr(self.scorer)


class _SeveralHeard(MultimetricScorer):  # type: ignore[misc]
    """The same of several scorers, each of which gives its error for a score if it fails.

    As long as one of them works, nothing is remembered.
    """

    def __init__(self, scorer: Any) -> None:
        self.scorer, self._scorers, self._raise_exc = scorer, scorer._scorers, scorer._raise_exc
        self.error: str | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        scores: Any = self.scorer(*args, **kwargs)
        errors = [score for score in scores.values() if isinstance(score, str)]
        if len(errors) == len(scores):
            self.error = self.error or errors[0]
        return scores


class _ListeningContext:
    """A callback context that remembers whether a callback asked to stop.

    scikit-learn's own searches drop that answer.
    """

    def __init__(self, context: Any) -> None:
        self.context = context
        self.stop = False

    @contextmanager
    def propagate_callback_context(self, estimator: Any) -> Iterator[None]:
        with self.context.propagate_callback_context(estimator):
            propagated = getattr(self.context, "_propagated_callbacks", ())
            if not propagated:
                yield
                return
            callbacks = estimator._skl_callbacks
            estimator.set_callbacks(
                *(_Overheard(one, self) if one in propagated else one for one in callbacks)
            )
            try:
                yield
            finally:
                estimator.set_callbacks(*callbacks)

    def call_on_fit_task_begin(self, **kwargs: Any) -> Any:
        return self.context.call_on_fit_task_begin(**kwargs)

    def call_on_fit_task_end(self, **kwargs: Any) -> bool:
        self.stop |= bool(self.context.call_on_fit_task_end(**kwargs))
        return self.stop

    def is_task_of(self, context: Any) -> bool:
        """Return whether this is the task of a context that was merged with it.

        What the search calls an evaluation, the estimator calls its fit.
        """
        return context.parent is self.context.parent and context.task_id == self.context.task_id


class _Overheard:
    """A callback that goes along into an estimator, and what it answers when the fit there ends.

    The estimator has nothing left to stop, and drops the answer that is meant for the search.
    """

    def __init__(self, callback: Any, listening: _ListeningContext) -> None:
        self.callback = callback
        self.max_propagation_depth = callback.max_propagation_depth
        self.setup = callback.setup
        self.teardown = callback.teardown
        self.on_fit_task_begin = callback.on_fit_task_begin

        @wraps(callback.on_fit_task_end)
        def on_fit_task_end(estimator: Any, context: Any, **kwargs: Any) -> bool:
            stop = bool(callback.on_fit_task_end(estimator, context, **kwargs))
            listening.stop |= stop and listening.is_task_of(context)
            return stop

        self.on_fit_task_end = on_fit_task_end

    def __reduce__(self) -> tuple[Any, ...]:
        return _itself, (self.callback,)


def _itself(callback: Any) -> Any:
    return callback


def warn_or_raise_about_failed_fits(
    results: Sequence[dict[str, Any]], error_score: float | str
) -> None:
    """Give scikit-learn's one warning about fits that failed, or its error if all did."""
    _warn_or_raise_about_fit_failures(results, error_score)


def format_results(
    params: Sequence[dict[str, Any]],
    n_splits: int,
    results: Sequence[dict[str, Any]],
    more: dict[str, Any] | None,
    *,
    return_train_score: bool,
) -> dict[str, Any]:
    """Return ``cv_results_`` as scikit-learn's searches format it.

    Parameters
    ----------
    params : sequence of dict
        Of each candidate.
    n_splits : int
        Folds of each.
    results : sequence of dict
        What `fit_and_score` gave, one candidate after the other.
    more : dict of str to sequence, optional
        Further columns.
    return_train_score : bool
        Whether there are columns for the scores on training rows.
    """
    search: Any = SimpleNamespace(return_train_score=return_train_score)
    return dict(BaseSearchCV._format_results(search, params, n_splits, results, more))


select_best_index = BaseSearchCV._select_best_index
"""From `refit`, a metric and ``cv_results_`` to the row that scikit-learn's searches refit."""


def is_run_search_overridden(search: BaseSearchCV) -> bool:
    """Tell whether a class says how candidates are generated, as scikit-learn's halving does."""
    return bool(type(search)._run_search.__module__ != BaseSearchCV.__module__)


def call_run_search(search: BaseSearchCV, evaluate: Callable[..., Any], root: Any) -> None:
    """Call ``_run_search`` as scikit-learn does.

    Parameters
    ----------
    search : BaseSearchCV
        Whose method it is.
    evaluate : callable
        What it is given as ``evaluate_candidates``.
    root : CallbackContext or None
        Of the callbacks, where there are any.
    """
    if "callback_ctx" not in signature(search._run_search).parameters:
        search._run_search(evaluate)
        return
    context = search._init_callback_context(max_subtasks=2) if root is None else root
    search._run_search(evaluate, callback_ctx=context)


def begin_halving(search: BaseSearchCV, X: Any, y: Any, *, splitter: Any) -> None:
    """Set what scikit-learn's halving searches know before their first generation.

    Raises
    ------
    ValueError
        If the resource makes no sense, or the splitter makes other splits each time.
    """
    search._n_samples_orig = n_samples(X)
    search._checked_cv_orig = splitter
    search.n_splits_ = splitter.get_n_splits(X, y)
    search._check_input_parameters(X=X, y=y, split_params={})


def inconsistent_splits(n_expected: int, n_splits: int) -> str:
    """Return what scikit-learn says of a splitter that contradicts itself."""
    verb = "return" if VERSION >= (1, 9) else "returned"
    return (
        f"cv.split and cv.get_n_splits {verb} inconsistent results. "
        f"Expected {n_expected} splits, got {n_splits}"
    )


def no_metadata(*names: str) -> dict[str, Any]:
    """Return the class attribute that keeps arguments of a method from becoming metadata."""
    return dict.fromkeys(names, UNUSED)


def only_predicts(scorer: Any) -> bool:
    """Tell whether a scorer does nothing with an estimator but predict, or call its ``score``."""
    if isinstance(scorer, MultimetricScorer):
        return all(map(only_predicts, scorer._scorers.values()))
    is_known = type(scorer).__module__.startswith("sklearn.")
    return is_known and isinstance(scorer, _BaseScorer | _PassthroughScorer)


def is_stated(estimator: Any, name: str) -> bool:
    """Say whether the class of an estimator states what values a parameter may have."""
    return isinstance(_stated(estimator, name), list)


def stated_share(estimator: Any, name: str) -> tuple[float, float] | None:
    """Return the shares from lowest to highest that a parameter may be, None if it is no share.

    An end that does not belong to them is left by a hundredth of the way.
    """
    stated = _stated(estimator, name)
    for one in stated if isinstance(stated, list) else ():
        if not isinstance(one, Interval) or one.type is numbers.Integral:
            continue
        if one.left is None or one.right is None or one.left < 0 or one.right > 1:
            continue
        width = float(one.right - one.left)
        low = one.left if one.closed in ("left", "both") else one.left + width / 100
        high = one.right if one.closed in ("right", "both") else one.right - width / 100
        return float(low), float(high)
    return None


def _stated(estimator: Any, name: str) -> Any:
    return getattr(type(estimator), "_parameter_constraints", {}).get(name)


def holds_callbacks(*estimators: Any) -> bool:
    """Return whether one of the estimators, or a part of one, has scikit-learn callbacks set."""
    if not HAS_CALLBACKS:
        return False
    if any(hasattr(estimator, "_parent_callback_ctx") for estimator in estimators):
        return True
    return any(
        getattr(part, "_skl_callbacks", None)
        for estimator in estimators
        for part in (estimator, *_parts(estimator))
        if not isinstance(part, type)
    )


def _parts(estimator: Any) -> Iterator[Any]:
    if hasattr(estimator, "get_params") and not isinstance(estimator, type):
        yield from estimator.get_params(deep=True).values()


@contextmanager
def root_context(
    search: BaseSearchCV, X: Any, y: Any, *, metadata: dict[str, Any] | None
) -> Iterator[Any]:
    """Open the callback task ``fit`` of a search; gives None before scikit-learn 1.9."""
    if not HAS_CALLBACKS:
        yield None
        return
    context = search._init_callback_context(max_subtasks=1 + (search.refit is not False))
    context.call_on_fit_task_begin(estimator=search, X=X, y=y, metadata=metadata)
    yield context
    context.call_on_fit_task_end(estimator=search, X=X, y=y, metadata=metadata)


@contextmanager
def search_context(root: Any, search: BaseSearchCV, *, n_tasks: int) -> Iterator[Any]:
    """Open the callback task ``search``, the parent of every evaluation."""
    if root is None:
        yield None
        return
    context = root.subcontext(task_name="search", max_subtasks=n_tasks, sequential_subtasks=False)
    context.call_on_fit_task_begin(estimator=search)
    yield context
    context.call_on_fit_task_end(estimator=search)


def evaluation_context(parent: Any, task_id: int) -> Any:
    """Return the callback context of one evaluation, None if there are no callbacks."""
    if parent is None:
        return None
    return parent.subcontext(task_name="candidate-split-evaluation", task_id=task_id)


@contextmanager
def refit_context(
    root: Any, search: BaseSearchCV, *, estimator: Any, data: dict[str, Any]
) -> Iterator[None]:
    """Open the callback task ``refit-with-best-params`` around a refit."""
    if root is None:
        yield
        return
    context = root.subcontext(task_name="refit-with-best-params")
    with context.propagate_callback_context(estimator):
        context.call_on_fit_task_begin(estimator=search, **data)
        yield
    context.call_on_fit_task_end(estimator=search, **data)
