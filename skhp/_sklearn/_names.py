"""scikit-learn's private names for searches, scorers, splits and parameters."""

from __future__ import annotations

import numbers
import traceback
from collections.abc import Callable, Sequence
from inspect import signature
from types import SimpleNamespace
from typing import Any

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
from sklearn.utils import _safe_indexing as rows_of
from sklearn.utils._metadata_requests import UNUSED
from sklearn.utils._param_validation import Interval, InvalidParameterError, StrOptions
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.validation import _check_method_params as check_method_params
from sklearn.utils.validation import _num_samples as n_samples
from sklearn.utils.validation import check_is_fitted

from ._callbacks import ListeningContext
from ._version import VERSION

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
    "counts_only",
    "fit_and_score",
    "fit_context",
    "format_results",
    "inconsistent_splits",
    "is_run_search_overridden",
    "n_samples",
    "no_metadata",
    "only_predicts",
    "rows_of",
    "select_best_index",
    "stated_share",
    "takes_whole_numbers",
    "split_parts",
    "test_part",
    "warn_or_raise_about_failed_fits",
]


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
        listening = ListeningContext(context)
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


def test_part(estimator: Any, X: Any, *, train: Any, test: Any) -> Any:
    """Return the rows of a split that a model is tested on, as `fit_and_score` cuts them out.

    Parameters
    ----------
    estimator : estimator object
        Says by its tags whether X holds kernel values or distances between rows.
    X : array-like
        All rows.
    train, test : ndarray
        The split.
    """
    return _safe_split(estimator, X, None, test, train)[0]


def split_parts(
    estimator: Any, X: Any, y: Any, *, train: Any, test: Any
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return X and y of the training rows and of the test rows of a split."""
    return _safe_split(estimator, X, y, train), _safe_split(estimator, X, y, test, train)


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


def takes_whole_numbers(estimator: Any, name: str) -> bool:
    """Say whether the class of an estimator states what a parameter may be, and no fractions."""
    stated = _stated(estimator, name)
    return isinstance(stated, list) and not any(
        isinstance(one, Interval) and one.type is not numbers.Integral for one in stated
    )


def counts_only(estimator: Any, name: str, around: float) -> bool:
    """Say whether the class of an estimator states that it takes no fractions of this size."""
    stated = _stated(estimator, name)
    if not isinstance(stated, list) or any(_takes_floats(one) for one in stated):
        return False
    intervals = [one for one in stated if isinstance(one, Interval)]
    fractions = [one for one in intervals if one.type is not numbers.Integral]
    return len(intervals) > len(fractions) and not any(around in one for one in fractions)


def _takes_floats(constraint: Any) -> bool:
    return isinstance(constraint, type) and issubclass(float, constraint)


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
