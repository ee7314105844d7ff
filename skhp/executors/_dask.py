"""Tasks run on the workers of a dask.distributed cluster."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from functools import cached_property
from pickle import PickleBuffer
from queue import Empty, SimpleQueue
from typing import Any, Self
from uuid import uuid4

from .._pickling import dumps_by_value
from ..exceptions import MissingExtraError
from ._arrays import pack
from ._base import Executor, Outcome, Task
from ._limits import Limits
from ._payload import Parcel
from ._settings import CallerSettings
from ._work import attempt, call_with, pack_answer, read_answer

__all__ = ["DaskExecutor"]

LOOK_SECONDS = 0.5
"""Time between two looks at which workers are there."""

SCATTER_SECONDS = 2.0
"""Longest wait for workers while the data is given to them; it is tried again."""

LOST = ("cancelled", "lost", "error")
"""What dask says of a future whose data is gone."""

MAX_DEATHS = 3
"""Workers with several threads may take others' tasks along: so often a task is given the benefit
of the doubt."""


@dataclass(frozen=True)
class _Dispatched:
    """A task, its future, the worker it was given to, and when (on the monotonic clock)."""

    task: Task
    future: Any
    address: str
    since: float


class DaskExecutor(Executor):
    """Runs tasks on a dask cluster, each on a worker chosen here.

    dask would run a task again whose worker died, up to three times, and so kill three more
    workers.  A task that is bound to one worker stays where it was: when the worker is gone, the
    task is known that was running on it, and nothing else is touched.

    Parameters
    ----------
    client : distributed.Client
        Stays open.
    n_workers : int, optional
        The most slots to use.  By default all threads of the cluster, which may grow and shrink.
    limits : Limits, optional
        Of these only the time limit; dask watches the memory of its workers itself.  A task over
        the limit ends together with its worker, which dask's nanny then starts anew; workers
        without a nanny are left alone.

    Raises
    ------
    MissingExtraError
        If dask.distributed is not installed.
    """

    def __init__(
        self, client: Any, *, n_workers: int | None = None, limits: Limits | None = None
    ) -> None:
        try:
            import distributed
        except ImportError as error:
            raise MissingExtraError("dask.distributed", "dask") from error
        self._distributed = distributed
        self._client = client
        self._n_workers = n_workers
        self._limits = limits or Limits()
        self._packed: _Data | None = None
        self._data: Any = None
        self._threads: dict[str, int] = {}
        self._looked = float("-inf")
        self._done: SimpleQueue[int] = SimpleQueue()
        self._waiting: deque[Task] = deque()
        self._under_way: dict[int, _Dispatched] = {}
        self._unseen: list[Outcome] = []
        self._deaths: Counter[Any] = Counter()
        self._n_dispatched = 0
        self._name = f"skhp-{uuid4().hex}"
        self._has_seceded = False

    @property
    def n_slots(self) -> int:
        self._look()
        n_threads = sum(self._threads.values())
        return max(1, n_threads if self._n_workers is None else min(n_threads, self._n_workers))

    def put(self, call: Callable[..., Any]) -> None:
        self.abort()
        self._packed = _Data.packed((call, CallerSettings.here()))
        self._look()
        self._scatter()
        if _is_in_task() and not self._has_seceded:
            # Leave the slot of the task that we are in to the tasks that we wait for.
            self._distributed.secede()
            self._has_seceded = True

    def _scatter(self) -> None:
        """Give the data to one worker; the others fetch it from there with their first task.

        To wait until all had it took several times as long.  It is lost with the last worker that
        held it; then this is done again.
        """
        if self._threads and (self._data is None or self._data.status in LOST):
            try:
                (self._data,) = self._client.scatter(
                    [self._packed], hash=False, timeout=SCATTER_SECONDS
                )
            except TimeoutError:  # the workers have gone meanwhile
                self._data = None

    def submit(self, task: Task) -> None:
        if self._packed is None:
            raise RuntimeError("Nothing to run: call put() first, and not after close().")
        self._waiting.append(task)
        self._dispatch()

    def _dispatch(self) -> None:
        self._scatter()
        if self._data is None:
            return
        n_slots = self.n_slots
        busy = Counter(one.address for one in self._under_way.values())
        for address, n_threads in self._threads.items():
            while self._waiting and busy[address] < n_threads and len(self._under_way) < n_slots:
                busy[address] += 1
                self._send(self._waiting.popleft(), address)

    def _send(self, task: Task, address: str) -> None:
        try:
            packed = dumps_by_value(task.args)
        except Exception as error:  # pickling runs methods of the arguments' classes
            self._unseen.append(Outcome(task, "raised", error))
            return
        serial = self._n_dispatched
        self._n_dispatched += 1
        future = self._client.submit(
            _carry_out,
            self._data,
            packed,
            self._limits.timeout,
            key=f"{self._name}-{serial}",
            workers=[address],
            pure=False,
        )
        self._under_way[serial] = _Dispatched(task, future, address, time.monotonic())
        future.add_done_callback(lambda _: self._done.put(serial))

    def wait(self, timeout: float | None = None) -> list[Outcome]:
        deadline = float("inf") if timeout is None else time.monotonic() + timeout
        self._drain()
        while not self._unseen and (self._under_way or self._waiting):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                self._settle(self._done.get(timeout=min(left, LOOK_SECONDS)))
            except Empty:
                self._look()
                self._dispatch()
                continue
            self._drain()
        outcomes, self._unseen = self._unseen, []
        return outcomes

    def _drain(self) -> None:
        self._look()
        while True:
            try:
                self._settle(self._done.get_nowait())
            except Empty:
                return

    def _settle(self, serial: int) -> None:
        if serial not in self._under_way:
            return
        one = self._under_way[serial]
        try:
            seconds, packed = one.future.result()
        except CancelledError as error:
            self._settle_the_lost()  # its worker may have been the last to hold the data
            outcome = Outcome(one.task, "collateral", f"{type(error).__name__}: {error}")
        except Exception as error:  # tasks never raise: it could not be run at all
            outcome = Outcome(one.task, "lost", f"{type(error).__name__}: {error}")
        else:
            outcome = Outcome(one.task, *read_answer(packed))
            if self._limits.timeout is not None and seconds > self._limits.timeout:
                message = self._limits.timeout_message(seconds)
                outcome = replace(outcome, status="timeout", value=message)
        if self._under_way.pop(serial, None) is not None:
            self._unseen.append(outcome)
        self._dispatch()

    def _look(self) -> None:
        """Learn from time to time which workers there are."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._settle_the_lost()

    def _settle_the_lost(self) -> None:
        """Learn which workers there are, and settle what was running on those that are gone."""
        self._threads = self._client.nthreads()
        self._looked = time.monotonic()
        gone = {
            serial: one
            for serial, one in self._under_way.items()
            if one.address not in self._threads and one.future.status != "finished"
        }
        n_on = Counter(one.address for one in gone.values())
        for serial, one in gone.items():
            del self._under_way[serial]
            one.future.cancel()
            self._unseen.append(self._blame(one, is_alone=n_on[one.address] == 1))

    def _blame(self, one: _Dispatched, *, is_alone: bool) -> Outcome:
        seconds = time.monotonic() - one.since
        if self._limits.timeout is not None and seconds >= self._limits.timeout:
            return Outcome(one.task, "timeout", self._limits.timeout_message(seconds))
        self._deaths[one.task.key] += 1
        message = f"the dask worker {one.address}, which ran this task, is gone"
        if is_alone or self._deaths[one.task.key] >= MAX_DEATHS:
            return Outcome(one.task, "lost", message)
        return Outcome(one.task, "collateral", message)

    def abort(self) -> None:
        futures = [one.future for one in self._under_way.values()]
        if futures:
            self._client.cancel(futures)
        self._under_way.clear()
        self._waiting.clear()
        self._unseen.clear()
        self._deaths.clear()
        self._packed = self._data = None

    def close(self) -> None:
        self.abort()
        if self._has_seceded:
            self._has_seceded = False
            self._distributed.rejoin()


