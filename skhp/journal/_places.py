"""What the folder of a journal is able to do: be shared by machines, and lock files."""

from __future__ import annotations

import errno
import os
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .. import _system

__all__ = ["Place", "has_no_locks", "is_shared", "kind_of", "place_of", "this_host"]

SHARED_KINDS = {
    *("9p", "acfs", "afp", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fhgfs", "gfs"),
    *("gfs2", "glusterfs", "gpfs", "juicefs", "lustre", "macfuse", "moosefs", "ncpfs", "nfs"),
    *("nfs4", "ocfs2", "orangefs", "panfs", "pvfs2", "quobyte", "s3fs", "smb", "smb2", "smb3"),
    *("smbfs", "sshfs", "virtiofs", "wekafs"),
}
"""File systems that several machines may have mounted; those of `fuse` are all taken for such."""

NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
"""What a file system says that has no locks."""


@dataclass(frozen=True)
class Place:
    """A folder, as far as it matters to a journal.

    Parameters
    ----------
    is_shared : bool
        Whether processes on several machines may open its files.
    has_locks : bool
        Whether the file system can lock files.
    """

    is_shared: bool = False
    has_locks: bool = True


def place_of(folder: str) -> Place:
    """Look at a folder."""
    kind = _windows_kind(folder) if os.name == "nt" else kind_of(folder, _system.mounts())
    return Place(is_shared(kind), not has_no_locks(_system.lock_refusal(folder)))


@lru_cache(maxsize=1)
def this_host() -> str:
    """Return the name of this machine."""
    return platform.node() or "unknown"


def is_shared(kind: str) -> bool:
    """Tell whether several machines may have mounted a file system of that kind."""
    return kind.startswith("fuse") or kind.lower() in SHARED_KINDS


def has_no_locks(refusal: OSError | None) -> bool:
    """Tell whether a lock was refused because there are none, rather than for another reason."""
    return refusal is not None and refusal.errno in NO_LOCKS


def kind_of(folder: str, mounts: Iterable[str]) -> str:
    """Return the kind of file system that a folder lies on; empty where that is not known.

    Parameters
    ----------
    folder : str
        Its path.
    mounts : iterable of str
        Lines of ``/proc/mounts``: device, folder with octal escapes, kind, and more.
    """
    inside = Path(os.path.realpath(folder))
    found = (-1, "")
    for line in mounts:
        _, place, kind, *_ = line.split(" ")
        top = Path(re.sub(r"\\([0-7]{3})", lambda one: chr(int(one[1], 8)), place))
        if inside.is_relative_to(top) and len(top.parts) >= found[0]:  # the last one lies on top
            found = (len(top.parts), kind)
    return found[1]


def _windows_kind(folder: str) -> str:
    return "smb" if os.path.realpath(folder).startswith("\\\\") else ""
