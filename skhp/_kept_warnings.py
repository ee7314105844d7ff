"""Keeps what a fit warns of, for whoever tells of all fits together."""

from __future__ import annotations

import os
import re
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

__all__ = ["KeptWarning", "append_filters", "warnings_kept"]

KeptWarning = tuple[str, str, str, int]
"""Module and name of the category, the text, and the file and line that warned."""

EACH_TIME: Final = {"default": "always", "module": "always", "once": "always"}
"""What filters do instead that show a warning once only, so that each fit counts."""


class _Keeper:
    """Keeps warnings for each thread that asks for it, as long as it does.

    The filters and the function that shows warnings belong to all threads: they are in place from
    the first thread that asks to the last one that leaves.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, int], list[KeptWarning]] = {}
        self._open = ExitStack()
        self._show: Any = warnings.showwarning

    @contextmanager
    def keeping(self) -> Iterator[list[KeptWarning]]:
        here, kept = _here(), list[KeptWarning]()
        with self._lock:
            if not self._kept:
                self._begin()
            outer = self._kept.get(here)
            self._kept[here] = kept
        try:
            yield kept
        finally:
            with self._lock:
                if outer is None:
                    del self._kept[here]
                else:
                    self._kept[here] = outer
                if not self._kept:
                    self._open.close()

    def _begin(self) -> None:
        self._open.enter_context(warnings.catch_warnings())
        filters = list(warnings.filters)
        warnings.resetwarnings()
        append_filters((EACH_TIME.get(action, action), *rest) for action, *rest in filters)
        if warnings.showwarning != self._keep:
            # else another thread's `catch_warnings` has brought it back after its time
            self._show = warnings.showwarning
        warnings.showwarning = self._keep

    def _keep(
        self, message: Any, category: Any, filename: str, lineno: int, *more: Any, **named: Any
    ) -> None:
        kept = self._kept.get(_here())
        if kept is None:  # another thread, or a process that was forked in a fit
            self._show(message, category, filename, lineno, *more, **named)
        else:
            name = f"{category.__module__}:{category.__qualname__}"
            kept.append((name, str(message), filename, lineno))


_KEEPER = _Keeper()


def warnings_kept() -> Any:
    """Return a context that gives a list, of what this thread warns of while it is open.

    The user's filters hold: what they ignore is not there, and what they turn into an error is
    raised.

    Examples
    --------
    >>> with warnings_kept() as kept:
    ...     warnings.warn("it did not converge", RuntimeWarning)
    >>> [text for _, text, _, _ in kept]
    ['it did not converge']
    """
    return _KEEPER.keeping()


def append_filters(filters: Iterable[tuple[Any, ...]]) -> None:
    """Add entries of ``warnings.filters`` behind those that are there."""
    for action, message, category, module, lineno in filters:
        if message is None and module is None:
            # Takes a tuple of categories too, as ``catch_warnings`` users may have set.
            warnings.simplefilter(action, category, lineno, append=True)
        else:
            warnings.filterwarnings(
                action, _pattern(message), category, _pattern(module), lineno, append=True
            )


def _here() -> tuple[int, int]:
    return os.getpid(), threading.get_ident()


def _pattern(entry: str | re.Pattern[str] | None) -> str:
    if entry is None:
        return ""
    return entry if isinstance(entry, str) else entry.pattern
