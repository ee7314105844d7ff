"""Writes every finished fold to a file, and reads back what an earlier run has written."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, final

from .._warnings import warn
from ..exceptions import JournalError, JournalWarning
from ..history import Fold, History, Trial
from ._file import open_file, transaction
from ._identity import Identity
from ._rows import (
    FOLD_COLUMNS,
    TRIAL_COLUMNS,
    StoredTrial,
    fold_from_row,
    now,
    row_of_fold,
    row_of_trial,
    trial_from_row,
)

__all__ = ["Journal"]

SYNC_SECONDS = 1.0
"""A commit waits for the disk if the last one that did is longer ago than this.

What is committed survives the death of the process at once. Against a power cut it must be on the
disk, which takes about 4 ms: nothing beside fits of seconds, a lot beside fits of a millisecond.
"""

ENTER = (
    "INSERT INTO searches (fingerprint, title, parts, n_splits, seed, began, version) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (fingerprint) DO NOTHING"
)
GO_ON = "UPDATE searches SET continued = ? WHERE id = ?"
ADD_TRIAL = (
    "INSERT OR IGNORE INTO trials (search, number, status, params, point, fingerprint) "
    "VALUES (?, ?, 'pending', ?, ?, ?)"
)
ADD_FOLD = (
    f"INSERT OR IGNORE INTO folds (search, number, finished, {FOLD_COLUMNS}) "
    "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE EXISTS "
    "(SELECT 1 FROM trials WHERE search = ? AND number = ? AND status = 'pending')"
)
SET_STATUS = (
    "UPDATE trials SET status = ?, score = ?, note = ? "
    "WHERE search = ? AND number = ? AND status = 'pending'"
)
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
    Scores are JSON, params their ``repr`` and a point of the unit cube; nothing is pickled, so a
    file from elsewhere can do no harm.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        identity: Identity,
        *,
        n_splits: int,
        seed: int,
    ) -> None:
        self.path = os.path.abspath(os.path.expanduser(os.fspath(path)))
        self.identity = identity
        with ExitStack() as stack:
            self._connection = open_file(self.path)
            stack.callback(self.close)
            try:
                with transaction(self._connection):
                    self._warn_of_others()
                    self.id, self.seed = self._enter(n_splits, seed)
            except (sqlite3.Error, ValueError) as error:
                raise self._unreadable(error) from error
            stack.pop_all()
        self._n_trials = 0
        self._known: set[tuple[int, int]] = set()
        self._waiting: list[tuple[str, tuple[Any, ...]]] = []
        self._unproven: dict[int, str] = {}
        self._synced = -SYNC_SECONDS
        self._is_in_doubt = False
        self._is_given_up = False

    def _enter(self, n_splits: int, seed: int) -> tuple[int, int]:
        identity, connection = self.identity, self._connection
        parts = json.dumps(identity.fingerprints)
        which = (identity.fingerprint, identity.title, parts, n_splits)
        connection.execute(ENTER, (*which, str(seed), now(), _version()))
        found = connection.execute(
            "SELECT id, seed FROM searches WHERE fingerprint = ?", (identity.fingerprint,)
        ).fetchone()
        return found[0], int(found[1])

    def _warn_of_others(self) -> None:
        """Say why a search begins anew in a file that holds others."""
        rows = self._connection.execute(
            "SELECT fingerprint, title, parts FROM searches ORDER BY id DESC"
        ).fetchall()
        if not rows or self.identity.fingerprint in [known for known, _, _ in rows]:
            return
        known = [json.loads(parts) for _, _, parts in rows]
        least = min(known, key=lambda parts: len(self.identity.differs_from(parts)))
        title = rows[known.index(least)][1]
        told = self.identity.told_from(least)
        advice = " To go on there, undo what changed; what is there is kept."
        if "splits" in self.identity.differs_from(least):
            advice = " If `cv` shuffles, give it a random_state to go on from a journal."
        warn(
            f"The journal {self.path!r} does not hold this search, which begins anew beside what "
            f"is there. The nearest is {title!r}{'' if told.startswith('with') else ', but'} "
            f"{told}.{advice}",
            JournalWarning,
        )

    def _unreadable(self, error: Exception) -> JournalError:
        return JournalError(
            f"The journal {self.path!r} cannot be read or written: {error}. Nothing in it was "
            "changed. Name another file to begin anew, or put a copy from before in its place."
        )

    def keep_n_points(self, n_points: int) -> int:
        """Return how many trials may be under way at once, as the first run of the search had it.

        Raises
        ------
        JournalError
            If the file cannot be written.
        """
        keep = "UPDATE searches SET n_points = ? WHERE id = ? AND n_points IS NULL"
        try:
            with transaction(self._connection):
                self._connection.execute(keep, (n_points, self.id))
            found = self._connection.execute(
                "SELECT n_points FROM searches WHERE id = ?", (self.id,)
            ).fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return int(found[0])

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
        try:
            self._restore(history, params_of, n_iter)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        self._n_trials = len(history)

    def _restore(self, history: History, params_of: Any, n_iter: int) -> None:
        stopped = {}
        for row in self._rows_of("trials", TRIAL_COLUMNS, n_iter=n_iter):
            with self._reading(f"trial {row[0]}"):
                if row[0] != len(history):
                    raise ValueError(f"trial {len(history)} is missing before it")
                stored = trial_from_row(row)
                history.add(params_of(stored))
                if stored.stopped is not None:
                    stopped[stored.number] = stored.stopped
        for number, *outcome in self._rows_of("folds", f"number, {FOLD_COLUMNS}", n_iter=n_iter):
            with self._reading(f"fold {outcome[0]} of trial {number}"):
                if number not in range(len(history)):
                    raise ValueError(f"there is no trial {number}")
                fold = fold_from_row(tuple(outcome), n_splits=history.n_splits)
                history.record(number, fold)
                self._known.add((number, fold.index))
        for number, reason in stopped.items():
            history.stop(history[number], reason)

    def _rows_of(self, table: str, columns: str, *, n_iter: int) -> list[tuple[Any, ...]]:
        return self._connection.execute(
            f"SELECT {columns} FROM {table} WHERE search = ? AND number < ? ORDER BY 1, 2",
            (self.id, n_iter),
        ).fetchall()

    @contextmanager
    def _reading(self, where: str) -> Iterator[None]:
        """Name the row in which something is wrong."""
        try:
            yield
        except JournalError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise self._unreadable(ValueError(f"{where} is damaged ({error})")) from error

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
        self._waiting.append(("UPDATE searches SET ended = ? WHERE id = ?", (reason, self.id)))
        self._write()

    def close(self) -> None:
        """Close the file; closing twice is closing."""
        self._connection.close()

    def _add_trials(self, history: History) -> None:
        for trial in history.trials[self._n_trials :]:
            row = row_of_trial(trial, history.space)
            self._waiting.append((ADD_TRIAL, (self.id, trial.number, *row)))
            self._unproven[trial.number] = row[-1]
        self._n_trials = len(history)

    def _add_fold(self, trial: Trial, fold: Fold) -> None:
        where = (self.id, trial.number)
        row = (*where, now(), *row_of_fold(fold), *where)
        self._waiting.append((ADD_FOLD, row))
        self._known.add((trial.number, fold.index))
        self._set_status(trial)

    def _set_status(self, trial: Trial) -> None:
        score = trial.score if trial.status == "complete" else None
        row = (trial.status, score, trial.stopped, self.id, trial.number)
        self._waiting.append((SET_STATUS, row))

    def _write(self) -> None:
        """Write all that is waiting in one transaction; keep it waiting if that fails."""
        if self._is_given_up:
            return
        is_due = time.monotonic() - self._synced >= SYNC_SECONDS
        try:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if is_due else 'NORMAL'}")
            with transaction(self._connection):
                for statement, row in self._waiting:
                    self._connection.execute(statement, row)
                self._check_trials()
        except sqlite3.Error as error:
            self._doubt(error)
        except _TakenError:
            self._give_up()
        else:
            self._waiting.clear()
            self._unproven.clear()
            self._synced = time.monotonic() if is_due else self._synced

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

    def _give_up(self) -> None:
        self._is_given_up = True
        self._waiting.clear()
        warn(
            f"The journal {self.path!r} is being written by another run of the same search, which "
            "tries other params. This run goes on in memory; start them one after the other, give "
            "them a random_state, or give each a file of its own.",
            JournalWarning,
        )


class _TakenError(Exception):
    """Another run has put other params where this one was to put its own."""


def _version() -> str:
    try:
        return version("skhp")
    except PackageNotFoundError:  # run from a checkout
        return "unknown"
