"""What one task may take, and how the memory of a worker is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from .. import _system
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
        return cls(_system.held_by if _system.reads_memory() else _psutil_reader())


def _psutil_reader() -> Callable[[int], int]:
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError("psutil", "limits") from error

    def from_psutil(pid: int) -> int:
        try:
            process = psutil.Process(pid)
            info = process.memory_info()
            # Linux tells of mapped files; elsewhere the pages are counted that nobody shares.
            held: int = (
                info.rss - info.shared
                if hasattr(info, "shared")
                else process.memory_full_info().uss
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return 0
        return held

    return from_psutil
