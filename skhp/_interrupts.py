"""What Ctrl-C does where a KeyboardInterrupt in the middle would lose something."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interrupts_heard", "one_interrupt_ignored"]


@contextmanager
def interrupts_heard() -> Iterator[list[int]]:
    """Yield a list of the SIGINTs that came, each of which raises KeyboardInterrupt as usual.

    A handler that the user set is left alone, and only the main thread is interrupted at all.
    """
    heard: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        signal.default_int_handler(number, frame)

    with _answered_by(note):
        yield heard


@contextmanager
def one_interrupt_ignored() -> Iterator[None]:
    """Let a first Ctrl-C be without effect; the next one raises KeyboardInterrupt as usual.

    For what has to be done at the end of a search anyway, however impatient the user is.
    """

    def ignore_once(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

    with _answered_by(ignore_once):
        yield


@contextmanager
def _answered_by(answer: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not is_usual or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
