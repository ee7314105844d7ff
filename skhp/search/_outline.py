"""What a kind of search adds to the common machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..exceptions import JournalError
from ..history import History
from ..journal import StoredTrial, fingerprint
from ..strategies import Listed, Strategy

__all__ = ["Outline"]


@dataclass(frozen=True)
class Outline:
    """What is to be searched, and how.

    Parameters
    ----------
    strategy : Strategy
        Proposes.
    n_iter : int
        How many trials.
    seed : int
        Root of the generators.
    reproducible : bool
        Whether the user gave a seed.
    identity : object
        What is searched: searches for the same have the same `fingerprint` of it.
    space : Space, optional
        Where params come from, where the strategy needs to know.
    first : sequence of dict
        What the strategy tries first.
    candidates : sequence of dict, optional
        All that will be tried in this order, where that is known.
    pool : iterable of dict
        What candidates were drawn from, where that can be listed.
    prepare : callable, optional
        Turns params into what ``set_params`` takes, where they are not that already.
    """

    strategy: Strategy
    n_iter: int
    seed: int
    reproducible: bool
    identity: Any
    space: Any = None
    first: Sequence[dict[str, Any]] = ()
    candidates: Sequence[dict[str, Any]] | None = None
    pool: Iterable[dict[str, Any]] = ()
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    @property
    def n_expected(self) -> int:
        """How many trials there will be if nothing ends the search sooner."""
        size = self.n_iter if self.space is None else self.space.size
        return int(min(self.n_iter, size))

    def params_of(self, stored: StoredTrial) -> dict[str, Any]:
        """Return the params that a trial in a journal stands for, as the user's own objects.

        Raises
        ------
        JournalError
            If this search has no such params.
        """
        known = self._known
        if self.space is not None and stored.point is not None:
            decoded = self.space.decode([stored.point])[0]
            if fingerprint(decoded) == stored.fingerprint:
                return dict(decoded)
            return dict(known.get(stored.fingerprint, decoded))
        if stored.fingerprint not in known:
            known.update((fingerprint(params), params) for params in self.pool)
        if stored.fingerprint not in known:
            raise JournalError(
                f"The journal holds a candidate that this search does not draw: {stored.params}. "
                "Was it written with other versions of numpy or scipy? Name another file."
            )
        return known[stored.fingerprint]

    def going_on_from(self, history: History) -> Outline:
        """Return the outline of a search that has a history already.

        Candidates drawn anew may stand in another order if there are more of them: those that were
        tried keep their place, the others follow.
        """
        if self.candidates is None or not len(history):
            return self
        tried = [trial.params for trial in history]
        n_tried = Counter(map(fingerprint, tried))
        left = []
        for params in self.candidates:
            key = fingerprint(params)
            n_tried[key] -= 1
            if n_tried[key] < 0:
                left.append(params)
        candidates = [*tried, *left][: max(self.n_iter, len(tried))]
        return replace(
            self, strategy=Listed(candidates), candidates=candidates, n_iter=len(candidates)
        )

    @cached_property
    def _known(self) -> dict[str, dict[str, Any]]:
        known = self.first if self.candidates is None else self.candidates
        return {fingerprint(params): params for params in known}
