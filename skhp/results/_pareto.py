"""The choice among candidates that are judged by several objectives, or within bounds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._warnings import warn
from ..acquisition import non_dominated
from ..exceptions import SettingError
from ..objectives import COSTS, MEASURED, Bound, Objectives
from ._selection import AsScikitLearn, Finished, Selection
from ._table import tabulated

__all__ = ["Pareto"]

KNEE = "knee"


@dataclass(frozen=True)
class Pareto(Selection):
    """What `refit` takes where a candidate is to be good in several ways, or within bounds.

    A candidate is on the front if no other one is as good in every objective and better in one.
    BayesSearchCV proposes what enlarges the front most; the other searches select from what they
    try.  ``search.pareto_front_`` holds the front.

    Parameters
    ----------
    objectives : list of str
        Metrics of `scoring`, of which more is better, and costs, of which less is better:
        "fit_time" and "score_time" in seconds of a fold, "model_size" in bytes of the pickled
        model, "n_features" that the last estimator of a pipeline sees.
    subject_to : dict of str to str, optional
        Bounds on the mean over the folds of metrics or costs: ``{"score_time": "<= 0.01"}``.
    choose : str, optional
        Which candidate of the front is refitted: "knee" the one nearest to having the best of every
        objective, each scaled to its range on the front and costs by their logarithm; or the best
        by the objective of that name.  None takes the knee, and with bounds the best by the first
        objective.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> from skhp.results import Pareto
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(
    ...     DecisionTreeClassifier(random_state=0),
    ...     {"max_depth": [1, 2, 3]},
    ...     scoring="accuracy",
    ...     refit=Pareto(["accuracy", "model_size"], subject_to={"accuracy": ">= 0.9"}),
    ... ).fit(X, y)
    >>> search.best_params_, search.pareto_front_["params"]
    ({'max_depth': 3}, [{'max_depth': 3}, {'max_depth': 2}])
    """

    objectives: Sequence[str]
    subject_to: Mapping[str, str] | None = None
    choose: str | None = None

    @property
    def wanted(self) -> Objectives:
        """The objectives and bounds, read.

        Raises
        ------
        SettingError
            If a bound is malformed.
        """
        bounds = tuple(Bound.read(name, text) for name, text in (self.subject_to or {}).items())
        return Objectives(tuple(self.objectives), bounds)

    @property
    def metric(self) -> str:
        """The first of the metrics, which ranks candidates; nothing if there are only costs."""
        return next((name for name in self.wanted.all_names if name not in COSTS), "")

    @property
    def costs(self) -> tuple[str, ...]:
        """The costs that count."""
        return tuple(name for name in self.wanted.all_names if name in COSTS)

    @property
    def measured(self) -> tuple[str, ...]:
        """The costs that have to be measured on each model."""
        return tuple(name for name in self.costs if name in MEASURED)

    def check(self) -> None:
        """Check the settings.

        Raises
        ------
        SettingError
            If one makes no sense.
        """
        names: Any = self.objectives
        if (
            not isinstance(names, list | tuple)
            or not names
            or len(set(map(repr, names))) < len(names)
        ):
            raise SettingError(
                f"Pareto: objectives must be a list of different names, got {names!r}."
            )
        if not isinstance(self.subject_to, Mapping | None):
            raise SettingError(
                'Pareto: subject_to must be a dict such as {"score_time": "<= 0.01"}, got '
                f"{self.subject_to!r}."
            )
        if len(names) == 1 and not self.subject_to:
            raise SettingError(
                f"Pareto: one objective without a bound, {list(names)}, is what refit={names[0]!r} "
                "does. Name another objective, or a bound in subject_to."
            )
        if self.choose not in (None, KNEE, *names):
            raise SettingError(
                f"Pareto: choose must be 'knee' or one of the objectives {list(names)}, got "
                f"{self.choose!r}."
            )
        _ = self.wanted

    def check_use(self, metrics: Collection[str]) -> None:
        """Check that what is wanted is known.

        Parameters
        ----------
        metrics : collection of str
            Names that the scores of the search go by.

        Raises
        ------
        SettingError
            If there is a name that is neither a metric nor a cost, or both.
        """
        for name in self.wanted.all_names:
            if name in COSTS and name in metrics:
                raise SettingError(
                    f"Pareto: {name!r} is a cost that the search measures, and a metric of "
                    "`scoring`. Give the metric another name."
                )
            if name not in COSTS and name not in metrics:
                raise SettingError(
                    f"Pareto: {name!r} is no metric of this search. `scoring` has "
                    f"{sorted(metrics)}; the costs are {list(COSTS)}."
                )

    def row(self, finished: Finished) -> int:
        tried = self._tried(finished)
        if not tried.usable.any():
            return AsScikitLearn().row(finished)
        return tried.chosen(self.choose)

    def attributes(self, finished: Finished) -> dict[str, Any]:
        tried = self._tried(finished)
        tried.say_if_none_keeps_the_bounds()
        return {"pareto_front_": tried.front_columns(finished.results["params"])}

    def __call__(self, cv_results: Mapping[str, Any]) -> int:
        """Return the row to refit, as scikit-learn's own searches ask for it."""
        self.check()
        n_rows = len(cv_results["params"])
        tried = _Tried(self.wanted, cv_results, np.ones(n_rows, dtype=bool))
        tried.say_if_none_keeps_the_bounds()
        return tried.chosen(self.choose)

    def _tried(self, finished: Finished) -> _Tried:
        trials = tabulated(finished.history)
        whole = [
            trial.status == "complete" and all(fold.status == "ok" for fold in trial.folds)
            for trial in trials
        ]
        return _Tried(self.wanted, finished.results, np.array(whole, dtype=bool))


