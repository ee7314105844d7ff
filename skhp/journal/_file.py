"""The SQLite file of a journal: how it is made, opened and told from other files."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..exceptions import JournalError
from ._places import Place, place_of
from ._tables import checksum, statements

if TYPE_CHECKING:
    import sqlite3

__all__ = ["file_at", "open_file", "transaction"]

APPLICATION = 0x736B6870
"""Marks the file as a journal of skhp: its name in ASCII."""

LAYOUT = 4
"""Version of the tables."""

BUSY_SECONDS = 60.0
"""How long a writer waits for its turn."""

MAKING = Lock()
"""Closing a file releases the locks that this process has on it: nobody may open it meanwhile."""


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


def file_at(path: str) -> tuple[int, int] | None:
    """Return what tells the file at a path from any other; None if there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def open_file(path: str, place: Place | None = None) -> sqlite3.Connection:
    """Open a journal, or make one that its owner alone can read.

    Parameters
    ----------
    path : str
        Its absolute path.
    place : Place, optional
        What its folder is able to do; looked up unless given.

    Raises
    ------
    JournalError
        If it can be neither made nor written, is damaged, or is something else.
    """
    import sqlite3

    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise JournalError(f"The folder of the journal {path!r} does not exist. Make it first.")
    if os.path.isdir(path):
        raise JournalError(f"The journal {path!r} is a folder. Name a file, perhaps one in it.")
    place = place or place_of(folder)
    try:
        connection = _connect(path, place)
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"The journal {path!r} cannot be opened or made: {error}.") from error
    try:
        _prepare(connection, path, place)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        connection.close()
        raise JournalError(
            f"The journal {path!r} cannot be written: {_why(error, path, place)}."
        ) from error
    except JournalError:
        connection.close()
        raise
    return connection


def _connect(path: str, place: Place) -> sqlite3.Connection:
    import sqlite3

    with MAKING:
        try:  # SQLite gives its side files the same mode
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            pass  # as its owner wants it
    # Where there are no locks, a folder beside the file stands for one: making it is one step.
    way = "" if place.has_locks else "?vfs=unix-dotfile"
    connection = sqlite3.connect(
        f"{Path(path).as_uri()}{way}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    connection.text_factory = _decoded
    connection.create_function("checksum", -1, checksum, deterministic=True)
    return connection


def _decoded(text: bytes) -> str:
    """Return a text; of a damaged one, which its checksum tells, what can be read."""
    return text.decode(errors="replace")


def _why(error: Exception, path: str, place: Place) -> str:
    said = str(error)
    if isinstance(error, UnicodeDecodeError):  # SQLite names a table whose name is no text
        said = "its tables are malformed"
    if "not a database" in said:
        return f"{said}; name a file that does not exist yet"
    if "malformed" in said:
        return f"{said}; name another file to begin anew, or put a copy from before in its place"
    if "locked" in said and not place.has_locks:
        return (
            f"its folder has no locks, so that the folder {path + '.lock'!r} stands for one, and "
            f"that has been there for {BUSY_SECONDS:.0f} seconds; remove it if no other search "
            "writes the journal (one that was killed leaves it), or name a file on a disk of this "
            "machine"
        )
    if "locked" in said:
        shared = "; on this machine or on another one that shares the folder" * place.is_shared
        return (
            f"{said}; another program has kept it for itself for {BUSY_SECONDS:.0f} seconds{shared}"
        )
    return said


def _prepare(connection: sqlite3.Connection, path: str, place: Place) -> None:
    """Make the tables, or make sure that they are those of a journal and whole."""
    import sqlite3

    def asked(pragma: str) -> Any:
        return connection.execute(f"PRAGMA {pragma}").fetchone()[0]

    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if not place.has_locks:  # a write-ahead log from elsewhere cannot be read in another way
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA locking_mode = NORMAL")
    with transaction(connection):
        mark, layout = asked("application_id"), asked("user_version")
        tables = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        found = [sql for (sql,) in tables]
        if (mark, layout, found) == (0, 0, []):
            for statement in statements():
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
        elif sorted(found, key=repr) != sorted(statements(), key=repr):
            raise sqlite3.DatabaseError("its tables are malformed")
        elif asked("integrity_check(1)") != "ok":
            raise sqlite3.DatabaseError("its pages are malformed")
    if place.has_locks:
        _set_mode(connection, "DELETE" if place.is_shared else "WAL")


def _set_mode(connection: sqlite3.Connection, mode: str) -> None:
    """Switch to a write-ahead log, in which a commit is cheap and readers see a whole state.

    All its users must be on one machine. Where a folder may be shared, and where the file system
    has no shared memory, it is SQLite's older way, which works as well.
    The switch needs the file for itself for a moment and does not wait on its own.
    """
    import sqlite3

    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
