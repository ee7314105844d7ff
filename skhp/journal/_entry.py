"""How a search enters a journal: which of those in it it is, and who else writes there."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from .._warnings import warn
from ..exceptions import JournalWarning
from ._identity import Identity
from ._places import this_host
from ._rows import now, positive
from ._tables import SEARCH_SUM

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Entry", "enter", "other_host"]

ADD_SEARCH = (
    "INSERT INTO searches (fingerprint, title, parts, n_splits, seed, began, version, checksum) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, '') "
    "ON CONFLICT (fingerprint) DO NOTHING"
)
SUM_UP = f"UPDATE searches SET checksum = {SEARCH_SUM} WHERE fingerprint = ? AND checksum = ''"
ADD_RUN = "INSERT INTO runs (search, host, process, began) VALUES (?, ?, ?, ?)"
LAST_ELSEWHERE = (
    "SELECT host, process, max(began, "
    "coalesce((SELECT max(finished) FROM folds WHERE folds.search = runs.search), '')) AS seen "
    "FROM runs WHERE ended IS NULL AND host != ? ORDER BY id DESC LIMIT 1"
)

LIVES_FOR = timedelta(minutes=10)
"""A run on another machine that has written something since may still go on."""


@dataclass(frozen=True)
class Entry:
    """A search in a journal.

    Parameters
    ----------
    search, run : int
        Their ids.
    seed : int
        With which the search began.
    """

    search: int
    run: int
    seed: int


def enter(
    connection: sqlite3.Connection, path: str, identity: Identity, *, n_splits: int, seed: int
) -> Entry:
    """Find a search in a journal, or add it; within a transaction.

    Raises
    ------
    ValueError
        If the row of a search is damaged.
    """
    _check(connection)
    _warn_of_others(connection, path, identity)
    parts = json.dumps(identity.fingerprints)
    which = (identity.fingerprint, identity.title, parts, n_splits)
    connection.execute(ADD_SEARCH, (*which, str(seed), now(), _version()))
    connection.execute(SUM_UP, (identity.fingerprint,))
    search, kept = connection.execute(
        "SELECT id, seed FROM searches WHERE fingerprint = ?", (identity.fingerprint,)
    ).fetchone()
    run = connection.execute(ADD_RUN, (search, this_host(), os.getpid(), now())).lastrowid
    return Entry(search, run or 0, positive(kept, f"the seed of search {search}", least=0))


def _check(connection: sqlite3.Connection) -> None:
    """Refuse a file in which the row of any search is damaged: it may be the one looked for."""
    damaged = connection.execute(
        f"SELECT id FROM searches WHERE checksum IS NOT {SEARCH_SUM}"
    ).fetchone()
    if damaged is not None:
        raise ValueError(f"search {damaged[0]} is damaged")


def _warn_of_others(connection: sqlite3.Connection, path: str, identity: Identity) -> None:
    """Say why a search begins anew in a file that holds others."""
    rows = connection.execute(
        "SELECT fingerprint, title, parts FROM searches ORDER BY id DESC"
    ).fetchall()
    if not rows or identity.fingerprint in [known for known, _, _ in rows]:
        return
    known = [json.loads(parts) for _, _, parts in rows]
    least = min(known, key=lambda parts: len(identity.differs_from(parts)))
    title = rows[known.index(least)][1]
    told = identity.told_from(least)
    advice = " To go on there, undo what changed; what is there is kept."
    if "splits" in identity.differs_from(least):
        advice = " If `cv` shuffles, give it a random_state to go on from a journal."
    warn(
        f"The journal {path!r} does not hold this search, which begins anew beside what is there. "
        f"The nearest is {title!r}{'' if told.startswith('with') else ', but'} {told}.{advice}",
        JournalWarning,
    )


def other_host(connection: sqlite3.Connection, run: int | None = None) -> str | None:
    """Return in words who writes the file from another machine, as far as it is known.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the journal.
    run : int, optional
        Only who has come after that run.
    """
    if run is not None:
        rows: Any = connection.execute(
            "SELECT host, process, began FROM runs WHERE id > ? AND host != ? LIMIT 1",
            (run, this_host()),
        )
    else:
        since = (datetime.now(UTC) - LIVES_FOR).isoformat(timespec="seconds")
        found = connection.execute(LAST_ELSEWHERE, (this_host(),)).fetchall()
        rows = (row for row in found if str(row[2]) >= since)
    for host, process, seen in rows:
        return f"process {process} on the machine {host!r} (last seen at {seen})"
    return None


def _version() -> str:
    try:
        return version("skhp")
    except PackageNotFoundError:  # run from a checkout
        return "unknown"
