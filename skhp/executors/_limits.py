"""What one task may take, and how the memory of a worker is measured."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..exceptions import MissingExtraError, SettingError

__all__ = ["Limits", "MemoryMeter"]


@dataclass(frozen=True)
class Limits:
    """What one task may take.

    Parameters
    ----------
    timeout : float, optional
        Seconds on the worker's clock, from the start of the task.
    memory : int, optional
        Bytes that the worker process may hold while it runs the task: all its resident memory but
        mapped files, that of Python and of imported libraries included.
    """

    timeout: float | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("fit_timeout", self.timeout), ("fit_memory", self.memory)):
            if value is not None and not value > 0:
                raise SettingError(f"{name} must be positive or None, got {value!r}.")

    @property
    def are_set(self) -> bool:
        """Whether there is a limit at all."""
        return self.timeout is not None or self.memory is not None

    def timeout_message(self, seconds: float) -> str:
        """Return what is said of a task that took too long."""
        return f"ended after {seconds:.3g} s: the limit was fit_timeout={self.timeout:g} s"

    def memory_message(self, held: int) -> str:
        """Return what is said of a task whose worker held too much."""
        return (
            f"its worker process was killed when it held {held / 1e6:.0f} MB: "
            f"the limit was fit_memory={self.memory} bytes"
        )


@dataclass(frozen=True)
class MemoryMeter:
    """Measures the memory of other processes.

    Parameters
    ----------
    held_by : callable
        Takes a process id, returns bytes, 0 for a process that is gone.
    """

    held_by: Callable[[int], int]

    @classmethod
    def find(cls) -> Self:
        """Return the meter that works here.

        Raises
        ------
        MissingExtraError
            On systems without ``/proc`` if psutil is not installed.
        """
        return cls(_from_proc if Path("/proc/self/statm").exists() else _psutil_reader())


def _from_proc(pid: int) -> int:
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def _psutil_reader() -> Callable[[int], int]:
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError("psutil", "limits") from error

    def from_psutil(pid: int) -> int:
        try:
            held: int = psutil.Process(pid).memory_info().rss
        except psutil.NoSuchProcess:
            return 0
        return held

    return from_psutil
