"""Reads a table from a file, and tells what its columns are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..exceptions import MissingExtraError, SettingError

__all__ = ["Columns", "read_table"]

DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")
WORDS_OF_TEXT: Final = 4.0
"""Columns of more words than this, on average, are text."""

MANY: Final = 20
"""Rows from which on values that are all different are taken for names of the rows."""


def read_table(path: Path, *, separator: str) -> Any:
    """Return a file as a DataFrame.

    Parameters
    ----------
    path : Path
        Parquet if it is called so, else CSV.
    separator : str
        Of CSV.

    Raises
    ------
    SettingError
        If there is no such file, or it cannot be read.
    MissingExtraError
        If pandas is not installed, or what it needs for Parquet.
    """
    try:
        import pandas
    except ImportError:
        raise MissingExtraError("pandas", "command") from None
    if not path.is_file():
        raise SettingError(f"There is no file {path}.")
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            table = _parquet(pandas, path)
        else:
            table = pandas.read_csv(path, sep=separator, low_memory=False)
    except (ValueError, OSError) as error:  # also what pandas makes of a file that is no table
        raise SettingError(f"{path} cannot be read: {error}") from None
    if table.shape[1] < 2:
        raise SettingError(
            f"{path} has {table.shape[1]} column. Values are separated by {separator!r}? Otherwise "
            "give --separator."
        )
    table.columns = table.columns.map(str)
    return table


def _parquet(pandas: Any, path: Path) -> Any:
    try:
        return pandas.read_parquet(path)
    except ImportError:
        raise MissingExtraError("pyarrow", "command") from None


@dataclass(frozen=True)
class Columns:
    """Which columns of a table hold what.

    Parameters
    ----------
    numbers, categories, texts, dates : tuple of str
        Those that a model is given.
    left_out : dict of str to str
        The others, each with the reason.
    """

    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    texts: tuple[str, ...]
    dates: tuple[str, ...]
    left_out: dict[str, str]

    @classmethod
    def of(cls, table: Any, *, drop: Sequence[str] = (), keep: Sequence[str] = ()) -> Columns:
        """Look at the columns of a table without its target.

        Parameters
        ----------
        table : DataFrame
            All rows.
        drop, keep : sequence of str
            What is left out, or used, in any case.

        Raises
        ------
        SettingError
            If a name is none of a column, or no column is left.
        """
        for name in (*drop, *keep):
            if name not in table.columns:
                raise SettingError(f"There is no column {name!r}. {columns_of(table)}")
        kinds: dict[str, list[str]] = {"number": [], "category": [], "text": [], "date": []}
        left_out = {}
        for name in table.columns:
            reason = None if name in keep else _reason_against(name, table[name])
            reason = "as you asked" if name in drop else reason
            if reason is not None:
                left_out[name] = reason
            else:
                kinds[_kind(table[name])].append(name)
        if not any(kinds.values()):
            raise SettingError("No column is left to predict from.")
        numbers, categories, texts, dates = map(tuple, kinds.values())
        return cls(numbers, categories, texts, dates, left_out)


def columns_of(table: Any) -> str:
    """Return the names of the columns in a sentence."""
    names = list(table.columns)
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return f"The columns are {', '.join(names[:20])}{more}."


def _reason_against(name: str, column: Any) -> str | None:
    """Return why no model can learn from a column, None if one may."""
    values = column.dropna()
    if values.empty:
        return "empty"
    if column.nunique(dropna=False) == 1:
        return "always the same value"
    if len(values) < MANY or values.nunique() < len(column):
        return None
    steps = values.diff().iloc[1:].unique() if values.dtype.kind in "iu" else ()
    if len(steps) == 1:
        return "counts the rows"
    is_name = bool(re.search(r"(^|[_ ])(id|uuid|key)$", name, re.IGNORECASE))
    words = values.map(_n_words) if _kind(column) == "category" else None
    if (is_name and values.dtype.kind in "iuO") or (words is not None and words.max() <= 1):
        return "another value in each row"
    return None


def _kind(column: Any) -> str:
    kind = column.dtype.kind
    if kind == "M":
        return "date"
    if kind in "iufc":
        return "number"
    values = column.dropna()
    if kind == "b" or str(column.dtype) == "category":
        return "category"
    if not all(isinstance(value, str) for value in values):
        return "category"
    if values.map(lambda value: bool(DATE.fullmatch(value))).all():
        return "date"
    is_text = values.map(_n_words).mean() > WORDS_OF_TEXT and values.nunique() > len(values) / 3
    return "text" if is_text else "category"


def _n_words(value: Any) -> int:
    return len(str(value).split())
