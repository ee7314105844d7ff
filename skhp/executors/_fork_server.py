"""A process that has imported what workers need, and forks them: a new worker in milliseconds.

A fresh interpreter takes seconds to import scikit-learn, and does so again for every worker that
is replaced.  Forking the calling process would be fast, but is unsafe: it has threads.  The fork
server is a fresh interpreter with one thread, that runs no task itself.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import reduction, util
from multiprocessing.connection import Connection, Pipe

import numpy as np

from .. import _system
from .._joblib import LokyProcess, kill_process_tree
from ._payload import Ticket
from ._worker_loop import serve

__all__ = ["ForkServer"]

KEPT_SECONDS = 5.0
"""How long a fork server waits for the next executor: searches in a row start far sooner."""

PREPARED = ("sklearn", "scipy", "pandas")
"""Libraries that are imported before the fork, as far as the caller has done so: these start no
threads and open no devices when they are imported.  Others are left to each worker."""

DEATH_SECONDS = 1.0
"""How long a worker that closed its pipe may take to die."""


@dataclass(frozen=True)
class ForkRequest:
    """What a worker is started with.

    Parameters
    ----------
    ticket : Ticket
        Where it finds the callable.
    announces : bool
        Whether it says when it starts a task.
    path : list of str
        Where it imports from.
    folder : str
        Its working directory.
    env : dict of str
        All its environment variables.
    """

    ticket: Ticket
    announces: bool
    path: list[str]
    folder: str
    env: dict[str, str]

    def apply(self) -> None:
        """Give this process the path, the folder and the environment of the one that asked."""
        sys.path[:] = self.path
        os.environ.clear()
        os.environ.update(self.env)
        if os.path.isdir(self.folder):
            os.chdir(self.folder)


class ForkServer:
    """Forks workers; borrowed by one executor at a time, and kept for the next one for a while.

    Parameters
    ----------
    env : dict of str
        Environment variables of the workers, beside those of this process.
    """

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env
        self._owner = os.getpid()
        self._connection: Connection
        self._connection, theirs = Pipe()
        self._lock = threading.Lock()
        self._process = LokyProcess(
            target=_serve_forks,
            name="skhp-fork-server",
            args=(theirs, _modules_to_import()),
            env=env,
        )
        self._process.start()
        theirs.close()
        # multiprocessing joins its children at exit: without this, it would wait for ever.
        self._at_exit = util.Finalize(None, self.close, exitpriority=5)

    @staticmethod
    def is_possible() -> bool:
        """Return whether forking a process without threads is safe on this system."""
        return not _system.IS_PORTABLE

    @classmethod
    def borrow(cls, env: dict[str, str]) -> ForkServer:
        """Return the one that is kept if it fits, else a new one."""
        server = KEPT.take()
        if server is not None and not server._fits(env):
            server.close()
            server = None
        return cls(env) if server is None else server

    def give_back(self) -> None:
        """Keep it for the next one who asks."""
        KEPT.put(self)

    def _fits(self, env: dict[str, str]) -> bool:
        return self._owner == os.getpid() and self._env == env and bool(self._process.is_alive())

    def fork(self, connection: Connection, ticket: Ticket, *, announces: bool) -> None:
        """Start a worker that answers at this end of a pipe; it will say when it is ready.

        Raises
        ------
        OSError
            If the server is dead.
        """
        env = {**os.environ, **self._env}
        request = ForkRequest(ticket, announces, list(sys.path), os.getcwd(), env)
        with self._lock:
            self._connection.send(request)
            reduction.send_handle(self._connection, connection.fileno(), self._process.pid)

    def exit_code(self, pid: int) -> int | None:
        """Return how a worker ended, None if it is alive or nobody knows; asked once for each."""
        with self._lock:
            try:
                self._connection.send(pid)
                if not self._connection.poll(2 * DEATH_SECONDS):
                    return None
                answer: int | None = self._connection.recv()
            except (EOFError, OSError):
                return None
        return answer

    def close(self) -> None:
        """End it, and what it forked; what it was to fork is not started."""
        self._at_exit.cancel()
        self._connection.close()
        if self._owner == os.getpid():
            kill_process_tree(self._process)


class _Kept:
    """At most one fork server that nobody uses, for so long."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Be empty, without closing what is kept: after a fork it is the parent's."""
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._timer: threading.Timer | None = None

    def take(self) -> ForkServer | None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            server, self._server = self._server, None
        return server

    def put(self, server: ForkServer) -> None:
        with self._lock:  # in one step: of two put at the same time, one is closed
            if self._timer is not None:
                self._timer.cancel()
            earlier, self._server = self._server, server
            self._timer = threading.Timer(KEPT_SECONDS, self._drop)
            self._timer.daemon = True
            self._timer.start()
        if earlier is not None:
            earlier.close()

    def _drop(self) -> None:
        server = self.take()
        if server is not None:
            server.close()


KEPT = _Kept()
_system.in_forked_children(KEPT.forget)


def _modules_to_import() -> list[str]:
    """Return the modules to import before the fork."""
    loaded = [name for name in list(sys.modules) if name.partition(".")[0] in PREPARED]
    return ["skhp.evaluation", *loaded]


def _serve_forks(connection: Connection, names: Sequence[str]) -> None:
    """Fork workers, and say how they ended, until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            _try_to_import(name)
    gc.freeze()  # a collection in a worker would otherwise copy every page of what is shared
    living: dict[int, int | None] = {}
    try:
        while True:
            while not connection.poll(DEATH_SECONDS if None in living.values() else None):
                _reap(living)
            request = connection.recv()
            if isinstance(request, ForkRequest):
                living[_fork(request, connection, reduction.recv_handle(connection))] = None
            else:
                connection.send(_exit_code(living, request))
    except (EOFError, OSError):
        os._exit(0)


def _try_to_import(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception:  # a module of others may raise anything; it is told where it is needed
        return


def _fork(request: ForkRequest, connection: Connection, handle: int) -> int:
    with warnings.catch_warnings():
        # Idle threads of BLAS are no danger: it ends them before a fork and starts them after.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = _system.fork()
    if pid:
        os.close(handle)
        return pid
    try:
        connection.close()
        # All workers would draw the same otherwise.
        np.random.set_bit_generator(np.random.MT19937())  # type: ignore[attr-defined]
        request.apply()
        serve(Connection(handle), request.ticket, request.announces)
    finally:
        os._exit(0)


def _reap(living: dict[int, int | None]) -> None:
    """Note how workers ended, so that none stays as a zombie."""
    for pid, code in living.items():
        if code is None:
            living[pid] = _system.exit_code(pid)


def _exit_code(living: dict[int, int | None], pid: int) -> int | None:
    """Return how a worker ended, None if it lives on."""
    deadline = time.monotonic() + DEATH_SECONDS
    while time.monotonic() < deadline:
        _reap(living)
        if living.get(pid) is not None:
            return living.pop(pid)
        time.sleep(0.001)
    return None
