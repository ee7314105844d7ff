"""Tasks run on whatever backend joblib is configured to use."""

from __future__ import annotations

import copy
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from queue import Empty, SimpleQueue
from typing import Any

import joblib
from joblib.parallel import (
    BatchedCalls,
    LokyBackend,
    MultiprocessingBackend,
    ParallelBackendBase,
    SequentialBackend,
    ThreadingBackend,
)

from ._base import Executor, Outcome, Task
from ._payload import Shipment
from ._surroundings import Cores, Surroundings, ThreadLimit
from ._work import Answer, attempt, pack_task, read_answer, work

__all__ = ["JoblibExecutor"]

POLL_SECONDS = 0.5
"""Longest wait without a look at signals, where waiting for a lock cannot be interrupted."""

Call = Callable[..., Any]
Dispatched = tuple[Task, Any]
"""A task and what the backend gave for it."""


class _Delivery(ABC):
    """How the callable reaches the workers."""

    @abstractmethod
    def item(self, task: Task) -> tuple[Call, tuple[Any, ...], dict[str, Any]]:
        """Return what joblib is to call for a task: function, args, kwargs."""

    @abstractmethod
    def read(self, result: Any) -> Answer:
        """Return the answer that came back."""

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind."""


class _Shared(_Delivery):
    """The workers are threads of this process."""

    def __init__(self, call: Call, n_workers: int) -> None:
        self._call = call
        cores = Cores.among(n_workers)
        self._surroundings = Surroundings.here(cores)
        self._limit = ThreadLimit(cores)
        self._width = 0

    def item(self, task: Task) -> tuple[Call, tuple[Any, ...], dict[str, Any]]:
        if task.width != self._width:
            self._limit.of_process(task.width)
            self._width = task.width
        return self._attempt, (task,), {}

    def _attempt(self, task: Task) -> Answer:
        with self._surroundings.of_thread(task.width), self._limit.of_thread(task.width):
            return attempt(self._call, task.args)

    def read(self, result: Any) -> Answer:
        answer: Answer = result
        return answer

    def close(self) -> None:
        self._limit.close()


class _Shipped(_Delivery):
    """The workers are other processes."""

    def __init__(self, call: Call, cores: Cores) -> None:
        self._shipment = Shipment((call, Surroundings.here(cores)))

    def item(self, task: Task) -> tuple[Call, tuple[Any, ...], dict[str, Any]]:
        return work, (self._shipment.ticket, pack_task(task)), {}

    def read(self, result: Any) -> Answer:
        return read_answer(result)

    def close(self) -> None:
        self._shipment.close()


class JoblibExecutor(Executor):
    """Runs tasks on the active joblib backend, through the protocol that backends implement.

    `joblib.Parallel` is used for the configuration alone: its dispatch decides in blocks, in a
    callback thread, and ends with the first worker that dies.

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
        self._parallel = joblib.Parallel(n_jobs=n_jobs)
        self._parallel._backend = _own_copy(self._parallel._backend)
        self._parallel.__enter__()
        self._backend: ParallelBackendBase = self._parallel._backend
        if isinstance(self._backend, SequentialBackend):
            raise ValueError("joblib would run sequentially here: use SequentialExecutor.")
        self._n_workers: int = self._parallel._effective_n_jobs()
        self._done: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._waiting: deque[Task] = deque()
        self._under_way: dict[int, Dispatched] = {}
        self._unseen: list[Outcome] = []
        self._n_dispatched = 0
        self._one_at_a_time = False
        self._is_broken = False
        self._is_closed = False
        self._delivery: _Delivery | None = None
        self._open = ExitStack()

    @property
    def n_slots(self) -> int:
        return 1 if self._one_at_a_time else self._n_workers

    def put(self, call: Call) -> None:
        if getattr(self._backend, "supports_sharedmem", False):
            self._delivery = _Shared(call, self._n_workers)
        else:
            inner = self._backend.inner_max_num_threads
            self._delivery = _Shipped(call, Cores.among(self._n_workers, inner_threads=inner))
        self._open.callback(self._delivery.close)
        self._open.enter_context(self._backend.retrieval_context())
        self._backend.start_call()
        self._parallel._calling = True

    def submit(self, task: Task) -> None:
        if self._delivery is None:
            raise RuntimeError("Nothing to run: call put() first, and not after close().")
        self._waiting.append(task)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._waiting and not self._is_broken:
            if self._one_at_a_time and self._under_way:
                return
            self._send(self._waiting.popleft())

    def _send(self, task: Task) -> None:
        assert self._delivery is not None
        try:
            item = self._delivery.item(task)
        except Exception as error:  # pickling runs methods of the arguments' classes
            self._unseen.append(Outcome(task, "raised", error))
            return
        batch = BatchedCalls([item], self._backend.get_nested_backend())
        serial = self._n_dispatched
        self._n_dispatched += 1
        self._under_way[serial] = (task, None)
        try:
            job = _submit(self._backend, batch, lambda out: self._done.put((serial, out)))
        except (RuntimeError, OSError) as error:  # a broken pool takes nothing
            del self._under_way[serial]
            self._fail(task, error)
            return
        self._under_way[serial] = (task, job)

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
        task, job = self._under_way.pop(serial)
        try:
            if self._backend.supports_retrieve_callback:
                (result,) = self._backend.retrieve_result_callback(out)
            else:
                (result,) = self._backend.retrieve_result(job)
        except Exception as error:  # tasks never raise: this is the backend's own failure
            self._fail(task, error)
        else:
            assert self._delivery is not None
            self._unseen.append(Outcome(task, *self._delivery.read(result)))
        self._dispatch()

    def _fail(self, task: Task, error: Exception) -> None:
        """Settle a task that the backend lost."""
        message = f"{type(error).__name__}: {error}"
        if self._one_at_a_time:
            self._unseen.append(Outcome(task, "lost", message))
            self._repair()
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
        left = [*(task for task, _ in self._under_way.values()), *self._waiting]
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
            self._repair()

    def _repair(self) -> None:
        self._backend.abort_everything(ensure_ready=True)
        self._is_broken = False

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self._waiting.clear()
        try:
            self._drain()
            if self._under_way or self._is_broken:
                self._backend.abort_everything(ensure_ready=False)
        finally:
            self._parallel.__exit__(None, None, None)
            self._open.close()
            self._delivery = None
            self._under_way.clear()
            self._unseen.clear()


def _own_copy(backend: ParallelBackendBase) -> ParallelBackendBase:
    """Return a backend of our own: `parallel_config` shares one between all that run under it.

    A forest that a strategy fits between two tasks would otherwise shut our workers down.
    """
    if isinstance(backend, (LokyBackend, MultiprocessingBackend, ThreadingBackend)):
        return copy.copy(backend)
    return backend


def _submit(backend: ParallelBackendBase, batch: BatchedCalls, callback: Call) -> Any:
    """Submit as the backend knows it: `apply_async` was renamed in joblib 1.5."""
    submit = getattr(type(backend), "submit", None)
    if submit is None or submit is getattr(ParallelBackendBase, "submit", None):
        return backend.apply_async(batch, callback)
    return backend.submit(batch, callback)
