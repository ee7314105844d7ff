"""What all searches share: ``fit`` as a straight line, and what a fitted search can be asked."""

from __future__ import annotations

import numbers
import os
import time
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Self

from sklearn.base import clone
from sklearn.utils import get_tags

from .. import _sklearn
from .._autolog import fits_unlogged
from .._interrupts import first_interrupt_raised, one_interrupt_ignored
from .._streams import streams_are_there
from ..early_stopping import EarlyStopping
from ..exceptions import SettingError
from ..executors import Executor
from ..history import History
from ..loop import run as run_loop
from ..observers import Announcer
from ..predicted import METHODS
from ..racing import RacingRule
from ..results import Ensemble, Finalists, ScoreSurface
from ..stopping import StoppingRule
from ._conclude import conclude
from ._description import Description
from ._failures import FailureCheck
from ._from_predictions import AnswersFromPredictions, candidate_of
from ._generations import Generations, in_generations
from ._inputs import Inputs, read_inputs
from ._metric_check import MetricCheck
from ._mistakes import line_to_write
from ._plan import announcer_of, evaluation_of, plan_of, reuse_of
from ._refit_ensemble import refitted_ensemble
from ._refit_finalists import chosen_finalist
from ._resume import Run, begun, check_same_splits
from ._shown import Shown
from ._so_far import SoFar
from ._spaces import compared_in
from ._warm_start import NOTHING, Found
from ._wishes import LIMIT, Wishes

__all__ = ["Search"]


