"""Tasks run one after the other in the calling thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from .._interrupts import interrupts_heard
from ._base import Executor, Outcome, Task
from ._work import attempt

__all__ = ["SequentialExecutor"]


class SequentialExecutor(Executor):
    """Runs one task in each `wait`, in the thread that waits.

    The callable is shared, the timeout of `wait` has no effect, and a KeyboardInterrupt that comes
    while a task runs is the task's outcome, also if the task catches it.

    Examples
    --------
    >>> from skhp.executors import SequentialExecutor, Task
    >>> with SequentialExecutor() as executor:
    ...     executor.put(pow)
    ...     executor.submit(Task("a", (2, 10)))
    ...     executor.wait()
    [Outcome(task=Task(key='a', args=(2, 10)), status='ok', value=1024)]
    """

    def __init__(self) -> None:
        self._call: Callable[..., Any] | None = None
        self._waiting: deque[Task] = deque()

    @property
    def n_slots(self) -> int:
        return 1

    def put(self, call: Callable[..., Any]) -> None:
        self.abort()
        self._call = call

    def submit(self, task: Task) -> None:
        if self._call is None:
            raise RuntimeError("Nothing to run: call put() first, and not after close().")
        self._waiting.append(task)

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        if not self._waiting or self._call is None:
            return []
        task = self._waiting.popleft()
        with interrupts_heard() as heard:
            status, value = attempt(self._call, task.args)
        if heard():
            return [Outcome(task, "interrupted", "KeyboardInterrupt in a task")]
        return [Outcome(task, status, value)]

    def abort(self) -> None:
        self._call = None
        self._waiting.clear()

    def close(self) -> None:
        self.abort()

    def __reduce__(self) -> str | tuple[Any, ...]:
        return SequentialExecutor, ()  # it has no workers: any other will do
