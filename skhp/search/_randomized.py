"""Candidates drawn from distributions, with scikit-learn's parameters and results."""

from __future__ import annotations

import copy
import itertools
import numbers
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import ParameterGrid, ParameterSampler
from sklearn.utils import check_random_state

from ..early_stopping import EarlyStopping
from ..exceptions import SettingError, SpaceError
from ..executors import Executor
from ..space import Space
from ..strategies import Listed
from ._base import Search
from ._description import Candidates, Description, conclusion_of
from ._draws import Draws, after
from ._inputs import Inputs, check_params, entries_into, seed_of
from ._mistakes import says_what_to_write
from ._spaces import listed_space
from ._warm_start import Found
from ._wishes import Wishes

__all__ = ["RandomizedSearchCV"]

DRAWN_AT_ONCE = 2000
"""Candidates that take less than a tenth of a second to draw."""

CHECKED = 10
"""Candidates whose names are checked before the first fit."""


class RandomizedSearchCV(Search, model_selection.RandomizedSearchCV):  # type: ignore[misc]
    """Tries candidates drawn from distributions: scikit-learn's class on a sturdier machine.

    Parameters, candidates and results are those of
    `sklearn.model_selection.RandomizedSearchCV`.

    Parameters
    ----------
    estimator : estimator object
        What is tuned; cloned, never changed.
    param_distributions : dict or list of dict
        Lists of values or distributions with ``rvs`` per parameter.
    n_iter : int
        How many candidates are drawn.
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
    n_points : int, optional
        How many trials may be under way at once where results decide what comes next; None
        follows the workers and the folds.
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

    Examples
    --------
    >>> from scipy.stats import randint
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import RandomizedSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> search = RandomizedSearchCV(
    ...     DecisionTreeClassifier(random_state=0), {"max_depth": randint(1, 9)}, random_state=0
    ... )
    >>> bool(search.fit(X, y).best_score_ > 0.9)
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **Search._parameter_constraints,
        **{
            name: model_selection.RandomizedSearchCV._parameter_constraints[name]
            for name in ("param_distributions", "n_iter", "random_state")
        },
    }

    @says_what_to_write
    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
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
    ) -> None:
        super().__init__(
            estimator,
            param_distributions,
            n_iter=n_iter,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.n_points = n_points
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

    def _describe(self, wishes: Wishes, inputs: Inputs) -> Description:
        # A copy, because scikit-learn draws nothing from it but the candidates.
        state = self.random_state
        root = seed_of(copy.deepcopy(check_random_state(None) if state is None else state))
        sampler = ParameterSampler(self.param_distributions, self.n_iter)
        distributions, space = sampler.param_distributions, listed_space(self.param_distributions)
        _check_draws(distributions)
        draw = partial(_drawn, distributions, _found_inside(space, wishes.found), self.random_state)
        candidates = draw(self.n_iter, None)
        prepare = entries_into(itertools.chain(*distributions), wishes.estimator)
        check_params(candidates[:CHECKED], inputs.estimator, prepare=prepare)
        if space is not None and not all(map(space.contains, candidates[:CHECKED])):
            space = None  # a distribution of objects that are new each time
        return Description(
            Listed(candidates),
            len(candidates),
            seed=root,
            reproducible=self.random_state is not None,
            subject=(distributions, wishes.found.first()),
            conclusion=conclusion_of(wishes),
            space=space,
            candidates=Candidates(
                draw, ParameterGrid(distributions) if _are_lists(distributions) else ()
            ),
            prepare=prepare,
        )


def _check_draws(distributions: Sequence[dict[str, Any]]) -> None:
    """Refuse dimensions of scikit-optimize, whose draws are lists."""
    for name, value in ((name, value) for one in distributions for name, value in one.items()):
        if type(value).__module__.startswith("skopt."):
            raise SpaceError(
                f"Parameter {name!r}: {value!r} is no distribution. Write one of scipy.stats, or "
                'BayesSearchCV(estimator, search_spaces, strategy="random").'
            )


def _drawn(
    distributions: Sequence[dict[str, Any]],
    found: Sequence[dict[str, Any]],
    random_state: Any,
    n_iter: int,
    seed: int | None,
) -> Sequence[dict[str, Any]]:
    """Return what another search has found, and after it what scikit-learn would draw.

    A generator that others draw from as well is drawn from at once, as scikit-learn does; too many
    candidates for that come from a generator of their own, seeded by it.
    """
    state = random_state if seed is None else seed
    is_shared = not isinstance(state, numbers.Integral)
    if is_shared and n_iter > DRAWN_AT_ONCE:
        state = seed_of(state)
    sampler = ParameterSampler(distributions, n_iter, random_state=state)
    draws = Draws(sampler, len(sampler))
    return after(found[:n_iter], draws[:] if is_shared and n_iter <= DRAWN_AT_ONCE else draws)


def _found_inside(space: Space | None, found: Found) -> Sequence[dict[str, Any]]:
    if found.params and space is None:
        raise SettingError(
            "warm_start_from needs to know what lies in param_distributions, but not all of them "
            "can be read as a space. Use lists and distributions of scipy.stats."
        )
    return found.read_in(space).first() if space is not None else ()


def _are_lists(distributions: Sequence[dict[str, Any]]) -> bool:
    return not any(hasattr(one, "rvs") for some in distributions for one in some.values())
