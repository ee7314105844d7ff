"""Successive halving: all candidates get little of a resource, and the best of them more."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from .. import _sklearn
from ..defaults import named_strategy
from ..early_stopping import EarlyStopping
from ..executors import Executor
from ..observers import ForgetModels
from ..resources import N_SAMPLES, Resource
from ..results import RungTable, seconds_of_full_refit
from ..space import Space
from ..strategies import Initial, Random, Strategy, SuccessiveHalving
from ._base import Search
from ._description import Conclusion, Description, conclusion_of
from ._inputs import Inputs, checked_entries, seed_of
from ._metric_check import check_one_rung
from ._mistakes import says_what_to_write
from ._resource import Division, fitted_by_halving, with_resource
from ._spaces import first_params, searched_space
from ._wishes import Wishes

__all__ = ["HalvingSearchCV"]

NOT_TAKEN = ("racing", "stopping")

COUNT = _sklearn.Interval(numbers.Integral, 1, None, closed="left")


class HalvingSearchCV(Search):
    """Tries many candidates with little, the best of them with more, and the last with all.

    The resource is rows of the data, or an integer parameter such as ``n_estimators``,
    ``max_iter`` or ``clf__max_epochs``.  On each rung every candidate is fitted with the same
    amount; the best ``1 / factor`` of them go on to the next rung with `factor` times as much.
    The last rung has the full resource, so that its scores are those of a plain search on the
    same splits, and the best is one of its candidates.

    Parameters
    ----------
    estimator : estimator object
        What is tuned; cloned, never changed.
    search_spaces : dict, list of dict or list of (dict, int), optional
        Where to look, as `BayesSearchCV` takes it.  None takes the ready-made space.
    strategy : Strategy or str
        What proposes candidates: "random" (the default), "bayes", "grid", "skopt", "optuna", or an
        object of `skhp.strategies`.  One that learns is asked from the second bracket on; what
        candidates are worth with little alone leads it astray, so those of the first are drawn at
        random.
    n_candidates : int or "exhaust"
        How many candidates begin.  "exhaust": as many as it takes for one to be left with the
        full resource.
    resource : str
        ``"n_samples"``, or the name of a parameter that is a positive integer.
    min_resources : int or {"auto", "smallest", "exhaust"}
        What the first rung gets at least.  "smallest": one, or for rows twice the folds, times
        the classes.  "auto": that, but no less than allows three steps of `factor`.  "exhaust":
        as "smallest", where `n_candidates` is a number.  The first rung gets more where there are
        too few candidates for so many rungs.
    max_resources : int or "auto"
        What the last rung gets.  "auto": all rows, or the present value of the parameter.
    factor : float
        What the resource grows by, and the candidates dwindle by, from rung to rung.
    aggressive_elimination : bool
        Whether the first rung drops so many candidates that at most `factor` are left for the
        last one, where the resource does not allow enough rungs for that.
    n_brackets : int, optional
        How often all this is done, each time with new candidates.  In a later bracket a strategy
        that learns knows what candidates were worth with the full resource; it is told the scores
        of lower rungs as noisier ones.  None: two with such a strategy, else one.
    continue_fits : bool
        Whether a fit goes on from the model of the rung below, fold by fold, where the estimator
        can: with ``warm_start`` and ``n_estimators``, ``max_iter`` or ``max_epochs``, also as the
        last step of a pipeline; with ``partial_fit`` where a fit is a number of passes over the
        rows (no ``tol``).  Elsewhere, and for rows, each fit starts anew; one that has converged
        is not repeated.  Models wait in a temporary folder, in ``JOBLIB_TEMP_FOLDER`` if that is
        set; a worker on another machine that cannot read it takes fits through all rungs, with
        the same result.
    scoring : str, callable, list, tuple, dict or None
        How trials are judged, as in scikit-learn; larger is better.
    n_jobs : int, optional
        Workers.  None follows ``joblib.parallel_config``, -1 takes every core.
    refit : bool, str, callable, Ensemble, Finalists or Pareto
        Whether the best is fitted on all rows; with several metrics the name of the one that
        decides; a callable is given ``cv_results_`` and returns the index of the best; "ensemble"
        or `skhp.results.Ensemble` takes several candidates of the last rung with weights,
        `skhp.results.Finalists` scores some again, `skhp.results.Pareto` weighs scores and costs.
    cv : int, splitter or iterable, optional
        As in scikit-learn.  Splits are drawn once; a rung with fewer rows trains on part of each
        fold's training rows and is judged on all of its test rows.
    verbose : int
        1 shows the progress in a line, 2 and more a line for each fit as in scikit-learn.
    pre_dispatch : int or str
        Upper bound of the fits that are handed to the workers at once.
    random_state : int, RandomState instance or None
        With a seed the search is the same at any `n_jobs`.
    error_score : "raise" or float
        The score of a fit that fails.  A candidate without a score is not promoted; where one
        fails on a higher rung the next best of the rung below takes its place.
    return_train_score : bool
        Whether ``cv_results_`` has scores on the training rows as well.
    n_points : int, optional
        How many trials may be under way at once where results decide what comes next; None
        follows the workers and the folds.
    initial_params : list of dict, optional
        What is tried first.  None: the estimator's present params as far as they lie in the space,
        and after them at most five known good ones where the space is ready-made, edited or not.
        An empty list: nothing.
    max_time : float, optional
        Seconds for all of ``fit``, the refit included; fits under way are not waited for. A fit
        in a thread or, below 5 seconds with one worker, in the calling process cannot be ended.
    fit_timeout : float, optional
        Seconds one fit may take; over them it counts as failed.
    fit_memory : float, optional
        Bytes that the process of one fit may take; over them it counts as failed.
    journal : str or path, optional
        An SQLite file with every finished fold, from which the same search on the same data goes
        on.  Models are not in it: fits go through all rungs again.
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

    Attributes
    ----------
    cv_results_ : dict of str to ndarray
        One row per candidate and rung, with scikit-learn's keys and dtypes and the columns
        ``iter`` (the rung) and ``n_resources``, and ``bracket`` if there are several.  Ranks put
        higher rungs first, since scores of different rungs are not comparable.
    best_params_ : dict
        Params of the best candidate, with the full resource.
    best_score_ : float
        Its mean score over the folds, on the highest rung that the search had the time to reach.
    best_score_corrected_ : float
        The same less the luck of having been chosen (Tibshirani & Tibshirani 2009).
    ensemble_ : EnsembleMembers
        Who is in the ensemble, where `refit` asks for one.
    finalists_ : tuple of Finalist
        With ``refit=Finalists(...)``: who was scored again, the one chosen first.
    pareto_front_ : dict of str to array
        With ``refit=Pareto(...)``: who is dominated by nobody, as a data frame takes it.
    best_index_ : int
        Its row in ``cv_results_``.
    best_estimator_ : estimator object
        Fitted on all rows with the best params.
    n_resources_ : list of int
        What each rung got.
    n_candidates_ : list of int
        How many candidates each rung had, all brackets together.
    n_remaining_candidates_ : int
        How many a further rung would have had.
    n_iterations_ : int
        How many rungs there were.
    n_required_iterations_ : int
        Rungs it takes to be left with less than `factor` candidates.
    n_possible_iterations_ : int
        Rungs that fit between the least and the full resource.
    min_resources_ : int
        What the first rung got.
    max_resources_ : int
        The full resource.
    history_ : History
        All that was tried, in order, the resource among the params.
    stop_reason_ : str
        Why the search ended.
    n_splits_ : int
        Folds per trial.
    refit_time_ : float
        Seconds.
    scorer_ : callable or dict
        The scorer, or one per metric.
    multimetric_ : bool
        Whether there are several.

    References
    ----------
    K. Jamieson, A. Talwalkar: Non-stochastic Best Arm Identification and Hyperparameter
    Optimization, AISTATS 2016.  S. Falkner, A. Klein, F. Hutter: BOHB: Robust and Efficient
    Hyperparameter Optimization at Scale, ICML 2018.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from skhp import HalvingSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> search = HalvingSearchCV(
    ...     RandomForestClassifier(random_state=0),
    ...     {"max_features": (0.1, 1.0), "min_samples_leaf": (1, 20)},
    ...     strategy="random",
    ...     resource="n_estimators",
    ...     max_resources=18,
    ...     random_state=0,
    ... ).fit(X, y)
    >>> search.n_resources_, search.n_candidates_
    ([2, 6, 18], [9, 3, 1])
    >>> search.best_params_["n_estimators"]
    18
    """

    racing: ClassVar[None] = None
    stopping: ClassVar[None] = None

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **{k: v for k, v in Search._parameter_constraints.items() if k not in NOT_TAKEN},
        "strategy": [str, Strategy],
        "n_candidates": [COUNT, _sklearn.StrOptions({"exhaust"})],
        "resource": [str],
        "min_resources": [COUNT, _sklearn.StrOptions({"auto", "smallest", "exhaust"})],
        "max_resources": [COUNT, _sklearn.StrOptions({"auto"})],
        "factor": [_sklearn.Interval(numbers.Real, 1, None, closed="neither")],
        "aggressive_elimination": ["boolean"],
        "n_brackets": [COUNT, None],
        "continue_fits": ["boolean"],
        "random_state": ["random_state"],
        "initial_params": [list, tuple, None],
    }

    @says_what_to_write
    def __init__(
        self,
        estimator: Any,
        search_spaces: Any = None,
        *,
        strategy: Any = "random",
        n_candidates: int | str = "exhaust",
        resource: str = N_SAMPLES,
        min_resources: int | str = "auto",
        max_resources: int | str = "auto",
        factor: float = 3,
        aggressive_elimination: bool = False,
        n_brackets: int | None = None,
        continue_fits: bool = True,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
        n_points: int | None = None,
        initial_params: Any = None,
        max_time: float | None = None,
        fit_timeout: float | None = None,
        fit_memory: float | None = None,
        journal: Any = None,
        observers: Sequence[Any] = (),
        keep_predictions: bool | str = False,
        executor: Executor | None = None,
        reuse_steps: bool = True,
        early_stopping: EarlyStopping | None = None,
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
        self.strategy = strategy
        self.n_candidates = n_candidates
        self.resource = resource
        self.min_resources = min_resources
        self.max_resources = max_resources
        self.factor = factor
        self.aggressive_elimination = aggressive_elimination
        self.n_brackets = n_brackets
        self.continue_fits = continue_fits
        self.random_state = random_state
        self.n_points = n_points
        self.initial_params = initial_params
        self.max_time = max_time
        self.fit_timeout = fit_timeout
        self.fit_memory = fit_memory
        self.journal = journal
        self.observers = observers
        self.keep_predictions = keep_predictions
        self.executor = executor
        self.reuse_steps = reuse_steps
        self.early_stopping = early_stopping

    def _describe(self, wishes: Wishes, inputs: Inputs) -> Description:
        check_one_rung(wishes.refit)
        name, spaces = self.resource, self.search_spaces
        strategy = named_strategy(self.strategy, {})
        seed = seed_of(self.random_state)
        division = self._division(strategy)
        space, resource, n_train = _divided(spaces, inputs, division)
        prepare = checked_entries(space, inputs, wishes.estimator, seed=seed)
        strategy.check(space)
        found = wishes.found.of_candidates(resource.candidate).read_in(space)
        wished = first_params(
            wishes.initial_params, spaces, inputs=inputs, space=space, n_train=n_train, without=name
        )
        first = [*wished, *found.first()]
        halving = _halving(strategy, space, resource, first=first, n_brackets=division.n_brackets)
        parts = (space.parameters, space.derived, space.constraints, strategy, name)
        return Description(
            halving,
            halving.most_trials,
            seed=seed,
            reproducible=self.random_state is not None,
            subject=(*parts, resource.ladder, division.n_brackets, self.continue_fits),
            conclusion=_conclusion(wishes, resource, division),
            space=with_resource(space, resource),
            n_expected=sum(resource.ladder.sizes) * division.n_brackets,
            first=first,
            prepare=prepare,
            resource=resource,
            observers=(ForgetModels(resource),),
            ends_by_itself=True,
            refuses_more="HalvingSearchCV cannot take more candidates once a rung is decided. Fit "
            "one with more n_candidates or n_brackets, perhaps by warm_start_from(this search).",
        )

    def _division(self, strategy: Strategy) -> Division:
        return Division(
            self.resource,
            self.n_candidates,
            self.min_resources,
            self.max_resources,
            self.factor,
            aggressive=self.aggressive_elimination,
            n_brackets=self.n_brackets or 1 + strategy.adaptive,
            continue_fits=self.continue_fits,
        )


def _divided(spaces: Any, inputs: Inputs, division: Division) -> tuple[Space, Resource, int]:
    """Return what is searched, with which resource, and the rows of the smallest fit."""
    space = searched_space(spaces, inputs.estimator, inputs=inputs, without=division.resource)
    resource = division.of(inputs, space)
    if division.resource != N_SAMPLES:
        return space, resource, inputs.n_train
    n_train = max(1, round(resource.ladder.levels[0] / resource.n_samples * inputs.n_train))
    if spaces is None:
        space = searched_space(spaces, inputs.estimator, inputs=inputs, n_train=n_train)
    return space, division.of(inputs, space), n_train


def _halving(
    strategy: Strategy,
    space: Space,
    resource: Resource,
    *,
    first: Sequence[dict[str, Any]],
    n_brackets: int,
) -> SuccessiveHalving:
    """Return the strategy: who learns is asked once something is known of the full resource."""
    cover = Random() if strategy.adaptive else strategy
    cover = Initial(first, cover) if first else cover
    return SuccessiveHalving(cover, strategy, space, resource, n_brackets)


def _conclusion(wishes: Wishes, resource: Resource, division: Division) -> Conclusion:
    usual = conclusion_of(wishes)
    full = {} if resource.name == N_SAMPLES else {resource.name: resource.ladder.full}
    return replace(
        usual,
        table=RungTable(usual.table, resource, several_brackets=division.n_brackets > 1),
        refit_seconds=seconds_of_full_refit,
        best_params=partial(_with_all, full),
        attributes=partial(fitted_by_halving, resource=resource, factor=division.factor),
    )


def _with_all(full: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """Return params with the full resource."""
    return {**params, **full}