def _is_in_task() -> bool:
    """Return whether this thread runs a task of a dask worker."""
    from distributed.worker import thread_state  # type: ignore[attr-defined]

    return hasattr(thread_state, "execution_state")


class _Data:
    """What every worker holds: pickled once by us, since dask pickles as often as it likes.

    Parameters
    ----------
    body : bytes
        The pickled callable and the settings of the calling thread.
    buffers : sequence of buffers
        Its buffers; they are copied where they came out read-only.
    """

    def __init__(self, body: bytes, buffers: Sequence[Any]) -> None:
        raw = [memoryview(buffer) for buffer in buffers]
        self.body = body
        self.buffers = [memoryview(bytearray(one)) if one.readonly else one for one in raw]

    @classmethod
    def packed(cls, parcel: Parcel) -> Self:
        packed = pack(parcel, by_file=False)
        return cls(packed.body, [buffer.whole() for buffer in packed.buffers])

    def __reduce__(self) -> tuple[Any, ...]:
        return _Data, (self.body, [PickleBuffer(one) for one in self.buffers])

    @cached_property
    def parcel(self) -> Parcel:
        parcel: Parcel = pickle.loads(self.body, buffers=self.buffers)
        return parcel


def _carry_out(data: _Data, packed: bytes, timeout: float | None) -> tuple[float, bytes]:
    """Carry out one task on a worker; return how long it took, and the packed answer."""
    from distributed import get_worker

    worker = get_worker()
    timer = None
    if timeout is not None and worker.nanny is not None:
        timer = threading.Timer(timeout, os._exit, (1,))
        timer.daemon = True
        timer.start()
    call, settings = data.parcel
    # Warning filters belong to the process: they cannot be set for one of several threads.
    is_alone = worker.state.nthreads == 1
    context = settings.of_process() if is_alone else settings.of_thread()
    started = time.monotonic()
    with context:
        answer = attempt(call_with, (call, packed))
    seconds = time.monotonic() - started
    if timer is not None:
        timer.cancel()
    return seconds, pack_answer(answer)
