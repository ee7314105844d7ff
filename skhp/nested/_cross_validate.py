"""Searches once for each outer fold, and scores what comes of it on rows that it never saw."""

from __future__ import annotations

import math
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import sklearn
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import Bunch, indexable
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing

from .. import _sklearn
from .._warnings import warn
from ..evaluation import Split
from ..exceptions import JournalWarning, SearchInterruptedWarning, SettingError, SkhpError
from ..loop import INTERRUPTED
from ..observers import Announcer, Console
from ..results import SELECTIONS, Ensemble
from ._result import NestedResult, OuterFold

__all__ = ["nested_cross_validate"]

NO_SCORE: dict[str, Any] = {"test_scores": math.nan, "fit_time": math.nan}


def nested_cross_validate(
    search: _sklearn.BaseSearchCV,
    X: Any,
    y: Any = None,
    *,
    cv: Any = 5,
    params: Mapping[str, Any] | None = None,
    return_searches: bool = False,
) -> NestedResult:
    """Measure what tuning gains on rows that it never saw.

    In each outer fold a clone of the search sees the training rows alone. The candidate that it
    takes is scored on the test rows, as is its estimator without any tuning, and an ensemble of the
    candidates where their predictions are kept.

    Parameters
    ----------
    search : search of skhp or scikit-learn
        Left as it is.
    X : array-like of shape (n_samples, n_features)
        All rows.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
        Targets.
    cv : int, splitter or iterable
        The outer splits, as in scikit-learn. Repeated ones narrow the interval.
    params : mapping of str to object, optional
        For ``fit`` of search and estimator, the scorer and the splitters, as
        `sklearn.model_selection.cross_validate` takes them; ``groups`` goes to the outer splitter
        and to the search.
    return_searches : bool
        Whether the fitted searches are kept.

    Returns
    -------
    NestedResult
        Print it: a table of the outer folds, and in words whether tuning pays.

    Raises
    ------
    ValueError
        If a parameter or the data make no sense, or if all searches failed.

    Notes
    -----
    One outer fold follows the other, and the search inside of it runs in parallel: that keeps any
    number of workers busy with any number of outer folds, as the reverse does not, and what the
    search has (its executor, limits, observers, journal and an answer to Ctrl-C) holds here as
    well. Its `max_time` counts for each outer fold.

    With a `journal` every outer fold is a search of its own in that file, and the same call goes on
    where an earlier one ended; the outer splits must be the same for that, so give a `cv` that
    shuffles a random_state. Observers of the search that have ``on_outer_fold_end``, such as
    `skhp.observers.Progress`, are told of each outer fold.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV, nested_cross_validate
    >>> search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]})
    >>> result = nested_cross_validate(search, *load_breast_cancer(return_X_y=True))
    >>> print(result)  # doctest: +SKIP
    """
    nested = _Nested.of(search, X, y, cv=cv, params=dict(params or {}))
    n_splits, folds = len(nested.splits), list[OuterFold]()
    console = [Console()] if search.verbose > 0 else []
    announcer = Announcer((*console, *getattr(search, "observers", ())))
    for index in range(n_splits):
        try:
            fold = nested.fold(index)
        except KeyboardInterrupt:
            if not folds:
                raise
            break
        folds.append(fold if return_searches else replace(fold, search=None))
        if announcer.tell("on_outer_fold_end", folds[-1], n_splits) is not None:
            break
    _tell_what_is_missing(folds, n_splits)
    return NestedResult(tuple(folds), nested.metric, n_splits)


