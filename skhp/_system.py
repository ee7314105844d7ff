"""The one door to what operating systems have each in their own way, and some not at all.

Linux has all of it.  Elsewhere, and on Linux when the environment variable ``SKHP_PORTABLE`` is set
(so that it can be tested), each function does with what Windows and macOS have, too: no fork, no
``/proc``, no ``/dev/shm``, no process groups, no signals but SIGINT and SIGTERM.
"""

from __future__ import annotations

import mmap
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

__all__ = [
    "DEADLY_SIGNALS",
    "IS_PORTABLE",
    "end_with_parent",
    "exit_code",
    "fork",
    "forget_changes",
    "held_by",
    "in_forked_children",
    "is_gone",
    "is_mapped_at",
    "is_own",
    "is_running",
    "kill_group",
    "kill_self",
    "lock_refusal",
    "memory_folder",
    "memory_of_machine",
    "mounts",
    "reads_memory",
    "termination_signals",
]

IS_PORTABLE = sys.platform != "linux" or os.environ.get("SKHP_PORTABLE", "0") not in ("", "0")
"""Whether only what all systems have may be used."""

PARENT_SECONDS = 2.0
"""Time between two looks at whether the parent of a worker is there."""


def in_forked_children(call: Callable[[], None]) -> None:
    """Have something called in each process that is forked from this one, where that can be."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=call)


def fork() -> int:
    """Fork; return the process id of the child in the parent, 0 in the child.

    The child can be killed with all its own children, by `kill_group`.
    """
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
    return pid


def exit_code(pid: int) -> int | None:
    """Return how a forked child ended, negative for a signal; None if it has not."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def is_gone(pid: int) -> bool:
    """Return whether a process is known to have ended, as far as that can be asked.

    On Windows it cannot, but there a process keeps the number of a parent that has ended.
    """
    if not IS_PORTABLE:
        return not is_running(pid)
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False


def is_running(pid: int) -> bool:
    """Return whether a process is there, and not only waited for."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def kill_group(pid: int) -> bool:
    """End a forked process and its children at once; False if there are none."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


DEADLY_SIGNALS = (getattr(signal, "SIGKILL", signal.SIGTERM), signal.SIGSEGV)
"""Signals that end a process as the system does: when memory runs out, and at an access to memory
that is not its own."""


def kill_self(number: int) -> None:
    """End this process by a signal; on Windows, by the exit code of that number."""
    os.kill(os.getpid(), number)


def end_with_parent(parent: int) -> None:
    """Have this process end soon after its parent: a fit that hangs would outlive it."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    if sys.platform == "win32":  # where a process keeps the number of a parent that is gone
        from _winapi import INFINITE, SYNCHRONIZE, OpenProcess, WaitForSingleObject

        try:
            handle = OpenProcess(SYNCHRONIZE, False, parent)
        except OSError:
            os._exit(1)
        WaitForSingleObject(handle, INFINITE)
    else:
        while os.getppid() == parent:
            time.sleep(PARENT_SECONDS)
    os._exit(1)


def memory_folder() -> str | None:
    """Return a folder whose files are in memory, if there is one."""
    return None if IS_PORTABLE or not os.path.isdir("/dev/shm") else "/dev/shm"


def reads_memory() -> bool:
    """Return whether `held_by` works here."""
    return not IS_PORTABLE and os.path.exists("/proc/self/statm")


def held_by(pid: int) -> int:
    """Return the bytes that a process holds in memory, mapped files left out; 0 if it is gone."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(resident) - int(shared)) * mmap.PAGESIZE


def is_own(descriptor: int) -> bool:
    """Return whether a file belongs to the user of this process, as far as files have owners."""
    return not hasattr(os, "getuid") or os.fstat(descriptor).st_uid == os.getuid()


def is_mapped_at(path: str, address: int) -> bool:
    """Return whether what this process maps at an address is known to be the file at a path.

    A file may have been replaced since it was mapped, but on Windows, which does not allow that.
    """
    if IS_PORTABLE:
        return sys.platform == "win32"
    found = os.stat(path)
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, _, _, device, inode, *_ = line.split()
        start, end = (int(part, 16) for part in place.split("-"))
        if start <= address < end:
            major, minor = (int(part, 16) for part in device.split(":"))
            return (os.makedev(major, minor), int(inode)) == (found.st_dev, found.st_ino)
    return False


def forget_changes(mapping: mmap.mmap) -> None:
    """Undo what was written into a private mapping of a file, where that can be."""
    if not IS_PORTABLE:
        mapping.madvise(mmap.MADV_DONTNEED)


def termination_signals() -> list[signal.Signals]:
    """Return the signals by which a process is asked to end."""
    names = ("SIGTERM", "SIGBREAK")  # the latter is what Windows has for services
    return [signal.Signals[name] for name in names if hasattr(signal, name)]


def memory_of_machine() -> float | None:
    """Return the bytes of memory that this machine or container has; None if it does not say."""
    try:
        memory = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None
    container = Path("/sys/fs/cgroup/memory.max")
    limit = container.read_text().strip() if container.exists() else ""
    return min(memory, float(limit)) if limit.isdigit() else memory


MOUNTS = Path("/proc/self/mounts")


def mounts() -> list[str]:
    """Return Linux's lines on mounted file systems: device, folder, kind, and more."""
    try:
        return MOUNTS.read_text(errors="surrogateescape").splitlines()
    except OSError:  # not Linux, or hidden: taken for a disk of this machine
        return []


def lock_refusal(folder: str) -> OSError | None:
    """Return the error with which the file system refuses a lock; None if it grants one.

    A file of its own is locked: closing a database's would release the locks that it holds.
    """
    if sys.platform == "win32":  # always has locks
        return None
    import fcntl

    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                return error
    except OSError:  # no room, or not allowed: what opens the file says so better
        return None
    return None
