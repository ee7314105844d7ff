"""Temporary files and folders that are gone when their owner is, even if it is killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from typing import BinaryIO, Literal, Self

from ._joblib import track, untrack

__all__ = ["Scratch"]


@dataclass(frozen=True, eq=False)
class Scratch:
    """A file or a folder that lives until `remove`.

    It goes away with this object, at the end of the interpreter at the latest; if the process is
    killed, joblib's resource tracker removes it as soon as the workers have ended, too.  A forked
    copy of this process leaves it alone.

    Parameters
    ----------
    path : str
        Where it is; its name tells the process that made it.
    kind : {"file", "folder"}
        Which it is.
    """

    path: str
    kind: Literal["file", "folder"]

    def __post_init__(self) -> None:
        track(self.path, self.kind)
        finalizer = weakref.finalize(self, _remove, self.path, self.kind, os.getpid())
        object.__setattr__(self, "_finalizer", finalizer)

    @classmethod
    def file(cls, *, suffix: str, parent: str) -> tuple[Self, BinaryIO]:
        """Return a new file, and the same open for writing.

        Raises
        ------
        OSError
            If there can be none in the folder `parent`.
        """
        descriptor, path = tempfile.mkstemp(f".{suffix}", f"skhp-{os.getpid()}-", parent)
        return cls(path, "file"), open(descriptor, "wb")

    @classmethod
    def folder(cls, *, purpose: str, parent: str | None) -> Self:
        """Return a new folder, in the system's for temporary files without `parent`.

        Raises
        ------
        OSError
            If there can be none.
        """
        return cls(tempfile.mkdtemp("", f"skhp-{purpose}-{os.getpid()}-", parent), "folder")

    def remove(self) -> None:
        """Remove it; removing twice is removing."""
        finalizer: weakref.finalize[..., Self] = self.__dict__["_finalizer"]
        finalizer()


LEFT: set[tuple[str, str]] = set()
"""Paths that could not be removed yet, with what they are; the resource tracker knows them too."""


def _remove(path: str, kind: str, owner: int) -> None:
    """Remove a path, and what had to be left earlier.

    Windows keeps a file as long as a worker maps it, and a folder that a worker is just writing
    into is not empty: they go with the next one that is removed, at the latest with this process
    and its workers.
    """
    if os.getpid() != owner:
        return
    LEFT.add((path, kind))
    for left in list(LEFT):
        if _is_removed(*left):
            LEFT.discard(left)
            untrack(*left)


def _is_removed(path: str, kind: str) -> bool:
    """Try to remove a path; say whether it is gone."""
    if kind == "folder":
        shutil.rmtree(path, ignore_errors=True)
        return not os.path.exists(path)
    try:
        os.unlink(path)
    except FileNotFoundError:
        return True  # cleaned up by somebody else
    except OSError:
        return False
    return True