@dataclass(frozen=True)
class _Nested:
    """What all outer folds share.

    Parameters
    ----------
    search : BaseSearchCV
        The user's own.
    X, y : array-like
        All rows.
    splits : list of (train, test)
        The outer ones.
    scorer : callable
        The search's.
    metric : str
        The score that decides, where there are several.
    routed : Bunch
        Metadata of the search, of its estimator alone and of the scorer.
    """

    search: _sklearn.BaseSearchCV
    X: Any
    y: Any
    splits: Sequence[Split]
    scorer: Any
    metric: str
    routed: Bunch

    @classmethod
    def of(
        cls, search: _sklearn.BaseSearchCV, X: Any, y: Any, *, cv: Any, params: dict[str, Any]
    ) -> _Nested:
        """Check what can be checked before the first fit."""
        if not isinstance(search, _sklearn.BaseSearchCV):
            raise SettingError(
                f"nested_cross_validate needs a search, got {search!r}. Scores of an estimator "
                "without one are what sklearn.model_selection.cross_validate gives."
            )
        if not search.refit:
            raise SettingError(
                "nested_cross_validate scores what the search refits, got refit=False. Leave "
                "`refit` out, or name the metric that decides."
            )
        X, y = indexable(X, y)
        scorer = check_scoring(search.estimator, scoring=search.scoring)
        splitter = check_cv(cv, y, classifier=is_classifier(search.estimator))
        routed = _routed(search, splitter, scorer, params=params)
        splits = list(splitter.split(X, y, **routed.splitter.split))
        return cls(search, X, y, splits, scorer, _metric(search, scorer), routed)

    def fold(self, index: int) -> OuterFold:
        """Search, fit the estimator as it is, and score both.

        The search comes first: what is wrong with its settings is known before any fit.
        """
        search = clone(self.search)
        if hasattr(search, "observers"):
            search.set_params(observers=self.search.observers)  # not the clones of them
        with _own_place_in_journal(is_first=index == 0):
            tuned = self._scored(search, index, fit_params=self.routed.search.fit)
        if getattr(search, "stop_reason_", "") == INTERRUPTED:
            raise KeyboardInterrupt
        estimator = clone(self.search.estimator)
        untuned = self._scored(estimator, index, fit_params=self.routed.estimator.fit)
        train, test = (np.asarray(rows) for rows in self.splits[index])
        n_train, n_test = (int(r.sum()) if r.dtype == bool else len(r) for r in (train, test))
        tuned_score, found = _deciding(tuned["test_scores"], self.metric), dict[str, Any]()
        if tuned["fit_error"] is None:
            tuned_score, ensemble_score = self._told_apart(search, index, tuned_score)
            found = {**_found(search, self.metric), "ensemble_score": ensemble_score}
        return OuterFold(
            index,
            n_train,
            n_test,
            untuned_score=_deciding(untuned["test_scores"], self.metric),
            tuned_score=tuned_score,
            untuned_fit_time=untuned["fit_time"],
            fit_time=tuned["fit_time"],
            error=tuned["fit_error"],
            untuned_error=untuned["fit_error"],
            **found,
        )

    def _told_apart(
        self, search: _sklearn.BaseSearchCV, index: int, score: float
    ) -> tuple[float, float]:
        """Return the scores of the best candidate and of the ensemble, of which one is known."""
        if hasattr(search, "ensemble_"):
            best = search._candidate(search.best_index_)
            alone = self._scored(best, index, fit_params=self.routed.estimator.fit)
            return _deciding(alone["test_scores"], self.metric), score
        if not getattr(search, "keep_predictions", False) or self.y is None:
            return score, math.nan
        try:
            return score, self._score_of_ensemble(search, index)
        except Exception as error:
            warn(
                f"The ensemble of outer fold {index} has no score: {type(error).__name__}: {error}",
                UserWarning,
            )
            return score, math.nan

    def _score_of_ensemble(self, search: _sklearn.BaseSearchCV, index: int) -> float:
        """Fit an ensemble of the candidates of a search, and score it."""
        train, test = self.splits[index]
        pool = Ensemble.of([search])
        parts = _sklearn.split_parts(search, self.X, self.y, train=train, test=test)
        cut, routed = partial(_sklearn.check_method_params, self.X), self.routed
        fit_params = cut(params=routed.estimator.fit, indices=train)
        model = pool.fit(*parts[0], n_jobs=search.n_jobs, **fit_params)
        score_params = cut(params=routed.scorer.score, indices=test)
        return _deciding(self.scorer(model, *parts[1], **score_params), self.metric)

    def _scored(self, estimator: Any, index: int, *, fit_params: dict[str, Any]) -> dict[str, Any]:
        """Fit on the training rows of an outer fold, and score on the others."""
        train, test = self.splits[index]
        try:
            result, _ = _sklearn.fit_and_score(
                estimator,
                self.X,
                self.y,
                scorer=self.scorer,
                train=train,
                test=test,
                verbose=0,
                parameters=None,
                fit_params=fit_params,
                score_params=self.routed.scorer.score,
                return_times=True,
                error_score="raise",
            )
        except Exception as error:
            is_setting = isinstance(error, SkhpError) and index == 0  # wrong in every fold
            if is_setting or self.search.error_score == "raise":
                raise
            return {**NO_SCORE, "fit_error": traceback.format_exc()}
        return result


