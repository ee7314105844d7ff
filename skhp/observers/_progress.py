"""A line on the console for each trial that ends: how far, how good, how long still."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, TextIO

from .._written import written_score, written_seconds
from ..history import Fold, History, Trial
from ._base import Observer
from ._line import fitted, say, width_of_lines
from ._tally import Tally

__all__ = ["Progress"]


@dataclass
class Progress(Observer):
    """Prints progress while a search runs.

    Parameters
    ----------
    every : int
        Print a line every so many finished trials; improvements are always printed.
    file : text stream, optional
        Where to; standard output if None.

    Examples
    --------
    >>> from skhp.history import Fold, History
    >>> history, progress = History(space=None, n_expected=2), Progress()
    >>> _ = history.add({"C": 1.0})
    >>> progress.on_trial_end(history, history.record(0, Fold(0, {"score": 0.9}, fit_time=3.0)))
    [1/2, 3.0 s left] 0.9 * best so far: {'C': 1.0}
    """

    every: int = 10
    file: TextIO | None = None
    _tally: Tally = field(default_factory=Tally, init=False, repr=False, compare=False)

    def on_search_start(self, history: History) -> None:
        self._tally = Tally.of(history)

    def on_wait(self, history: History, n_running: int) -> None:
        self._tally.run(n_running)

    def on_fold_end(self, history: History, trial: Trial, fold: Fold) -> None:
        self._tally.add(history, trial, fold)

    def on_trial_end(self, history: History, trial: Trial) -> None:
        self._tally.settle(history, trial)
        done, best = self._tally.n_trials, self._tally.best
        if best is trial:
            said = f"{self._position(history)} {written_score(trial.score)} * best so far"
            self._say(fitted([(0, said)], trial.params, width_of_lines()))
        elif done % self.every == 0 or done == history.n_expected:
            self._say(f"{self._position(history)} {self._outcome(trial)}")

    def on_search_end(self, history: History, reason: str) -> None:
        self._say(f"search ended after {written_seconds(history.elapsed)}: {reason}")

    def on_outer_fold_end(self, fold: Any, n_folds: int) -> None:
        self._say(
            f"outer fold {fold.index + 1}/{n_folds}: {fold.untuned_score:.6g} untuned, "
            f"{fold.tuned_score:.6g} tuned"
        )

    def _position(self, history: History) -> str:
        total = "?" if history.n_expected is None else history.n_expected
        left = self._tally.seconds_left(history)
        if left is None or self._tally.n_trials == history.n_expected:
            return f"[{self._tally.n_trials}/{total}]"
        return f"[{self._tally.n_trials}/{total}, {written_seconds(left)} left]"

    def _outcome(self, trial: Trial) -> str:
        best = self._tally.best
        standing = "no score yet" if best is None else f"best so far {written_score(best.score)}"
        outcome = written_score(trial.score) if trial.status == "complete" else trial.status
        return f"{outcome} ({standing})"

    def _say(self, text: str) -> None:
        say(text, self.file or sys.stdout)
