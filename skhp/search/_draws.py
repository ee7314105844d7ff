"""Candidates in an order that is fixed, made when they are needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ..journal import fingerprint

__all__ = ["Draws", "after", "without"]


class Draws(Sequence[dict[str, Any]]):
    """A list that takes its items from an iterable, as far as anyone has asked for them.

    Parameters
    ----------
    source : iterable of dict
        Gone through once.
    n : int
        How many there are at most.
    """

    def __init__(self, source: Iterable[dict[str, Any]], n: int) -> None:
        self._source = iter(source)
        self._n = n
        self._drawn: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, index: Any) -> Any:
        wanted = range(self._n)[index]
        last = wanted if isinstance(wanted, int) else max(wanted, default=-1)
        self._drawn.extend(islice(self._source, max(0, last + 1 - len(self._drawn))))
        return self._drawn[index]


def without(
    taken: Sequence[dict[str, Any]], candidates: Iterable[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield candidates without those that are taken, each of these as often as it was taken."""
    left = Counter(map(fingerprint, taken))
    n_left = len(taken)
    for params in candidates:
        key = fingerprint(params) if n_left else ""
        if n_left and left[key] > 0:
            left[key] -= 1
            n_left -= 1
        else:
            yield params


def after(
    taken: Sequence[dict[str, Any]], candidates: Sequence[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    """Return candidates of which some come first, and the others in their order.

    Parameters
    ----------
    taken : sequence of dict
        What comes first: what was tried already, or is known to be good.
    candidates : sequence of dict
        All of them; there are as many afterwards, or as many as are taken.
    """
    if not taken:
        return candidates

    def both() -> Iterator[dict[str, Any]]:
        yield from taken
        yield from without(taken, candidates)

    return Draws(both(), max(len(candidates), len(taken)))
