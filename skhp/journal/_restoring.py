"""Reads a search back from its journal, row by row; what is damaged is named and left out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..exceptions import JournalError
from ..history import Fold, History
from ._fingerprint import fingerprint
from ._rows import (
    READING_ERRORS,
    StoredTrial,
    fold_from_row,
    predictions_from_row,
    trial_from_row,
)
from ._tables import (
    FOLD_COLUMNS,
    FOLD_SUM,
    PREDICTION_COLUMNS,
    PREDICTION_SUM,
    TRIAL_COLUMNS,
    TRIAL_SUM,
    UNSETTLE,
    Row,
)

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Restored", "restore"]

DROP_DAMAGED_FOLDS = f"DELETE FROM folds WHERE search = ? AND checksum IS NOT {FOLD_SUM}"
DROP_TRIAL = "DELETE FROM trials WHERE search = ? AND number = ?"
DROP_FOLDS = "DELETE FROM folds WHERE search = ? AND number = ?"
DROP_FOLD = "DELETE FROM folds WHERE search = ? AND number = ? AND fold = ?"
PREDICTIONS = (
    f"SELECT {PREDICTION_COLUMNS} FROM predictions WHERE search = ? AND number = ? AND fold = ?"
)
DROP_OUTSIDE = "DELETE FROM {table} WHERE search = ? AND number NOT BETWEEN 0 AND ?"

LONGEST_LITERAL = 10_000
"""Letters of params that are read as a literal."""


@dataclass
class Restored:
    """What came of reading a search back.

    Parameters
    ----------
    known : set of (int, int)
        Trial and fold of what is in the history.
    again : list of int
        Trials of which nothing but the params is in the history, since their rows are damaged.
    damaged : list of str
        The rows that were refused, in words.
    repairs : list of (str, tuple or dict)
        Statements that take from the file what was refused.
    """

    known: set[tuple[int, int]] = field(default_factory=set)
    again: list[int] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    repairs: list[tuple[str, Row]] = field(default_factory=list)


def restore(
    connection: sqlite3.Connection,
    search: int,
    history: History,
    params_of: Callable[[StoredTrial], dict[str, Any]],
    *,
    n_iter: int,
) -> Restored:
    """Put the trials of a search into an empty history; the file is only read.

    Raises
    ------
    JournalError, ValueError
        If a row that is as it was written stands for nothing that this search could have tried.
    """
    reader = _Reader(search, history, params_of, n_iter)
    connection.execute("BEGIN")  # so that all tables are as they were at one moment
    try:
        for read, what in (
            (reader.read_trials, f"{TRIAL_COLUMNS}, status, checksum IS {TRIAL_SUM} FROM trials"),
            (reader.read_folds, f"number, {FOLD_COLUMNS}, checksum IS {FOLD_SUM} FROM folds"),
            (
                reader.read_predictions,
                f"number, fold, checksum IS {PREDICTION_SUM} FROM predictions",
            ),
        ):
            read(_rows(connection, search, what))
        return reader.finish(connection)
    finally:
        connection.execute("ROLLBACK")


def _rows(connection: sqlite3.Connection, search: int, what: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT {what} WHERE search = ? ORDER BY 1, 2", (search,)).fetchall()


class _Reader:
    """One reading of one search."""

    def __init__(
        self,
        search: int,
        history: History,
        params_of: Callable[[StoredTrial], dict[str, Any]],
        n_iter: int,
    ) -> None:
        self.search = search
        self.history = history
        self.params_of = params_of
        self.n_iter = n_iter
        self.result = Restored()
        self.stopped: dict[int, str] = {}
        self.folds: dict[int, list[Fold]] = {}
        self.again: set[int] = set()
        self.ended: set[int] = set()
        self.predicted: set[tuple[int, int]] = set()
        self.is_cut = False

    def read_trials(self, found: list[tuple[Any, ...]]) -> None:
        rows = {row[0]: row[1:] for row in found}
        for number in range(self.n_iter):
            if number not in rows:
                break
            *content, status, is_whole = rows[number]
            with reading(f"trial {number}", is_whole=is_whole):
                stored = trial_from_row((number, *content), is_whole=is_whole)
                params = _params(stored, self.params_of, is_whole=is_whole)
                self.history.add(params)
                if not is_whole:
                    self.again.add(number)
                elif stored.stopped is not None:
                    self.stopped[number] = stored.stopped
                elif status != "pending":
                    self.ended.add(number)
            if len(self.history) <= number:
                break
        strays = [one for one in rows if one not in range(len(self.history))]
        self.is_cut = len(self.history) < self.n_iter and bool(strays)

    def read_folds(self, found: list[tuple[Any, ...]]) -> None:
        n_trials = len(self.history)
        for number, *content, is_whole in found:
            if number in range(n_trials, self.n_iter):
                self.is_cut = True  # gone with its trial
                continue
            if number not in range(n_trials) and is_whole:
                continue
            name = f"fold {content[0]} of trial {number}"
            if is_whole:
                with reading(name):
                    fold = fold_from_row(tuple(content), n_splits=self.history.n_splits)
                self.folds.setdefault(number, []).append(fold)
                continue
            self.result.damaged.append(name)
            if number in self.stopped:  # it was given up on exactly these folds
                self.again.add(number)

    def read_predictions(self, found: list[tuple[Any, ...]]) -> None:
        """Run a fold again if what its model predicted is damaged."""
        for number, index, is_whole in found:
            folds = self.folds.get(number, [])
            fold = next((one for one in folds if one.index == index), None)
            if fold is None:
                continue
            if is_whole:
                self.predicted.add((number, index))
                continue
            folds.remove(fold)
            self.result.damaged.append(f"the predictions of fold {index} of trial {number}")
            self.result.repairs.append((DROP_FOLD, (self.search, number, index)))
            if number in self.stopped:
                self.again.add(number)

    def _with_predictions(self, number: int, fold: Fold, connection: sqlite3.Connection) -> Fold:
        """Read one array after the other: the history may keep them on disk."""
        if (number, fold.index) not in self.predicted:
            return fold
        row = connection.execute(PREDICTIONS, (self.search, number, fold.index)).fetchone()
        with reading(f"the row of predictions of fold {fold.index} of trial {number}"):
            return replace(fold, predictions=predictions_from_row(row))

    def finish(self, connection: sqlite3.Connection) -> Restored:
        """Record what is whole, and say how the rest leaves the file."""
        result, n_trials = self.result, len(self.history)
        result.again = sorted(self.again)
        if result.damaged:
            result.repairs.append((DROP_DAMAGED_FOLDS, (self.search,)))
        for number in result.again:
            where = (self.search, number)
            result.repairs += [(DROP_FOLDS, where), (DROP_TRIAL, where)]
        result.damaged[:0] = [f"trial {number}" for number in result.again]
        if self.is_cut:
            where = (self.search, n_trials - 1)
            result.repairs += [
                (DROP_OUTSIDE.format(table=one), where) for one in ("folds", "trials")
            ]
            result.damaged.append(f"trial {n_trials}, and with it those after it")
        for number, folds in self.folds.items():
            if number not in self.again:
                for fold in folds:
                    fold = self._with_predictions(number, fold, connection)
                    self.history.record(number, fold)
                    result.known.add((number, fold.index))
        for number in self.ended - self.again:
            if len(self.history[number].folds) < self.history.n_splits:
                result.repairs.append((UNSETTLE, {"search": self.search, "number": number}))
        for number, reason in self.stopped.items():
            if number not in self.again:
                self.history.stop(self.history[number], reason)
        return result


@contextmanager
def reading(where: str, *, is_whole: bool = True) -> Iterator[None]:
    """Name the row in which something is wrong, unless its checksum has told so."""
    try:
        yield
    except JournalError:
        if is_whole:
            raise
    except READING_ERRORS as error:
        if is_whole:
            raise ValueError(f"{where} is not what skhp writes ({error})") from error


def _params(
    stored: StoredTrial, params_of: Callable[[StoredTrial], dict[str, Any]], *, is_whole: bool
) -> dict[str, Any]:
    """Return the params of a trial, which two of its point, its text and its fingerprint prove."""
    params: dict[str, Any] | None = None
    refused: Exception | None = None
    try:
        params = params_of(stored)
    except (JournalError, *READING_ERRORS) as error:
        refused = error
    if params is not None and fingerprint(params) == stored.fingerprint:
        return params
    literal = _literal(stored.params)
    if literal is not None and fingerprint(literal) == stored.fingerprint:
        return literal
    if params is not None and not is_whole and repr(params) == stored.params:
        return params
    if refused is not None:
        raise refused
    raise ValueError(f"no params of this search have its fingerprint: {stored.params}")


def _literal(text: str) -> dict[str, Any] | None:
    """Return params that are numbers, texts and containers of such; nothing is executed."""
    if not isinstance(text, str) or len(text) > LONGEST_LITERAL:
        return None
    try:
        literal = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return literal if isinstance(literal, dict) else None
