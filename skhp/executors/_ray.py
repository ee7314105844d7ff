"""Tasks run by actors of a ray cluster."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._pickling import dumps_by_value, loads_copied
from ..exceptions import MissingExtraError
from ._arrays import pack
from ._base import Executor, Outcome, Status, Task
from ._limits import Limits
from ._payload import Parcel
from ._settings import CallerSettings
from ._work import attempt, call_with, pack_answer, read_answer

__all__ = ["RayExecutor"]

POLL_SECONDS = 0.5
"""Longest wait without a look at signals and at the time limit."""

MAX_DEATHS_AT_START = 3
"""Actors in a row that may die before they are ready."""


class _Actor:
    """The life of an actor: holds its own copy of the data, carries out one task after the other.

    Parameters
    ----------
    body, buffers : arrays of bytes
        The pickled callable and its buffers, read-only in ray's object store.
    """

    def __init__(self, body: NDArray[np.uint8], *buffers: NDArray[np.uint8]) -> None:
        self._packed = (body, buffers)
        self._parcel: Parcel | None = None

    def get_ready(self) -> None:
        attempt(self._open, ())  # an error would come again with each task, and is answered there

    def _open(self) -> Parcel:
        if self._parcel is None:
            self._parcel = loads_copied(*self._packed)
        return self._parcel

    def carry_out(self, packed: bytes) -> tuple[float, bytes]:
        started = time.monotonic()
        answer = attempt(self._call, (packed,))
        return time.monotonic() - started, pack_answer(answer)

    def _call(self, packed: bytes) -> Any:
        call, settings = self._open()
        with settings.of_process():
            return call_with(call, packed)


@dataclass
class _Worker:
    """An actor and what it is doing: getting ready while `is_ready` is False."""

    actor: Any
    is_ready: bool = False
    task: Task | None = None
    since: float = 0.0


class RayExecutor(Executor):
    """Runs each task on an actor of its own choice: one that dies is known by its task.

    An actor takes one task at a time, so that its time limit starts when it is sent, and is killed
    with it.  Each holds a copy of the data: arrays in ray's object store cannot be written.

    Parameters
    ----------
    n_workers : int
        Actors, each with one CPU of the cluster.
    limits : Limits, optional
        Of these only the time limit; ray watches the memory of its nodes itself.

    Raises
    ------
    MissingExtraError
        If ray is not installed.
    """

    def __init__(self, n_workers: int, *, limits: Limits | None = None) -> None:
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("ray", "ray") from error
        self._ray = ray
        self._n_workers = n_workers
        self._limits = limits or Limits()
        self._data: list[Any] = []
        self._workers: dict[Any, _Worker] = {}
        self._idle: list[_Worker] = []
        self._waiting: deque[Task] = deque()
        self._unseen: list[Outcome] = []
        self._n_deaths_at_start = 0

    @property
    def n_slots(self) -> int:
        return self._n_workers

    def put(self, call: Callable[..., Any]) -> None:
        self.abort()
        if not self._ray.is_initialized():
            self._ray.init()
        packed = pack((call, CallerSettings.here()), by_file=False)
        parts = [memoryview(packed.body), *(buffer.whole() for buffer in packed.buffers)]
        self._data = [self._ray.put(np.frombuffer(part, np.uint8)) for part in parts]
        for _ in range(self._n_workers):
            self._start_worker()

    def _start_worker(self) -> None:
        kind = self._ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(_Actor)
        worker = _Worker(kind.remote(*self._data))
        self._workers[worker.actor.get_ready.remote()] = worker

    def submit(self, task: Task) -> None:
        if not self._data:
            raise RuntimeError("Nothing to run: call put() first, and not after close().")
        self._waiting.append(task)
        self._dispatch()

    def _dispatch(self) -> None:
        while self._waiting and self._idle:
            task = self._waiting.popleft()
            try:
                packed = dumps_by_value(task.args)
            except Exception as error:  # pickling runs methods of the arguments' classes
                self._unseen.append(Outcome(task, "raised", error))
                continue
            worker = self._idle.pop()
            worker.task, worker.since = task, time.monotonic()
            self._workers[worker.actor.carry_out.remote(packed)] = worker

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        deadline = float("inf") if timeout is None else time.monotonic() + timeout
        while True:
            left = 0.0 if self._unseen or not self._is_at_work else deadline - time.monotonic()
            self._listen(min(max(left, 0.0), self._pause()))
            if left <= 0.0:
                break
        outcomes, self._unseen = self._unseen, []
        return outcomes

    @property
    def _is_at_work(self) -> bool:
        return bool(self._waiting) or any(one.task for one in self._workers.values())

    def _pause(self) -> float:
        if self._limits.timeout is None:
            return POLL_SECONDS
        since = [one.since for one in self._workers.values() if one.task is not None]
        ends = (start + self._limits.timeout - time.monotonic() for start in since)
        return min(POLL_SECONDS, max(0.0, min(ends, default=POLL_SECONDS)))

    def _listen(self, timeout: float) -> None:
        """Take in what has ended within `timeout` seconds, and end what is over the limit."""
        references = list(self._workers)
        if references:
            self._ray.wait(references, num_returns=1, timeout=timeout)
            ended, _ = self._ray.wait(references, num_returns=len(references), timeout=0)
            for reference in ended:
                self._settle(reference)
        if self._limits.timeout is not None:
            for reference, worker in list(self._workers.items()):
                seconds = time.monotonic() - worker.since
                if worker.task is not None and seconds > self._limits.timeout:
                    self._ray.kill(worker.actor)
                    self._end(reference, "timeout", self._limits.timeout_message(seconds))
        self._dispatch()

    def _settle(self, reference: Any) -> None:
        worker = self._workers[reference]
        try:
            result = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            lines = str(error).strip().splitlines() or [""]
            message = f"the ray actor of this task died: {type(error).__name__}: {lines[0]}"
            self._end(reference, "lost", message)
            return
        del self._workers[reference]
        self._idle.append(worker)
        if not worker.is_ready:
            worker.is_ready, self._n_deaths_at_start = True, 0
            return
        seconds, packed = result
        task, worker.task = worker.task, None
        assert task is not None
        timeout = self._limits.timeout
        if timeout is not None and seconds > timeout:
            message = self._limits.timeout_message(seconds)
            self._unseen.append(Outcome(task, "timeout", message))
        else:
            self._unseen.append(Outcome(task, *read_answer(packed)))

    def _end(self, reference: Any, status: Status, message: str) -> None:
        """Go on without an actor and its task."""
        worker = self._workers.pop(reference)
        if not worker.is_ready:
            self._n_deaths_at_start += 1
            if self._n_deaths_at_start >= MAX_DEATHS_AT_START:
                raise RuntimeError(f"ray's actors die before they can work: {message}")
        if worker.task is not None:
            self._unseen.append(Outcome(worker.task, status, message))
        self._start_worker()

    def abort(self) -> None:
        for worker in [*self._workers.values(), *self._idle]:
            self._ray.kill(worker.actor)
        self._workers.clear()
        self._idle.clear()
        self._waiting.clear()
        self._unseen.clear()
        self._data = []
        self._n_deaths_at_start = 0

    def close(self) -> None:
        self.abort()
