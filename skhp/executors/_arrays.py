"""Pickling of tables for a file that other processes map, so that none of them holds a copy.

numpy gives the memory of contiguous arrays to the pickler as buffers, and all else as copies inside
of the pickle, which every reader holds once more.  Here the others become buffers too, and what is
a part of a file that is mapped already becomes a reference to that file.
"""

from __future__ import annotations

import io
import mmap
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _system
from .._joblib import by_value_pickler

__all__ = ["Buffer", "LostShipment", "MappedFile", "Packed", "pack"]

CHUNK_BYTES = 8_000_000
"""So much of an array that is not contiguous is copied at once on its way into a file."""

SMALL_BYTES = 1_000
"""Arrays below this size are left in the pickle: they are not worth a place of their own."""

SHARED_MODES = ("r", "r+", "w+")
"""Modes of `numpy.memmap` in which memory and file are the same, unlike copy-on-write."""


class LostShipment(Exception):
    """A file that is to be mapped cannot be, or is gone; who shipped it can do so again."""


@dataclass(frozen=True)
class Buffer:
    """Memory to be written, without a copy of all of it if it is strided.

    Parameters
    ----------
    content : memoryview or ndarray
        Contiguous bytes, or an array that is to be read in C order.
    """

    content: memoryview | NDArray[Any]

    @property
    def nbytes(self) -> int:
        """Its size in the file."""
        return self.content.nbytes

    def whole(self) -> memoryview:
        """Return the bytes, copied if they are strided."""
        if isinstance(self.content, memoryview):
            return self.content
        return np.ascontiguousarray(self.content).reshape(-1).view(np.uint8).data

    def chunks(self) -> Iterator[memoryview]:
        """Yield the bytes, one part after the other."""
        if isinstance(self.content, memoryview):
            yield self.content
            return
        array = self.content
        n_rows = max(1, CHUNK_BYTES * len(array) // array.nbytes)
        for start in range(0, len(array), n_rows):
            rows = np.ascontiguousarray(array[start : start + n_rows])
            yield rows.reshape(-1).view(np.uint8).data


@dataclass(frozen=True)
class MappedFile:
    """A file that an array lies in, to be mapped again by another process of this machine.

    Parameters
    ----------
    path : str
        Where it is.
    identity : tuple of int
        Tells it from another file of this name.
    is_writable : bool
        Whether its arrays can be written; what is written is not in the file.
    """

    path: str
    identity: tuple[int, int]
    is_writable: bool

    @classmethod
    def found(cls, path: str, *, is_writable: bool) -> MappedFile:
        """Return the one at a path; OSError if there is none."""
        return cls(path, _identity(path), is_writable)

    @property
    def is_there(self) -> bool:
        """Whether it is where it was."""
        try:
            return _identity(self.path) == self.identity
        except OSError:
            return False

    def __reduce__(self) -> tuple[Any, ...]:
        return _map_again, (self.path, self.identity, self.is_writable)


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino


def _map_again(path: str, identity: tuple[int, int], is_writable: bool) -> mmap.mmap:
    """Return the mapping of a `MappedFile`, whose changes are nobody else's."""
    access = mmap.ACCESS_COPY if is_writable else mmap.ACCESS_READ
    try:
        with open(path, "rb") as file:
            found = os.fstat(file.fileno())
            if (found.st_dev, found.st_ino) == identity:
                return mmap.mmap(file.fileno(), 0, access=access)
    except (OSError, ValueError) as error:
        raise LostShipment(f"{type(error).__name__}: {error}") from error
    raise LostShipment(f"{path} was replaced.")


def _array_in(
    buffer: Any, offset: int, dtype: np.dtype[Any], shape: tuple[int, ...], strides: tuple[int, ...]
) -> NDArray[Any]:
    """Return an array in the memory of a mapping."""
    try:
        return np.ndarray(shape, dtype, buffer, offset, strides)
    except (TypeError, ValueError) as error:
        raise LostShipment(f"A mapped file was cut short: {error}") from error


def _array_from(
    buffer: Any, dtype: np.dtype[Any], shape: tuple[int, ...], axes: tuple[int, ...], writable: bool
) -> NDArray[Any]:
    """Return what `_reduce_strided` took apart."""
    array = np.frombuffer(buffer, dtype).reshape(shape).transpose(axes)
    array.flags.writeable = writable
    return array


def _frame_from_arrow(table: Any) -> Any:
    import polars

    return polars.from_arrow(table, rechunk=False)


@dataclass(frozen=True)
class Packed:
    """A pickle, and what it refers to.

    Parameters
    ----------
    body : bytes
        The pickle.
    buffers : list of Buffer
        In the order in which unpickling asks for them.
    files : list of MappedFile
        Files that must be there when it is unpickled.
    """

    body: bytes
    buffers: list[Buffer] = field(default_factory=list)
    files: list[MappedFile] = field(default_factory=list)


def pack(value: Any, *, by_file: bool = True) -> Packed:
    """Pickle by value, with as much as possible out of the pickle itself.

    Parameters
    ----------
    value : object
        What to pickle.
    by_file : bool, default=True
        Whether the reader finds the files of this machine, so that what lies in one is not copied.
    """
    file, tables = io.BytesIO(), _Tables(by_file)
    _pickler_class()(file, tables).dump(value)
    return Packed(file.getvalue(), tables.buffers, list(tables.files.values()))


@cache
def _pickler_class() -> type[Any]:
    base: Any = by_value_pickler()

    class TablePickler(base):  # type: ignore[misc]
        """Pickles by value, and tables as `_Tables` says."""

        def __init__(self, file: io.BytesIO, tables: _Tables) -> None:
            super().__init__(file, protocol=5, buffer_callback=tables.take)
            self._tables = tables

        def reducer_override(self, value: Any) -> Any:
            reduced = self._tables.reduce(value)
            return super().reducer_override(value) if reduced is NotImplemented else reduced

    return TablePickler


class _Tables:
    """Takes tables apart for a pickler, and remembers what it left out of the pickle.

    Parameters
    ----------
    by_file : bool
        As for `pack`.

    Attributes
    ----------
    buffers : list of Buffer
    files : dict of (str, bool) to MappedFile
    """

    def __init__(self, by_file: bool) -> None:
        self.buffers: list[Buffer] = []
        self.files: dict[tuple[str, bool], MappedFile] = {}
        self._by_file = by_file
        self._strided: dict[int, tuple[pickle.PickleBuffer, NDArray[Any]]] = {}

    def take(self, buffer: pickle.PickleBuffer) -> None:
        """Note a buffer that the pickler met; one may only stand for a strided array."""
        _, array = self._strided.get(id(buffer), (None, None))
        self.buffers.append(Buffer(buffer.raw() if array is None else array))

    def reduce(self, value: Any) -> Any:
        """Return how to make a table again, NotImplemented for all that pickles well by itself."""
        kind = type(value)
        if kind is np.ndarray or kind is np.memmap:
            return self._reduce_array(value)
        if kind.__module__.startswith("polars.") and kind.__name__ == "DataFrame":
            return _reduce_polars(value)
        return NotImplemented

    def _reduce_array(self, array: NDArray[Any]) -> Any:
        if array.nbytes < SMALL_BYTES or array.dtype.hasobject or array.ndim == 0:
            return NotImplemented
        place = _place_in_file(array) if self._by_file else None
        if place is not None:
            path, offset = place
            file = self._file_at(path, array.flags.writeable)
            return _array_in, (file, offset, array.dtype, array.shape, array.strides)
        if type(array) is np.ndarray and (array.flags.c_contiguous or array.flags.f_contiguous):
            return NotImplemented
        return self._reduce_strided(np.asarray(array))

    def _file_at(self, path: str, is_writable: bool) -> MappedFile:
        key = path, is_writable
        if key not in self.files:
            self.files[key] = MappedFile.found(path, is_writable=is_writable)
        return self.files[key]

    def _reduce_strided(self, array: NDArray[Any]) -> Any:
        """Have it written compactly, its axes in the order in which they lie in memory."""
        order = sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))
        core = array.transpose(order)
        stand_in = pickle.PickleBuffer(bytearray(1))
        self._strided[id(stand_in)] = stand_in, core
        axes = tuple(int(axis) for axis in np.argsort(order))
        is_writable = array.flags.writeable
        return _array_from, (stand_in, array.dtype, core.shape, axes, is_writable)


