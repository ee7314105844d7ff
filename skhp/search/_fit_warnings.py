"""Says once, with a count, what the fits of a search warned of."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Hashable

from .._kept_warnings import KeptWarning
from .._warnings import show
from ..history import Fold, History, Trial
from ..observers import Observer

__all__ = ["FitWarnings"]


class FitWarnings(Observer):
    """Counts the fits that gave a warning, whichever worker that was in.

    Warnings of one line of code are one, whatever numbers stand in their texts.
    """

    def __init__(self) -> None:
        self._n_fits = 0
        self._n_warned: Counter[Hashable] = Counter()
        self._first: dict[Hashable, KeptWarning] = {}

    def on_fold_end(self, history: History, trial: Trial, fold: Fold) -> None:
        self._n_fits += 1
        for one in dict(zip(map(_place, fold.warned), fold.warned, strict=True)).values():
            self._first.setdefault(_place(one), one)
            self._n_warned[_place(one)] += 1

    def on_search_end(self, history: History, reason: str) -> None:
        for key, (name, text, filename, line) in self._first.items():
            path = filename.rpartition("site-packages/")[2]
            count = f"{self._n_warned[key]} of {self._n_fits} fits"
            show(f"{text} ({count}; {path}:{line})", _category(name))


def _place(one: KeptWarning) -> Hashable:
    name, _, filename, line = one
    return name, filename, line


def _category(name: str) -> type[Warning]:
    """Return the class of that name; workers may know some that this process does not."""
    module, _, inside = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), inside)
    except (ImportError, AttributeError):
        return UserWarning
    return found if isinstance(found, type) and issubclass(found, Warning) else UserWarning
