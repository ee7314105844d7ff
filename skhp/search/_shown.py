"""How a fitted search is shown: tables, frames, pictures, and its page in notebooks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import _sklearn
from ..history import History
from ..report import frame_of, leaderboard_of, panel_of
from ..results import tabulated
from ._scored import Scored

__all__ = ["Shown"]


class Shown(Scored):
    """A search that people can look at; nothing here fits a model of theirs."""

    def leaderboard(self, n: int | None = 10) -> Any:
        """Return the best candidates, one row each.

        Parameters
        ----------
        n : int, optional
            At most so many; all if None.

        Returns
        -------
        DataFrame or Leaderboard
            Rank, score and its spread over the folds, the params in which the rows differ, seconds
            of all fits, folds, status (which says who was refitted), and the number of the trial.
            A table of our own where pandas is not installed.

        Raises
        ------
        NotFittedError
            If `fit` was not called.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> from skhp import GridSearchCV
        >>> tree = DecisionTreeClassifier(random_state=0)
        >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
        >>> search.leaderboard(2)[["rank", "status", "trial"]]
           rank              status  trial
        0     1  complete, refitted      2
        1     2            complete      1
        """
        board = leaderboard_of(
            self._shown_history(),
            n,
            resource=self._shown_resource(),
            refitted=self._refitted(),
        )
        return board.to_pandas()

    def to_frame(self, engine: str = "pandas", *, by: str = "trial") -> Any:
        """Return all trials, or all their folds, as a data frame.

        Parameters
        ----------
        engine : {"pandas", "polars"}
            Whose data frame.
        by : {"trial", "fold"}
            One row a trial, or one row a fold.

        Returns
        -------
        pandas.DataFrame or polars.DataFrame
            Params are called ``param_<name>``, as in ``cv_results_``.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        MissingExtraError
            If the engine is not installed.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> from skhp import GridSearchCV
        >>> tree = DecisionTreeClassifier(random_state=0)
        >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
        >>> search.to_frame()[["trial", "status", "param_max_depth"]]
           trial    status  param_max_depth
        0      0  complete                1
        1      1  complete                2
        2      2  complete                3
        >>> len(search.to_frame(by="fold"))
        15
        """
        return frame_of(self._shown_history(), engine, by=by)

    def plot(self) -> Any:
        """Draw the four pictures that matter most; `skhp.plotting` has them and more, one by one.

        Returns
        -------
        matplotlib Figure
            How the best score grew (of a halving search: the rungs), which parameters matter, the
            score by the two that matter most, and the best candidates fold by fold.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> from skhp import GridSearchCV
        >>> tree = DecisionTreeClassifier(random_state=0)
        >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
        >>> figure = search.plot()
        >>> [ax.get_title(loc="left") for ax in figure.axes[:4]]
        ['Progress', 'Importance', 'Parameters', 'Best candidates']
        """
        from ..plotting import draw_overview

        return draw_overview(self)

    def report(self, path: Any) -> Any:
        """Write one HTML file that says all of this search, to be kept or mailed.

        What was searched, how it ran, the leaderboard, all pictures, what the choice would score
        on new rows, the lines that make the estimator, and versions; nothing is loaded from
        elsewhere.

        Parameters
        ----------
        path : str or path-like
            Of the file; one that is there is replaced.

        Returns
        -------
        pathlib.Path
            Where it is.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        MissingExtraError
            If matplotlib is not installed.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> from skhp import GridSearchCV
        >>> tree = DecisionTreeClassifier(random_state=0)
        >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3]}).fit(*load_iris(return_X_y=True))
        >>> with TemporaryDirectory() as folder:
        ...     page = search.report(Path(folder, "search.html"))
        ...     page.read_text(encoding="utf-8")[:15]
        '<!DOCTYPE html>'
        """
        from ..export import write_report

        return write_report(self, path)

    def _repr_html_inner(self) -> str:
        return f"{super()._repr_html_inner()}{self._results_html()}"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        if "text/html" in bundle:
            bundle["text/html"] += self._results_html()
        return bundle

    def _results_html(self) -> str:
        """Return the panel of results; nothing before there are any."""
        known = vars(self)
        if "history_" not in known:
            return ""
        history = self._shown_history()
        best = None
        if "best_params_" in known and "best_score_" in known:
            best = known["best_params_"], known["best_score_"]
        reason = known.get("stop_reason_", "")
        return panel_of(history, reason=reason, best=best, resource=self._shown_resource())

    def _refitted(self) -> set[int]:
        """Return the numbers of the trials whose params were fitted on all rows."""
        known = vars(self)
        if "best_estimator_" not in known or "best_index_" not in known:
            return set()
        rows = known["ensemble_"].rows if "ensemble_" in known else (known["best_index_"],)
        trials = tabulated(self.history_)
        return {trials[row].number for row in rows}

    def _shown_history(self) -> History:
        _sklearn.check_is_fitted(self, "history_")
        history: History = self.history_
        resource = str(vars(self).get("resource"))
        levels = vars(self).get("cv_results_", {}).get("n_resources")
        if levels is None or any(resource in trial.params for trial in history):
            return history
        # scikit-learn's halving tells how many rows a trial had in its table alone
        trials = [
            replace(trial, params={**trial.params, resource: int(level)})
            for trial, level in zip(tabulated(history), levels, strict=True)
        ]
        return replace(history, _trials=trials)

    def _shown_resource(self) -> str | None:
        levels = vars(self).get("cv_results_", {}).get("n_resources")
        return None if levels is None else str(self.resource)
