"""Transformed rows that are kept: whoever takes them gets a copy of the very same layout."""

from __future__ import annotations

import io
import pickle
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Sealed", "bytes_of", "seal"]


class Sealed(ABC):
    """Rows that nobody can write into.

    The layout in memory stays what it was, since linear algebra rounds by it.
    """

    n_bytes: int

    @abstractmethod
    def copy(self) -> Any:
        """Return rows that can be written into."""


def seal(rows: Any) -> Sealed | None:
    """Return a copy of rows to be kept; None where it is unknown how they are copied.

    Parameters
    ----------
    rows : ndarray, sparse matrix, data frame or list of str
        What a step made of its rows.
    """
    if type(rows) is np.ndarray and not rows.dtype.hasobject:
        return SealedArray.of(rows)
    if sparse.issparse(rows):
        copy = rows.copy()
        return SealedSparse(copy, bytes_of(copy))
    if type(rows) is list and all(type(row) is str for row in rows):
        return SealedTexts(tuple(rows), sum(map(sys.getsizeof, rows)))
    if type(rows).__module__.partition(".")[0] == "pandas":
        return SealedFrame.of(rows)
    return None


@dataclass(frozen=True)
class SealedArray(Sealed):
    """An array."""

    array: NDArray[Any]
    n_bytes: int

    @classmethod
    def of(cls, rows: NDArray[Any]) -> SealedArray:
        """Copy an array."""
        array = _copied(rows)
        return cls(array, array.nbytes if array.base is None else array.base.nbytes)

    def copy(self) -> NDArray[Any]:
        return _copied(self.array)


def _copied(rows: NDArray[Any]) -> NDArray[Any]:
    """Return a copy with the same strides, also where these leave gaps."""
    if not rows.size:
        return rows.copy(order="K")
    reach = [(n - 1) * stride for n, stride in zip(rows.shape, rows.strides, strict=True)]
    first, last = (sum(choice(0, one) for one in reach) for choice in (min, max))
    space = np.empty(last - first + rows.itemsize, dtype=np.uint8)
    copy = np.ndarray(rows.shape, rows.dtype, buffer=space, offset=-first, strides=rows.strides)
    copy[...] = rows
    return copy


@dataclass(frozen=True)
class SealedSparse(Sealed):
    """A sparse matrix."""

    matrix: Any
    n_bytes: int

    def copy(self) -> Any:
        return self.matrix.copy()


@dataclass(frozen=True)
class SealedTexts(Sealed):
    """A list of texts."""

    texts: tuple[str, ...]
    n_bytes: int

    def copy(self) -> list[str]:
        return list(self.texts)


@dataclass(frozen=True)
class SealedFrame(Sealed):
    """A data frame or series of pandas, pickled: its own copy changes the layout.

    So does pickle to arrays with gaps, such as a few columns of a wider one; they lie apart.
    """

    body: bytes
    arrays: tuple[SealedArray, ...]
    n_bytes: int

    @classmethod
    def of(cls, rows: Any) -> SealedFrame:
        """Pickle a frame, its arrays apart."""
        with io.BytesIO() as file:
            pickler = _Pickler(file)
            pickler.dump(rows)
            body, arrays = file.getvalue(), tuple(pickler.arrays)
        return cls(body, arrays, len(body) + sum(array.n_bytes for array in arrays))

    def copy(self) -> Any:
        return _Unpickler(io.BytesIO(self.body), self.arrays).load()


class _Pickler(pickle.Pickler):
    """Seals the arrays that it meets."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, 4)  # with 5, pandas makes arrays contiguous
        self.arrays: list[SealedArray] = []

    def persistent_id(self, one: Any) -> int | None:
        if type(one) is not np.ndarray or one.dtype.hasobject:
            return None
        self.arrays.append(SealedArray.of(one))
        return len(self.arrays) - 1


class _Unpickler(pickle.Unpickler):
    """Copies the arrays that were sealed."""

    def __init__(self, file: io.BytesIO, arrays: tuple[SealedArray, ...]) -> None:
        super().__init__(file)
        self._arrays = arrays

    def persistent_load(self, number: int) -> NDArray[Any]:
        return self._arrays[number].copy()


def bytes_of(thing: Any, *, depth: int = 4) -> int:
    """Return about how much memory a fitted step holds.

    Parameters
    ----------
    thing : object
        Arrays in its attributes and containers are counted.
    depth : int
        How far in they may be.
    """
    if isinstance(thing, np.ndarray):
        return int(thing.nbytes)
    if isinstance(thing, dict) and len(thing) > MANY:
        some = list(thing.items())[:MANY]
        return len(thing) * (ENTRY_BYTES + sum(map(sys.getsizeof, sum(some, ()))) // MANY)
    if depth and isinstance(thing, (list, tuple)):
        return sys.getsizeof(thing) + sum(bytes_of(one, depth=depth - 1) for one in thing[:MANY])
    inside = thing if isinstance(thing, dict) else getattr(thing, "__dict__", {})
    if not depth or isinstance(thing, type):
        return 0
    return sys.getsizeof(thing) + sum(bytes_of(one, depth=depth - 1) for one in inside.values())


MANY = 100
ENTRY_BYTES = 100
"""What an entry of a vocabulary takes besides its key and its value."""
