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


def _remove(path: str, kind: str, owner: int) -> None:
    """Remove a path; leave what a worker is just writing into, for the tracker to remove."""
    if os.getpid() != owner:
        return
    if kind == "folder":
        shutil.rmtree(path, ignore_errors=True)
        if os.path.exists(path):
            return
    else:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass  # cleaned up by somebody else
    untrack(path, kind)
