"""What this process keeps of a search: the least recently used goes where there is no room."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import Any

from .._joblib import expect_kept
from .._system import in_forked_children

__all__ = ["SHELVES", "Made", "Shelf"]

KEPT_SECONDS = 30.0
"""How long a worker keeps a shelf after its last use; nobody tells it when a search has ended."""

Made = tuple[Any, int]
"""What is to be kept, and its size in bytes."""


class Shelf:
    """Keeps what was made, by key, within a number of bytes.

    Parameters
    ----------
    n_bytes : int
        The most that is kept.
    on_change : callable, optional
        Called when something is kept or goes.

    Attributes
    ----------
    n_held : int
        Bytes that are kept.

    Examples
    --------
    >>> shelf = Shelf(10)
    >>> shelf.fetch("a", lambda: ("made", 4)), shelf.fetch("a", lambda: ("made again", 4))
    (('made', True), ('made', False))
    """

    def __init__(self, n_bytes: int, on_change: Callable[[], None] = lambda: None) -> None:
        self._n_bytes = n_bytes
        self._on_change = on_change
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self.n_held = 0
        self._lock = Lock()
        self._making: dict[Hashable, Lock] = {}
        self.n_users = 0
        self.last_use = time.monotonic()

    def fetch(self, key: Hashable, make: Callable[[], Made]) -> tuple[Any, bool]:
        """Return what is kept, or make it: one thread makes it while the others wait.

        Parameters
        ----------
        key : hashable
            Of what is wanted.
        make : callable
            Returns it and its size.  None says that it cannot be kept, and what is larger than
            the shelf is not: from then on None is what is kept.

        Returns
        -------
        value : object
        is_new : bool
            Whether it was made for this call.
        """
        with self._lock:
            if key in self._kept:
                return self._take(key), False
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._take(key), False
            try:
                made = make()
                with self._lock:
                    self._put(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made[0], True

    def _take(self, key: Hashable) -> Any:
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def _put(self, key: Hashable, made: Made) -> None:
        value, size = made if made[1] <= self._n_bytes else (None, 0)
        self._kept[key] = value, size
        self.n_held += size
        while self.n_held > self._n_bytes:
            _, (_, gone) = self._kept.popitem(last=False)
            self.n_held -= gone
        self._on_change()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep everything while in the context."""
        with self._lock:
            self.n_users += 1
        try:
            yield
        finally:
            with self._lock:
                self.n_users -= 1
                self.last_use = time.monotonic()


class _Shelves:
    """The shelves of this process, by search."""

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf] = {}
        self._lock = Lock()

    def open(self, token: str, n_bytes: int) -> Shelf:
        """Return the shelf of a search, a new one if there is none."""
        with self._lock:
            return self._shelves.setdefault(token, Shelf(n_bytes, self._changed))

    def get(self, token: str) -> Shelf | None:
        """Return the shelf of a search, None if it has ended."""
        return self._shelves.get(token)

    def close(self, token: str) -> None:
        """Forget what is kept of a search; closing twice is closing."""
        with self._lock:
            self._shelves.pop(token, None)
        self._changed()

    def _changed(self) -> None:
        expect_kept(sum(shelf.n_held for shelf in list(self._shelves.values())))

    def close_when_idle(self, token: str, *, seconds: float = KEPT_SECONDS) -> None:
        """Forget it once it has not been used for a while."""
        timer = Timer(seconds, self._close_if_idle, args=(token,))
        timer.daemon = True
        timer.start()

    def _close_if_idle(self, token: str) -> None:
        shelf = self._shelves[token]
        left = KEPT_SECONDS - (time.monotonic() - shelf.last_use)
        if shelf.n_users or left > 0:
            self.close_when_idle(token, seconds=max(left, 1.0))
        else:
            self.close(token)


SHELVES = _Shelves()

# A lock that another thread of the parent holds would never be released in the child.
in_forked_children(lambda: SHELVES.__init__())  # type: ignore[misc]
