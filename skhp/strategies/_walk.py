"""Candidates in a fixed order, of which each proposal takes the next ones that are free."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..history import History

__all__ = ["Walk"]

CHUNK: Final = 256
"""Candidates that are read at once."""

WINDOW: Final = 16
"""Candidates that are looked at together."""

Row = NDArray[np.float64]

WALKS: Final = 8
"""Walks that a history keeps."""


class Walk:
    """Reads candidates as they are needed, each once, and remembers those that are done with.

    Parameters
    ----------
    space : Space
        Where they lie.
    candidates : iterable of dict
        In their order.
    """

    def __init__(self, space: Any, candidates: Iterable[dict[str, Any]]) -> None:
        self.space = space
        self._candidates = candidates  # as long as it lives, no other object has its id
        self._coming: Iterator[dict[str, Any]] = iter(candidates)
        self._params: list[dict[str, Any]] = []
        self._rows: list[Row] = []
        self._n_trials = 0
        self._start = 0

    @classmethod
    def of(
        cls, history: History, key: Hashable, candidates: Callable[[], Iterable[dict[str, Any]]]
    ) -> Walk:
        """Return the walk with that key through the candidates of a history.

        Parameters
        ----------
        history : History
            Keeps the walk in its cache.
        key : hashable
            What the candidates follow from, beside the space.
        candidates : callable
            Gives all of them.
        """
        walks = history.cache.of(_Walks).by_key
        if key not in walks or walks[key].space is not history.space:
            if len(walks) >= WALKS:
                del walks[next(iter(walks))]
            walks[key] = cls(history.space, candidates())
        return walks[key]

    def ahead(
        self, history: History, is_free: Callable[[Row], NDArray[np.bool_]]
    ) -> Iterator[tuple[dict[str, Any], Row]]:
        """Yield candidates that are free, each with its point (D,).

        Parameters
        ----------
        history : History
            What was tried.
        is_free : callable
            Takes points (m, D).  What is not free for these trials must not be for more of them.
        """
        if len(history) < self._n_trials:
            self._start = 0
        self._n_trials = len(history)
        at, is_passing = self._start, True
        while rows := self._window(at):
            for k in np.flatnonzero(is_free(np.array(rows))).tolist():
                if is_passing:
                    self._start, is_passing = at + k, False
                if is_free(rows[k][np.newaxis])[0]:  # it was, but the ones before are now taken
                    yield dict(self._params[at + k]), rows[k]
            at += len(rows)
        if is_passing:
            self._start = at

    def _window(self, at: int) -> list[Row]:
        if at == len(self._rows):
            new = list(islice(self._coming, CHUNK))
            if new:
                self._params.extend(new)
                self._rows.extend(self.space.encode(new))
        return self._rows[at : at + WINDOW]


class _Walks:
    """The walks of a history, by what they follow from."""

    def __init__(self) -> None:
        self.by_key: dict[Hashable, Walk] = {}