@dataclass(frozen=True, eq=False)
class _Tried:
    """What was tried, by objectives and bounds.

    Parameters
    ----------
    wanted : Objectives
        What counts.
    results : mapping of str to array
        ``cv_results_``.
    whole : ndarray of bool, shape (n_rows,)
        Candidates without failures.
    """

    wanted: Objectives
    results: Mapping[str, Any]
    whole: NDArray[np.bool_]

    @cached_property
    def values(self) -> dict[str, NDArray[np.float64]]:
        """Means over the folds (n_rows,) by name."""
        return {name: _column(self.results, name) for name in self.wanted.all_names}

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """Which rows can be compared: all values are known, on the highest rung."""
        known = self.whole & np.isfinite(list(self.values.values())).all(axis=0)
        levels = np.asarray(self.results.get("n_resources", np.zeros(len(known))))
        return known & (levels == max(levels[known], default=0))

    @cached_property
    def within(self) -> NDArray[np.bool_]:
        """Which of these keep the bounds."""
        kept = self.usable.copy()
        for bound in self.wanted.bounds:
            kept &= bound.keeps(self.values[bound.name])
        return kept

    @cached_property
    def front(self) -> NDArray[np.int_]:
        """Rows within the bounds that no other one dominates, best by the first objective first."""
        rows = np.flatnonzero(self.within)
        rows = rows[non_dominated(self._worths(rows))]
        return rows[np.lexsort((rows, *(-self._worths(rows).T[::-1])))]

    def chosen(self, choose: str | None) -> int:
        """Return the row that is refitted."""
        if not self.usable.any():
            raise ValueError("Pareto: no candidate has all objectives; all fits failed.")
        if not len(self.front):
            return self._nearest_to_the_bounds()
        if choose == KNEE or (choose is None and not self.wanted.bounds):
            return int(self.front[_knee(self._worths(self.front))])
        at = 0 if choose is None else self.wanted.names.index(choose)
        return int(self.front[np.argmax(self._worths(self.front)[:, at])])

    def front_columns(self, params: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the front as columns of a data frame."""
        columns = {name: values[self.front] for name, values in self.values.items()}
        return {
            "index": self.front,
            **columns,
            "params": [dict(params[row]) for row in self.front.tolist()],
        }

    def say_if_none_keeps_the_bounds(self) -> None:
        """Warn if what is chosen breaks a bound."""
        if self.within.any() or not self.usable.any():
            return
        row = self._nearest_to_the_bounds()
        got = ", ".join(
            f"{bound} (got {self.values[bound.name][row]:.3g})" for bound in self.wanted.bounds
        )
        warn(
            f"No candidate keeps the bounds of Pareto; the nearest one is chosen: {got}.",
            UserWarning,
        )

    def _nearest_to_the_bounds(self) -> int:
        excess = np.zeros(len(self.whole))
        for bound in self.wanted.bounds:
            excess += np.maximum(bound.excess(self.values[bound.name]), 0.0)
        return int(np.argmin(np.where(self.usable, excess, np.inf)))

    def _worths(self, rows: NDArray[np.int_]) -> NDArray[np.float64]:
        columns = [self.wanted.worth(name, self.values[name][rows]) for name in self.wanted.names]
        return np.stack(columns, axis=1)


def _knee(worths: NDArray[np.float64]) -> int:
    """Return which point of a front (n, m) is nearest to the best of each column."""
    low, high = worths.min(axis=0), worths.max(axis=0)
    lacking = (high - worths) / np.where(high > low, high - low, 1.0)
    return int(np.argmin((lacking**2).sum(axis=1)))


def _column(results: Mapping[str, Any], name: str) -> NDArray[np.float64]:
    key = f"mean_{name}" if name in COSTS else f"mean_test_{name}"
    if key not in results and name not in COSTS:
        key = "mean_test_score"
    if key not in results:
        raise SettingError(
            f"Pareto: there is no {key!r} in cv_results_. Costs of models are measured by the "
            "searches of skhp, in every fit that succeeds."
        )
    return np.asarray(results[key], dtype=np.float64)
