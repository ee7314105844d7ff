"""Tasks run in joblib's own worker processes, until one of these dies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._base import Executor, Outcome, Task
from ._joblib import JoblibExecutor
from ._processes import ProcessExecutor

__all__ = ["LokyExecutor"]


class LokyExecutor(Executor):
    """Runs tasks on joblib's loky workers, which are there for the next search too.

    With loky, a worker that dies takes the tasks of all the others along, and nobody knows which
    was the cause.  After the first death, `recover` therefore goes over to processes that can be
    told apart, and the callable is shipped once more.

    Parameters
    ----------
    n_workers : int
        Worker processes, at least two.
    inner_threads : int, optional
        As for `ProcessExecutor`.
    """

    def __init__(self, n_workers: int, *, inner_threads: int | None = None) -> None:
        self._n_workers = n_workers
        self._inner_threads = inner_threads
        self._loky = JoblibExecutor(n_workers)
        self._current: Executor = self._loky
        self._call: Callable[..., Any] | None = None
        self._unseen: list[Outcome] = []

    @property
    def n_slots(self) -> int:
        return self._n_workers

    def put(self, call: Callable[..., Any]) -> None:
        self._unseen.clear()
        self._current.put(call)
        self._call = call

    def submit(self, task: Task) -> None:
        self._current.submit(task)

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        outcomes, self._unseen = self._unseen, []
        return outcomes or self._current.wait(timeout)

    def recover(self) -> None:
        if self._current is not self._loky or not self._loky.is_broken:
            return
        assert self._call is not None
        self._unseen.extend(self._loky.abandon())
        self._loky.close()
        self._current = ProcessExecutor(self._n_workers, inner_threads=self._inner_threads)
        self._current.put(self._call)

    def abort(self) -> None:
        self._call = None
        self._unseen.clear()
        self._current.abort()

    def close(self) -> None:
        self._call = None
        self._unseen.clear()
        self._current.close()
