"""An executor with a clock of its own: hundreds of workers, and no waiting."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

from ..executors import Executor, Outcome, Task

__all__ = ["SimulatedExecutor"]


class SimulatedExecutor(Executor):
    """Runs each task at once, and gives it back when its simulated duration is over.

    Parameters
    ----------
    n_slots : int
        Simulated workers.
    duration : callable
        Seconds that a task takes, given the task.

    Attributes
    ----------
    now : float
        The simulated time, in seconds.
    busy : float
        Seconds that all workers together have worked.

    Examples
    --------
    >>> from skhp.executors import Task
    >>> executor = SimulatedExecutor(2, duration=lambda task: task.args[0])
    >>> executor.put(lambda seconds: seconds)
    >>> for key, seconds in enumerate([3.0, 1.0]):
    ...     executor.submit(Task(key, (seconds,)))
    >>> [outcome.task.key for outcome in executor.wait()], executor.now
    ([1], 1.0)
    """

    def __init__(self, n_slots: int, *, duration: Callable[[Task], float]) -> None:
        self._n_slots = n_slots
        self._duration = duration
        self._running: list[tuple[float, int, Task]] = []
        self._waiting: list[Task] = []
        self._count = 0
        self._call: Callable[..., Any] | None = None
        self.now = 0.0
        self.busy = 0.0

    @property
    def n_slots(self) -> int:
        return self._n_slots

    def put(self, call: Callable[..., Any]) -> None:
        self.abort()
        self._call = call

    def submit(self, task: Task) -> None:
        self._waiting.append(task)
        self._start()

    def _start(self) -> None:
        while self._waiting and len(self._running) < self._n_slots:
            task = self._waiting.pop(0)
            seconds = self._duration(task)
            self.busy += seconds
            self._count += 1
            heapq.heappush(self._running, (self.now + seconds, self._count, task))

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        if not self._running:
            return []
        self.now, _, task = heapq.heappop(self._running)
        self._start()
        assert self._call is not None
        try:
            return [Outcome(task, "ok", self._call(*task.args))]
        except Exception as error:
            return [Outcome(task, "raised", error)]

    def abort(self) -> None:
        self._running.clear()
        self._waiting.clear()

    def close(self) -> None:
        self.abort()
