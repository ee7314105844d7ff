"""The only door to joblib's internals and to what differs between its versions."""

from __future__ import annotations

import atexit
import copy
import io
import os
import queue
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import process
from pickle import PickleBuffer
from typing import Any

import joblib
from joblib._multiprocessing_helpers import mp
from joblib.externals.loky import cpu_count, process_executor, reusable_executor
from joblib.externals.loky.backend import resource_tracker
from joblib.externals.loky.backend.process import LokyProcess
from joblib.externals.loky.backend.utils import kill_process_tree
from joblib.parallel import (
    BatchedCalls,
    LokyBackend,
    MultiprocessingBackend,
    ParallelBackendBase,
    SequentialBackend,
    ThreadingBackend,
    _backend,
    default_parallel_config,
)

from ._system import in_forked_children

__all__ = [
    "LokyProcess",
    "OpenBackend",
    "ParallelBackendBase",
    "ThreadingBackend",
    "by_value_pickler",
    "configured_backend",
    "cpu_count",
    "dumps_by_value",
    "expect_kept",
    "kill_process_tree",
    "track",
    "untrack",
    "worker_environment",
]


def dumps_by_value(
    value: Any, buffer_callback: Callable[[PickleBuffer], Any] | None = None
) -> bytes:
    """Pickle what goes to a worker, where the caller's ``__main__`` cannot be imported."""
    file = io.BytesIO()
    by_value_pickler()(file, protocol=5, buffer_callback=buffer_callback).dump(value)
    return file.getvalue()


def by_value_pickler() -> type[Any]:
    """Return the class of `pickle.Pickler` by which `dumps_by_value` pickles."""
    try:
        import cloudpickle
    except ImportError:  # joblib before 1.6 brings its own
        from joblib.externals import cloudpickle
    pickler: type[Any] = cloudpickle.Pickler
    return pickler


def track(path: str, kind: str) -> None:
    """Have a path removed once this process and its workers have ended, however they end.

    Parameters
    ----------
    path : str
        Of a file or a folder.
    kind : {"file", "folder"}
        Which it is.
    """
    resource_tracker.register(path, kind)


def untrack(path: str, kind: str) -> None:
    """Take back what `track` has asked for."""
    resource_tracker.unregister(path, kind)


LEAK = getattr(process_executor, "_MAX_MEMORY_LEAK_SIZE", None)
"""Where psutil is installed, loky ends a worker that has grown by so many bytes since its first
task, and starts another one."""


def expect_kept(n_bytes: int) -> None:
    """Say what this process keeps on purpose, which loky is not to take for a leak.

    Parameters
    ----------
    n_bytes : int
        All that is kept now.
    """
    if LEAK is not None:
        process_executor._MAX_MEMORY_LEAK_SIZE = LEAK + n_bytes


