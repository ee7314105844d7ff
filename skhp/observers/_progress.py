"""A line on the console for each trial that ends: how far, how good, how long still."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, TextIO

from ..history import History, Trial
from ._base import Observer

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
    >>> progress.on_trial_end(history, history.record(0, Fold(0, {"score": 0.9})))
    [1/2] 0.9 * best so far: {'C': 1}
    """

    every: int = 10
    file: TextIO | None = None

    def on_trial_end(self, history: History, trial: Trial) -> None:
        done = sum(one.status != "pending" for one in history)
        better = history.best is not None and history.best.number == trial.number
        if better or done % self.every == 0 or done == history.n_expected:
            self._say(f"{self._position(history, done)} {self._outcome(history, trial, better)}")

    def on_search_end(self, history: History, reason: str) -> None:
        self._say(f"search ended after {history.elapsed:.1f} s: {reason}")

    def on_outer_fold_end(self, fold: Any, n_folds: int) -> None:
        self._say(
            f"outer fold {fold.index + 1}/{n_folds}: {fold.untuned_score:.6g} untuned, "
            f"{fold.tuned_score:.6g} tuned"
        )

    def _position(self, history: History, done: int) -> str:
        total = "?" if history.n_expected is None else history.n_expected
        if done < 3 or history.n_expected is None:
            return f"[{done}/{total}]"
        left = history.elapsed / done * (history.n_expected - done)
        return f"[{done}/{total}, {left:.0f} s left]"

    def _outcome(self, history: History, trial: Trial, better: bool) -> str:
        if better:
            return f"{trial.score:.6g} * best so far: {_written(trial.params)}"
        best = history.best
        standing = "no score yet" if best is None else f"best so far {best.score:.6g}"
        outcome = f"{trial.score:.6g}" if trial.status == "complete" else trial.status
        return f"{outcome} ({standing})"

    def _say(self, line: str) -> None:
        print(line, file=self.file or sys.stdout, flush=True)


def _written(params: dict[str, Any]) -> str:
    parts = (
        f"{name!r}: {value:.4g}" if isinstance(value, float) else f"{name!r}: {value!r}"
        for name, value in params.items()
    )
    return "{" + ", ".join(parts) + "}"
