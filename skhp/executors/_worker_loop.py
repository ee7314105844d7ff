"""What runs inside of a worker process: one task at a time, from a pipe."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import time
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from ._payload import Ticket
from ._work import attempt

__all__ = ["DONE", "READY", "STARTED", "pack_message", "read_message", "serve"]

READY, STARTED, DONE = b"r", b"s", b"d"
"""Kinds of messages: ready for the first task; a task was started at; a task took."""

HEAD = struct.Struct("cd")
"""Kind, and seconds: when a task was started on the monotonic clock, or how long it took."""


def pack_message(kind: bytes, seconds: float = 0.0, answer: bytes = b"") -> bytes:
    """Return a message of a worker; `answer` is what a bound task returned, or its process id."""
    return HEAD.pack(kind, seconds) + answer


def read_message(message: bytes) -> tuple[bytes, float, bytes]:
    """Return kind, seconds and answer."""
    kind, seconds = HEAD.unpack_from(message)
    return kind, seconds, message[HEAD.size :]


def serve(connection: Connection, ticket: Ticket, announces: bool) -> None:
    """Carry out tasks until the other end of the pipe is closed.

    Parameters
    ----------
    connection : Connection
        Pickled arguments come in, messages go out.
    ticket : Ticket
        The callable; opened once before the first task, so that no task's time limit is used up by
        the imports that unpickling it needs.
    announces : bool
        Whether to say when a task is started, for a time limit.
    """
    # Ctrl-C in a terminal reaches every process; the one that waits for us decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests: SimpleQueue[bytes | None] = SimpleQueue()
    attempt(ticket.open, ())  # an error would come again with each task, and is answered there
    Thread(target=_listen, args=(connection, requests), daemon=True).start()
    connection.send_bytes(pack_message(READY, answer=str(os.getpid()).encode()))
    while (request := requests.get()) is not None:
        started = time.monotonic()
        if announces:
            connection.send_bytes(pack_message(STARTED, started))
        answer = pickle.loads(request)()
        connection.send_bytes(pack_message(DONE, time.monotonic() - started, answer))


def _listen(connection: Connection, requests: SimpleQueue[bytes | None]) -> None:
    """Hand requests over; end the process when nobody is left to answer to.

    A thread of its own, so that a fit that hangs does not outlive the caller.
    """
    try:
        while True:
            requests.put(connection.recv_bytes())
    except (EOFError, OSError):
        requests.put(None)
    time.sleep(1.0)
    os._exit(1)
