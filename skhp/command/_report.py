"""Writes the page of a search that was saved."""

from __future__ import annotations

import pickle
from pathlib import Path

import joblib

from ..exceptions import SettingError
from ..export import write_report

__all__ = ["report_saved"]

NOT_LOADED = (
    *(pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError),
    *(ImportError, AttributeError),
)
"""What pickle raises of other files, and of classes that are not to be had."""


def report_saved(search: Path, out: Path | None = None) -> None:
    """Carry ``report`` out.

    Parameters
    ----------
    search : Path
        A file of joblib with a fitted search.
    out : Path, optional
        Where the page is written; ``report.html`` beside it by default.

    Raises
    ------
    SkhpError
        If there is no fitted search, or the page cannot be written.
    """
    try:
        loaded = joblib.load(search)
    except OSError as error:
        raise SettingError(f"{search} cannot be read: {error.strerror or error}.") from None
    except NOT_LOADED as error:
        raise SettingError(f"{search} holds no search that joblib has saved: {error}") from None
    place = out or search.with_name("report.html")
    try:
        write_report(loaded, place)
    except OSError as error:
        raise SettingError(f"{place} cannot be written: {error.strerror or error}.") from None
    print(f"Saved: {place}")
