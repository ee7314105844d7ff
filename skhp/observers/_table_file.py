"""One row a trial in a file of comma-separated values or of JSON lines."""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from .._sklearn import BaseSearchCV
from ..exceptions import SettingError
from ..history import History, Trial
from ..space import Plain
from ._base import Observer
from ._records import row_of

__all__ = ["TableFile"]

FIRST: Final = ["search", "number", "status", "started", "seconds"]
"""The columns that every such file begins with."""

Row = dict[str, Plain]


class TableFile(Observer):
    """Appends one row to a file for each trial, as soon as it ends.

    Columns are those of ``cv_results_`` where it has them; ``search`` is when the search began, so
    that several searches can share a file. Each row is on the disk before the search goes on.

    Parameters
    ----------
    path : str or Path
        Ends in ``.csv``, or in ``.jsonl`` for one JSON object a line. What the file holds is kept.
        A new file begins with the trials that a resumed search has already; in one that exists
        they are taken to be there.

    Raises
    ------
    SettingError
        If the ending is another.

    Examples
    --------
    >>> TableFile("search.csv")
    TableFile('search.csv')
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        if self._suffix not in APPEND:
            raise SettingError(
                f"The name of a table must end in {' or '.join(APPEND)}, got {os.fspath(path)!r}."
            )

    def __repr__(self) -> str:
        return f"TableFile({os.fspath(self.path)!r})"

    @property
    def _suffix(self) -> str:
        return Path(self.path).suffix.lower()

    def on_search_start(self, history: History) -> None:
        path = Path(self.path)
        if not path.exists() or not path.stat().st_size:
            self._append(history, (trial for trial in history if trial.status != "pending"))

    def on_trial_end(self, history: History, trial: Trial) -> None:
        self._append(history, [trial])

    def on_fit_end(self, history: History, search: BaseSearchCV, X: Any, y: Any) -> None:
        """Append the trials that were cut short."""
        self._append(history, (trial for trial in history.pending if trial.folds))

    def _append(self, history: History, trials: Iterable[Trial]) -> None:
        rows = [row_of(trial, history) for trial in trials]
        if rows:
            APPEND[self._suffix](Path(self.path), rows)


def _append_csv(path: Path, rows: list[Row]) -> None:
    header = _header(path)
    names = list(dict.fromkeys([*header, *(name for row in rows for name in row)]))
    if "error" in names:  # the long one comes last
        names.append(names.pop(names.index("error")))
    if header and names != header:
        _widen(path, names)
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        if not header:
            writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def _cell(value: Plain) -> Any:
    return "None" if value is None else value


def _header(path: Path) -> list[str]:
    if not path.exists() or not path.stat().st_size:
        return []
    with path.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file), [])
    if header[: len(FIRST)] != FIRST:
        raise SettingError(
            f"{path} holds something else than a table of trials, and is left as it is. Name "
            "another file."
        )
    return header


def _widen(path: Path, names: list[str]) -> None:
    """Write the file anew with more columns, which earlier rows leave empty."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wider = path.with_name(f".{path.name}.wider")
    with wider.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
    wider.replace(path)


def _append_jsonl(path: Path, rows: list[Row]) -> None:
    lines = [
        json.dumps({name: _finite(value) for name, value in row.items()}, ensure_ascii=False)
        for row in rows
    ]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def _finite(value: Plain) -> Plain:
    """Return null for what JSON has no word for."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


APPEND: Final[dict[str, Callable[[Path, list[Row]], None]]] = {
    ".csv": _append_csv,
    ".jsonl": _append_jsonl,
}
"""What writes a file, by the ending of its name."""
