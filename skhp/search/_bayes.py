"""Model-based search, in place of scikit-learn's RandomizedSearchCV and skopt's BayesSearchCV."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from .. import _sklearn
from ..defaults import named_strategy
from ..early_stopping import EarlyStopping
from ..executors import Executor
from ..observers import SkoptCallbacks, optimize_results
from ..results import TrainRanks
from ..strategies import Initial, Strategy
from ._base import Search
from ._costs import counting_costs
from ._description import Description, conclusion_of
from ._inputs import Inputs, checked_entries, seed_of
from ._mistakes import says_what_to_write
from ._spaces import first_params, knowing_models, searched_space
from ._wishes import Wishes

__all__ = ["BayesSearchCV"]


class BayesSearchCV(Search):
    """Learns from each result where to look next; takes the place of skopt's BayesSearchCV.

    Parameters
    ----------
    estimator : estimator object
        What is tuned; cloned, never changed.
    search_spaces : dict, list of dict or list of (dict, int), optional
        Where to look, per parameter: ``(low, high)``, ``(low, high, "log-uniform")``, a list of
        choices (of any objects), a distribution of ``scipy.stats``, a dimension of `skhp.space`,
        of skopt or of Optuna.  Several dicts are alternatives; a number beside a dict is its share
        of the trials, and a dict without one beside such has `n_iter`.  None takes the ready-made
        space of the estimator and of all that it holds, see `skhp.presets.space_for`.
    n_iter : int
        How many trials.  There are fewer where the space holds fewer models: params that
        scikit-learn's trees and forests round to the same counts are tried once.
    scoring : str, callable, list, tuple, dict or None
        How trials are judged, as in scikit-learn; larger is better.
    n_jobs : int, optional
        Workers.  None follows ``joblib.parallel_config``, -1 takes every core.
    refit : bool, str, callable, Ensemble, Finalists or Pareto
        Whether the best is fitted on all rows; with several metrics the name of the one that
        decides; a callable is given ``cv_results_`` and returns the index of the best.
        "posterior_mean" takes the candidate that a model of all scores expects the most of,
        "one_standard_error" the one nearest to the estimator's present params among those that
        chance may have put behind the best (on held-out rows that costs .009 +- .004 on average),
        "ensemble" or `skhp.results.Ensemble` several candidates with weights;
        `skhp.results.Finalists` scores the best few again on fresh splits before it takes one;
        `skhp.results.Pareto` weighs scores and costs, or keeps bounds.
    cv : int, splitter or iterable, optional
        As in scikit-learn.  Splits are drawn once, and every trial is judged on the same ones.
    verbose : int
        1 shows the progress in a line, 2 and more a line for each fit as in scikit-learn.
    pre_dispatch : int or str
        Upper bound of the fits that are handed to the workers at once.
    random_state : int, RandomState instance or None
        With a seed the search is the same at any `n_jobs`, on any backend.  Without one, every
        decision uses all that is known at that moment; what is drawn follows numpy's global
        generator, so that ``np.random.seed`` repeats a search that runs one fit at a time.
    error_score : "raise" or float
        The score of a fit that fails.
    return_train_score : bool
        Whether ``cv_results_`` has scores on the training rows as well.
    strategy : Strategy or str, optional
        What proposes: "bayes" (the default), "random", "grid", "skopt", "optuna", or an object of
        `skhp.strategies`.
    n_points : int, optional
        How many trials may be under way at once where results decide what comes next; None
        follows the workers and the folds.
    initial_params : list of dict, optional
        What is tried first.  None: the estimator's present params as far as they lie in the space,
        and after them at most five that are known to be good on other data and lie inside, steps
        that the space swaps by turns, each unless the trials before leave it next to no chance to
        be the best.  In a space that is not ready-made only for support vector machines with
        kernels, where results decide what comes next, by scores of scikit-learn's, and
        `warm_start_from` knows nothing better.  An empty list: nothing.
    racing : bool or RacingRule, optional
        Whether a trial is stopped between folds once it has practically no chance left.
    stopping : StoppingRule, optional
        Ends the search early: ``NoImprovement(20) | ScoreReached(0.95)``.
    max_time : float, optional
        Seconds for all of ``fit``, the refit included; fits under way are not waited for. A fit
        in a thread or, below 5 seconds with one worker, in the calling process cannot be ended.
    fit_timeout : float, optional
        Seconds one fit may take; over them it counts as failed.
    fit_memory : float, optional
        Bytes that the process of one fit may take; over them it counts as failed.
    journal : str or path, optional
        An SQLite file into which every finished fold is written; the same search on the same data
        goes on from there.
    observers : list or tuple
        Are told what happens, see `skhp.observers`: objects, or names such as "progress", "mlflow",
        "wandb", "tensorboard" and "optuna".
    keep_predictions : bool or str
        Whether what each fold's model says of its test rows is kept for `predictions`: its
        ``predict_proba``, else ``decision_function``, else ``predict``, or the method named here.
        Up to 256 MB of it stay in memory, what goes beyond is mapped from a temporary file.
    executor : Executor, optional
        Where fits run, an object of `skhp.executors`; it is left open, so that one search after
        the other can use it.  None follows `n_jobs` and ``joblib.parallel_config``.
    reuse_steps : bool
        Whether the first steps of a pipeline are fitted once a fold for all candidates that share
        them, and kept in the workers' memory, where a fit cannot but give the same each time.
        Where a grid or a random search lists candidates that differ only in how many trees or
        iterations a forest, bagging or boosting has, or neighbors that a tree finds, the largest is
        fitted, the others are its parts (integer `random_state`, no early stopping or time limit).
        The fit of an exact PCA (`random_state` an integer, or no "auto") serves all `n_components`.
    early_stopping : EarlyStopping, optional
        Ends fits of XGBoost, LightGBM, CatBoost and histogram boosting, also as the last step of a
        pipeline, by rows that are split off each fold's training rows; see `skhp.EarlyStopping`.
    costs : bool, optional
        Whether candidates are valued by the improvement that they promise per second instead of by
        the improvement alone, less so the nearer the end of `max_time` or `n_iter` comes.  None:
        with `max_time` and no `random_state`, where the strategy can.  No two runs take the same
        time, so that with a `random_state` it needs a `journal`, which keeps the times: such a
        search is reproducible from its journal, not from its seed alone.  Candidate i is proposed
        from the recorded times of candidates up to i - n_points, so that an interrupted search of
        the same `n_iter` goes on as it would have.
    optimizer_kwargs : dict, optional
        Settings of ``skopt.Optimizer``.  Those that "bayes" has an equal of are followed by it; for
        others ``skopt.Optimizer`` itself proposes, as it does with ``strategy="skopt"``.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray
        One row per trial, with scikit-learn's keys and dtypes.  Where trials were cut short, the
        columns ``n_splits_completed`` and ``status`` are added.
    best_params_ : dict
        Params of the best trial.
    best_score_ : float
        Its mean score over the folds.
    best_score_corrected_ : float
        The highest mean score less the luck of having been chosen (Tibshirani & Tibshirani 2009).
    ensemble_ : EnsembleMembers
        Who is in the ensemble, where `refit` asks for one.
    finalists_ : tuple of Finalist
        With ``refit=Finalists(...)``: who was scored again, the one chosen first.
    pareto_front_ : dict of str to array
        With ``refit=Pareto(...)``: who is dominated by nobody, as a data frame takes it.
    best_index_ : int
        Its row in ``cv_results_``.
    best_estimator_ : estimator object
        Fitted on all rows with the best params, or the ensemble.
    history_ : History
        All that was tried, in order.
    stop_reason_ : str
        Why the search ended.
    n_splits_ : int
        Folds per trial.
    refit_time_ : float
        Seconds.
    scorer_ : callable or dict
        The scorer, or one per metric.
    multimetric_ : bool
        Whether there are several metrics.
    optimizer_results_ : list of OptimizeResult
        What ``skopt.plots`` takes, one per sub-space.

    References
    ----------
    J. Snoek, H. Larochelle, R. P. Adams: Practical Bayesian Optimization of Machine Learning
    Algorithms, NeurIPS 2012.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhp import BayesSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(
    ...     SVC(),
    ...     {"C": (1e-2, 1e3, "log-uniform"), "gamma": (1e-4, 10.0, "log-uniform")},
    ...     n_iter=15,
    ...     random_state=0,
    ... )
    >>> bool(search.fit(X, y).best_score_ > 0.95)
    True

    Without a space the ready-made one is searched:

    >>> search = BayesSearchCV(SVC(), n_iter=10, random_state=0).fit(X, y)
    >>> sorted(search.best_params_)
    ['C', 'gamma']
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **Search._parameter_constraints,
        "n_iter": [_sklearn.Interval(numbers.Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "strategy": [str, Strategy, None],
        "initial_params": [list, tuple, None],
        "costs": ["boolean", None],
        "optimizer_kwargs": [dict, None],
    }

    __metadata_request__fit: ClassVar[dict[str, Any]] = _sklearn.no_metadata("callback")

    @says_what_to_write
    def __init__(
        self,
        estimator: Any,
        search_spaces: Any = None,
        *,
        n_iter: int = 50,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
        strategy: Any = None,
        n_points: int | None = None,
        initial_params: Any = None,
        racing: Any = None,
        stopping: Any = None,
        max_time: float | None = None,
        fit_timeout: float | None = None,
        fit_memory: float | None = None,
        journal: Any = None,
        observers: Sequence[Any] = (),
        keep_predictions: bool | str = False,
        executor: Executor | None = None,
        reuse_steps: bool = True,
        early_stopping: EarlyStopping | None = None,
        costs: bool | None = None,
        optimizer_kwargs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.search_spaces = search_spaces
        self.n_iter = n_iter
        self.random_state = random_state
        self.strategy = strategy
        self.n_points = n_points
        self.initial_params = initial_params
        self.racing = racing
        self.stopping = stopping
        self.max_time = max_time
        self.fit_timeout = fit_timeout
        self.fit_memory = fit_memory
        self.journal = journal
        self.observers = observers
        self.keep_predictions = keep_predictions
        self.executor = executor
        self.reuse_steps = reuse_steps
        self.early_stopping = early_stopping
        self.costs = costs
        self.optimizer_kwargs = optimizer_kwargs

    @_sklearn.fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any = None, *, callback: Any = None, **params: Any) -> BayesSearchCV:
        """Search, and refit the best on all rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
            Rows to learn from; square for precomputed kernels and distances.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
            Targets.
        callback : callable or sequence of callables, optional
            skopt's callbacks: called with an ``OptimizeResult`` after each trial; one that returns
            True ends the search.
        **params : dict
            For the estimator's ``fit``, the scorer and the splitter, as scikit-learn's searches
            take them; ``groups`` goes to the splitter.

        Returns
        -------
        BayesSearchCV
            The search itself, fitted.

        Raises
        ------
        ValueError
            If a parameter, the space or the data make no sense (before any fit), if there is no
            ready-made space for the estimator, or if all fits failed.
        """
        callbacks = () if callback is None else (SkoptCallbacks(callback),)
        self._fit(X, y, params=params, callbacks=callbacks)
        return self

    @property
    def total_iterations(self) -> int:
        """How many trials the search will run if nothing ends it sooner."""
        space = searched_space(self.search_spaces, self.estimator, n_iter=self.n_iter)
        return int(min(space.n_trials(self.n_iter), space.size))

    @property
    def optimizer_results_(self) -> list[Any]:
        """One ``scipy.optimize.OptimizeResult`` per sub-space, as skopt's plots take them."""
        _sklearn.check_is_fitted(self)
        return optimize_results(self.history_)

    def _describe(self, wishes: Wishes, inputs: Inputs) -> Description:
        spaces = self.search_spaces
        space = searched_space(spaces, inputs.estimator, inputs=inputs, n_iter=self.n_iter)
        strategy = named_strategy(self.strategy, dict(self.optimizer_kwargs or {}))
        if strategy.adaptive:
            space = knowing_models(space, inputs)
        if wishes.pareto is not None:
            strategy = strategy.seeking(wishes.pareto.wanted)
        plain = strategy
        strategy = counting_costs(strategy, wishes, costs=self.costs)
        # without a promise to keep, a search goes on with costs or without
        told = plain if self.random_state is None else strategy
        seed = seed_of(self.random_state)
        prepare = checked_entries(space, inputs, wishes.estimator, seed=seed)
        strategy.check(space)
        found = wishes.found.read_in(space)
        wished = first_params(
            wishes.initial_params,
            spaces,
            inputs=inputs,
            space=space,
            in_any=strategy.adaptive and not found.params,
        )
        n_sure = 1 if wishes.initial_params is None else len(wished)
        sure = [*wished[:n_sure], *found.first(followed=strategy.adaptive)]
        hints = wished[n_sure:]
        conclusion = conclusion_of(wishes)
        return Description(
            Initial(sure, strategy, hints) if sure else strategy,
            space.n_trials(self.n_iter),
            seed=seed,
            reproducible=self.random_state is not None,
            subject=(space.parameters, space.derived, space.constraints, told),
            conclusion=replace(conclusion, table=TrainRanks(conclusion.table)),
            space=space,
            first=[*sure, *hints],
            prepare=prepare,
        )
