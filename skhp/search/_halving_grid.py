"""Successive halving of a grid, with scikit-learn's own parameters and results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from .. import _sklearn
from ..early_stopping import EarlyStopping
from ..executors import Executor
from ._base import Search
from ._description import Description
from ._inputs import Inputs
from ._mistakes import says_what_to_write
from ._scikit_learn_halving import halving_description
from ._wishes import Wishes

__all__ = ["HalvingGridSearchCV"]


class HalvingGridSearchCV(Search, _sklearn.HalvingGridSearchCV):  # type: ignore[misc]
    """Tries every combination of a grid with little, and the best of them with more.

    Each generation is a `_run_search` of scikit-learn's own class, run on the machine of all
    searches here: with its executors, time limits, journal and observers. Parameters, attributes
    and results are those of `sklearn.model_selection.HalvingGridSearchCV`, for the same seed the
    same; nothing has to be enabled before the import. `HalvingSearchCV` is the search that goes
    on from models of the rung below, proposes by any strategy and judges all rungs on the same
    test rows.

    Parameters
    ----------
    estimator : estimator object
        What is tuned; cloned, never changed.
    param_grid : dict or list of dict
        Values to try per parameter.
    factor : float
        The best ``1 / factor`` of the candidates go on, with `factor` times the resource.
    resource : str
        ``"n_samples"``, or the name of a parameter that is a positive integer.
    max_resources : int or "auto"
        What a candidate gets at most; "auto": all rows.
    min_resources : int or {"exhaust", "smallest"}
        What a candidate of the first generation gets.
    aggressive_elimination : bool
        Whether the first generations are repeated until few enough candidates are left.
    cv : int, splitter or iterable
        As in scikit-learn; must make the same splits each time.
    scoring : str, callable or None
        How candidates are judged, as in scikit-learn; one metric.
    refit : bool or callable
        Whether the best is fitted on all rows; a callable is ignored, as in scikit-learn.
    error_score : "raise" or float
        The score of a fit that fails.
    return_train_score : bool
        Whether ``cv_results_`` has scores on the training rows as well.
    random_state : int, RandomState instance or None
        Draws rows.
    n_jobs : int, optional
        Workers.  None follows ``joblib.parallel_config``, -1 takes every core.
    verbose : int
        1 shows the progress in a line, 2 and more a line for each fit as in scikit-learn.
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
        One row per candidate and generation, with the columns ``iter`` and ``n_resources``.
    best_params_ : dict
        Params of the best candidate of the last generation.
    best_score_ : float
        Its mean score over the folds.
    best_score_corrected_ : float
        The highest mean score less the luck of having been chosen (Tibshirani & Tibshirani 2009).
    best_index_ : int
        Its row in ``cv_results_``.
    best_estimator_ : estimator object
        Fitted on all rows with the best params.
    n_resources_ : list of int
        What each generation got.
    n_candidates_ : list of int
        How many candidates each generation had.
    n_remaining_candidates_ : int
        How many a further generation would have had.
    n_iterations_ : int
        How many generations there were.
    n_required_iterations_ : int
        Generations it takes to be left with less than `factor` candidates.
    n_possible_iterations_ : int
        Generations that fit between the least and the full resource.
    min_resources_ : int
        What the first generation got.
    max_resources_ : int
        The full resource.
    history_ : History
        All that was tried, in order.
    stop_reason_ : str
        Why the search ended.
    n_splits_ : int
        Folds per trial.
    refit_time_ : float
        Seconds.
    scorer_ : callable
        The scorer.
    multimetric_ : bool
        Whether there are several metrics.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import HalvingGridSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = HalvingGridSearchCV(tree, {"max_depth": [1, 2, 3, 4]}, random_state=0).fit(X, y)
    >>> search.n_candidates_, search.n_resources_
    ([4, 2], [50, 150])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **Search._parameter_constraints,
        **_sklearn.HalvingGridSearchCV._parameter_constraints,
    }
    _is_exhaustive: ClassVar[bool] = True

    @says_what_to_write
    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        factor: float = 3,
        resource: str = "n_samples",
        max_resources: int | str = "auto",
        min_resources: int | str = "exhaust",
        aggressive_elimination: bool = False,
        cv: Any = 5,
        scoring: Any = None,
        refit: Any = True,
        error_score: float | str = np.nan,
        return_train_score: bool = True,
        random_state: Any = None,
        n_jobs: int | None = None,
        verbose: int = 0,
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
            param_grid,
            factor=factor,
            resource=resource,
            max_resources=max_resources,
            min_resources=min_resources,
            aggressive_elimination=aggressive_elimination,
            cv=cv,
            scoring=scoring,
            refit=refit,
            error_score=error_score,
            return_train_score=return_train_score,
            random_state=random_state,
            n_jobs=n_jobs,
            verbose=verbose,
        )
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
        _sklearn.begin_halving(self, inputs.X, inputs.y, splitter=inputs.splitter)
        return halving_description(self, wishes, self.param_grid)
