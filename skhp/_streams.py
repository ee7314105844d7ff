"""Gives a program without streams some that lead nowhere, while workers are started."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final, TextIO

__all__ = ["streams_are_there"]

NAMES: Final = ("stdout", "stderr")

_LOCK = Lock()
_USERS: list[object] = []
_NOWHERE: dict[str, TextIO] = {}


@contextmanager
def streams_are_there() -> Iterator[None]:
    """Have ``sys.stdout`` and ``sys.stderr`` be streams while in the context.

    Under ``pythonw`` and in services they are None, and whatever starts a process flushes them.
    """
    user = object()
    with _LOCK:
        _USERS.append(user)
        for name in NAMES:
            if getattr(sys, name) is None:
                _NOWHERE[name] = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
                setattr(sys, name, _NOWHERE[name])
    try:
        yield
    finally:
        with _LOCK:
            _USERS.remove(user)
            if not _USERS:
                _take_away()


def _take_away() -> None:
    for name, stream in _NOWHERE.items():
        if getattr(sys, name) is stream:
            setattr(sys, name, None)
        stream.close()
    _NOWHERE.clear()
