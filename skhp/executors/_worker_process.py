"""A worker process as seen from the process that started it."""

from __future__ import annotations

import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe

from .. import _system
from .._joblib import LokyProcess, kill_process_tree
from ._base import Task
from ._fork_server import ForkServer
from ._payload import Ticket
from ._worker_loop import serve

__all__ = ["Worker"]

END_SECONDS = 5.0
"""How long idle workers may take to end by themselves."""


class Process(ABC):
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

    def learn_pid(self, pid: int) -> None:
        """Take the process id from the worker, where only that knows it."""
        return None


class ForkedProcess(Process):
    """A process that a fork server forked."""

    def __init__(self, server: ForkServer) -> None:
        self._server = server
        self._pid: int | None = None
        self._code: int | None = None

    @property
    def pid(self) -> int | None:
        return self._pid

    @property
    def is_alive(self) -> bool:
        if self._pid is None:
            return True  # not forked yet; the end of its pipe will tell
        if self._code is not None:
            return False
        return _system.is_running(self._pid)

    def exit_code(self, timeout: float) -> int | None:
        if self._code is None and self._pid is not None:
            self._code = self._server.exit_code(self._pid)
        return self._code

    def kill(self) -> None:
        if self._pid is None or self._code is not None:
            return
        if _system.kill_group(self._pid):
            self.exit_code(END_SECONDS)

    def learn_pid(self, pid: int) -> None:
        self._pid = pid


class SpawnedProcess(Process):
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


class Worker:
    """A worker process, its pipe, and what it works on.

    Parameters
    ----------
    connection : Connection
        Our end of its pipe.
    process : Process
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

    def __init__(self, connection: Connection, process: Process) -> None:
        self.connection = connection
        self._process = process
        self.task: Task | None = None
        self.started: float | None = None
        self.is_ready = False
        self._is_deaf = False

    @classmethod
    def forked(cls, server: ForkServer, ticket: Ticket, *, announces: bool) -> Worker:
        """Return one that a fork server forks; OSError if the server is dead."""
        ours, theirs = Pipe()
        try:
            server.fork(theirs, ticket, announces=announces)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()  # ours must be told of the worker's end by that of the pipe
        return cls(ours, ForkedProcess(server))

    @classmethod
    def spawned(cls, ticket: Ticket, announces: bool, *, env: dict[str, str]) -> Worker:
        """Return one in a fresh interpreter; `env` is what joblib says."""
        ours, theirs = Pipe()
        process = SpawnedProcess(theirs, ticket, announces, env=env)
        theirs.close()
        return cls(ours, process)

    @property
    def pid(self) -> int | None:
        """Its process id, None while nobody knows."""
        return self._process.pid

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a task."""
        return self.is_ready and self.task is None and not self._is_deaf

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.is_alive

    def be_ready(self, pid: int) -> None:
        """Note that it can work."""
        self.is_ready = True
        self._process.learn_pid(pid)

    def assign(self, task: Task, packed: bytes) -> bool:
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

    def cause_of_end(self) -> str:
        """Return how the process ended, in words; waits for its end."""
        code = self._process.exit_code(1.0)
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
        self._process.kill()
        self.connection.close()

    @staticmethod
    def end_all(workers: Sequence[Worker]) -> None:
        """End idle workers by closing their pipes, the others by force."""
        for worker in workers:
            if worker.is_idle:
                worker.connection.close()
            else:
                worker.kill()
        deadline = time.monotonic() + END_SECONDS
        for worker in workers:
            worker._process.exit_code(max(deadline - time.monotonic(), 0.0))
            worker.kill()