def _found(search: _sklearn.BaseSearchCV, metric: str) -> dict[str, Any]:
    """Return what a fitted search says of itself."""
    results, row = search.cv_results_, search.best_index_
    name = metric if f"mean_test_{metric}" in results else "score"
    return {
        "best_score": float(results.get(f"mean_test_{name}", [math.nan] * (row + 1))[row]),
        "best_params": search.best_params_,
        "n_candidates": len(results["params"]),
        "stop_reason": getattr(search, "stop_reason_", ""),
        "search": search,
    }


def _metric(search: _sklearn.BaseSearchCV, scorer: Any) -> str:
    """Return the name of the score that decides."""
    if isinstance(search.scoring, str):
        return search.scoring
    refit = search.refit if isinstance(search.refit, str) else getattr(search.refit, "metric", "")
    if isinstance(scorer, _sklearn.MultimetricScorer):
        return refit if refit in scorer._scorers else next(iter(scorer._scorers))
    return "score" if search.scoring is None or not refit or refit in SELECTIONS else refit


def _deciding(scores: Any, metric: str) -> float:
    """Return the score that decides, of one or of several."""
    if not isinstance(scores, dict):
        return float(scores)
    return float(scores[metric] if metric in scores else next(iter(scores.values())))


def _routed(
    search: _sklearn.BaseSearchCV, splitter: Any, scorer: Any, *, params: dict[str, Any]
) -> Bunch:
    """Return whose the metadata is: the splitter's, the search's, its estimator's, the scorer's."""
    if sklearn.get_config()["enable_metadata_routing"]:
        split, fit, score = (
            MethodMapping().add(caller="fit", callee=callee) for callee in ("split", "fit", "score")
        )
        router = (
            MetadataRouter(owner="nested_cross_validate")
            .add(splitter=splitter, method_mapping=split)
            .add(search=search, method_mapping=fit)
            .add(estimator=search.estimator, method_mapping=fit)
            .add(scorer=scorer, method_mapping=score)
        )
        return process_routing(router, "fit", **params)
    own = {name: value for name, value in params.items() if name != "groups"}
    return Bunch(
        splitter=Bunch(split={"groups": params.get("groups")}),
        search=Bunch(fit=params),
        estimator=Bunch(fit=own),
        scorer=Bunch(score={}),
    )


@contextmanager
def _own_place_in_journal(*, is_first: bool) -> Iterator[None]:
    """Expect that the search of an outer fold stands in a file beside those of the others."""
    with warnings.catch_warnings():
        if not is_first:
            warnings.filterwarnings(
                "ignore", message=".*begins anew beside what is there", category=JournalWarning
            )
        yield


def _tell_what_is_missing(folds: Sequence[OuterFold], n_splits: int) -> None:
    """Warn of outer folds that failed or were not run; raise if every search failed."""
    errors = [fold.error for fold in folds]
    if not all(errors):
        errors += [fold.untuned_error for fold in folds]
    _sklearn.warn_or_raise_about_failed_fits([{"fit_error": one} for one in errors], math.nan)
    if len(folds) < n_splits:
        warn(
            f"The nested cross-validation ended after {len(folds)} of {n_splits} outer folds. With "
            "a journal, the same call goes on from there.",
            SearchInterruptedWarning,
        )
