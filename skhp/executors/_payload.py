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
from threading import Thread
from typing import Any, BinaryIO

from .. import _system
from .._scratch import Scratch
from ._arrays import Buffer, LostShipment, MappedFile, pack
from ._settings import CallerSettings

__all__ = ["LostShipment", "Parcel", "Shipment", "Ticket"]

ALIGNMENT = 64
"""Bytes; what numpy's vector loops and Arrow ask for."""

SLOW_SECONDS = 0.005
"""A callable that takes longer than this to unpickle is kept by the worker for a while."""

KEPT_SECONDS = 30.0
"""How long a worker keeps it after its last use."""

LOOK_SECONDS = 0.5
"""Time between two looks at whether it is to be kept."""

LOST_NOTE = (
    "This file held estimator and data for the worker processes. Name a folder that is not cleaned "
    "up while a search runs, and has room, by the environment variable JOBLIB_TEMP_FOLDER."
)

Parcel = tuple[Callable[..., Any], CallerSettings]
"""What a worker is given once: the callable and the settings of the calling thread."""


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
        started = time.perf_counter()
        content, parcel = self._map()
        if time.perf_counter() - started > SLOW_SECONDS:
            # Was it only that modules had to be imported?  There is room for one at a time.
            del content, parcel
            started = time.perf_counter()
            content, parcel = self._map()
            if time.perf_counter() - started > SLOW_SECONDS:
                _KEPT.keep(self.path, content, parcel)
        return parcel

    def _map(self) -> tuple[mmap.mmap, Parcel]:
        try:
            content = self._content()
        except (OSError, ValueError) as error:  # mmap has a ValueError for an empty file
            raise LostShipment(f"{type(error).__name__}: {error}. {LOST_NOTE}") from error
        if len(content) != self.offset + self.size:
            raise LostShipment(f"{self.path} was cut short. {LOST_NOTE}")
        view = memoryview(content)
        *places, (start, stop) = pickle.loads(view[self.offset :])
        buffers = (view[at:end] for at, end in places)
        parcel: Parcel = pickle.loads(view[start:stop], buffers=buffers)
        return content, parcel

    def _content(self) -> mmap.mmap:
        with open(self.path, "rb") as file:
            if not _system.is_own(file.fileno()):  # what is unpickled may run anything
                raise PermissionError(f"{self.path} belongs to another user")
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


class _Kept:
    """The callable that this worker keeps, at most one, because it is slow to unpickle."""

    def __init__(self) -> None:
        self._kept: tuple[str, mmap.mmap, Parcel] | None = None
        self._used = 0.0

    def get(self, path: str) -> Parcel | None:
        """Return it as it was sent, without what tasks have written into arrays."""
        kept = self._kept
        if kept is None or kept[0] != path:
            return None
        self._used = time.monotonic()
        _system.forget_changes(kept[1])
        return kept[2]

    def keep(self, path: str, content: mmap.mmap, parcel: Parcel) -> None:
        """Keep one, for as long as it is used and its file is there.

        A mapping holds the memory of a file after its removal.
        """
        is_watched = self._kept is not None
        self._kept, self._used = (path, content, parcel), time.monotonic()
        if not is_watched:
            Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while (kept := self._kept) is not None:
            if time.monotonic() - self._used > KEPT_SECONDS or not os.path.exists(kept[0]):
                self._kept = None
            del kept
            time.sleep(LOOK_SECONDS)


_KEPT = _Kept()


class Shipment:
    """A callable and the caller's settings, written to a file that lives until `close`.

    Parameters
    ----------
    parcel : (callable, CallerSettings)
        What to ship; pickled here, once.
    """

    def __init__(self, parcel: Parcel) -> None:
        try:
            packed = pack(parcel)
        except Exception as error:
            error.add_note(
                "Estimator, data and scorers must be pickled to reach worker processes. Where that "
                "is impossible, search with joblib.parallel_config('threading'), or with n_jobs=1 "
                "and no limits of time or memory."
            )
            raise
        self._files = packed.files
        parts = [*packed.buffers, Buffer(memoryview(packed.body))]
        self._scratch, self.ticket, identity = _write(parts)
        self._files.append(MappedFile(self.ticket.path, identity, is_writable=True))

    @property
    def is_intact(self) -> bool:
        """Whether its files are there, and still the ones that were written or referred to."""
        size = self.ticket.offset + self.ticket.size
        try:
            return os.path.getsize(self.ticket.path) == size and all(
                file.is_there for file in self._files
            )
        except OSError:
            return False

    def close(self) -> None:
        """Remove the file; closing twice is closing."""
        self._scratch.remove()


def _write(parts: list[Buffer]) -> tuple[Scratch, Ticket, tuple[int, int]]:
    """Write to the first folder that has room; return the file's identity as well.

    It is asked of what was written: somebody may have removed the file since.
    """
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


def _write_into(folder: str, parts: list[Buffer]) -> tuple[Scratch, Ticket, tuple[int, int]]:
    scratch, file = Scratch.file(suffix="pickle", parent=folder)
    try:
        with file:
            offset, size = _write_parts(file, parts)
            found = os.fstat(file.fileno())
    except BaseException:
        scratch.remove()
        raise
    return scratch, Ticket(scratch.path, offset, size), (found.st_dev, found.st_ino)


def _write_parts(file: BinaryIO, parts: list[Buffer]) -> tuple[int, int]:
    places = []
    for part in parts:
        file.write(b"\0" * (-file.tell() % ALIGNMENT))
        start = file.tell()
        for chunk in part.chunks():
            file.write(chunk)
        places.append((start, file.tell()))
    contents = pickle.dumps(places)
    offset = file.tell()
    file.write(contents)
    return offset, len(contents)