def worker_environment(n_workers: int, *, inner_threads: int | None = None) -> dict[str, str]:
    """Return the environment variables by which joblib limits the threads of so many workers.

    Where joblib has no processes, its own way of finding them fails.
    """
    if LACKS_PROCESSES:
        os.environ["JOBLIB_MULTIPROCESSING"] = "0"  # or each child would warn of that once more
    share = max(1, cpu_count() // n_workers)
    env = {
        name: str(os.environ.get(name, share) if inner_threads is None else inner_threads)
        for name in ParallelBackendBase.MAX_NUM_THREADS_VARS
    }
    if ParallelBackendBase.TBB_ENABLE_IPC_VAR not in os.environ:
        env[ParallelBackendBase.TBB_ENABLE_IPC_VAR] = "1"
    return env


LACKS_PROCESSES = mp is None and os.environ.get("JOBLIB_MULTIPROCESSING", "1") != "0"
"""Whether joblib starts none though nobody has asked for that: it needs semaphores, and finds none
where there is no ``/dev/shm``, as in functions in the cloud and some containers."""


class MissingProcesses(ThreadingBackend):  # type: ignore[misc]
    """Stands for the default backend where joblib has no processes."""

    def effective_n_jobs(self, n_jobs: int) -> int:
        if n_jobs == 0:
            raise ValueError("n_jobs == 0 in Parallel has no meaning")
        return n_jobs if n_jobs > 0 else max(1, cpu_count() + 1 + n_jobs)


def configured_backend(n_jobs: int | None) -> tuple[ParallelBackendBase, int]:
    """Return joblib's active backend, and `n_jobs` as it was resolved, perhaps negative."""
    parallel = joblib.Parallel(n_jobs=n_jobs)
    if LACKS_PROCESSES and _is_default():
        return MissingProcesses(nesting_level=0), parallel.n_jobs
    return parallel._backend, parallel.n_jobs


def _is_default() -> bool:
    """Return whether no `joblib.parallel_config` names a backend, or how workers are to be."""
    config = getattr(_backend, "config", default_parallel_config)
    names = ("backend", "prefer", "require")
    return all(config[name] is default_parallel_config[name] for name in names)


def _forget_workers() -> None:
    """Let a forked process have workers of its own: its copies of its parent's answer nobody.

    Without this, loky waits in the child for a thread that only the parent has.
    """
    pool = reusable_executor._executor
    INHERITED.append(pool)
    folders = getattr(pool, "_temp_folder_manager", None)
    for finalizer in folders._finalizers.values() if folders is not None else ():
        atexit.unregister(finalizer)  # the folders are the parent's to remove
    reusable_executor._executor = reusable_executor._executor_kwargs = None
    for lock in (
        reusable_executor._executor_lock,
        process_executor._global_shutdown_lock,
        resource_tracker._resource_tracker._lock,
    ):
        lock._at_fork_reinit()  # one that another thread held would never be free
    children = process._children  # type: ignore[attr-defined]
    children.difference_update([one for one in children if isinstance(one, LokyProcess)])


INHERITED: list[Any] = []
"""Pools of a parent process; if they were deleted, they would wake their parent's threads."""

in_forked_children(_forget_workers)


class OpenBackend:
    """joblib's active backend, opened for us alone and driven by its own protocol.

    `joblib.Parallel` is used for the configuration only: its dispatch decides in blocks, in a
    callback thread, and ends with the first worker that dies.

    Parameters
    ----------
    n_jobs : int, optional
        As for `joblib.Parallel`.

    Attributes
    ----------
    n_workers : int
        How many calls run at once.
    is_sequential : bool
        Whether there are no workers at all.
    shares_memory : bool
        Whether the workers are threads of this process.
    inner_threads : int or None
        Threads of BLAS and OpenMP in each worker, if joblib was told.
    """

    def __init__(self, n_jobs: int | None) -> None:
        self._parallel = joblib.Parallel(n_jobs=n_jobs)
        self._parallel._backend = _own_copy(self._parallel._backend)
        self._parallel.__enter__()
        self._backend: ParallelBackendBase = self._parallel._backend
        self._context = ExitStack()
        self._is_started = False
        self.n_workers: int = self._parallel._effective_n_jobs()
        self.is_sequential = isinstance(self._backend, SequentialBackend)
        self.shares_memory = bool(getattr(self._backend, "supports_sharedmem", False))
        self.inner_threads: int | None = self._backend.inner_max_num_threads

    def start(self) -> None:
        """Be ready for calls; starting twice is starting."""
        if self._is_started:
            return
        self._context.enter_context(self._backend.retrieval_context())
        self._backend.start_call()
        self._parallel._calling = True
        self._is_started = True

    def send(self, call: Callable[[], Any], on_end: Callable[[Any], None]) -> Any:
        """Have a worker call; `on_end` is given what `result` reads, in any thread.

        Raises
        ------
        RuntimeError, OSError
            If the backend is broken.
        """
        batch = BatchedCalls([(call, (), {})], self._backend.get_nested_backend())
        submit = getattr(type(self._backend), "submit", None)
        if submit is None or submit is getattr(ParallelBackendBase, "submit", None):
            return self._backend.apply_async(batch, on_end)  # its name before joblib 1.5
        return self._backend.submit(batch, on_end)

    def result(self, job: Any, out: Any) -> Any:
        """Return what a call returned, given what `send` returned and what `on_end` was given.

        Raises
        ------
        Exception
            Anything: what the call raised, or how the backend failed.
        """
        if self._backend.supports_retrieve_callback:
            (result,) = self._backend.retrieve_result_callback(out)
        else:
            (result,) = self._backend.retrieve_result(job)
        return result

    def abort(self, *, restart: bool) -> None:
        """End what runs as far as the backend can; with `restart`, be ready for other calls."""
        _withdraw(getattr(self._backend, "_workers", None))
        self._backend.abort_everything(ensure_ready=restart)

    def close(self) -> None:
        """Let the workers go, as far as joblib does not keep them for the next one."""
        try:
            self._parallel.__exit__(None, None, None)
        finally:
            self._context.close()


def _withdraw(pool: Any) -> None:
    """Take back what loky has not handed on: its thread would fail on it as it ends the workers."""
    queued = getattr(pool, "_work_ids", None)
    while isinstance(queued, queue.Queue):
        try:
            queued.get_nowait()
        except queue.Empty:
            return


def _own_copy(backend: ParallelBackendBase) -> ParallelBackendBase:
    """Return a backend of our own: `parallel_config` shares one between all that run under it.

    A forest that a strategy fits between two tasks would otherwise shut our workers down.
    """
    if isinstance(backend, (LokyBackend, MultiprocessingBackend, ThreadingBackend)):
        return copy.copy(backend)
    return backend
