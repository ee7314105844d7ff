"""What a worker does with one task: whatever happens, it answers."""

from __future__ import annotations

import os
import pickle
import traceback
from collections.abc import Callable
from functools import cache
from typing import Any

from .. import _system
from .._pickling import dumps, dumps_by_value
from ._base import Status, Task
from ._payload import LostShipment, Parcel, Ticket

__all__ = ["Answer", "attempt", "call_with", "pack_answer", "pack_task", "read_answer", "work"]

_end_with_parent = cache(_system.end_with_parent)

Answer = tuple[Status, Any]
"""Status and value, as in an `Outcome`."""


def attempt(call: Callable[..., Any], args: tuple[Any, ...]) -> Answer:
    """Call, and turn whatever happens into an answer.

    This is the border behind which code of others runs: a fit that raises SystemExit or a bare
    BaseException must cost that fit only, so everything is caught here and handed on.
    """
    try:
        return "ok", call(*args)
    except KeyboardInterrupt:
        return "interrupted", "KeyboardInterrupt in a task"
    except BaseException as error:
        return "raised", error


def pack_task(task: Task) -> bytes:
    """Pickle what `work` needs of a task."""
    return dumps((dumps_by_value(task.args), task.width))


def work(ticket: Ticket, packed_task: bytes) -> bytes:
    """Carry out one task in a process that shares no memory with the caller's.

    Parameters
    ----------
    ticket : Ticket
        Where the callable and the settings of the calling thread are found.
    packed_task : bytes
        What `pack_task` gave.

    Returns
    -------
    bytes
        A pickled answer, to be read by `read_answer`; where the callable was not found it is
        ``collateral``, with a message.
    """
    if os.getppid() == ticket.owner or _system.is_gone(ticket.owner):
        _end_with_parent(ticket.owner)  # at once, where the task was still queued as it died
    status, value = attempt(ticket.open, ())
    if isinstance(value, LostShipment):
        return dumps(("collateral", str(value)))
    if status != "ok":
        return pack_answer((status, value))
    return pack_answer(attempt(_carry_out, (value, packed_task)))


def _carry_out(parcel: Parcel, packed_task: bytes) -> Any:
    call, settings = parcel
    packed_args, width = pickle.loads(packed_task)
    with settings.of_process(width):
        return call_with(call, packed_args)


def call_with(call: Callable[..., Any], packed_args: bytes) -> Any:
    """Call with arguments that travelled."""
    return call(*pickle.loads(packed_args))


def pack_answer(answer: Answer) -> bytes:
    """Pickle an answer; one that cannot be pickled and read again becomes an error that can.

    An exception is given its traceback as a note, since tracebacks do not travel.
    """
    status, value = answer
    if status == "raised":
        return _pack_error(value)
    try:
        return dumps((status, value))
    except Exception as error:
        # Pickling runs methods of the value's classes, which may raise anything.
        error.add_note(f"while the value returned, a {type(value).__name__}, was pickled")
        return _pack_error(error)


def _pack_error(error: BaseException) -> bytes:
    text = "".join(traceback.format_exception(error))
    error.__traceback__ = None
    try:
        error.add_note(f"\nRaised in a worker:\n{text}")
        packed = dumps(("raised", error))
        pickle.loads(packed)
    except Exception:
        # Many exception classes cannot be made again from their args, or hold what cannot travel.
        return dumps(("raised", RuntimeError(text)))
    return packed


def read_answer(packed: bytes) -> Answer:
    """Return the answer that a worker packed; never fails."""
    try:
        return pickle.loads(packed)
    except Exception as error:
        # A class that only the worker could import, or one that cannot be made again.
        error.add_note("while the answer of a worker was read")
        return "raised", RuntimeError("".join(traceback.format_exception(error)))
