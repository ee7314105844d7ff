"""Tasks run on whatever backend joblib is configured to use."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import Any

from .._joblib import OpenBackend
from ._base import Executor, Outcome, Task
from ._calls import ReadyCall, SharedCall, ShippedCall

__all__ = ["JoblibExecutor"]

POLL_SECONDS = 0.5
"""Longest wait without a look at signals, where waiting for a lock cannot be interrupted."""

SHORT_SECONDS = 1.0
"""Tasks that take less are waited for at the end: where workers are ended, the next search waits
longer than that until there are new ones."""


class JoblibExecutor(Executor):
    """Runs tasks on the active joblib backend, through the protocol that backends implement.

    When a backend loses a task, nothing tells which of the tasks under way was the cause: all of
    them are collateral.  After `recover` they run one at a time, and the one that breaks the
    backend again is lost.

    Parameters
    ----------
    n_jobs : int, optional
        As for `joblib.Parallel`: None follows `joblib.parallel_config`.

    Raises
    ------
    ValueError
        If joblib would run sequentially, or does not know the number.
    """

    def __init__(self, n_jobs: int | None = None) -> None:
        self._backend = OpenBackend(n_jobs)
        if self._backend.is_sequential:
            raise ValueError("joblib would run sequentially here: use SequentialExecutor.")
        self._done: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._waiting: deque[Task] = deque()
        # With when it was sent, and what the backend gave for it.
        self._under_way: dict[int, tuple[Task, float, Any]] = {}
        self._seconds: deque[float] = deque(maxlen=16)  # that the last tasks took
        self._unseen: list[Outcome] = []
        self._n_dispatched = 0
        self._one_at_a_time = False
        self._is_broken = False
        self._is_closed = False
        self._call: ReadyCall | None = None

    @property
    def n_slots(self) -> int:
        return 1 if self._one_at_a_time else self._backend.n_workers

    def put(self, call: Callable[..., Any]) -> None:
        self.abort()
        backend = self._backend
        if backend.shares_memory:
            self._call = SharedCall(call, backend.n_workers)
        else:
            self._call = ShippedCall(call, backend.n_workers, inner_threads=backend.inner_threads)
        backend.start()

    def submit(self, task: Task) -> None:
        if self._call is None:
            raise RuntimeError("Nothing to run: call put() first, and not after close().")
        self._waiting.append(task)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._waiting and not self._is_broken:
            if self._one_at_a_time and self._under_way:
                return
            self._send(self._waiting.popleft())

    def _send(self, task: Task) -> None:
        assert self._call is not None
        serial = self._n_dispatched
        self._n_dispatched += 1
        sent = time.monotonic()
        self._under_way[serial] = (task, sent, None)
        call = self._call.bind(task)
        try:
            job = self._backend.send(call, lambda out: self._done.put((serial, out)))
        except (RuntimeError, OSError) as error:  # a broken pool takes nothing
            del self._under_way[serial]
            self._fail(task, error)
            return
        self._under_way[serial] = (task, sent, job)

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        deadline = None if timeout is None else time.monotonic() + timeout
        self._drain()
        while not self._unseen and self._under_way:
            left = POLL_SECONDS if deadline is None else deadline - time.monotonic()
            if left <= 0:
                break
            try:
                self._settle(*self._done.get(timeout=min(left, POLL_SECONDS)))
            except Empty:
                continue
            self._drain()
        outcomes, self._unseen = self._unseen, []
        return outcomes

    def _drain(self) -> None:
        """Take in everything that has ended, without waiting."""
        while True:
            try:
                self._settle(*self._done.get_nowait())
            except Empty:
                return

    def _settle(self, serial: int, out: Any) -> None:
        if serial not in self._under_way:
            return
        task, sent, job = self._under_way.pop(serial)
        self._seconds.append(time.monotonic() - sent)
        try:
            result = self._backend.result(job, out)
        except Exception as error:  # tasks never raise: this is the backend's own failure
            self._fail(task, error)
        else:
            assert self._call is not None
            self._unseen.append(self._call.outcome(task, result))
        self._dispatch()

    def _fail(self, task: Task, error: Exception) -> None:
        """Settle a task that the backend lost."""
        message = f"{type(error).__name__}: {error}"
        if self._one_at_a_time:
            self._unseen.append(Outcome(task, "lost", message))
            self._end_workers(restart=True)
        else:
            self._unseen.append(Outcome(task, "collateral", message))
            self._is_broken = True

    @property
    def is_broken(self) -> bool:
        """Whether the backend has lost a task and takes no other before `recover`."""
        return self._is_broken

    def abandon(self) -> list[Outcome]:
        """Give every task back, collateral where it has not ended."""
        self._drain()
        left = [*(task for task, *_ in self._under_way.values()), *self._waiting]
        self._under_way.clear()
        self._waiting.clear()
        outcomes = [Outcome(task, "collateral", "the workers were replaced") for task in left]
        outcomes, self._unseen = [*self._unseen, *outcomes], []
        return outcomes

    def recover(self) -> None:
        self._drain()
        if self._is_broken:
            self._unseen = self.abandon()
            self._one_at_a_time = True
            self._end_workers(restart=True)

    def _end_workers(self, *, restart: bool) -> None:
        self._backend.abort(restart=restart)
        self._is_broken = False

    def abort(self) -> None:
        if self._call is None:
            return
        self._waiting.clear()
        self._end(restart=True)
        self._forget()

    def _end(self, *, restart: bool) -> None:
        """Let tasks that are short end, and end the others."""
        try:
            self._let_end()
        finally:
            if self._under_way or self._is_broken:
                self._end_workers(restart=restart)

    def _let_end(self) -> None:
        """Wait for what is under way where that costs less than to start workers anew."""
        deadline = time.monotonic() + patience(self._seconds)
        while self._under_way and not self._is_broken:
            left = deadline - time.monotonic()
            self.wait(max(left, 0.0))
            if left <= 0:
                return

    def _forget(self) -> None:
        assert self._call is not None
        self._call.close()
        self._call = None
        self._under_way.clear()
        self._unseen.clear()
        self._one_at_a_time = False

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self._waiting.clear()
        try:
            self._end(restart=False)
        finally:
            self._backend.close()
            if self._call is not None:
                self._forget()


def patience(seconds: Iterable[float]) -> float:
    """Return how long to wait for tasks under way, given how long others have taken."""
    longest = max(seconds, default=0.0)
    return longest if longest <= SHORT_SECONDS else 0.0
