"""Shows what was tried by two objectives, and the front of those that no other one dominates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..acquisition import non_dominated
from ..exceptions import SettingError
from ..history import History
from ..objectives import COSTS, Bound, Objectives, means_of
from ..results import Pareto
from ._axes import legend_above, opened
from ._reading import history_of, top_level

__all__ = ["ParetoDisplay"]

UNITS = {"fit_time": "s", "score_time": "s", "model_size": "bytes"}


class ParetoDisplay:
    """All candidates by two objectives; those on the front are joined.

    Parameters
    ----------
    values : dict of str to ndarray of shape (n_candidates,)
        Means over the folds of two metrics or costs, the first one drawn upwards; NaN where a
        candidate has none.
    bounds : sequence of Bound
        What has to be kept; candidates beyond are drawn hollow and are not on the front.
    within : ndarray of bool, shape (n_candidates,), optional
        Which candidates keep all bounds, also those of what is not drawn.
    chosen : int, optional
        The position of the candidate that is refitted.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> import numpy as np
    >>> values = {"accuracy": np.array([0.7, 0.9, 0.8]), "fit_time": np.array([0.1, 1.0, 2.0])}
    >>> display = ParetoDisplay(values).plot()
    >>> display.front.tolist(), display.ax_.get_xlabel()
    ([0, 1], 'fit_time (s)')
    """

    def __init__(
        self,
        values: dict[str, NDArray[np.float64]],
        *,
        bounds: Sequence[Bound] = (),
        within: NDArray[np.bool_] | None = None,
        chosen: int | None = None,
    ) -> None:
        self.values = values
        self.bounds = bounds
        self.within = within
        self.chosen = chosen

    @classmethod
    def from_search(
        cls, search: Any, ax: Any = None, *, objectives: Sequence[str] | None = None
    ) -> ParetoDisplay:
        """Draw a fitted search.

        Parameters
        ----------
        search : a fitted search of skhp
            Of a halving search the highest rung.
        ax : matplotlib Axes, optional
            New ones by default.
        objectives : sequence of str, optional
            Two metrics or costs, the first one drawn upwards.  None: the first two of
            ``refit=Pareto(...)``, bounds included; else the score and the time of a fit.

        Returns
        -------
        ParetoDisplay

        Raises
        ------
        SettingError
            If there are not two of them, or they are not known.
        """
        history, refit = history_of(search), search.refit
        wanted = refit.wanted if isinstance(refit, Pareto) else Objectives(())
        drawn = objectives if objectives is not None else _first_two(wanted, history)
        known = _known(history)
        if len(set(drawn)) != 2 or not known.issuperset(drawn):
            raise SettingError(
                f"objectives must be two of {sorted(known)}, got {list(drawn)}. Costs of models "
                "are measured where refit=Pareto(...) names them."
            )
        high = top_level(search, history.trials)
        values = {name: np.where(high, means_of(history.trials, name), np.nan) for name in drawn}
        within = np.ones(len(history), dtype=bool)
        for bound in wanted.bounds:
            within &= bound.keeps(means_of(history.trials, bound.name))
        tabulated = [trial.number for trial in history if trial.folds]
        row = getattr(search, "best_index_", None)
        chosen = None if row is None else tabulated[row]
        return cls(values, bounds=wanted.bounds, within=within, chosen=chosen).plot(ax)

    @property
    def front(self) -> NDArray[np.int_]:
        """Positions of the candidates within bounds that no other one dominates."""
        rows = np.flatnonzero(self._known & self._within)
        worths = [Objectives.worth(name, values[rows]) for name, values in self.values.items()]
        return np.asarray(rows[non_dominated(np.stack(worths, axis=1))])

    def plot(self, ax: Any = None) -> ParetoDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        ParetoDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        (up, y), (right, x) = self.values.items()
        inside, front = self._known & self._within, self.front
        rest = inside & ~np.isin(np.arange(len(x)), front)
        ax.plot(x[rest], y[rest], "o", color="0.7", ms=4, label="dominated")
        beyond = self._known & ~self._within
        if beyond.any():
            ax.plot(x[beyond], y[beyond], "o", color="0.7", mfc="none", ms=4, label="out of bounds")
        order = front[np.argsort(x[front], kind="stable")]
        where = "post" if right in COSTS else "pre"
        ax.step(x[order], y[order], "-o", where=where, color="C0", ms=5, lw=1, label="front")
        if self.chosen is not None and self._known[self.chosen]:
            ax.plot(x[self.chosen], y[self.chosen], "*", color="C1", ms=13, label="refitted")
        self._draw_bounds(ax, up=up, right=right)
        for name, set_scale in ((right, ax.set_xscale), (up, ax.set_yscale)):
            if name in COSTS and (self.values[name][self._known] > 0).any():
                set_scale("log")
        ax.set(xlabel=_with_unit(right), ylabel=_with_unit(up))
        legend_above(ax, columns=4)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    @property
    def _known(self) -> NDArray[np.bool_]:
        return np.asarray(np.isfinite(np.stack(list(self.values.values()))).all(axis=0))

    @property
    def _within(self) -> NDArray[np.bool_]:
        if self.within is not None:
            return self.within
        kept = [bound.keeps(self.values[bound.name]) for bound in self._drawn_bounds]
        return np.all([np.ones(len(self._known), dtype=bool), *kept], axis=0)

    @property
    def _drawn_bounds(self) -> list[Bound]:
        return [bound for bound in self.bounds if bound.name in self.values]

    def _draw_bounds(self, ax: Any, *, up: str, right: str) -> None:
        for bound in self._drawn_bounds:
            draw = {right: ax.axvline, up: ax.axhline}[bound.name]
            draw(bound.limit, color="C3", ls="--", lw=1, label=str(bound))


def _first_two(wanted: Objectives, history: History) -> tuple[str, ...]:
    names = wanted.all_names[:2] or (history.metric, "fit_time")
    return names if len(names) == 2 else (*names, "fit_time")


def _known(history: History) -> set[str]:
    folds = [fold for trial in history for fold in trial.folds if fold.status == "ok"]
    metrics = {name for fold in folds for name in fold.test_scores}
    measured = {name for fold in folds for name in fold.costs or ()}
    return {"fit_time", "score_time", history.metric} | metrics | measured


def _with_unit(name: str) -> str:
    return f"{name} ({UNITS[name]})" if name in UNITS else name
