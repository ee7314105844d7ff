"""What all searches share: ``fit`` as a table of contents, and the parameters that are ours."""

from __future__ import annotations

import numbers
import os
import time
import warnings
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

from sklearn.base import clone
from sklearn.utils import get_tags

from .. import _sklearn
from .._interrupts import first_interrupt_raised, one_interrupt_ignored
from ..answers import corrected_score
from ..defaults import default_initial_params, default_n_points
from ..evaluation import Evaluation
from ..exceptions import SearchInterruptedWarning, SettingError, SpaceExhaustedWarning
from ..executors import Executor, executor_for
from ..history import History
from ..journal import fingerprint
from ..loop import BUDGET_USED, INTERRUPTED, SPACE_EXHAUSTED, Plan, run
from ..observers import Announcer, Console
from ..racing import Racing, RacingRule
from ..results import cv_results, metric_names, tabulated
from ..selection import named_rule
from ..stopping import StoppingRule
from ._asking import Asking
from ._continuation import Continuation, Start, start_of
from ._inputs import Inputs, read_inputs
from ._outline import Outline

__all__ = ["Search"]


class Search(Asking, Continuation, _sklearn.BaseSearchCV):  # type: ignore[misc]
    """The machine behind every search; a subclass says which strategy it runs."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **_sklearn.BaseSearchCV._parameter_constraints,
        "n_points": [_sklearn.Interval(numbers.Integral, 1, None, closed="left"), None],
        "racing": ["boolean", RacingRule, None],
        "stopping": [StoppingRule, None],
        "max_time": [_sklearn.Interval(numbers.Real, 0, None, closed="neither"), None],
        "fit_timeout": [_sklearn.Interval(numbers.Real, 0, None, closed="neither"), None],
        "fit_memory": [_sklearn.Interval(numbers.Real, 0, None, closed="neither"), None],
        "journal": [str, os.PathLike, None],
        "observers": [list, tuple],
    }

    @abstractmethod
    def _outline(
        self, inputs: Inputs, *, n_iter: int | None = None, seed: int | None = None
    ) -> Outline:
        """Return what is to be searched, and how; raises what is wrong with it.

        A number of trials and a seed that are given stand above the search's own parameters.
        """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # scikit-learn's searches say that they refuse missing values, whatever their estimator does
        tags.input_tags.allow_nan = get_tags(self.estimator).input_tags.allow_nan
        return tags

    @_sklearn.fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any = None, **params: Any) -> Search:
        """Search, and refit the best on all rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
            Rows to learn from; square for precomputed kernels and distances.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
            Targets.
        **params : dict
            For the estimator's ``fit``, the scorer and the splitter, as scikit-learn's searches
            take them; ``groups`` goes to the splitter.

        Returns
        -------
        Search
            The search itself, fitted.

        Raises
        ------
        ValueError
            If a parameter or the data make no sense (before any fit), or if all fits failed.
        """
        return self._fit(X, y, params=params)

    def _fit(
        self,
        X: Any,
        y: Any,
        *,
        params: dict[str, Any],
        observers: Sequence[Any] = (),
        n_more: int | None = None,
    ) -> Search:
        started = time.time()
        inputs = read_inputs(self, X, y, params=params)
        with ExitStack() as stack:
            start = stack.enter_context(start_of(self, inputs, started=started, n_more=n_more))
            root = self._open_callbacks(stack, inputs)
            with first_interrupt_raised():
                reason = self._search(inputs, start, root=root, observers=observers)
                with one_interrupt_ignored():
                    self._conclude(inputs, start.history, reason=reason)
            self._refit(inputs, start.outline, root=root)
        return self

    def _open_callbacks(self, stack: ExitStack, inputs: Inputs) -> Any:
        if not _sklearn.holds_callbacks(self, inputs.estimator):
            return None
        return stack.enter_context(
            _sklearn.root_context(self, inputs.X, inputs.y, metadata=inputs.metadata)
        )

    def _search(
        self,
        inputs: Inputs,
        start: Start,
        *,
        root: Any,
        observers: Sequence[Any],
    ) -> str:
        outline, history = start.outline, start.history
        if named_rule(self.refit) is not None:
            self._modelled_space(history)  # what cannot be modelled is said before any fit
        console = [Console()] if self.verbose > 0 else []
        told = (*start.told, *console, *self.observers, *observers)
        executor = executor_for(
            self.n_jobs,
            pre_dispatch=self.pre_dispatch,
            fit_timeout=self.fit_timeout,
            fit_memory=self.fit_memory,
            max_time=self.max_time,
        )
        n_tasks = outline.n_expected * history.n_splits
        with executor, _sklearn.search_context(root, self, n_tasks=n_tasks) as context:
            plan = Plan(
                outline.strategy,
                self._evaluation(inputs, outline, context=context),
                n_iter=outline.n_iter,
                n_points=self._n_points(executor, start),
                reproducible=outline.reproducible,
                stopping=self.stopping,
                racing=Racing() if self.racing is True else self.racing or None,
                announcer=Announcer(told),
                reserve=self._refit_seconds if self.refit else None,
                deadline=None if self.max_time is None else history.started + self.max_time,
            )
            return run(history, plan, executor=executor)

    def _n_points(self, executor: Executor, start: Start) -> int:
        if self.n_points is not None:
            return int(self.n_points)
        n_splits, reproducible = start.history.n_splits, start.outline.reproducible
        return start.n_points(
            default_n_points(executor.n_slots, n_splits, reproducible=reproducible)
        )

    def _evaluation(self, inputs: Inputs, outline: Outline, *, context: Any) -> Evaluation:
        return Evaluation(
            inputs.estimator,
            inputs.X,
            inputs.y,
            inputs.splits,
            settings={
                "scorer": inputs.scorer,
                "fit_params": inputs.routed.estimator.fit,
                "score_params": inputs.routed.scorer.score,
                "return_train_score": self.return_train_score,
                "error_score": self.error_score,
                "verbose": self.verbose,
            },
            prepare=outline.prepare,
            n_candidates=outline.n_iter,
            caller=self if context is not None else None,
            callback_context=context,
        )

    @staticmethod
    def _refit_seconds(history: History) -> float:
        """Return about how long the refit will take: one fit on all rows."""
        best = history.best
        if best is None:
            return 0.0
        k = history.n_splits
        longest = max(fold.fit_time for fold in best.folds)
        return longest * (k / (k - 1) if k > 1 else 1.0)

    def _conclude(self, inputs: Inputs, history: History, *, reason: str) -> None:
        """Set everything but the refitted estimator."""
        _warn_about_end(history, reason)
        results = self._results(history)
        several = isinstance(inputs.scorer, _sklearn.MultimetricScorer)
        names = metric_names(history)
        self.n_splits_ = history.n_splits
        self.multimetric_ = several or names != ("score",)
        metric = inputs.refit_metric if self.multimetric_ else "score"
        if callable(self.scoring) and self.multimetric_:
            self._check_refit_for_multimetric(dict.fromkeys(names))
        self._splits_fingerprint = fingerprint(inputs.splits)
        self.history_ = history
        self.stop_reason_ = reason
        if self.refit or not self.multimetric_:
            self.best_index_ = self._best_row(inputs, history, results=results, metric=metric)
            if not callable(self.refit):
                self.best_score_ = results[f"mean_test_{metric}"][self.best_index_]
            self.best_params_ = results["params"][self.best_index_]
        self.best_score_corrected_ = corrected_score(history)
        self.scorer_ = inputs.scorer._scorers if several else inputs.scorer
        self.cv_results_ = results

    def _results(self, history: History) -> dict[str, Any]:
        return cv_results(self, history, error_score=self.error_score, racing=bool(self.racing))

    def _best_row(
        self, inputs: Inputs, history: History, *, results: dict[str, Any], metric: Any
    ) -> int:
        rule = named_rule(self.refit)
        if rule is None or not history.complete:
            return int(self._select_best_index(self.refit, metric, results))
        space = self._modelled_space(history)
        present = default_initial_params(space, inputs.estimator)
        plain = present[0] if present else space.decode([[0.5] * space.n_columns])[0]
        number = rule(history, space, plain)
        return [trial.number for trial in tabulated(history)].index(number)

    def _refit(self, inputs: Inputs, outline: Outline, *, root: Any) -> None:
        if not self.refit:
            return
        params = self.best_params_
        if outline.prepare is not None:
            params = outline.prepare(params)
        self.best_estimator_ = clone(inputs.estimator).set_params(**clone(params, safe=False))
        data = {"X": inputs.X, "y": inputs.y, "metadata": inputs.metadata}
        with _sklearn.refit_context(root, self, estimator=self.best_estimator_, data=data):
            start = time.time()
            rows = (inputs.X,) if inputs.y is None else (inputs.X, inputs.y)
            self.best_estimator_.fit(*rows, **inputs.routed.estimator.fit)
            self.refit_time_ = time.time() - start
        if hasattr(self.best_estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.best_estimator_.feature_names_in_


def _warn_about_end(history: History, reason: str) -> None:
    n_done = sum(bool(trial.folds) for trial in history)
    if reason == INTERRUPTED and not n_done:
        raise KeyboardInterrupt
    if reason not in (BUDGET_USED, SPACE_EXHAUSTED) and not n_done:
        raise SettingError(
            f"The search ended before its first fit was done ({reason}). Give it more time, or "
            "faster fits to begin with."
        )
    if reason == SPACE_EXHAUSTED:
        warnings.warn(
            f"The space holds only {len(history)} candidates, fewer than n_iter; each was tried "
            "once.",
            SpaceExhaustedWarning,
            stacklevel=4,
        )
    elif reason == INTERRUPTED or (reason != BUDGET_USED and not history.complete):
        warnings.warn(
            f"The search ended after {n_done} candidates, {len(history.complete)} of them "
            f"complete ({reason}); the best so far is used.",
            SearchInterruptedWarning,
            stacklevel=4,
        )
