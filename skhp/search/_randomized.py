"""Candidates drawn from distributions, with scikit-learn's parameters and results."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import ParameterGrid, ParameterSampler

from ..exceptions import SettingError, SpaceError
from ..history import History
from ..journal import fingerprint
from ..space import Space
from ..strategies import Listed
from ._asking import listed
from ._base import Search
from ._found import found_inside
from ._inputs import Inputs, check_params, entries_into, seed_of
from ._outline import Outline

__all__ = ["RandomizedSearchCV"]

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
    refit : bool, str or callable
        Whether the best is fitted on all rows; with several metrics the name of the one that
        decides; a callable is given ``cv_results_`` and returns the index of the best.
        "posterior_mean" takes the candidate that a model of all scores expects the most of,
        "one_standard_error" the one nearest to the estimator's present params among those that
        chance may have put behind the best.
    cv : int, splitter or iterable, optional
        As in scikit-learn.  Splits are drawn once, and every trial is judged on the same ones.
    verbose : int
        As in scikit-learn; `skhp.observers.Progress` tells more.
    pre_dispatch : int or str
        Upper bound of the fits that are handed to the workers at once.
    random_state : int, RandomState instance or None
        With a seed the search is the same at any `n_jobs`, on any backend.  Without one, every
        decision uses all that is known at that moment.
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
        Are told what happens, see `skhp.observers`.

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
    best_index_ : int
        Its row in ``cv_results_``.
    best_estimator_ : estimator object
        Fitted on all rows with the best params.
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

    def _outline(
        self, inputs: Inputs, *, n_iter: int | None = None, seed: int | None = None
    ) -> Outline:
        wanted = self.n_iter if n_iter is None else n_iter
        # A copy, because scikit-learn draws nothing from it but the candidates.
        root = seed_of(copy.deepcopy(self.random_state)) if seed is None else seed
        sampler = ParameterSampler(
            self.param_distributions,
            wanted,
            random_state=self.random_state if seed is None else seed,
        )
        candidates = self._begin_with_found(list(sampler))[:wanted]
        distributions = sampler.param_distributions
        prepare = entries_into(itertools.chain(*distributions), self.estimator)
        check_params(candidates[:CHECKED], inputs.estimator, prepare=prepare)
        return Outline(
            Listed(candidates),
            len(candidates),
            seed=root,
            reproducible=self.random_state is not None,
            identity=(distributions, self._found),
            candidates=candidates,
            pool=ParameterGrid(distributions) if _are_lists(distributions) else (),
            prepare=prepare,
        )

    def _begin_with_found(self, drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put what another search found before what was drawn."""
        if not self._found:
            return drawn
        try:
            space = Space.read(listed(self.param_distributions))
        except SpaceError as error:
            raise SettingError(
                f"warm_start_from needs to know what lies in param_distributions. {error}"
            ) from error
        found = found_inside(space, self._found)
        known = {fingerprint(params) for params in found}
        return [*found, *(params for params in drawn if fingerprint(params) not in known)]

    def _modelled_space(self, history: History) -> Space:
        return Space.read(listed(self.param_distributions))


def _are_lists(distributions: Sequence[dict[str, Any]]) -> bool:
    return not any(hasattr(one, "rvs") for some in distributions for one in some.values())
