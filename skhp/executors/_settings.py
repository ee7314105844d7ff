"""The settings of the calling thread under which a task runs, wherever it runs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Self

import joblib
import sklearn
import threadpoolctl

from .._joblib import ThreadingBackend, cpu_count
from .._kept_warnings import append_filters

__all__ = ["CoreShare", "Cores", "CallerSettings", "ThreadLimit"]


@dataclass(frozen=True)
class Cores:
    """The cores of this machine, divided among workers.

    Parameters
    ----------
    n_cores : int
        All of them.
    n_workers : int
        Among how many they are divided.
    is_settled : bool
        Whether the user has said how many threads BLAS and OpenMP use.
    """

    n_cores: int = 1
    n_workers: int = 1
    is_settled: bool = False

    @classmethod
    def among(cls, n_workers: int, *, inner_threads: int | None = None) -> Self:
        """Return those of this machine; `inner_threads` is what joblib was told, if anything."""
        is_settled = inner_threads is not None or "OMP_NUM_THREADS" in os.environ
        return cls(cpu_count(), n_workers, is_settled)

    def share(self, width: int = 1) -> int:
        """Return how many threads a task may use that has the cores of `width` workers."""
        return max(1, self.n_cores * width // self.n_workers)


class CoreShare(ThreadingBackend):  # type: ignore[misc]
    """joblib's threads for what runs inside of a task, never more than the task's share of cores.

    Parameters
    ----------
    n_threads : int
        The share: ``n_jobs=-1`` of a forest in a task stands for so many.
    """

    def __init__(self, n_threads: int, **settings: Any) -> None:
        super().__init__(**settings)
        self._n_threads = n_threads

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        return min(int(super().effective_n_jobs(n_jobs)), self._n_threads)

    @classmethod
    def within(cls, n_threads: int) -> joblib.parallel_config:
        """Return a context in which it holds."""
        return joblib.parallel_config(backend=cls(n_threads, nesting_level=1))


@dataclass(frozen=True)
class CallerSettings:
    """scikit-learn's configuration and the warning filters of a thread.

    Parameters
    ----------
    config : dict
        As `sklearn.get_config` gives it; scikit-learn keeps one for each thread.
    filters : tuple
        Entries of ``warnings.filters``, first match first.
    cores : Cores
        What a task has its share of.
    """

    config: dict[str, Any]
    filters: tuple[Any, ...]
    cores: Cores = Cores()

    @classmethod
    def here(cls, cores: Cores = Cores()) -> Self:
        """Return those of the calling thread."""
        # Python 3.14 may keep the filters of a ``catch_warnings`` block in a context variable.
        filters = getattr(warnings, "_get_filters", lambda: warnings.filters)()
        return cls(sklearn.get_config(), tuple(filters), cores)

    @contextmanager
    def of_process(self, width: int = 1) -> Iterator[None]:
        """Apply everything; for a process that runs one task at a time.

        joblib has limited its threads, through its environment, to the share of one worker.
        """
        with self.of_thread(width), self._more_threads(width), warnings.catch_warnings():
            warnings.resetwarnings()
            append_filters(self.filters)
            yield

    def _more_threads(self, width: int) -> AbstractContextManager[Any]:
        if width == 1 or self.cores.is_settled:
            return nullcontext()
        n_threads = self.cores.share(width)
        limit: AbstractContextManager[Any] = threadpoolctl.threadpool_limits(n_threads)
        return limit

    @contextmanager
    def of_thread(self, width: int = 1) -> Iterator[None]:
        """Apply all but the filters, which the threads of one process share."""
        share = CoreShare.within(self.cores.share(width))
        with sklearn.config_context(**self.config), share:
            yield


class ThreadLimit:
    """How many threads BLAS and OpenMP may use in tasks, for as long as the limit is open.

    Nothing is changed where the user has settled it.

    Parameters
    ----------
    cores : Cores
        What tasks have their share of.
    """

    def __init__(self, cores: Cores) -> None:
        self._cores = cores
        self._open = ExitStack()
        self._controller = None if cores.is_settled else threadpoolctl.ThreadpoolController()

    def of_process(self, width: int) -> None:
        """Limit BLAS, whose setting belongs to the process, from now on."""
        if self._controller is not None:
            limit = self._controller.limit(limits=self._cores.share(width), user_api="blas")
            self._open.enter_context(limit)

    @contextmanager
    def of_thread(self, width: int) -> Iterator[None]:
        """Limit OpenMP, whose setting belongs to the calling thread."""
        if self._controller is None:
            yield
            return
        with self._controller.limit(limits=self._cores.share(width), user_api="openmp"):
            yield

    def close(self) -> None:
        """Give the process back what it had."""
        self._open.close()
