"""Tasks run in processes of our own, each of which can be told apart, limited and killed."""

from __future__ import annotations

import pickle
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from multiprocessing import util
from multiprocessing.connection import Connection, Pipe, wait
from queue import Empty, SimpleQueue
from typing import Any

from .._joblib import worker_environment
from ._base import Executor, Outcome, Task
from ._calls import ShippedCall
from ._fork_server import ForkServer
from ._limits import Limits, MemoryMeter
from ._work import pack_answer
from ._worker_loop import DONE, READY, STARTED, read_message
from ._worker_process import Worker

__all__ = ["ProcessExecutor"]

POLL_SECONDS = 0.5
"""Longest time until a death is noticed that no pipe tells of."""

MEMORY_SECONDS = 0.05
"""Time between two looks at the memory of busy workers."""

MAX_DEATHS_AT_START = 3
"""Workers in a row that may die before they are ready."""


class ProcessExecutor(Executor):
    """Runs tasks in worker processes of its own.

    A worker that dies takes nothing but its task along, which is lost; it is replaced.  So is one
    that goes over a limit.  A thread of this process listens to the workers, enforces the limits
    and hands out tasks, whatever the caller is doing meanwhile.

    Parameters
    ----------
    n_workers : int
        Worker processes.
    limits : Limits, optional
        What one task may take.
    inner_threads : int, optional
        Threads of BLAS and OpenMP in each worker.  By default, its share of the cores, and more for
        a task beside idle workers.
    """

    def __init__(
        self,
        n_workers: int,
        *,
        limits: Limits | None = None,
        inner_threads: int | None = None,
    ) -> None:
        self._n_workers = n_workers
        self._limits = limits or Limits()
        self._inner_threads = inner_threads
        self._env = worker_environment(n_workers, inner_threads=inner_threads)
        self._meter = MemoryMeter.find() if self._limits.memory is not None else None
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Task, bytes]] = deque()
        self._workers: list[Worker] = []
        self._done: SimpleQueue[tuple[Task, bytes]] = SimpleQueue()
        self._n_under_way = 0
        self._n_deaths_at_start = 0
        self._has_reserve = False
        self._failure: str | None = None
        self._is_ending = False
        self._looked = 0.0
        self._server: ForkServer | None = None
        self._call: ShippedCall | None = None
        self._supervisor: threading.Thread | None = None
        self._wake: Connection | None = None
        self._woken: Connection | None = None
        self._at_exit: Any = None

    @property
    def n_slots(self) -> int:
        return self._n_workers

    def put(self, call: Callable[..., Any]) -> None:
        self.abort()
        self._call = ShippedCall(call, self._n_workers, inner_threads=self._inner_threads)
        self._woken, self._wake = Pipe(duplex=False)
        self._supervisor = threading.Thread(
            target=self._supervise, name="skhp-supervisor", daemon=True
        )
        self._supervisor.start()
        # multiprocessing joins its children at exit: without this, one not closed waits for ever.
        self._at_exit = util.Finalize(None, self.close, exitpriority=10)

    def submit(self, task: Task) -> None:
        if self._call is None:
            raise RuntimeError("Nothing to run: call put() first, and not after close().")
        self._n_under_way += 1
        packed = pickle.dumps(self._call.bind(task))
        with self._lock:
            self._waiting.append((task, packed))
            self._dispatch()

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        deadline = None if timeout is None else time.monotonic() + timeout
        outcomes: list[Outcome] = []
        while self._n_under_way and not outcomes:
            left = POLL_SECONDS if deadline is None else max(deadline - time.monotonic(), 0.0)
            try:
                ended = [self._done.get(timeout=min(left, POLL_SECONDS))]
            except Empty:
                if self._failure is not None:
                    raise RuntimeError(self._failure) from None
                if deadline is not None and time.monotonic() >= deadline:
                    break
                continue
            while not self._done.empty():
                ended.append(self._done.get())
            assert self._call is not None
            outcomes = [self._call.outcome(task, packed) for task, packed in ended]
        self._n_under_way -= len(outcomes)
        return outcomes

    def close(self) -> None:
        self.abort()

    def abort(self) -> None:
        if self._supervisor is None:
            return
        assert self._wake is not None and self._woken is not None and self._call is not None
        self._is_ending = True
        self._wake.send_bytes(b"")
        self._supervisor.join()
        Worker.end_all(self._workers)
        if self._server is not None:
            self._server.give_back()
            self._server = None
        self._workers.clear()
        self._waiting.clear()
        self._n_under_way = 0
        self._wake.close()
        self._woken.close()
        self._call.close()
        self._at_exit.cancel()
        self._supervisor = self._call = None
        self._done = SimpleQueue()
        self._failure, self._n_deaths_at_start = None, 0
        self._is_ending = False

    def _supervise(self) -> None:
        """Listen to the workers until they are to end; runs in a thread of its own."""
        try:
            while not self._is_ending and self._failure is None:
                self._start_workers()
                self._listen()
        except Exception:  # told where somebody is waiting, who would wait for ever
            self._failure = f"The workers cannot be run:\n{traceback.format_exc()}"

    def _start_workers(self) -> None:
        n_wanted = self._n_workers + (self._has_reserve and self._server is None)
        while len(self._workers) < n_wanted and not self._is_ending:
            worker = self._start_worker()
            with self._lock:
                self._workers.append(worker)

    def _start_worker(self) -> Worker:
        assert self._call is not None
        ticket, announces = self._call.ticket, self._limits.timeout is not None
        if not ForkServer.is_possible():
            return Worker.spawned(ticket, announces, env=self._env)
        if self._server is not None:
            try:
                return Worker.forked(self._server, ticket, announces=announces)
            except OSError:  # it was killed; what it forked lives on
                self._server.close()
        self._server = ForkServer.borrow(self._env)
        return Worker.forked(self._server, ticket, announces=announces)

    def _listen(self) -> None:
        assert self._woken is not None
        heard: dict[Any, Worker] = {worker.connection: worker for worker in self._workers}
        ready = wait([*heard, self._woken], timeout=self._pause())
        with self._lock:
            for connection in ready:
                if connection is not self._woken:
                    self._hear(heard[connection])
            self._look_after()
            self._dispatch()

    def _pause(self) -> float:
        """Return how long nothing needs a look, in seconds."""
        now = time.monotonic()
        ends = [worker.started for worker in self._workers if worker.started is not None]
        timeout = self._limits.timeout
        pauses = [start + timeout - now for start in ends] if timeout is not None else []
        if self._meter is not None:
            pauses.append(MEMORY_SECONDS)
        return max(min(pauses, default=POLL_SECONDS), 0.0)

    def _dispatch(self) -> None:
        """Give waiting tasks to idle workers; called with the lock held."""
        n_free = self._n_workers - sum(worker.task is not None for worker in self._workers)
        for worker in self._workers:
            if not self._waiting or n_free == 0:
                return
            if worker.is_idle:
                n_free -= 1
                task, packed = self._waiting.popleft()
                if not worker.assign(task, packed):
                    self._waiting.appendleft((task, packed))

    def _hear(self, worker: Worker) -> None:
        try:
            kind, seconds, answer = read_message(worker.connection.recv_bytes())
        except (EOFError, OSError):
            self._retire(worker)
            return
        if kind == READY:
            worker.be_ready(int(answer))
            self._n_deaths_at_start = 0
        elif kind == STARTED:
            worker.started = seconds
        elif kind == DONE:
            task = worker.give_back()
            if self._limits.timeout is not None and seconds > self._limits.timeout:
                answer = pack_answer(("timeout", self._limits.timeout_message(seconds)))
            self._done.put((task, answer))

    def _look_after(self) -> None:
        """Retire workers whose death no pipe tells of, kill those that are over a limit."""
        now = time.monotonic()
        looks = now - self._looked >= POLL_SECONDS
        self._looked = now if looks else self._looked
        for worker in list(self._workers):
            if looks and not worker.is_alive:
                self._retire(worker)
            elif worker.task is not None and (verdict := self._verdict(worker)) is not None:
                self._kill(worker, verdict)

    def _verdict(self, worker: Worker) -> bytes | None:
        """Return the answer that stands for a task over a limit, None within the limits."""
        timeout, memory = self._limits.timeout, self._limits.memory
        if timeout is not None and worker.started is not None:
            seconds = time.monotonic() - worker.started
            if seconds >= timeout:
                return pack_answer(("timeout", self._limits.timeout_message(seconds)))
        if memory is not None and self._meter is not None and worker.pid is not None:
            held = self._meter.held_by(worker.pid)
            if held > memory:
                return pack_answer(("lost", self._limits.memory_message(held)))
        return None

    def _kill(self, worker: Worker, answer: bytes) -> None:
        task = worker.give_back()
        worker.kill()
        self._go_on_without(worker)
        self._done.put((task, answer))

    def _retire(self, worker: Worker) -> None:
        cause = worker.cause_of_end()
        self._go_on_without(worker)
        if not worker.is_ready:
            self._n_deaths_at_start += 1
            if self._n_deaths_at_start >= MAX_DEATHS_AT_START:
                self._failure = f"Worker processes die before they can work: {cause}."
        if worker.task is not None:
            message = f"the worker process of this task died: {cause}"
            self._done.put((worker.give_back(), pack_answer(("lost", message))))

    def _go_on_without(self, worker: Worker) -> None:
        """Go on without a worker, and from the first one on with one in reserve.

        A new interpreter takes seconds to import what it needs; where one has died, others will.
        """
        self._workers.remove(worker)
        self._has_reserve = True