class Search(AnswersFromPredictions, Shown):
    """The machine behind every search; a kind of search is what `_describe` returns."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **_sklearn.BaseSearchCV._parameter_constraints,
        "refit": [*_sklearn.BaseSearchCV._parameter_constraints["refit"], Ensemble, Finalists],
        "n_points": [_sklearn.Interval(numbers.Integral, 1, None, closed="left"), None],
        "racing": ["boolean", RacingRule, None],
        "stopping": [StoppingRule, None],
        **dict.fromkeys(("max_time", "fit_timeout", "fit_memory"), LIMIT),
        "journal": [str, os.PathLike, None],
        "observers": [list, tuple],
        "keep_predictions": ["boolean", _sklearn.StrOptions(set(METHODS))],
        "executor": [Executor, None],
        "reuse_steps": ["boolean"],
        "early_stopping": [EarlyStopping, None],
    }

    _is_exhaustive: ClassVar[bool] = False
    _found: Found = NOTHING
    _splits_fingerprint: str = ""
    _run: Run | None = None

    best_index_: Any = SoFar("best_index_")
    best_score_: Any = SoFar("best_score_")
    best_params_: Any = SoFar("best_params_")
    cv_results_: Any = SoFar("cv_results_")

    @abstractmethod
    def _describe(self, wishes: Wishes, inputs: Inputs) -> Description:
        """Return what is to be searched, how, and what comes of it.

        Raises what is wrong with it, before anything is fitted.
        """

    def _validate_params(self) -> None:
        try:
            super()._validate_params()
        except _sklearn.InvalidParameterError as error:
            names = self.get_params(deep=False)
            wrong = next(name for name in names if f"The '{name}' parameter" in str(error))
            line = line_to_write(wrong, getattr(self, wrong))
            raise type(error)(f"{error} {line}".rstrip()) from None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # scikit-learn's searches say that they refuse missing values, whatever their estimator does
        tags.input_tags.allow_nan = get_tags(self.estimator).input_tags.allow_nan
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return "cv_results_" in vars(self)

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_run": None}

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
        callbacks: Sequence[Any] = (),
        n_more: int | None = None,
    ) -> Search:
        wishes = Wishes.of(self, found=self._found)
        inputs = read_inputs(
            wishes,
            (X, y),
            params=params,
            scorers=self._get_scorers,
            route=self._get_routed_params_for_fit,
        )
        description = self._describe(wishes, inputs)
        if _sklearn.is_run_search_overridden(self):
            description = in_generations(description, partial(_sklearn.call_run_search, self))
        if description.conclusion.selection.needs_space:
            compared_in(description.space, f"refit={wishes.refit!r}")
        earlier = None if n_more is None else self._earlier(description, inputs)
        with begun(description, wishes, inputs, earlier=earlier, n_more=n_more or 0) as run:
            checks = (
                MetricCheck(wishes, self._check_refit_for_multimetric),
                FailureCheck(wishes.error_score, gives_up=not run.description.ends_by_itself),
            )
            announcer = announcer_of(run, wishes, inputs, observers=(*checks, *callbacks))
            with self._end_told(announcer, run, inputs), self._callback_context(inputs) as root:
                with first_interrupt_raised(), self._open(run):
                    reason = self._run_loop(run, wishes, inputs, root=root, announcer=announcer)
                    for check in checks:
                        check.raise_what_is_wrong()
                    with one_interrupt_ignored():
                        self.__dict__.update(conclude(run, wishes, inputs, reason=reason))
                if self.refit:
                    self._refit(run, wishes, inputs, root=root)
        return self

    @contextmanager
    def _end_told(self, announcer: Announcer, run: Run, inputs: Inputs) -> Iterator[None]:
        """Tell observers how ``fit`` ended; what is fitted until then is no run of its own."""
        try:
            with fits_unlogged():
                yield
        except BaseException as error:
            announcer.tell("on_fit_error", run.history, error)
            raise
        announcer.tell("on_fit_end", run.history, self, inputs.X, inputs.y)

    @contextmanager
    def _open(self, run: Run) -> Iterator[None]:
        """Let the search be asked while it runs, and keep what was tried if it ends by an error."""
        for name in ("best_index_", "best_score_", "best_params_", "cv_results_"):
            self.__dict__.pop(name, None)
        self._run = run
        try:
            yield
        finally:
            self._run = None
            if any(trial.folds for trial in run.history):
                self.history_, self._splits_fingerprint = run.history, run.splits

    @contextmanager
    def _callback_context(self, inputs: Inputs) -> Iterator[Any]:
        if not _sklearn.holds_callbacks(self, inputs.estimator):
            yield None
            return
        with _sklearn.root_context(self, inputs.X, inputs.y, metadata=inputs.metadata) as root:
            yield root

    def _run_loop(
        self, run: Run, wishes: Wishes, inputs: Inputs, *, root: Any, announcer: Announcer
    ) -> str:
        """Run the trials; return why that ended."""
        description = run.description
        if wishes.stopping is not None:
            wishes.stopping.check(run.history)
        n_tasks = description.most_expected * run.history.n_splits
        models = description.resource.models if description.resource is not None else None
        with (
            models or nullcontext(),
            reuse_of(description, wishes) or nullcontext() as reuse,
            streams_are_there(),
            wishes.opened_executor() as executor,
            _sklearn.search_context(root, self, n_tasks=n_tasks) as context,
        ):
            caller = None if context is None else self
            evaluation = evaluation_of(run, wishes, inputs, caller=caller, context=context)
            if reuse is not None:
                evaluation = replace(evaluation, reuse=reuse.shared_by(executor.n_slots))
            parts: dict[str, Any] = {"evaluation": evaluation, "announcer": announcer}
            plan = plan_of(run, wishes, inputs, n_slots=executor.n_slots, **parts)
            if description.run_search is not None:
                return Generations(run, plan, executor=executor, inputs=inputs).run(root)
            return run_loop(run.history, plan, executor=executor)

    def _refit(self, run: Run, wishes: Wishes, inputs: Inputs, *, root: Any) -> None:
        """Fit the best params on all rows, or the members of an ensemble."""
        if wishes.ensemble is not None:
            return self._refit_ensemble(run, wishes, inputs, root=root)
        if wishes.finalists is not None:
            self.__dict__.update(chosen_finalist(self.__dict__, run, wishes, inputs))
        prepare, results = run.description.prepare, self.cv_results_
        params = self.best_params_ if prepare is None else prepare(self.best_params_)
        self.best_estimator_ = candidate_of(inputs.estimator, params, results, self.best_index_)
        with _sklearn.refit_context(root, self, estimator=self.best_estimator_, data=inputs.data):
            start = time.time()
            rows = (inputs.X,) if inputs.y is None else (inputs.X, inputs.y)
            self.best_estimator_.fit(*rows, **inputs.routed.estimator.fit)
            self.refit_time_ = time.time() - start
        return self._take_feature_names()

    def _refit_ensemble(self, run: Run, wishes: Wishes, inputs: Inputs, *, root: Any) -> None:
        known, plain = self.__dict__, clone(inputs.estimator)
        with _sklearn.refit_context(root, self, estimator=plain, data=inputs.data):
            known |= refitted_ensemble(known, run, wishes, inputs, candidate=self._candidate)
        self._take_feature_names()

    def _take_feature_names(self) -> None:
        if hasattr(self.best_estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.best_estimator_.feature_names_in_

    def _earlier(self, description: Description, inputs: Inputs) -> History:
        """Return what the search has tried, if it can go on from there."""
        _sklearn.check_is_fitted(self, "history_")
        if description.refuses_more is not None:
            raise SettingError(description.refuses_more)
        check_same_splits(self._splits_fingerprint, inputs)
        return self.history_

    @_sklearn.fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit_more(self, X: Any, y: Any = None, *, n_iter: int, **params: Any) -> Self:
        """Go on where `fit` ended: try more candidates on the same data, and refit the best.

        With an integer ``random_state``, ``fit`` of 10 candidates and ``fit_more`` of 10 is
        ``fit`` of 20. Trials that were cut short by `max_time` or Ctrl-C are completed first.
        HalvingSearchCV refuses: who goes on to the next rung was decided among all candidates at
        once.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
            The rows that `fit` was given.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
            Their targets.
        n_iter : int
            How many candidates more.
        **params : dict
            As for `fit`.

        Returns
        -------
        Search
            The search itself; its attributes are those of one search of all candidates.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        ValueError
            If the splits differ from those of `fit`, or all candidates were tried.
        """
        if n_iter < 1:
            raise SettingError(f"n_iter must be at least 1, got {n_iter!r}.")
        self._fit(X, y, params=params, n_more=int(n_iter))
        return self

    def warm_start_from(self, other: Any, *, n_best: int | None = None) -> Self:
        """Begin with what earlier searches found, on whatever data that was.

        Their best params are tried first, since scores on other rows, splits or metrics cannot be
        compared; they count as candidates of this search. Of params outside its space nothing is
        taken. A clone forgets them: in nested cross-validation they would have seen the test rows.

        Parameters
        ----------
        other : fitted search, dict, DataFrame, study of Optuna, or list of such
            A search of skhp or scikit-learn, or its ``cv_results_``, as it is or as a data frame;
            or a study, whose labels are read as what they stand for. None takes the wish back.
        n_best : int, optional
            How many are taken, of each search in turn; None: 5, or where results are followed (by
            BayesSearchCV) 1 of each.

        Returns
        -------
        Search
            The search itself, to be fitted.

        Raises
        ------
        ValueError
            If `other` holds no finished params, or this search tries everything anyway.
        """
        if self._is_exhaustive:
            raise SettingError(
                f"{type(self).__name__} tries every candidate in the order of its grid, so that "
                "good ones known beforehand gain nothing. Use BayesSearchCV or RandomizedSearchCV."
            )
        self._found = Found.of(other, n_best)
        return self

    def predict_score(self, params: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Any:
        """Return the score that params would have, and how sure that is, without a fit.

        Parameters
        ----------
        params : dict or list of dict
            Inside the space of the search.

        Returns
        -------
        mean, std : float, or ndarray of shape (n,) for a list
            In the units of the score; the uncertainty is that of the mean over endless folds.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        SpaceError
            If params lie outside the space.
        SettingError
            If no trial is complete.
        """
        if isinstance(params, Mapping):
            mean, std = self._surface().predict([params])
            return float(mean[0]), float(std[0])
        return self._surface().predict(params)

    def expected_best(self) -> tuple[dict[str, Any], float]:
        """Return the params with the highest expected score in the whole space, tried or not.

        Returns
        -------
        params : dict
            As ``set_params`` takes them.
        mean : float
            The score expected of them.
        """
        return self._surface().expected_best()

    def importance(self, *, interactions: bool = False) -> dict[str, float]:
        """Return what share of the score's variance over the space each parameter explains.

        Parameters
        ----------
        interactions : bool
            Whether the share includes what a parameter explains only together with others.

        Returns
        -------
        dict of str to float
            Highest first; `skhp.plotting.ImportanceDisplay` draws it.

        References
        ----------
        F. Hutter, H. Hoos, K. Leyton-Brown: An Efficient Approach for Assessing Hyperparameter
        Importance, ICML 2014.
        """
        return self._surface().importance(interactions=interactions)

    def _surface(self) -> ScoreSurface:
        _sklearn.check_is_fitted(self, "history_")
        space = compared_in(self.history_.space, "A model of the scores")
        return ScoreSurface.of(self.history_, space)
