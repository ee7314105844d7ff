"""The settings of the calling thread under which a task runs, wherever it runs."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import joblib
import sklearn
import threadpoolctl
from joblib.parallel import ThreadingBackend

__all__ = ["CoreShare", "Surroundings", "ThreadLimit", "share_of_cores"]


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
class Surroundings:
    """scikit-learn's configuration and the warning filters of a thread.

    Parameters
    ----------
    config : dict
        As `sklearn.get_config` gives it; scikit-learn keeps one for each thread.
    filters : tuple
        Entries of ``warnings.filters``, first match first.
    n_threads : int
        How many threads of joblib a task may use: its share of the cores.
    """

    config: dict[str, Any]
    filters: tuple[Any, ...]
    n_threads: int = 1

    @classmethod
    def here(cls, n_threads: int = 1) -> Self:
        """Return those of the calling thread."""
        # Python 3.14 may keep the filters of a ``catch_warnings`` block in a context variable.
        filters = getattr(warnings, "_get_filters", lambda: warnings.filters)()
        return cls(sklearn.get_config(), tuple(filters), n_threads)

    @contextmanager
    def of_process(self) -> Iterator[None]:
        """Apply configuration and filters; for a process that runs one task at a time."""
        with self.of_thread(), warnings.catch_warnings():
            warnings.resetwarnings()
            for entry in self.filters:
                _append_filter(*entry)
            yield

    @contextmanager
    def of_thread(self) -> Iterator[None]:
        """Apply all but the filters, which the threads of one process share."""
        with sklearn.config_context(**self.config), CoreShare.within(self.n_threads):
            yield


def _append_filter(action: Any, message: Any, category: Any, module: Any, lineno: int) -> None:
    """Add one entry of ``warnings.filters`` behind those that are there."""
    if message is None and module is None:
        # Takes a tuple of categories too, as ``catch_warnings`` users may have set.
        warnings.simplefilter(action, category, lineno, append=True)
        return
    warnings.filterwarnings(
        action, _pattern(message), category, _pattern(module), lineno, append=True
    )


def _pattern(entry: str | re.Pattern[str] | None) -> str:
    if entry is None:
        return ""
    return entry if isinstance(entry, str) else entry.pattern


@dataclass(frozen=True)
class ThreadLimit:
    """How many threads BLAS and OpenMP may use in each of several tasks of one process.

    joblib limits worker processes through their environment; threads would each use all cores.

    Parameters
    ----------
    n_threads : int or None
        None leaves everything as it is.
    """

    n_threads: int | None

    @classmethod
    def for_workers(cls, n_workers: int) -> Self:
        """Return what joblib gives each of `n_workers` processes, unless the user set a number."""
        return cls(None if "OMP_NUM_THREADS" in os.environ else share_of_cores(n_workers))

    @cached_property
    def _controller(self) -> threadpoolctl.ThreadpoolController:
        return threadpoolctl.ThreadpoolController()

    @contextmanager
    def of_process(self) -> Iterator[None]:
        """Limit BLAS, whose setting belongs to the process."""
        if self.n_threads is None:
            yield
            return
        with self._controller.limit(limits=self.n_threads, user_api="blas"):
            yield

    @contextmanager
    def of_thread(self) -> Iterator[None]:
        """Limit OpenMP, whose setting belongs to the calling thread."""
        if self.n_threads is None:
            yield
            return
        with self._controller.limit(limits=self.n_threads, user_api="openmp"):
            yield


def share_of_cores(n_workers: int) -> int:
    """Return how many threads each of so many workers of this machine may use."""
    return max(1, joblib.cpu_count() // n_workers)
