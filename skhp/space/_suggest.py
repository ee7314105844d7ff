"""Guesses which name was meant by one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_MOST: Final = 3


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a question that names what may have been meant, empty where nothing is near.

    Parameters
    ----------
    name : str
        Does not exist.
    known : iterable of str
        The names that do.

    Examples
    --------
    >>> suggest("C", ["svc", "svc__C", "svc__gamma"])
    "Did you mean 'svc__C'?"
    >>> suggest("max_dept", ["max_depth", "max_features"])
    "Did you mean 'max_depth'?"
    """
    names = sorted(set(known))
    last = _last_part(name)
    meant = (
        [one for one in names if one.lower() == name.lower()]
        or [one for one in names if one.endswith(f"__{name}")]
        or [one for one in names if _last_part(one) == last]
        or get_close_matches(name, names, _MOST, cutoff=0.75)
        or [one for one in names if _last_part(one) in _near(last, names)]
    )
    if not meant:
        return ""
    return f"Did you mean {' or '.join(map(repr, meant[:_MOST]))}?"


def _last_part(name: str) -> str:
    return name.rpartition("__")[2]


def _near(last: str, names: list[str]) -> list[str]:
    return get_close_matches(last, {_last_part(one) for one in names}, _MOST, cutoff=0.75)
