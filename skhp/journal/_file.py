"""The SQLite file of a journal: how it is laid out, opened and told from other files."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import Any

from ..exceptions import JournalError

__all__ = ["open_file", "transaction"]

APPLICATION = 0x736B6870
"""Marks the file as a journal of skhp: its name in ASCII."""

LAYOUT = 1
"""Version of the tables below."""

BUSY_SECONDS = 60.0
"""How long a writer waits for its turn."""

TABLES = """
CREATE TABLE searches (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    parts TEXT NOT NULL,
    n_splits INTEGER NOT NULL,
    seed TEXT NOT NULL,
    n_points INTEGER,
    began TEXT NOT NULL,
    continued TEXT,
    ended TEXT,
    version TEXT NOT NULL
);
CREATE TABLE trials (
    search INTEGER NOT NULL REFERENCES searches (id),
    number INTEGER NOT NULL,
    params TEXT NOT NULL,
    status TEXT NOT NULL,
    score REAL,
    note TEXT,
    point TEXT,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (search, number)
) WITHOUT ROWID;
CREATE TABLE folds (
    search INTEGER NOT NULL REFERENCES searches (id),
    number INTEGER NOT NULL,
    fold INTEGER NOT NULL,
    status TEXT NOT NULL,
    test_scores TEXT NOT NULL,
    train_scores TEXT,
    fit_time REAL NOT NULL,
    score_time REAL NOT NULL,
    n_test_samples INTEGER NOT NULL,
    error TEXT,
    finished TEXT NOT NULL,
    PRIMARY KEY (search, number, fold)
) WITHOUT ROWID;
CREATE VIEW results AS
SELECT
    searches.title, trials.search, trials.number, trials.params, folds.fold, folds.test_scores,
    folds.train_scores, folds.fit_time, folds.score_time, folds.status, folds.error,
    folds.finished, trials.status AS trial_status, trials.score AS mean_score
FROM trials
JOIN searches ON searches.id = trials.search
LEFT JOIN folds ON folds.search = trials.search AND folds.number = trials.number
ORDER BY trials.search, trials.number, folds.fold
"""
"""`results` is the view for people; a point is where params lie in the unit cube of the space."""


class transaction:  # noqa: N801 - used as a statement
    """All or nothing: commits what is executed inside, undoes it if something is raised.

    Parameters
    ----------
    connection : sqlite3.Connection
        In autocommit mode.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        # Immediate: two that read first and write later would wait for each other for ever.
        self.connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: Any, *rest: Any) -> None:
        try:
            if kind is None:
                self.connection.execute("COMMIT")
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")


def open_file(path: str) -> sqlite3.Connection:
    """Open a journal, or make one.

    Raises
    ------
    JournalError
        If it can be neither made nor written, is damaged, or is something else.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise JournalError(f"The folder of the journal {path!r} does not exist. Make it first.")
    if os.path.isdir(path):
        raise JournalError(f"The journal {path!r} is a folder. Name a file, perhaps one in it.")
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise JournalError(f"The journal {path!r} cannot be opened or made: {error}.") from error
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise JournalError(f"The journal {path!r} cannot be written: {_why(error)}.") from error
    except JournalError:
        connection.close()
        raise
    return connection


def _why(error: sqlite3.Error) -> str:
    said = str(error)
    if "not a database" in said:
        return f"{said}; name a file that does not exist yet"
    if "malformed" in said:
        return f"{said}; name another file to begin anew, or put a copy from before in its place"
    if "locked" in said:
        return f"{said}; another program has kept it for itself for {BUSY_SECONDS:.0f} seconds"
    return said


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    def asked(pragma: str) -> Any:
        return connection.execute(f"PRAGMA {pragma}").fetchone()[0]

    with transaction(connection):
        mark, layout = asked("application_id"), asked("user_version")
        n_tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if (mark, layout, n_tables) == (0, 0, 0):
            for statement in TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {LAYOUT}")
        elif mark != APPLICATION:
            raise JournalError(
                f"{path!r} is an SQLite file of another program, not a journal. Name another file."
            )
        elif layout != LAYOUT:
            raise JournalError(
                f"The journal {path!r} was written by another version of skhp (layout {layout}, "
                f"this version has {LAYOUT}). Name another file, or use that version."
            )
        elif asked("quick_check(1)") != "ok":
            raise sqlite3.DatabaseError("its pages are malformed")
    _let_readers_in(connection)


def _let_readers_in(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log, in which a commit is cheap and readers see a whole state.

    Where the file system has no shared memory, SQLite keeps its older way, which works as well.
    The switch needs the file for itself for a moment and does not wait on its own.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
