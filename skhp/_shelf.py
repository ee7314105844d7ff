"""Keeps arrays: in memory up to a bound, beyond it in a temporary file that is mapped."""

from __future__ import annotations

import os
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from ._scratch import Scratch
from ._warnings import warn

__all__ = ["MOST_BYTES", "Shelf"]

MOST_BYTES = 256 * 2**20
"""Bytes of arrays that one search keeps in memory."""

SEGMENT_BYTES = 64 * 2**20
"""Bytes of each file that is mapped: one open file for each of them, not for each array."""

ALIGNMENT = 64
"""Bytes."""


@final
class Shelf:
    """Where arrays are put that shall not fill the memory.

    It is never saved or copied: what is on it is saved as arrays that lie in memory.

    Parameters
    ----------
    most_bytes : int
        Arrays beyond so many bytes are written to files, in ``JOBLIB_TEMP_FOLDER`` if that is set,
        which are gone when the shelf is.

    Examples
    --------
    >>> import numpy as np
    >>> shelf = Shelf(most_bytes=100)
    >>> kept = shelf.keep(np.arange(1000.0))
    >>> shelf.n_bytes, float(kept.sum())
    (0, 499500.0)
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.n_bytes = 0
        self._folder: Scratch | None = None
        self._segment: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._n_segments = 0
        self._used = 0

    def __reduce__(self) -> tuple[type[Shelf], tuple[int]]:
        return Shelf, (self.most_bytes,)

    def keep(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the same array, in memory or mapped.

        Parameters
        ----------
        values : ndarray
            Of numbers.
        """
        if self.n_bytes + values.nbytes > self.most_bytes:
            try:
                return self._mapped(values)
            except OSError as error:
                warn(
                    f"Arrays beyond {self.most_bytes / 1e6:.0f} MB cannot be written to a "
                    f"temporary file ({error}) and stay in memory. Make room there, or name "
                    "another folder by the environment variable JOBLIB_TEMP_FOLDER.",
                    UserWarning,
                )
        self.n_bytes += values.nbytes
        return values

    def _mapped(self, values: NDArray[Any]) -> NDArray[Any]:
        if self._used + values.nbytes > len(self._segment):
            self._segment = self._new_segment(max(SEGMENT_BYTES, values.nbytes))
            self._used = 0
        place = self._segment[self._used : self._used + values.nbytes]
        kept = place.view(values.dtype).reshape(values.shape)
        kept[...] = values
        self._used += -(-values.nbytes // ALIGNMENT) * ALIGNMENT
        return kept

    def _new_segment(self, n_bytes: int) -> NDArray[np.uint8]:
        if self._folder is None:
            parent = os.environ.get("JOBLIB_TEMP_FOLDER")
            self._folder = Scratch.folder(purpose="predictions", parent=parent)
        path = os.path.join(self._folder.path, str(self._n_segments))
        self._n_segments += 1
        with open(path, "wb") as file:  # all of it: a full disk found later would end the process
            file.write(bytes(n_bytes))
        return np.asarray(np.memmap(path, dtype=np.uint8, mode="r+", shape=(n_bytes,)))
