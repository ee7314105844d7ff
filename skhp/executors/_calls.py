"""The constant callable, made ready for the workers of an executor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

from ._base import Outcome, Task
from ._payload import Shipment, Ticket
from ._settings import CallerSettings, Cores, ThreadLimit
from ._work import Answer, attempt, pack_answer, pack_task, read_answer, work

__all__ = ["ReadyCall", "SharedCall", "ShippedCall"]


MAX_LOSSES = 5
"""So many times in a row workers may fail to map the callable; after that, their tasks are lost.

All the tasks that were under way at such a time are one, since one cause befell them.
"""


class ReadyCall(ABC):
    """What `SharedCall` and `ShippedCall` have in common."""

    @abstractmethod
    def bind(self, task: Task) -> Callable[[], Any]:
        """Return a function without arguments for a worker to call; never fails.

        Parameters
        ----------
        task : Task
            Its arguments are packed here, its width takes effect here.

        Returns
        -------
        callable
            Carries out the task under the settings of the thread that made this object.  Whatever
            happens in the task, it returns: what it returns is for `outcome` to read.
        """

    @abstractmethod
    def outcome(self, task: Task, returned: Any) -> Outcome:
        """Return how a task ended.

        Parameters
        ----------
        task : Task
            As given to `bind`.
        returned : object
            What the function returned in the worker.

        Returns
        -------
        Outcome
            That is ``ok``, ``raised`` or ``interrupted``, and ``collateral`` where the worker did
            not find the callable; the loss of a worker is for the executor to tell.
        """

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind; closing twice is closing."""


class SharedCall(ReadyCall):
    """A callable for workers that are threads of this process.

    Parameters
    ----------
    call : callable
        What tasks call.
    n_workers : int
        Threads, among which the cores of this machine are divided: BLAS, OpenMP and joblib use no
        more than its share in a task.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from skhp.executors import SharedCall, Task
    >>> call, task = SharedCall(pow, 2), Task("a", (2, 10))
    >>> with ThreadPoolExecutor(2) as pool:
    ...     call.outcome(task, pool.submit(call.bind(task)).result())
    Outcome(task=Task(key='a', args=(2, 10)), status='ok', value=1024)
    >>> call.close()
    """

    def __init__(self, call: Callable[..., Any], n_workers: int) -> None:
        self._call = call
        cores = Cores.among(n_workers)
        self._settings = CallerSettings.here(cores)
        self._limit = ThreadLimit(cores)
        self._width = 0

    def bind(self, task: Task) -> Callable[[], Any]:
        if task.width != self._width:
            self._limit.of_process(task.width)
            self._width = task.width
        return partial(self._attempt, task)

    def _attempt(self, task: Task) -> Answer:
        with self._settings.of_thread(task.width), self._limit.of_thread(task.width):
            return attempt(self._call, task.args)

    def outcome(self, task: Task, returned: Any) -> Outcome:
        return Outcome(task, *returned)

    def close(self) -> None:
        self._limit.close()


class ShippedCall(ReadyCall):
    """A callable for workers that are other processes of this machine.

    It is pickled here, once, with functions and classes of a script or a notebook by value, into a
    file that the workers map; arrays are shared until a task writes into them.  When a worker does
    not find that file, because something else has removed it, its task is collateral, and the
    next one that is bound has another file.

    Parameters
    ----------
    call : callable
        What tasks call.
    n_workers : int
        Processes, among which the cores of this machine are divided.
    inner_threads : int, optional
        Threads of BLAS and OpenMP in each of them, if the user has settled that; otherwise a task
        that is wider than one slot has more of them.

    Raises
    ------
    Exception
        What pickling the callable raises.

    Examples
    --------
    >>> import pickle
    >>> from skhp.executors import ShippedCall, Task
    >>> call, task = ShippedCall(pow, 2), Task("a", (2, 10))
    >>> in_a_worker = pickle.loads(pickle.dumps(call.bind(task)))
    >>> call.outcome(task, in_a_worker())
    Outcome(task=Task(key='a', args=(2, 10)), status='ok', value=1024)
    >>> call.close()
    """

    def __init__(
        self, call: Callable[..., Any], n_workers: int, *, inner_threads: int | None = None
    ) -> None:
        cores = Cores.among(n_workers, inner_threads=inner_threads)
        self._parcel = (call, CallerSettings.here(cores))
        self._shipment = Shipment(self._parcel)
        self._n_losses = 0
        self._round = 0  # the next one begins with a loss
        self._bound_in: dict[Any, int] = {}  # rounds by the keys of tasks

    @property
    def ticket(self) -> Ticket:
        """Where workers find the callable now."""
        return self._shipment.ticket

    def bind(self, task: Task) -> Callable[[], Any]:
        try:
            packed = pack_task(task)
            if self._n_losses and not self._shipment.is_intact:
                self._shipment.close()
                self._shipment = Shipment(self._parcel)
        except Exception as error:  # pickling runs methods of the arguments' classes
            return partial(bytes, pack_answer(("raised", error)))
        self._bound_in[task.key] = self._round
        return partial(work, self.ticket, packed)

    def outcome(self, task: Task, returned: Any) -> Outcome:
        status, value = read_answer(returned)
        is_of_this_round = self._bound_in.pop(task.key, None) == self._round
        if status != "collateral":
            self._n_losses = 0
            return Outcome(task, status, value)
        self._round += is_of_this_round
        self._n_losses += is_of_this_round
        return Outcome(task, "lost" if self._n_losses > MAX_LOSSES else "collateral", value)

    def close(self) -> None:
        self._shipment.close()
