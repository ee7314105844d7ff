"""Waits for the tasks of a refit: until all are in, the clock has struck, or Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._interrupts import first_interrupt_raised
from ..executors import Executor, Outcome, Task

__all__ = ["Gathered", "gathered"]

WAIT_SECONDS = 0.1
"""Longest wait before the clock is looked at again."""


@dataclass
class Gathered:
    """What came of tasks.

    Parameters
    ----------
    values : dict of hashable to object
        What tasks returned, by their key.
    errors : dict of hashable to Exception
        What the others raised.
    ended : str, optional
        Why not all are in.
    """

    values: dict[Any, Any] = field(default_factory=dict)
    errors: dict[Any, BaseException] = field(default_factory=dict)
    ended: str | None = None


def gathered(
    executor: Executor,
    call: Callable[..., Any],
    tasks: Sequence[Task],
    *,
    until: float | None = None,
    may_end: Callable[[Gathered], bool],
) -> Gathered:
    """Run tasks, several at once.

    Parameters
    ----------
    executor : Executor
        Where they run.
    call : callable
        What runs them; shipped to each worker once.
    tasks : sequence of Task
        All there are, the first one first.
    until : float, optional
        On the monotonic clock; what is under way then is given up.
    may_end : callable
        Given what is in, whether that is enough for the clock or a Ctrl-C to end it.

    Raises
    ------
    KeyboardInterrupt
        If the user ended it and that is not enough.
    """
    done = Gathered()
    executor.put(call)
    for task in tasks:
        executor.submit(task)
    try:
        with first_interrupt_raised():
            while len(done.values) + len(done.errors) < len(tasks):
                if until is not None and time.monotonic() > until and may_end(done):
                    done.ended = "max_time reached"
                    break
                for outcome in executor.wait(WAIT_SECONDS):
                    _take(outcome, done, executor)
    except KeyboardInterrupt:
        if not may_end(done):
            raise
        done.ended = "interrupted"
    executor.abort()
    return done


def _take(outcome: Outcome, done: Gathered, executor: Executor) -> None:
    key = outcome.task.key
    if outcome.status == "interrupted":
        raise KeyboardInterrupt
    if outcome.status == "collateral":
        executor.recover()
        executor.submit(outcome.task)
    elif outcome.status == "ok":
        done.values[key] = outcome.value
    elif outcome.status == "raised":
        done.errors[key] = outcome.value
    else:
        done.errors[key] = RuntimeError(f"{outcome.status}: {outcome.value}")
