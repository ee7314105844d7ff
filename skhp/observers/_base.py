"""What an observer is: any of eight methods, called when something happens."""

from __future__ import annotations

from typing import Any

from .._sklearn import BaseSearchCV
from ..history import Fold, History, Trial

__all__ = ["Observer"]


class Observer:
    """Is told what happens; every method may be left as it is.

    Any object with some of these methods will do; deriving from this class is a convenience.
    A method that returns True asks for an end of the search.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhp import GridSearchCV
    >>> class Shout(Observer):
    ...     def on_trial_end(self, history, trial):
    ...         print(f"{trial.params}: {trial.score:.2f}")
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2]}, observers=[Shout()])
    >>> search = search.fit(*load_iris(return_X_y=True))
    {'max_depth': 1}: 0.67
    {'max_depth': 2}: 0.93
    """

    def on_search_start(self, history: History) -> bool | None:
        """Is called once, before the first proposal."""
        return None

    def on_wait(self, history: History, n_running: int) -> bool | None:
        """Is called before each wait for results, several times a second; so many fits run."""
        return None

    def on_fold_end(self, history: History, trial: Trial, fold: Fold) -> bool | None:
        """Is called when a fold is in; `trial` already has it."""
        return None

    def on_trial_end(self, history: History, trial: Trial) -> bool | None:
        """Is called when a trial is complete, failed or stopped."""
        return None

    def on_search_end(self, history: History, reason: str) -> bool | None:
        """Is called once, after the last result and before the refit."""
        return None

    def on_fit_end(self, history: History, search: BaseSearchCV, X: Any, y: Any) -> None:
        """Is called once, when ``fit`` has done everything, the refit included.

        `search` has all its fitted attributes; it and the rows of the data are only looked at.
        """

    def on_fit_error(self, history: History, error: BaseException) -> None:
        """Is called once instead of `on_fit_end`, when ``fit`` ends by an error."""

    def on_outer_fold_end(self, fold: Any, n_folds: int) -> bool | None:
        """Is called by `skhp.nested_cross_validate` after each `skhp.nested.OuterFold`."""
        return None
