"""What Ctrl-C does where a KeyboardInterrupt in the middle would lose something.

All of this but `ends_on_sigterm` holds in the main thread, and while SIGINT has Python's own
handler: one that the user has set is left alone.  The blocks can be nested.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ._system import termination_signals

__all__ = [
    "ends_on_sigterm",
    "first_interrupt_raised",
    "interrupts_heard",
    "one_interrupt_ignored",
]

Handler = Callable[[int, FrameType | None], Any]


@contextmanager
def ends_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end a search as Ctrl-C does: with the best so far, refitted.

    Slurm before the end of a job, ``docker stop``, systemd and many others ask a process to end by
    SIGTERM, and kill it some seconds later.  Without this block, Python ends at once: nothing is
    refitted, and of the search nothing is left but its journal.  Within it, ``fit`` returns soon
    after, with ``stop_reason_ == "interrupted"``, and the script goes on: to save the search, say.
    On Windows it is SIGBREAK that services are sent.

    Raises
    ------
    RuntimeError
        Outside of the main thread, to which Python leaves the signals.

    Examples
    --------
    >>> import numpy as np, skhp
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X, y = np.arange(20.0).reshape(-1, 1), [0, 1] * 10
    >>> search = skhp.GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, cv=2)
    >>> with skhp.ends_on_sigterm():
    ...     search.fit(X, y).stop_reason_
    'all candidates tried'
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("ends_on_sigterm works in the main thread only; enter it there.")
    usual = {number: signal.signal(number, _interrupt) for number in termination_signals()}
    try:
        yield
    finally:
        for number, answer in usual.items():
            signal.signal(number, signal.SIG_DFL if answer is None else answer)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Do what Ctrl-C does, or would do if a shell had not made the background deaf to it."""
    answer = signal.getsignal(signal.SIGINT)
    if not callable(answer):
        answer = signal.default_int_handler
    answer(signal.SIGINT, frame)


class _Answer:
    """A handler of SIGINT, told from those of others by its class."""

    def __init__(self, answer: Handler, otherwise: Handler) -> None:
        self.n_heard = 0
        self._answer = answer
        self._otherwise = otherwise

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.n_heard += 1
        (self._answer if self.n_heard == 1 else self._otherwise)(number, frame)


@contextmanager
def first_interrupt_raised() -> Iterator[None]:
    """Raise KeyboardInterrupt at a first Ctrl-C, ignore a second one, raise at all others.

    Who catches the first in the block can do what is to be done even if the user is impatient.
    """
    with _answered(lambda usual: _Answer(usual, _once(usual))):
        yield


@contextmanager
def interrupts_heard() -> Iterator[Callable[[], bool]]:
    """Yield a function that tells whether a SIGINT came; each is answered as it was before."""
    with _answered(lambda usual: _Answer(usual, usual)) as answer:
        yield lambda: answer is not None and answer.n_heard > 0


@contextmanager
def one_interrupt_ignored() -> Iterator[None]:
    """Let a first Ctrl-C be without effect, and raise KeyboardInterrupt at all others."""
    with _answered(_once):
        yield


def _once(usual: Handler) -> _Answer:
    """Return a handler that ignores the first SIGINT."""
    return _Answer(lambda number, frame: None, usual)


@contextmanager
def _answered(make: Callable[[Handler], _Answer]) -> Iterator[_Answer | None]:
    usual: Any = signal.getsignal(signal.SIGINT)
    is_ours = usual is signal.default_int_handler or isinstance(usual, _Answer)
    if not is_ours or threading.current_thread() is not threading.main_thread():
        yield None
        return
    answer = make(usual)
    signal.signal(signal.SIGINT, answer)
    try:
        yield answer
    finally:
        signal.signal(signal.SIGINT, usual)
