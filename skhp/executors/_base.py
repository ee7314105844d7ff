"""What every executor takes, gives back and promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from .._interrupts import one_interrupt_ignored

__all__ = ["Executor", "Outcome", "Status", "Task"]

Status = Literal["ok", "raised", "lost", "timeout", "collateral", "interrupted"]


@dataclass(frozen=True)
class Task:
    """One call of the constant callable.

    Parameters
    ----------
    key : hashable
        What the caller knows the task by; two tasks with the same key are equal.
    args : tuple
        What the callable is called with.
    width : int
        How many slots' part of the machine's cores the task may use: more than one where there are
        fewer tasks than slots.  On clusters, which give out cores themselves, it has no effect.
    """

    key: Hashable
    args: tuple[Any, ...] = field(default=(), compare=False)
    width: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True)
class Outcome:
    """How a task ended.

    Parameters
    ----------
    task : Task
        The task, the very object that was submitted.
    status : {"ok", "raised", "lost", "timeout", "collateral", "interrupted"}
        - ``ok``: it returned `value`;
        - ``raised``: it raised the exception `value`;
        - ``lost``: it killed its worker, or went over the memory limit;
        - ``timeout``: it went over the time limit;
        - ``collateral``: it was lost through no fault of its own; submit it again after
          `Executor.recover`;
        - ``interrupted``: it met a KeyboardInterrupt.
    value : object
        The value returned, the exception raised, else a message (str).
    """

    task: Task
    status: Status
    value: Any = field(default=None, compare=False)


class Executor(ABC):
    """Where tasks run: one callable, shipped once, called with the arguments of each task.

    Every task that is submitted comes back from `wait` exactly once, unless before that the
    executor is aborted, closed, or given another callable.  An executor is used by one thread at a
    time, and is closed when its ``with`` block ends.

    It stands for workers, of which there is one set: a copy of it is the executor itself, also in a
    clone of what holds it, and it cannot be pickled.
    """

    @property
    @abstractmethod
    def n_slots(self) -> int:
        """How many tasks run at once; may change while tasks run."""

    @abstractmethod
    def put(self, call: Callable[..., Any]) -> None:
        """Ship the callable to the workers, in place of an earlier one.

        Tasks of the earlier one that have not come back are forgotten: an implementation begins
        with ``self.abort()``.

        Parameters
        ----------
        call : callable
            What tasks call.  It carries the data; it is pickled once for workers that share no
            memory with this process, and shared with those that do.
        """

    @abstractmethod
    def submit(self, task: Task) -> None:
        """Have a task run as soon as a worker is free; does not wait."""

    @abstractmethod
    def wait(self, timeout: float | None = None) -> list[Outcome]:
        """Wait until a task has ended.

        Parameters
        ----------
        timeout : float, optional
            Seconds after which to stop waiting.

        Returns
        -------
        list of Outcome
            Everything that has ended and was not given back before; empty when the time is over or
            nothing is under way.
        """

    def recover(self) -> None:
        """Make the executor usable again after collateral outcomes; free when it is usable."""
        return None

    def abort(self) -> None:
        """End what is under way, forget it, and be ready for `put`.

        Outcomes that were not given back yet never come.  This one waits for what runs; executors
        that can end their tasks do so.
        """
        while self.wait(None):
            self.recover()

    @abstractmethod
    def close(self) -> None:
        """Abort what runs and leave nothing behind; closing twice is closing."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError(
            f"{type(self).__name__} stands for workers that belong to this process, and cannot be "
            "pickled. Pickle what holds it without it: search.set_params(executor=None)."
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with one_interrupt_ignored():
            self.close()
