"""The constant callable on its way to worker processes: one file, mapped by each of them.

Layout of the file: the buffers of the pickle (PEP 574), each aligned; the pickle itself; a pickled
list of where each of them lies.  Workers map the file copy-on-write, so that arrays are shared
until a fit writes into them, and what it writes is gone with the fit.
"""

from __future__ import annotations

import mmap
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Timer
from typing import Any, BinaryIO

from .. import _system
from .._pickling import dumps_by_value
from .._scratch import Scratch
from ._settings import CallerSettings

__all__ = ["LostShipment", "Parcel", "Shipment", "Ticket"]

ALIGNMENT = 64
"""Bytes; what numpy's vector loops and Arrow ask for."""

SLOW_SECONDS = 0.005
"""A callable that takes longer than this to unpickle is kept by the worker for a while."""

KEPT_SECONDS = 30.0
"""How long a worker keeps it after its last use."""

LOST_NOTE = (
    "This file held estimator and data for the worker processes. Name a folder that is not cleaned "
    "up while a search runs, and has room, by the environment variable JOBLIB_TEMP_FOLDER."
)

Parcel = tuple[Callable[..., Any], CallerSettings]
"""What a worker is given once: the callable and the settings of the calling thread."""


class LostShipment(Exception):
    """The file of a shipment cannot be mapped, or is gone; its sender can ship again."""


@dataclass(frozen=True)
class Ticket:
    """Says a worker where the callable is; small enough to travel with every task.

    Parameters
    ----------
    path : str
        The file.
    offset, size : int
        Where its table of contents lies, in bytes.
    owner : int
        The process that wrote it.
    """

    path: str
    offset: int
    size: int
    owner: int = field(default_factory=os.getpid)

    def open(self) -> Parcel:
        """Unpickle the callable, with arrays that can be written without being shared.

        Raises
        ------
        LostShipment
            If there is no such file, or it cannot be mapped.
        """
        if (kept := _KEPT.get(self.path)) is not None:
            return kept
        parcel, seconds = self._timed()
        if seconds > SLOW_SECONDS:  # was it only that modules had to be imported?
            parcel, seconds = self._timed()
        if seconds > SLOW_SECONDS:
            parcel = self._map(None)
            _KEPT.keep(self.path, parcel)
        return parcel

    def _timed(self) -> tuple[Parcel, float]:
        started = time.perf_counter()
        parcel = self._map(mmap.ACCESS_COPY)
        return parcel, time.perf_counter() - started

    def _map(self, access: int | None) -> Parcel:
        """Read the file, into private memory without `access`.

        What is kept must not be a mapping: it would hold the file's memory after its removal.
        """
        try:
            with open(self.path, "rb") as file:
                if access is None:
                    content = memoryview(bytearray(file.read()))
                else:
                    content = memoryview(mmap.mmap(file.fileno(), 0, access=access))
        except (OSError, ValueError) as error:  # mmap has a ValueError for an empty file
            raise LostShipment(f"{type(error).__name__}: {error}. {LOST_NOTE}") from error
        if len(content) != self.offset + self.size:
            raise LostShipment(f"{self.path} was cut short. {LOST_NOTE}")
        *places, (start, stop) = pickle.loads(content[self.offset :])
        buffers = (content[at:end] for at, end in places)
        parcel: Parcel = pickle.loads(content[start:stop], buffers=buffers)
        return parcel


class _Kept:
    """The callable that this worker keeps, at most one, because it is slow to unpickle."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._parcel: Parcel | None = None
        self._timer: Timer | None = None

    def get(self, path: str) -> Parcel | None:
        if path != self._path:
            return None
        parcel = self._parcel
        if parcel is not None:
            self.keep(path, parcel)
        return parcel

    def keep(self, path: str, parcel: Parcel) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._path, self._parcel = path, parcel
        self._timer = Timer(KEPT_SECONDS, self._drop)
        self._timer.daemon = True
        self._timer.start()

    def _drop(self) -> None:
        self._path = self._parcel = None


_KEPT = _Kept()


class Shipment:
    """A callable and the caller's settings, written to a file that lives until `close`.

    Parameters
    ----------
    parcel : (callable, CallerSettings)
        What to ship; pickled here, once.
    """

    def __init__(self, parcel: Parcel) -> None:
        buffers: list[pickle.PickleBuffer] = []
        try:
            body = dumps_by_value(parcel, buffers.append)
        except Exception as error:
            error.add_note(
                "Estimator, data and scorers must be pickled to reach worker processes. Where that "
                "is impossible, search with joblib.parallel_config('threading'), or with n_jobs=1 "
                "and no limits of time or memory."
            )
            raise
        parts = [*(buffer.raw() for buffer in buffers), memoryview(body)]
        self._scratch, self.ticket = _write(parts)
        self._identity = _identity(self.ticket.path)

    @property
    def is_intact(self) -> bool:
        """Whether the file is there, and still the one that was written."""
        try:
            return _identity(self.ticket.path) == self._identity
        except OSError:
            return False

    def close(self) -> None:
        """Remove the file; closing twice is closing."""
        self._scratch.remove()


def _identity(path: str) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino, found.st_size


def _write(parts: list[memoryview]) -> tuple[Scratch, Ticket]:
    """Write to the first folder that has room."""
    folders = list(_folders())
    size = sum(part.nbytes + ALIGNMENT for part in parts)
    for folder in folders[:-1]:
        try:
            # Asked before: a container with 64 MB of shared memory has other uses for them.
            if shutil.disk_usage(folder).free > size:
                return _write_into(folder, parts)
        except OSError:  # not there, not writable, or filled meanwhile
            continue
    try:
        return _write_into(folders[-1], parts)
    except OSError as error:
        error.add_note(
            f"Estimator and data ({size / 1e6:.0f} MB) are written to a file that workers map; "
            f"none of these folders took it: {', '.join(folders)}. Make room there, or name "
            "another one by the environment variable JOBLIB_TEMP_FOLDER."
        )
        raise


def _folders() -> Iterator[str]:
    if (chosen := os.environ.get("JOBLIB_TEMP_FOLDER")) is not None:
        yield chosen
    if (shared_memory := _system.memory_folder()) is not None:
        yield shared_memory
    yield tempfile.gettempdir()


def _write_into(folder: str, parts: list[memoryview]) -> tuple[Scratch, Ticket]:
    scratch, file = Scratch.file(suffix="pickle", parent=folder)
    try:
        with file:
            offset, size = _write_parts(file, parts)
    except BaseException:
        scratch.remove()
        raise
    return scratch, Ticket(scratch.path, offset, size)


def _write_parts(file: BinaryIO, parts: list[memoryview]) -> tuple[int, int]:
    places = []
    for part in parts:
        file.write(b"\0" * (-file.tell() % ALIGNMENT))
        start = file.tell()
        file.write(part)
        places.append((start, file.tell()))
    contents = pickle.dumps(places)
    offset = file.tell()
    file.write(contents)
    return offset, len(contents)
