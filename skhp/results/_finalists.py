"""The best few candidates, scored again on fresh splits before one of them is chosen."""

from __future__ import annotations

import copy
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
from sklearn.model_selection import check_cv

from ..exceptions import SettingError
from ._selection import Finished
from ._table import tabulated

__all__ = ["Finalist", "Finalists"]

N_REPEATS = 2
"""How often the splitter of the search draws anew, where nothing else is asked for."""


@dataclass(frozen=True)
class Finalists:
    """What `refit` takes to score the best few again before one of them is chosen.

    The best of many scores is a lucky one.  The candidates ahead are fitted and scored on splits
    that guided no search, and the one with the best mean over the folds of both is refitted.
    ``finalists_`` says what came of it; ``best_score_`` stays the mean of the search's own folds.

    It costs the fits of `n` candidates on all these splits, and gained .001 +- .001 of accuracy or
    R2 after 30 candidates and .002 +- .001 after 60 where it was measured (328 runs,
    `benchmarks/README.md`), which hardly counts: an `Ensemble` gained .011 there, for fewer fits.
    ``honest_score`` takes the choice for that of the best candidate.

    Parameters
    ----------
    n : int
        How many candidates are scored again.
    cv : int, splitter or iterable, optional
        The fresh splits.  By default the splitter of the search draws twice again, shuffled by
        other random states.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> from skhp.results import Finalists
    >>> tree, depths = DecisionTreeClassifier(random_state=0), {"max_depth": [2, 3, 5, 8]}
    >>> search = GridSearchCV(tree, depths, refit=Finalists(n=2))
    >>> search.fit(*load_wine(return_X_y=True)).best_params_
    {'max_depth': 3}
    >>> [finalist.row for finalist in search.finalists_]
    [1, 2]
    """

    n: int = 5
    cv: Any = None

    def check(self) -> None:
        """Check the settings.

        Raises
        ------
        SettingError
            If one makes no sense.
        """
        n: Any = self.n
        if not isinstance(n, numbers.Integral) or n < 2:
            raise SettingError(f"Finalists: n must be an integer from 2, got {n!r}.")

    def splitters(self, usual: Any, y: Any, *, classifier: bool, luck: int) -> list[Any]:
        """Return what draws the fresh splits.

        Parameters
        ----------
        usual : splitter
            Of the search.
        y : array-like or None
            The target.
        classifier : bool
            Whether folds of a number are stratified.
        luck : int
            Makes the random states.

        Raises
        ------
        SettingError
            If the splitter of the search cannot draw others.
        """
        self.check()
        if self.cv is not None:
            return [check_cv(self.cv, y, classifier=classifier)]
        if "random_state" not in signature(type(usual)).parameters:
            raise SettingError(
                f"Finalists needs fresh splits, and cv={usual!r} always draws the same. Give it "
                "others: Finalists(cv=...)."
            )
        states = np.random.SeedSequence(luck).generate_state(N_REPEATS)
        return [_redrawn(usual, int(state)) for state in states]

    def entrants(self, finished: Finished, best: int) -> list[int]:
        """Return the rows of ``cv_results_`` that are scored again, the best one first.

        Parameters
        ----------
        finished : Finished
            The search.
        best : int
            The row that is the best so far; of a halving search only its rung can be compared.
        """
        results = finished.results
        rung = results.get("iter", np.zeros(len(results["params"])))
        rows = [
            row
            for row, trial in enumerate(tabulated(finished.history))
            if trial.status == "complete" and rung[row] == rung[best] and row != best
        ]
        ranks = results[f"rank_test_{finished.metric}"]
        return [best, *sorted(rows, key=lambda row: ranks[row])][: self.n]


@dataclass(frozen=True)
class Finalist:
    """A candidate that was scored again.

    Parameters
    ----------
    row : int
        Of ``cv_results_``.
    params : dict
        What was tried.
    old_score : float
        The mean over the folds of the search.
    new_score : float
        The mean over the fresh folds; NaN if one of them failed.
    score : float
        The mean over the folds of both, which decides.
    """

    row: int
    params: Mapping[str, Any]
    old_score: float
    new_score: float
    score: float

    @classmethod
    def of(
        cls, row: int, finished: Finished, new_scores: Sequence[float], *, n_old: int
    ) -> Finalist:
        """Return what came of a candidate.

        Parameters
        ----------
        row : int
            Its row.
        finished : Finished
            The search.
        new_scores : sequence of float
            Of the fresh folds.
        n_old : int
            Folds of the search.
        """
        old = float(finished.results[f"mean_test_{finished.metric}"][row])
        new = float(np.mean(new_scores))
        joined = (n_old * old + len(new_scores) * new) / (n_old + len(new_scores))
        return cls(row, finished.results["params"][row], old, new, joined)


def _redrawn(splitter: Any, state: int) -> Any:
    """Return a copy of a splitter that draws by another random state."""
    other = copy.copy(splitter)
    if hasattr(other, "shuffle"):
        other.shuffle = True
    other.random_state = state
    return other
