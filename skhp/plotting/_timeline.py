"""Shows which worker did what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ..exceptions import SettingError
from ..history import Fold, History, Trial
from ._axes import legend_above, opened
from ._reading import history_of

__all__ = ["TimelineDisplay"]

COLOURS: Final = {
    "ok": "C0",
    "given up": "0.6",
    "failed": "C3",
    "unscored": "C4",
    "timeout": "C1",
    "lost": "black",
}
"""By what became of a fold; one of a trial that was given up is told apart from the others."""

MOST_LANES: Final = 40


class TimelineDisplay:
    """The fits of each worker as bars in time: idle cores are gaps, and failures have colours.

    Parameters
    ----------
    lanes : sequence of list of (start, seconds, status)
        One list a worker, in seconds since the first fit began.
    n_untimed : int
        Folds of which it is not known when they ran, as those of an earlier run in a journal.

    Attributes
    ----------
    ax_ : matplotlib Axes
        What was drawn on.
    figure_ : matplotlib Figure
        Where they are.

    Examples
    --------
    >>> display = TimelineDisplay([[(0.0, 2.0, "ok"), (2.5, 1.0, "failed")]]).plot()
    >>> display.ax_.get_title(loc="right")
    '1 worker, busy 86 %'
    """

    def __init__(
        self, lanes: Sequence[Sequence[tuple[float, float, str]]], *, n_untimed: int = 0
    ) -> None:
        self.lanes = lanes
        self.n_untimed = n_untimed

    @classmethod
    def from_search(cls, search: Any, ax: Any = None) -> TimelineDisplay:
        """Draw a fitted search.

        Parameters
        ----------
        search : a fitted search of skhp
            Its fits are drawn.
        ax : matplotlib Axes, optional
            New ones by default.

        Returns
        -------
        TimelineDisplay

        Raises
        ------
        SettingError
            If of none of its fits is known when it ran.
        """
        history = history_of(search)
        n_folds = sum(len(trial.folds) for trial in history)
        lanes = _lanes(history)
        n_timed = sum(map(len, lanes))
        if not n_timed:
            raise SettingError(
                f"Of none of the {n_folds} fits is it known when it ran: a journal does not keep "
                "that. Fit the search anew, or use another display."
            )
        return cls(lanes, n_untimed=n_folds - n_timed).plot(ax)

    def plot(self, ax: Any = None) -> TimelineDisplay:
        """Draw, on new axes if `ax` is None.

        Returns
        -------
        TimelineDisplay
            The display itself.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        ax = opened(ax)
        seen: dict[str, None] = {}
        for place, lane in enumerate(self.lanes):
            for start, seconds, status in lane:
                label = "_" if status in seen else status
                seen[status] = None
                style = {"color": COLOURS.get(status, "C3"), "label": label, "lw": 0.3}
                ax.broken_barh([(start, seconds)], (place - 0.4, 0.8), ec="white", **style)
        n = len(self.lanes)
        ax.set_yticks(range(n) if n <= MOST_LANES else [0, n - 1])
        ax.set_yticklabels([str(place + 1) for place in map(int, ax.get_yticks())])
        ax.set(xlabel="seconds", ylabel="worker", ylim=(n - 0.4, -0.6), xlim=(0, None))
        ax.set_title(self._title(), loc="right", size="small", y=-0.2)
        legend_above(ax, columns=len(COLOURS))
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _title(self) -> str:
        busy = sum(seconds for lane in self.lanes for _, seconds, _ in lane)
        end = max((start + seconds for lane in self.lanes for start, seconds, _ in lane), default=0)
        n = len(self.lanes)
        share = 100 * busy / (n * end) if end else 0
        untimed = f", {self.n_untimed} fits not timed" if self.n_untimed else ""
        return f"{n} worker{'s' * (n != 1)}, busy {share:.0f} %{untimed}"


def _lanes(history: History) -> list[list[tuple[float, float, str]]]:
    """Return the fits of each worker, workers in the order in which they began."""
    folds = [
        (fold.started, fold.ended, fold.worker, _status(trial, fold))
        for trial in history
        for fold in trial.folds
        if fold.started is not None and fold.ended is not None
    ]
    folds.sort(key=lambda one: one[:2])
    if not folds:
        return []
    begin = folds[0][0]
    lanes: dict[Any, list[tuple[float, float, str]]] = {}
    for started, ended, worker, status in folds:
        # a worker that was lost cannot say who it was: a lane of its own until another ends it
        lanes.setdefault(worker, []).append((started - begin, max(ended - started, 0.0), status))
    lost = lanes.pop(None, [])
    known = [_cut(lane) for lane in lanes.values()]
    return _placed(known, lost)


def _cut(lane: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Return the fits of a worker, each ending at the latest when the next begins."""
    ends = [start for start, _, _ in lane[1:]] + [float("inf")]
    return [
        (start, min(seconds, end - start), status)
        for (start, seconds, status), end in zip(lane, ends, strict=True)
    ]


def _placed(
    lanes: list[list[tuple[float, float, str]]], lost: list[tuple[float, float, str]]
) -> list[list[tuple[float, float, str]]]:
    """Put processes that came after one another, and fits of lost workers, into shared lanes."""
    placed: list[list[tuple[float, float, str]]] = []
    pieces = sorted([*lanes, *([one] for one in lost)], key=lambda lane: lane[0][0])
    for piece in pieces:
        for lane in placed:
            if lane[-1][0] + lane[-1][1] <= piece[0][0] + 1e-3:
                lane.extend(piece)
                break
        else:
            placed.append(list(piece))
    return placed


def _status(trial: Trial, fold: Fold) -> str:
    return "given up" if fold.status == "ok" and trial.status == "stopped" else fold.status
