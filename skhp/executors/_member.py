"""One worker process as its employer sees it."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe

from joblib.externals.loky.backend.process import LokyProcess
from joblib.externals.loky.backend.utils import kill_process_tree

from ._base import Task
from ._payload import Ticket
from ._worker import serve

__all__ = ["Member"]

FAREWELL_SECONDS = 5.0
"""How long idle workers may take to end by themselves."""


class Member:
    """A worker process, started by loky's way of starting one: safe with threads, no ``__main__``.

    Parameters
    ----------
    ticket : Ticket
        Where the worker finds the callable.
    announces : bool
        Whether the worker says when it starts a task.
    env : dict of str
        Its environment variables.

    Attributes
    ----------
    connection : Connection
        Our end of the pipe.
    task : Task or None
        What it works on.
    started : float or None
        When it said it started the task, on the monotonic clock of this machine.
    is_ready : bool
        Whether it ever said it can work.
    """

    def __init__(self, ticket: Ticket, announces: bool, *, env: dict[str, str]) -> None:
        self.connection: Connection
        self.connection, theirs = Pipe()
        self._process = LokyProcess(
            target=serve, name="skhp-worker", args=(theirs, ticket, announces), env=env
        )
        self._process.start()
        theirs.close()  # ours must be told of the worker's death by the end of the pipe
        self.task: Task | None = None
        self.started: float | None = None
        self.is_ready = False
        self._is_deaf = False

    @property
    def pid(self) -> int:
        """Its process id."""
        pid: int = self._process.pid
        return pid

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a task."""
        return self.is_ready and self.task is None and not self._is_deaf

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return bool(self._process.is_alive())

    def take(self, task: Task, packed: bytes) -> bool:
        """Give it a task; False if it is dead."""
        try:
            self.connection.send_bytes(packed)
        except OSError:
            self._is_deaf = True
            return False
        self.task = task
        return True

    def give_back(self) -> Task:
        """Take its task from it."""
        assert self.task is not None
        task, self.task, self.started = self.task, None, None
        return task

    def cause_of_death(self) -> str:
        """Return how the process ended, in words; waits for its end."""
        self._process.join(1.0)
        code = self._process.exitcode
        self.kill()
        if code is None:
            return "it closed its pipe"
        if code >= 0:
            return f"exit code {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = "unknown signal"
        hint = ", often sent when memory runs out" if name == "SIGKILL" else ""
        return f"exit code {code} ({name}{hint})"

    def kill(self) -> None:
        """End the process and its children at once."""
        if self.is_alive:
            kill_process_tree(self._process)
        self.connection.close()

    @staticmethod
    def end_all(members: Sequence[Member]) -> None:
        """End idle workers by closing their pipes, the others by force."""
        for member in members:
            if member.is_idle:
                member.connection.close()
            else:
                member.kill()
        deadline = time.monotonic() + FAREWELL_SECONDS
        for member in members:
            member._process.join(max(deadline - time.monotonic(), 0.0))
            member.kill()
