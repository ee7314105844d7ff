"""The choice of an executor: what `n_jobs` and joblib's configuration ask for."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import current_process

from .._joblib import ParallelBackendBase, configured_backend
from .._warnings import warn
from ..exceptions import SettingError, WorkerWarning
from ._base import Executor
from ._dask import DaskExecutor
from ._joblib import JoblibExecutor
from ._limits import Limits
from ._loky import LokyExecutor
from ._processes import ProcessExecutor
from ._ray import RayExecutor
from ._sequential import SequentialExecutor

__all__ = ["executor_for"]

START_SECONDS = 5.0
"""Below this time for everything, the start of a first worker process would cost too much of it."""


def executor_for(
    n_jobs: int | None = None,
    *,
    pre_dispatch: int | str = "2*n_jobs",
    fit_timeout: float | None = None,
    fit_memory: int | None = None,
    max_time: float | None = None,
) -> Executor:
    """Return the executor that `n_jobs` and `joblib.parallel_config` ask for.

    Parameters
    ----------
    n_jobs : int, optional
        As everywhere with joblib: None follows ``parallel_config`` and is 1 outside of it; -1
        stands for all cores, -2 for all but one.
    pre_dispatch : int or str, default="2*n_jobs"
        The most tasks that may be under way at once, "all", or an expression of `n_jobs`.
    fit_timeout : float, optional
        Seconds that one task may take.
    fit_memory : int, optional
        Bytes that a worker process may hold.
    max_time : float, optional
        Seconds after which the executor will be closed, whatever runs. From 5 seconds on, a single
        worker is a process then, since nothing ends a fit in the calling one. Below, the start of a
        process would use up too much of them; there, with threads and with
        ``joblib.parallel_config("sequential")``, the fit under way is waited for.

    Returns
    -------
    Executor
        To be closed, best by a ``with`` statement.

    Raises
    ------
    SettingError
        If `pre_dispatch` cannot be read, or a limit is not positive.
    ValueError
        If joblib does not accept `n_jobs`.

    Examples
    --------
    >>> from skhp.executors import Task, executor_for
    >>> with executor_for(n_jobs=1) as executor:
    ...     executor.put(abs)
    ...     executor.submit(Task(0, (-3,)))
    ...     executor.wait()[0].value
    3
    """
    limits = Limits(fit_timeout, fit_memory)
    backend, n_jobs = configured_backend(n_jobs)
    order = _Order(backend, n_jobs, pre_dispatch, limits, max_time)
    names = (kind.__name__ for kind in type(order.backend).__mro__)
    make = next((MAKERS[name] for name in names if name in MAKERS), _make_other)
    return make(order)


@dataclass(frozen=True)
class _Order:
    """What an executor is made from.

    Parameters
    ----------
    backend : ParallelBackendBase
        joblib's active one.
    n_jobs : int
        As joblib resolved it, perhaps negative.
    pre_dispatch : int or str
        As the user gave it.
    limits : Limits
        What a task may take.
    max_time : float or None
        Seconds after which the executor will be closed, whatever runs.
    """

    backend: ParallelBackendBase
    n_jobs: int
    pre_dispatch: int | str
    limits: Limits
    max_time: float | None

    @cached_property
    def n_workers(self) -> int:
        """How many tasks run at once."""
        n_jobs: int = self.backend.effective_n_jobs(self.n_jobs)
        return self.bounded(n_jobs)

    def bounded(self, n_jobs: int) -> int:
        """Return `n_jobs`, or fewer if `pre_dispatch` asks for fewer."""
        return min(n_jobs, _bound(self.pre_dispatch, n_jobs))

    def share_of(self, n_cores: int) -> int:
        """Return how many of a cluster's cores are asked for."""
        wanted = self.n_jobs if self.n_jobs > 0 else n_cores + 1 + self.n_jobs
        return self.bounded(max(1, min(wanted, n_cores)))

    @property
    def inner_threads(self) -> int | None:
        """Threads of BLAS and OpenMP in each worker, if joblib was told."""
        n_threads: int | None = self.backend.inner_max_num_threads
        return n_threads


def _make_processes(order: _Order) -> Executor:
    return ProcessExecutor(order.n_workers, limits=order.limits, inner_threads=order.inner_threads)


