"""One line on a screen that is drawn anew again and again, or now and then a line of a log."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, TextIO

from .._written import written_params

__all__ = ["Line", "fitted", "say", "width_of_lines"]

TERMINAL_SECONDS: Final = 0.1
NOTEBOOK_SECONDS: Final = 1.0
LOG_SECONDS: Final = 10.0
"""Time between two lines; a log keeps them all, and so does the file of a notebook."""

NO_TERMINAL: Final = (100, 24)
"""Columns and lines where there is no terminal that has some."""


class Line:
    """Where a search says how it stands, over and over.

    In a terminal or a notebook that is one line.  Elsewhere, and in threads and processes that are
    not the only one to say something, it is a line of its own each time, but a rare one.

    Parameters
    ----------
    file : text stream, optional
        None where there is none; then nothing is said.
    clock : callable
        Returns seconds.
    """

    def __init__(self, file: TextIO | None, clock: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock
        notebook = type(file).__module__.startswith("ipykernel")
        self._is_live = _speaks_alone() and (notebook or _is_terminal(file))
        redrawn = NOTEBOOK_SECONDS if notebook else TERMINAL_SECONDS
        self._seconds = redrawn if self._is_live else LOG_SECONDS
        self._due = clock() + (0.0 if self._is_live else LOG_SECONDS)
        self._n_drawn = 0

    def is_due(self) -> bool:
        """Return whether it is time to say something."""
        return self._clock() >= self._due

    def draw(self, text: str) -> None:
        """Say how it stands now."""
        self._due = self._clock() + self._seconds
        if self._is_live:
            self._put("\r" + text.ljust(self._n_drawn))
            self._n_drawn = len(text)
        else:
            say(text, self._file)

    def erase(self) -> None:
        """Leave the line to whoever else has something to say."""
        if self._n_drawn:
            self._put("\r" + " " * self._n_drawn + "\r")
            self._n_drawn = 0

    def finish(self, text: str) -> None:
        """Say how it ended."""
        self.erase()
        say(text, self._file)

    def _put(self, text: str) -> None:
        if self._file is not None:
            self._file.write(_encoded(text, self._file))
            self._file.flush()


def say(text: str, file: TextIO | None) -> None:
    """Print a line at once, where there is anything to print it to."""
    if file is not None:
        print(_encoded(text, file), file=file, flush=True)


def width_of_lines() -> int:
    """Return how many characters a line may have; in the last column some terminals break it."""
    return max(1, shutil.get_terminal_size(NO_TERMINAL).columns - 1)


def fitted(parts: Sequence[tuple[int, str]], params: dict[str, Any] | None, width: int) -> str:
    """Return what can be said in so many characters.

    Parameters
    ----------
    parts : sequence of (int, str)
        In the order in which they are said, each with its rank: 0 is always said, the others, the
        least first, as far as there is room.
    params : dict, optional
        Said behind the last part, with ``...`` for what there is no room for.
    width : int
        Characters.

    Examples
    --------
    >>> parts = [(0, "1/9 candidates"), (2, "2 running"), (1, "best 0.5 (#0)")]
    >>> fitted(parts, {"C": 1.0, "kernel": "rbf"}, 60)
    "1/9 candidates, 2 running, best 0.5 (#0): {'C': 1.0, ...}"
    >>> fitted(parts, None, 30)
    '1/9 candidates, best 0.5 (#0)'
    """
    said: list[tuple[int, str]] = []
    for part in sorted(parts):
        if part[0] == 0 or len(_joined([*said, part])) <= width:
            said.append(part)
    text = _joined([part for part in parts if part in said])
    shortened = "" if params is None else written_params(params, max(5, width - len(text) - 2))
    if shortened not in ("", "{...}") and parts[-1] in said:
        text = f"{text}: {shortened}"
    return text[:width]


def _joined(parts: Sequence[tuple[int, str]]) -> str:
    return ", ".join(text for _, text in parts)


def _speaks_alone() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and multiprocessing.current_process().name == "MainProcess"


def _is_terminal(file: TextIO | None) -> bool:
    # not the stream that rich puts in place for lines while scikit-learn's ProgressBar is shown
    return file is sys.__stdout__ and file is not None and file.isatty()


def _encoded(text: str, file: TextIO) -> str:
    """Write out what the stream cannot."""
    encoding = getattr(file, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
