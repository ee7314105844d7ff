"""The tables of a journal, and the statements by which rows enter them with their checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

__all__ = [
    "ADD_FOLD",
    "ADD_PREDICTIONS",
    "ADD_TRIAL",
    "FOLD_COLUMNS",
    "FOLD_SUM",
    "KEEP_N_POINTS",
    "PREDICTION_COLUMNS",
    "PREDICTION_SUM",
    "SEARCH_SUM",
    "SET_STATUS",
    "TABLES",
    "TRIAL_COLUMNS",
    "TRIAL_SUM",
    "UNSETTLE",
    "checksum",
    "statements",
]

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
    version TEXT NOT NULL,
    checksum TEXT NOT NULL
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    search INTEGER NOT NULL REFERENCES searches (id),
    host TEXT NOT NULL,
    process INTEGER NOT NULL,
    began TEXT NOT NULL,
    ended TEXT
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
    checksum TEXT NOT NULL,
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
    n_iterations INTEGER,
    error TEXT,
    finished TEXT NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY (search, number, fold)
) WITHOUT ROWID;
CREATE TABLE predictions (
    search INTEGER NOT NULL REFERENCES searches (id),
    number INTEGER NOT NULL,
    fold INTEGER NOT NULL,
    method TEXT NOT NULL,
    dtype TEXT NOT NULL,
    shape TEXT NOT NULL,
    content BLOB NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY (search, number, fold)
);
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

Row = tuple[Any, ...] | dict[str, Any]
"""Values of a statement, by their order or by their names."""

TEXTS = {
    *("fingerprint", "title", "parts", "seed", "params", "status", "note", "point"),
    *("test_scores", "train_scores", "error"),
    *("method", "dtype", "shape"),
}
"""Columns whose bytes are summed, since those of a damaged text may be no text."""

TRIAL_COLUMNS = "number, params, point, fingerprint, note"
FOLD_COLUMNS = (
    "fold, test_scores, train_scores, fit_time, score_time, n_test_samples, n_iterations, "
    "error, status"
)

PREDICTION_COLUMNS = "method, dtype, shape, content"

LONGEST_SPELLED = 100_000
"""Bytes of which a checksum spells out each one."""


def statements() -> list[str]:
    """Return the statements that make the tables, as SQLite keeps them."""
    return [one.strip() for one in TABLES.split(";")]


def checksum(*values: Any) -> str:
    """Return the checksum of a row; SQL calls it by this name."""
    short = tuple(_shortened(value) for value in values)
    return hashlib.blake2b(repr(short).encode(), digest_size=8).hexdigest()


def _shortened(value: Any) -> Any:
    """Return what stands for a value; what is long is not spelled out first."""
    is_long = isinstance(value, bytes) and len(value) > LONGEST_SPELLED
    return hashlib.blake2b(value).digest() if is_long else value


def _sum_of(columns: str, **new: str) -> str:
    """Return the expression for the checksum of a row, with new values for some columns."""
    terms = []
    for column in columns.split(", "):
        value = new.get(column, column)
        terms.append(f"typeof({value}), CAST({value} AS BLOB)" if column in TEXTS else value)
    return f"checksum({', '.join(terms)})"


def _placed(columns: str) -> dict[str, str]:
    """Return the columns of a new row, with the names by which their values are given."""
    return {name: f":{name}" for name in columns.split(", ")}


def values_of(columns: Iterable[str], *values: Any) -> dict[str, Any]:
    """Return the values of a row as a statement over these columns takes them."""
    return dict(zip(columns, values, strict=True))


SUMMED_OF_SEARCH = "id, fingerprint, title, parts, n_splits, seed, n_points"
SEARCH_SUM = _sum_of(SUMMED_OF_SEARCH)
KEEP_N_POINTS = (
    "UPDATE searches SET n_points = :n_points, "
    f"checksum = {_sum_of(SUMMED_OF_SEARCH, n_points=':n_points')} "
    "WHERE id = :id AND n_points IS NULL"
)

SUMMED_OF_TRIAL = "search, number, params, point, fingerprint, status, score, note"
TRIAL_SUM = _sum_of(SUMMED_OF_TRIAL)

SUMMED_OF_FOLD = f"fingerprint, search, number, {FOLD_COLUMNS}"
OWNER = (
    "(SELECT fingerprint FROM trials "
    "WHERE trials.search = folds.search AND trials.number = folds.number)"
)
FOLD_SUM = _sum_of(SUMMED_OF_FOLD, fingerprint=OWNER)
"""A fold belongs to params, whatever number they have: theirs is the first value."""

SUMMED_OF_PREDICTIONS = f"fingerprint, search, number, fold, {PREDICTION_COLUMNS}"
PREDICTION_SUM = _sum_of(SUMMED_OF_PREDICTIONS, fingerprint=OWNER.replace("folds.", "predictions."))

NEW_TRIAL = _placed("search, number, params, point, fingerprint")
UNSETTLED = {"status": "'pending'", "score": "NULL", "note": "NULL"}
ADD_TRIAL = (
    f"INSERT OR IGNORE INTO trials ({', '.join(NEW_TRIAL)}, status, checksum) "
    f"VALUES ({', '.join(NEW_TRIAL.values())}, 'pending', "
    f"{_sum_of(SUMMED_OF_TRIAL, **NEW_TRIAL, **UNSETTLED)})"
)

NEW_FOLD = _placed(f"search, number, finished, {FOLD_COLUMNS}")
ADD_FOLD = (
    f"INSERT OR IGNORE INTO folds ({', '.join(NEW_FOLD)}, checksum) "
    f"SELECT {', '.join(NEW_FOLD.values())}, {_sum_of(SUMMED_OF_FOLD, **NEW_FOLD)} "
    "FROM trials WHERE search = :search AND number = :number AND status = 'pending'"
)

NEW_PREDICTIONS = _placed(f"search, number, fold, {PREDICTION_COLUMNS}")
ADD_PREDICTIONS = (
    f"INSERT OR REPLACE INTO predictions ({', '.join(NEW_PREDICTIONS)}, checksum) "
    f"SELECT {', '.join(NEW_PREDICTIONS.values())}, "
    f"{_sum_of(SUMMED_OF_PREDICTIONS, **NEW_PREDICTIONS)} "
    "FROM trials WHERE search = :search AND number = :number AND changes() > 0"
)
"""To be executed right after `ADD_FOLD`, so that they are those of the fold that stands."""

VERDICT = _placed("search, number, status, score, note")
SET_STATUS = (
    "UPDATE trials SET status = :status, score = :score, note = :note, "
    f"checksum = {_sum_of(SUMMED_OF_TRIAL, **VERDICT)} "
    "WHERE search = :search AND number = :number AND status = 'pending'"
)

UNSETTLE = (
    "UPDATE trials SET status = 'pending', score = NULL, note = NULL, "
    f"checksum = {_sum_of(SUMMED_OF_TRIAL, **UNSETTLED)} "
    "WHERE search = :search AND number = :number"
)
"""For a trial of which a fold was lost, so that the fold can be written again."""
