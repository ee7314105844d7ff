"""What Ctrl-C does where a KeyboardInterrupt in the middle would lose something.

All of this holds in the main thread, and while SIGINT has Python's own handler: one that the user
has set is left alone.  The blocks can be nested.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["first_interrupt_raised", "interrupts_heard", "one_interrupt_ignored"]

Handler = Callable[[int, FrameType | None], Any]


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
