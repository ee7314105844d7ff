"""Says on standard output what scikit-learn's searches say when verbose, and how it stands."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TextIO

from .._written import written_score, written_seconds
from ..history import Fold, History, Trial
from ._base import Observer
from ._line import Line, fitted, say, width_of_lines
from ._tally import Tally

__all__ = ["Console"]


@dataclass
class Console(Observer):
    """Says how many fits are to come, how far the search is, and how it ended.

    ``verbose=1`` puts it to work.  In a terminal or a notebook one line is drawn anew; elsewhere
    there is a line every ten seconds.

    Parameters
    ----------
    shows_progress : bool
        Whether more is said than how many fits are to come: with ``verbose=2`` each of them says a
        line.
    max_time : float, optional
        Seconds after which the search ends.
    file : text stream, optional
        Where to; standard output if None.
    clock : callable
        Returns seconds.

    Examples
    --------
    >>> from skhp.history import Fold, History
    >>> history, console = History(space=None, n_expected=2), Console()
    >>> console.on_search_start(history)
    Fitting 1 folds for each of 2 candidates, totalling 2 fits
    >>> trial = history.record(history.add({"C": 1.0}).number, Fold(0, {"score": 0.9}))
    >>> console.on_trial_end(history, trial)
    >>> console.on_search_end(history, "interrupted")
    1/2 candidates, 1/2 fits in 0.0 s (interrupted), best 0.9 (#0): {'C': 1.0}
    """

    shows_progress: bool = True
    max_time: float | None = None
    file: TextIO | None = None
    clock: Callable[[], float] = time.monotonic
    _tally: Tally = field(default_factory=Tally, init=False, repr=False)
    _n_running: int = field(default=0, init=False, repr=False)
    _line: Line | None = field(default=None, init=False, repr=False, compare=False)

    def on_search_start(self, history: History) -> None:
        k, n = history.n_splits, history.n_expected
        if n is not None:
            self._say(f"Fitting {k} folds for each of {n} candidates, totalling {n * k} fits")
        if self.shows_progress:
            self._tally = Tally.of(history, self.max_time)
            self._line = Line(self._stream, self.clock)

    def on_wait(self, history: History, n_running: int) -> None:
        self._n_running = n_running
        self._tally.run(n_running)
        if self._line is not None and self._line.is_due():
            self._line.draw(self._standing(history))

    def on_fold_end(self, history: History, trial: Trial, fold: Fold) -> None:
        self._tally.add(history, trial, fold)
        if self._line is not None and self._line.is_due():
            self._line.erase()

    def on_trial_end(self, history: History, trial: Trial) -> None:
        self._tally.settle(history, trial)

    def on_search_end(self, history: History, reason: str) -> None:
        if self._line is not None:
            self._line.finish(self._standing(history, reason))
            self._line = None

    def on_outer_fold_end(self, fold: Any, n_folds: int) -> None:
        self._say(
            f"Outer fold {fold.index + 1}/{n_folds}: {fold.untuned_score:.4g} untuned, "
            f"{fold.tuned_score:.4g} tuned"
        )

    @property
    def _stream(self) -> TextIO | None:
        return self.file or sys.stdout

    def _say(self, text: str) -> None:
        say(text, self._stream)

    def _standing(self, history: History, reason: str | None = None) -> str:
        """Return how the search stands, or how it ended, in a line that fits."""
        tally, best = self._tally, self._tally.best
        n_fits = f"{tally.n_folds}{_of(tally.n_folds_expected(history))} fits"
        parts = [(0, f"{tally.n_trials}{_of(history.n_expected)} candidates")]
        if reason is None:
            parts += [(3, n_fits), (6, f"{self._n_running} running")]
        else:
            parts += [(2, f"{n_fits} in {written_seconds(history.elapsed)} ({reason})")]
        if tally.n_stopped:
            parts += [(5, f"{tally.n_stopped} given up")]
        if tally.n_failed:
            parts += [(4, f"{tally.n_failed} failed")]
        left = tally.seconds_left(history)
        if reason is None and left is not None:
            parts += [(2, f"{written_seconds(left)} left")]
        if best is not None:
            parts += [(1, f"best {written_score(best.score)} (#{best.number})")]
        return fitted(parts, None if best is None else best.params, width_of_lines())


def _of(n_expected: int | None) -> str:
    return "" if n_expected is None else f"/{n_expected}"