def _place_in_file(array: NDArray[Any]) -> tuple[str, int] | None:
    """Return in which file the first element of an array lies, and where; None if in none."""
    root: Any = array
    while isinstance(root.base, np.ndarray):
        root = root.base
    if not isinstance(root, np.memmap) or root.mode not in SHARED_MODES:
        return None
    if not isinstance(root.base, mmap.mmap) or not isinstance(root.filename, str | os.PathLike):
        return None
    path, address = os.path.abspath(root.filename), root.__array_interface__["data"][0]
    try:
        if not _system.is_mapped_at(path, address) and not _has_content(path, root):
            return None
    except OSError:
        return None
    return path, root.offset + array.__array_interface__["data"][0] - address


def _has_content(path: str, root: np.memmap[Any, Any]) -> bool:
    """Return whether a file holds what a mapping shows, so that it may be read in its place."""
    content = root.reshape(-1, order="A").view(np.uint8).data
    with Path(path).open("rb") as file:
        file.seek(root.offset)
        for start in range(0, len(content), CHUNK_BYTES):
            expected = content[start : start + CHUNK_BYTES]
            if file.read(len(expected)) != expected:
                return False
    return True


def _reduce_polars(frame: Any) -> Any:
    """Take a frame of polars apart into Arrow's buffers, if that brings back what it is."""
    try:
        import polars

        table = frame.to_arrow(compat_level=polars.CompatLevel.newest())
        if _frame_from_arrow(table[:0]).schema != frame.schema:
            return NotImplemented
    except Exception:  # no pyarrow, or a column that Arrow has no type for: pickled as it likes
        return NotImplemented
    return _frame_from_arrow, (table,)
