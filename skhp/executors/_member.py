"""One worker process as its employer sees it."""

from __future__ import annotations

import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

from joblib.externals.loky.backend.process import LokyProcess
from joblib.externals.loky.backend.utils import kill_process_tree

from ._base import Task
from ._nursery import Nursery
from ._payload import Ticket
from ._worker import serve

__all__ = ["Member"]

FAREWELL_SECONDS = 5.0
"""How long idle workers may take to end by themselves."""


class Body(ABC):
    """The process of a worker."""

    @property
    @abstractmethod
    def pid(self) -> int | None:
        """Its process id, None while nobody knows."""

    @property
    @abstractmethod
    def is_alive(self) -> bool:
        """Whether the process is there."""

    @abstractmethod
    def exit_code(self, timeout: float) -> int | None:
        """Return how it ended, None if that is not known within `timeout` seconds."""

    @abstractmethod
    def kill(self) -> None:
        """End the process and its children at once."""

    def be_told(self, pid: int) -> None:
        """Learn the process id from the worker."""
        return None


class Forked(Body):
    """A process that a nursery forked."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._pid: int | None = None
        self._code: int | None = None

    @property
    def pid(self) -> int | None:
        return self._pid

    @property
    def is_alive(self) -> bool:
        if self._pid is None:
            return True  # not born yet; the end of its pipe will tell
        if self._code is not None:
            return False
        try:
            status = Path(f"/proc/{self._pid}/stat").read_text()
        except OSError:
            return False
        return status.rpartition(")")[2].split()[0] != "Z"

    def exit_code(self, timeout: float) -> int | None:
        if self._code is None and self._pid is not None:
            self._code = self._nursery.exit_code(self._pid)
        return self._code

    def kill(self) -> None:
        if self._pid is None or self._code is not None:
            return
        try:
            os.killpg(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.exit_code(FAREWELL_SECONDS)

    def be_told(self, pid: int) -> None:
        self._pid = pid


class Spawned(Body):
    """A fresh interpreter, started by loky's way of starting one: safe, no ``__main__``."""

    def __init__(
        self, connection: Connection, ticket: Ticket, announces: bool, *, env: dict[str, str]
    ) -> None:
        self._process = LokyProcess(
            target=serve, name="skhp-worker", args=(connection, ticket, announces), env=env
        )
        self._process.start()

    @property
    def pid(self) -> int | None:
        pid: int | None = self._process.pid
        return pid

    @property
    def is_alive(self) -> bool:
        return bool(self._process.is_alive())

    def exit_code(self, timeout: float) -> int | None:
        self._process.join(timeout)
        code: int | None = self._process.exitcode
        return code

    def kill(self) -> None:
        if self.is_alive:
            kill_process_tree(self._process)


class Member:
    """A worker process, its pipe, and what it works on.

    Parameters
    ----------
    connection : Connection
        Our end of its pipe.
    body : Body
        Its process.

    Attributes
    ----------
    task : Task or None
        What it works on.
    started : float or None
        When it said it started the task, on the monotonic clock of this machine.
    is_ready : bool
        Whether it ever said it can work.
    """

    def __init__(self, connection: Connection, body: Body) -> None:
        self.connection = connection
        self._body = body
        self.task: Task | None = None
        self.started: float | None = None
        self.is_ready = False
        self._is_deaf = False

    @classmethod
    def forked(cls, nursery: Nursery, ticket: Ticket, *, announces: bool) -> Member:
        """Return one that a nursery forks; OSError if the nursery is dead."""
        ours, theirs = Pipe()
        try:
            nursery.bear(theirs, ticket, announces=announces)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()  # ours must be told of the worker's death by the end of the pipe
        return cls(ours, Forked(nursery))

    @classmethod
    def spawned(cls, ticket: Ticket, announces: bool, *, env: dict[str, str]) -> Member:
        """Return one in a fresh interpreter; `env` is what joblib says."""
        ours, theirs = Pipe()
        body = Spawned(theirs, ticket, announces, env=env)
        theirs.close()
        return cls(ours, body)

    @property
    def pid(self) -> int | None:
        """Its process id, None while nobody knows."""
        return self._body.pid

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a task."""
        return self.is_ready and self.task is None and not self._is_deaf

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._body.is_alive

    def be_ready(self, pid: int) -> None:
        """Note that it can work."""
        self.is_ready = True
        self._body.be_told(pid)

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
        code = self._body.exit_code(1.0)
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
        self._body.kill()
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
            member._body.exit_code(max(deadline - time.monotonic(), 0.0))
            member.kill()
