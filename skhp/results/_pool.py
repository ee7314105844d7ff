"""The candidates of several searches, of which one ensemble is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import clone

from .. import _sklearn
from ..exceptions import SettingError
from ..executors import executor_for
from ..predicted import Target
from ._member_fits import MemberFit, fitted_members
from ._members import voting_of
from ._out_of_fold import OutOfFold

__all__ = ["EnsemblePool"]


@dataclass(frozen=True)
class EnsemblePool:
    """The ensemble of several searches, selected and not yet fitted; `Ensemble.of` makes it.

    Parameters
    ----------
    members : tuple of (int, int)
        The search and the row of its ``cv_results_``, the heaviest member first.
    weights : tuple of float
        They sum to 1.
    estimators : tuple of estimator
        Not fitted.
    voting : {"soft", "hard", "mean"}
        What is averaged: probabilities, votes, numbers.
    score : float
        Minus the loss of the ensemble, out of fold; somewhat too high, since it was looked at.
    single_score : float
        The same of the best single candidate.
    target : Target
        What is predicted.
    n_rows : int
        Rows that the searches had.
    """

    members: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]
    estimators: tuple[Any, ...] = field(repr=False)
    voting: str
    score: float
    single_score: float
    target: Target = field(repr=False)
    n_rows: int = field(repr=False)

    @classmethod
    def of(cls, searches: Sequence[Any], select: Callable[..., Any]) -> EnsemblePool:
        """Select among the candidates of all searches; see `Ensemble.of`."""
        first, parts = _checked(searches)
        blend, contest = select(first, [one[2] for one in parts], [0.0] * len(parts))
        members = tuple(parts[at][:2] for at in blend.members)
        return cls(
            members,
            blend.weights,
            tuple(searches[which]._candidate(row) for which, row in members),
            contest.voting,
            -blend.loss,
            -blend.path[0],
            first.target,
            first.rows.n_rows,
        )

    def fit(self, X: Any, y: Any, *, n_jobs: int | None = None, **params: Any) -> Any:
        """Fit the members on all rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The rows that the searches were given.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their targets.
        n_jobs : int, optional
            Workers, as for the searches.
        **params : dict
            For the ``fit`` of each member.

        Returns
        -------
        estimator
            A fitted `sklearn.ensemble.VotingClassifier` or `VotingRegressor`.

        Raises
        ------
        SettingError
            If these are other rows.
        """
        if _sklearn.n_samples(X) != self.n_rows:
            raise SettingError(
                f"The searches had {self.n_rows} rows, got {_sklearn.n_samples(X)}. Pass the same "
                "X and y."
            )
        call = MemberFit(X, y, self.target, params, is_coded=self.voting == "hard")
        with executor_for(n_jobs) as executor:
            done = fitted_members(executor, call, self.estimators)
        if done.errors:
            raise next(iter(done.errors.values()))
        names = [f"search_{which}_row_{row}" for which, row in self.members]
        return voting_of(
            list(zip(names, map(clone, self.estimators), strict=True)),
            [done.values[at] for at in range(len(names))],
            self.weights,
            target=self.target,
            voting=self.voting,
        )


def _checked(searches: Sequence[Any]) -> tuple[OutOfFold, list[tuple[int, int, Any]]]:
    """Return the data that all searches share, and search, row and predictions of candidates."""
    kept = [one._kept_predictions() for one in searches]
    if not kept:
        raise SettingError("Ensemble.of needs at least one fitted search, got none.")
    first = kept[0]
    if first.y is None:
        raise SettingError("Ensemble.of needs searches of classifiers or regressors, with y.")
    for number, other in enumerate(kept[1:], start=1):
        if not _are_same(first, other):
            raise SettingError(
                f"The searches 0 and {number} were not fitted on the same targets and splits. "
                "Give all of them one list of splits: cv=list(splitter.split(X, y))."
            )
    parts = [
        (which, row, predictions)
        for which, search in enumerate(searches)
        for row, _, predictions in kept[which].candidates(search.history_)
    ]
    if not parts:
        raise SettingError("No candidate of the searches is complete and has its predictions.")
    return first, parts


def _are_same(one: OutOfFold, other: OutOfFold) -> bool:
    if one.target.kind != other.target.kind or one.rows.n_rows != other.rows.n_rows:
        return False
    folds, others = one.rows.folds, other.rows.folds
    classes = zip(one.target.classes, other.target.classes, strict=False)
    return (
        len(folds) == len(others)
        and all(map(np.array_equal, folds, others))
        and all(np.array_equal(mine, theirs) for mine, theirs in classes)
        and other.y is not None
        and np.array_equal(one.y, other.y)  # type: ignore[arg-type]
    )