def _make_sequential(order: _Order) -> Executor:
    """Limits can only be put to a process: one task at a time needs one too then."""
    if not order.limits.are_set:
        return SequentialExecutor()
    if current_process().daemon:
        _warn_of_limits("a daemonic process, which may have no children")
        return SequentialExecutor()
    return _make_processes(order)


def _make_loky(order: _Order) -> Executor:
    if order.n_workers == 1 and not _needs_a_process(order):
        return _make_sequential(order)
    if order.n_workers == 1 or order.limits.are_set:
        return _make_processes(order)
    return LokyExecutor(order.n_workers, inner_threads=order.inner_threads)


def _needs_a_process(order: _Order) -> bool:
    is_worth_it = order.max_time is not None and order.max_time >= START_SECONDS
    return is_worth_it and not current_process().daemon


def _make_multiprocessing(order: _Order) -> Executor:
    """`multiprocessing.Pool` waits for ever for a worker that died."""
    if order.n_workers == 1 and not _needs_a_process(order):
        return _make_sequential(order)
    return _make_processes(order)


def _make_without_joblib(order: _Order) -> Executor:
    if order.n_workers > 1:
        warn(
            "joblib cannot start worker processes here, since this system has no semaphores (often "
            "for want of a writable /dev/shm): the search runs in processes of its own instead, "
            "and what else uses joblib, a refit for one, on one core.",
            WorkerWarning,
        )
    return _make_multiprocessing(order)


def _make_threads(order: _Order) -> Executor:
    if order.n_workers == 1:
        return _make_sequential(order)
    return _make_other(order)


def _make_other(order: _Order) -> Executor:
    if order.limits.are_set:
        _warn_of_limits(f"joblib's {type(order.backend).__name__}")
    if order.n_workers == 1:
        return SequentialExecutor()
    return JoblibExecutor(order.n_workers)


def _make_dask(order: _Order) -> Executor:
    if order.limits.memory is not None:
        _warn_of_memory("dask")
    client = order.backend.client
    whole = order.n_jobs == -1 and order.pre_dispatch in ("all", "2*n_jobs")
    n_workers = None if whole else order.share_of(order.backend.effective_n_jobs(-1))
    return DaskExecutor(client, n_workers=n_workers, limits=order.limits)


def _make_ray(order: _Order) -> Executor:
    import ray

    if order.n_jobs == 1:
        return _make_sequential(order)
    if order.limits.memory is not None:
        _warn_of_memory("ray")
    if not ray.is_initialized():
        ray.init()
    n_workers = order.share_of(int(ray.cluster_resources()["CPU"]))
    return RayExecutor(n_workers, limits=order.limits)


def _warn_of_memory(place: str) -> None:
    warn(
        f"fit_memory has no effect on {place}, which watches the memory of its workers itself.",
        WorkerWarning,
    )


def _warn_of_limits(place: str) -> None:
    warn(
        f"fit_timeout and fit_memory have no effect in {place}: a fit can only be ended together "
        "with a process of its own. Choose joblib's loky backend for limits.",
        WorkerWarning,
    )


MAKERS: dict[str, Callable[[_Order], Executor]] = {
    "DaskDistributedBackend": _make_dask,
    "RayBackend": _make_ray,
    "LokyBackend": _make_loky,
    "MissingProcesses": _make_without_joblib,
    "MultiprocessingBackend": _make_multiprocessing,
    "SequentialBackend": _make_sequential,
    "ThreadingBackend": _make_threads,
}
"""By the name of the backend's class or a base of it, so that no cluster's library is imported."""


OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


def _bound(pre_dispatch: int | str, n_jobs: int) -> int:
    """Return the most tasks that `pre_dispatch` lets be under way at once."""
    if pre_dispatch == "all":
        return n_jobs
    try:
        bound = int(_value(ast.parse(str(pre_dispatch), mode="eval").body, n_jobs))
    except (SyntaxError, ValueError, ZeroDivisionError, KeyError) as error:
        raise SettingError(
            'pre_dispatch must be a positive number, "all", or a formula of n_jobs such as '
            f'"2*n_jobs", got {pre_dispatch!r}.'
        ) from error
    if bound < 1:
        raise SettingError(f"pre_dispatch must leave room for one task, got {pre_dispatch!r}.")
    return bound


def _value(node: ast.expr, n_jobs: int) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id="n_jobs"):
            return n_jobs
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](_value(left, n_jobs), _value(right, n_jobs))
    raise ValueError(ast.dump(node))
