"""Counts what a search has done, and tells how long the rest of it will take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..history import Fold, History, Trial

__all__ = ["Tally"]


@dataclass
class Tally:
    """What a search has done so far, kept up to date fold by fold.

    Parameters
    ----------
    max_time : float, optional
        Seconds from the start of the search after which it ends.

    Attributes
    ----------
    best : Trial or None
        The complete trial with the highest score, the earliest among equals.
    """

    max_time: float | None = None
    best: Trial | None = field(default=None, init=False)
    _statuses: Counter[str] = field(default_factory=Counter, init=False)
    _n_folds: int = field(default=0, init=False)
    _n_forgone: int = field(default=0, init=False)
    _seconds: float = field(default=0.0, init=False)
    _under_way: dict[int, Trial] = field(default_factory=dict, init=False)
    _n_at_once: int = field(default=1, init=False)
    _first: tuple[float, int, float] | None = field(default=None, init=False)
    _ends_at: float | None = field(default=None, init=False)

    @classmethod
    def of(cls, history: History, max_time: float | None = None) -> Tally:
        """Return the tally of a search that begins, or goes on."""
        tally = cls(max_time)
        for trial in history:
            if trial.status != "pending":
                tally.settle(history, trial)
            elif trial.folds:
                tally._under_way[trial.number] = trial
        tally._ends_at = None
        return tally

    @property
    def n_trials(self) -> int:
        """How many trials are complete, failed or given up."""
        return self._statuses.total()

    @property
    def n_failed(self) -> int:
        """How many trials have no finite score."""
        return self._statuses["failed"]

    @property
    def n_stopped(self) -> int:
        """How many trials were given up between folds."""
        return self._statuses["stopped"]

    @property
    def n_folds(self) -> int:
        """How many folds are in."""
        return self._n_folds + sum(len(trial.folds) for trial in self._under_way.values())

    @property
    def seconds(self) -> float:
        """What they took, each by itself."""
        return self._seconds + sum(trial.seconds for trial in self._under_way.values())

    def n_folds_expected(self, history: History) -> int | None:
        """Return how many folds there will be, without those of trials that were given up."""
        if history.n_expected is None:
            return None
        return history.n_expected * history.n_splits - self._n_forgone

    def run(self, n_running: int) -> None:
        """Note how many fits run at once."""
        self._n_at_once = max(self._n_at_once, n_running)

    def add(self, history: History, trial: Trial, fold: Fold) -> None:
        """Note a fold of a trial that has it already."""
        if self._first is None:
            # workers were started before: that is not to come again
            begun = history.elapsed - fold.fit_time - fold.score_time
            self._first = (begun, self.n_folds, self.seconds)
        self._under_way[trial.number] = trial
        self._ends_at = self._expected_end(history)

    def settle(self, history: History, trial: Trial) -> None:
        """Note that a trial is complete, failed or given up."""
        self._under_way.pop(trial.number, None)
        self._statuses[trial.status] += 1
        self._n_folds += len(trial.folds)
        self._n_forgone += trial.n_splits - len(trial.folds)
        self._seconds += trial.seconds
        if trial.status == "complete" and (self.best is None or _rank(trial) > _rank(self.best)):
            self.best = trial
        self._ends_at = self._expected_end(history)

    def seconds_left(self, history: History) -> float | None:
        """Return how long the search will still take, None where nothing tells it.

        That is the time which the fits to come will take if they are like those that are in,
        divided among as many as run at once, and never more than is left of `max_time`.
        """
        ends = [end for end in (self._ends_at, self.max_time) if end is not None]
        return max(0.0, min(ends) - history.elapsed) if ends else None

    def _expected_end(self, history: History) -> float | None:
        n_folds = self.n_folds
        if history.n_expected is None or not n_folds:
            return None
        average = self.seconds / n_folds
        seconds = sum(
            trial.seconds / len(trial.folds) * (trial.n_splits - len(trial.folds))
            for trial in self._under_way.values()
        )
        n_to_come = max(0, history.n_expected - self.n_trials - len(self._under_way))
        # with racing not every trial will see all its folds
        n_each = self._n_folds / self.n_trials if self.n_trials else history.n_splits
        seconds += n_to_come * n_each * average
        return history.elapsed + seconds / self._n_at_once * self._stretch(history, average)

    def _stretch(self, history: History, average: float) -> float:
        """Return how much longer it takes than the fits by themselves, once that can be told.

        Between fits the search proposes.  Those under way are half done.
        """
        begun, n_folds, seconds = self._first or (0.0, 0, 0.0)
        if self._first is None or self.n_folds - n_folds < 2 * self._n_at_once:
            return 1.0
        spent = self.seconds - seconds + average * (self._n_at_once - 1) / 2
        return max(1.0, (history.elapsed - begun) * self._n_at_once / max(spent, 1e-9))


def _rank(trial: Trial) -> tuple[float, int]:
    return trial.score, -trial.number
