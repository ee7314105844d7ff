"""Writes every finished fold to a file, and reads back what an earlier run has written."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from .._warnings import warn
from ..exceptions import JournalError, JournalWarning
from ..history import Fold, History, Trial
from ._entry import enter, other_host
from ._file import file_at, open_file, transaction
from ._identity import Identity
from ._places import place_of
from ._restoring import restore
from ._rows import (
    READING_ERRORS,
    StoredTrial,
    now,
    positive,
    row_of_fold,
    row_of_predictions,
    row_of_trial,
)
from ._tables import (
    ADD_FOLD,
    ADD_PREDICTIONS,
    ADD_TRIAL,
    KEEP_N_POINTS,
    NEW_FOLD,
    NEW_PREDICTIONS,
    NEW_TRIAL,
    SET_STATUS,
    VERDICT,
    Row,
    values_of,
)

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Journal"]

LONGEST_REASON = 300
"""Letters of an error that are shown."""

SIDE_FILES = ("-wal", "-shm", "-journal")

SYNC_SECONDS = 1.0
"""A commit waits for the disk if the last one that did is longer ago than this.

What is committed survives the death of the process at once. Against a power cut it must be on the
disk, which takes about 4 ms: nothing beside fits of seconds, a lot beside fits of a millisecond.
"""

GO_ON = "UPDATE searches SET continued = ? WHERE id = ?"
END = "UPDATE searches SET ended = ? WHERE id = ?"
END_RUN = "UPDATE runs SET ended = ? WHERE id = ?"
DROP_FOLDS = (
    "DELETE FROM folds WHERE search = ? AND number = ? AND fold NOT IN ({shown}) AND EXISTS "
    "(SELECT 1 FROM trials WHERE search = ? AND number = ? AND status = 'pending')"
)
"""Where two runs of one search write, the first verdict on a trial stands with its folds."""


@final
class Journal:
    """One search in a journal file; is told what happens as an observer is.

    Parameters
    ----------
    path : str or path
        The file; made if it is not there. It may hold any number of searches, of several
        processes at once, each with rows of its own; one that is new to a file with others in it
        says so by a `JournalWarning` that names what differs. As an error, that warning leaves
        the file as it is.
    identity : Identity
        Which search it is.
    n_splits : int
        Folds of a trial.
    seed : int
        Kept in the file if the search is new, replaced by the one kept there if it is not.

    Raises
    ------
    JournalError
        If the file can be neither made nor written, is damaged, or is something else.

    Notes
    -----
    Two runs of one search may write at once: what both have tried is kept once, and who comes
    second with other params goes on in memory, with a `JournalWarning`. So does a search whose file
    can no longer be written; what is waiting is written as soon as that is possible again.
    Scores are JSON, params their ``repr`` and a point of the unit cube, predictions the bytes of
    their numbers; nothing is pickled, so a file from elsewhere can do no harm.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        identity: Identity,
        *,
        n_splits: int,
        seed: int,
    ) -> None:
        import sqlite3

        self.path = os.path.abspath(os.path.expanduser(os.fspath(path)))
        self.identity = identity
        self._place = place_of(os.path.dirname(self.path))
        self._is_removed = False
        identity.fingerprint  # noqa: B018 - takes time, so not while the file is locked
        with ExitStack() as stack:
            self._connection = open_file(self.path, self._place)
            stack.callback(self.close)
            self._opened = file_at(self.path)
            try:
                with transaction(self._connection):
                    elsewhere = self._elsewhere(None)
                    entry = enter(
                        self._connection, self.path, identity, n_splits=n_splits, seed=seed
                    )
            except (sqlite3.Error, *READING_ERRORS) as error:
                raise self._unreadable(error) from error
            stack.pop_all()
        self.id, self.seed, self._run = entry.search, entry.seed, entry.run
        self._n_trials = 0
        self._known: set[tuple[int, int]] = set()
        self._waiting: list[tuple[str, Row]] = []
        self._unproven: dict[int, str] = {}
        self._synced = -SYNC_SECONDS
        self._is_in_doubt = False
        self._is_given_up = False
        self._has_told_of_others = False
        self._tell_of(elsewhere)

    def _elsewhere(self, run: int | None) -> str | None:
        """Return who else writes from another machine where only one machine may."""
        return None if self._place.is_shared else other_host(self._connection, run)

    def _tell_of(self, other: str | None) -> None:
        if other is None or self._has_told_of_others:
            return
        self._has_told_of_others = True
        warn(
            f"The journal {self.path!r} is also open in {other}, if that was not killed. It lies "
            "on what looks like a disk of one machine, and only processes of one machine may write "
            "it there. Give each machine a file of its own.",
            JournalWarning,
        )

    def _unreadable(self, error: Exception) -> JournalError:
        said = str(error)
        if len(said) > LONGEST_REASON:  # it may quote what stands in the file
            said = f"{said[:LONGEST_REASON]}..."
        return JournalError(
            f"The journal {self.path!r} cannot be read or written: {said}. Nothing in it was "
            "changed. Name another file to begin anew, or put a copy from before in its place."
        )

    def keep_n_points(self, n_points: int) -> int:
        """Return how many trials may be under way at once, as the first run of the search had it.

        Raises
        ------
        JournalError
            If the file cannot be written.
        """
        import sqlite3

        try:
            with transaction(self._connection):
                self._connection.execute(KEEP_N_POINTS, {"n_points": n_points, "id": self.id})
            found = self._connection.execute(
                "SELECT n_points FROM searches WHERE id = ?", (self.id,)
            ).fetchone()
            return positive(found[0], f"n_points of search {self.id}")
        except (sqlite3.Error, *READING_ERRORS) as error:
            raise self._unreadable(error) from error

    def restore(
        self, history: History, params_of: Callable[[StoredTrial], dict[str, Any]], *, n_iter: int
    ) -> None:
        """Put the trials that are in the file into an empty history.

        Parameters
        ----------
        history : History
            What is restored is added to it.
        params_of : callable
            Returns the params of a stored trial.
        n_iter : int
            At most so many trials are restored.

        Raises
        ------
        JournalError
            If the file is damaged.
        """
        import sqlite3

        try:
            found = restore(self._connection, self.id, history, params_of, n_iter=n_iter)
        except JournalError:
            raise
        except (sqlite3.Error, ValueError) as error:
            raise self._unreadable(error) from error
        if found.damaged:
            warn(
                f"The journal {self.path!r} is damaged; refused and run again: "
                f"{', '.join(found.damaged)}. Is the disk sound?",
                JournalWarning,
            )
        self._known = found.known
        self._n_trials = len(history)
        self._waiting += found.repairs
        for number in found.again:
            self._add_trial(history[number], history.space)

    def on_search_start(self, history: History) -> None:
        """Write what the history has and the file has not."""
        if self._known:
            self._waiting.append((GO_ON, (now(), self.id)))
        self._add_trials(history)
        for trial in history:
            for fold in trial.folds:
                if (trial.number, fold.index) not in self._known:
                    self._add_fold(trial, fold)
        self._write()

    def on_fold_end(self, history: History, trial: Trial, fold: Fold) -> None:
        """Write a fold, and every trial that has been opened."""
        self._add_trials(history)
        self._add_fold(trial, fold)
        self._write()

    def on_trial_end(self, history: History, trial: Trial) -> None:
        """Write that racing gave a trial up; of others the last fold has said all."""
        if trial.status == "stopped":
            shown = ", ".join(str(fold.index) for fold in trial.folds)
            where = (self.id, trial.number)
            self._waiting.append((DROP_FOLDS.format(shown=shown), (*where, *where)))
            self._set_status(trial)
            self._write()

    def on_search_end(self, history: History, reason: str) -> None:
        """Write why the search ended."""
        self._synced = -SYNC_SECONDS
        self._waiting += [(END, (reason, self.id)), (END_RUN, (now(), self._run))]
        self._write()

    def close(self) -> None:
        """Close the file; closing twice is closing."""
        self._connection.close()
        if self._is_removed:  # what SQLite has beside it would stay, and holds params, too
            for ending in SIDE_FILES:
                Path(self.path + ending).unlink(missing_ok=True)

    def _add_trials(self, history: History) -> None:
        for trial in history.trials[self._n_trials :]:
            self._add_trial(trial, history.space)
        self._n_trials = len(history)

    def _add_trial(self, trial: Trial, space: Any) -> None:
        row = row_of_trial(trial, space)
        self._waiting.append((ADD_TRIAL, values_of(NEW_TRIAL, self.id, trial.number, *row)))
        self._unproven[trial.number] = row[-1]

    def _add_fold(self, trial: Trial, fold: Fold) -> None:
        place = (self.id, trial.number)
        row = values_of(NEW_FOLD, *place, now(), *row_of_fold(fold))
        self._waiting.append((ADD_FOLD, row))
        if fold.predictions is not None:
            kept = row_of_predictions(fold.predictions)
            row = values_of(NEW_PREDICTIONS, *place, fold.index, *kept)
            self._waiting.append((ADD_PREDICTIONS, row))
        self._known.add((trial.number, fold.index))
        self._set_status(trial)

    def _set_status(self, trial: Trial) -> None:
        score = trial.score if trial.status == "complete" else None
        row = values_of(VERDICT, self.id, trial.number, trial.status, score, trial.stopped)
        self._waiting.append((SET_STATUS, row))

    def _write(self) -> None:
        """Write all that is waiting in one transaction; keep it waiting if that fails."""
        import sqlite3

        if self._is_given_up or self._is_gone():
            return
        is_due = time.monotonic() - self._synced >= SYNC_SECONDS
        try:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if is_due else 'NORMAL'}")
            with transaction(self._connection):
                for statement, row in self._waiting:
                    self._connection.execute(statement, row)
                self._check_trials()
                elsewhere = self._elsewhere(self._run)
        except sqlite3.Error as error:
            self._doubt(error)
        except _TakenError:
            self._give_up(
                "is being written by another run of the same search, which tries other params",
                "start them one after the other, give them a random_state, or give each a file of "
                "its own",
            )
        else:
            self._waiting.clear()
            self._unproven.clear()
            self._synced = time.monotonic() if is_due else self._synced
            self._tell_of(elsewhere)

    def _check_trials(self) -> None:
        """Make sure that the new trials in the file are those of this search."""
        for number, known in self._unproven.items():
            found = self._connection.execute(
                "SELECT fingerprint FROM trials WHERE search = ? AND number = ?", (self.id, number)
            ).fetchone()
            if found != (known,):
                raise _TakenError

    def _doubt(self, error: sqlite3.Error) -> None:
        """Warn once that the file cannot be written; later folds try again, without patience."""
        if self._is_in_doubt:
            return
        self._is_in_doubt = True
        self._connection.execute("PRAGMA busy_timeout = 0")
        warn(
            f"The journal {self.path!r} cannot be written ({error}). The search goes on in memory, "
            "and writes what is missing as soon as that is possible again.",
            JournalWarning,
        )

    def _is_gone(self) -> bool:
        """Tell whether the file that is written is no longer the one at the path."""
        try:
            found = file_at(self.path)
        except OSError:  # out of reach, as SQLite will notice
            return False
        if found == self._opened:
            return False
        self._is_removed = found is None
        how = "removed" if self._is_removed else "replaced by another file"
        self._give_up(
            f"was {how} while the search runs, so that what is written to it is lost",
            "fit a search again to begin a new file",
        )
        return True

    def _give_up(self, what: str, advice: str) -> None:
        self._is_given_up = True
        self._waiting.clear()
        warn(
            f"The journal {self.path!r} {what}. This run goes on in memory; {advice}.",
            JournalWarning,
        )


class _TakenError(Exception):
    """Another run has put other params where this one was to put its own."""
