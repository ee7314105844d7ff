"""Turns what a guide says of points into the next params: a cover first, then the best point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from .._warnings import warn
from ..acquisition import Maximiser
from ..designs import sobol
from ..exceptions import ProposalWarning
from ..history import History
from ..observed import Unseen
from ..space import Space
from ._bayes_guide import Guide, OneScore

__all__ = ["given_up", "proposed"]

MODEL_ERRORS: Final = (np.linalg.LinAlgError, ArithmeticError, ValueError)
"""What a surrogate that cannot be fitted raises."""

_ENUMERATED_UP_TO = 2048
_LISTED_AT_MOST = 100_000
_N_COVER = 384
_RESOLUTION = 0.005
"""Continuous columns of two points that differ by less, in the unit cube, teach the same."""


def proposed(
    history: History, guide: Guide, n: int, *, n_initial: int | None, exploration: float
) -> list[dict[str, Any]]:
    """Return at most `n` params where a guide says, the first ones all over the space."""
    with _one_thread():
        rows = list(_Proposals(history, guide, n_initial, exploration).take(n))
    return history.space.decode(np.array(rows)) if rows else []


def given_up(guide: OneScore, hint: dict[str, Any]) -> bool:
    """Say whether a hint need not be tried any more; it is where there is no model to say so."""
    try:
        with _one_thread():
            return guide.gives_up(hint)
    except MODEL_ERRORS:
        return False


class _Proposals:
    """The proposals that follow one history."""

    def __init__(
        self, history: History, guide: Guide, n_initial: int | None, exploration: float
    ) -> None:
        self.history = history
        self.space: Space = history.space
        self.guide = guide
        self.n_initial = n_initial
        self.exploration = exploration
        self.pending = guide.pending
        self.unseen = Unseen(history)

    def take(self, n: int) -> Iterator[NDArray[np.float64]]:
        """Yield at most `n` snapped points, each as if the ones before were pending."""
        for number in range(len(self.history), len(self.history) + n):
            row = self._next(number)
            if row is None:
                return
            self.pending = np.vstack([self.pending, row])
            self.unseen.take(row)
            yield row

    def _next(self, number: int) -> NDArray[np.float64] | None:
        rng = self.history.generator(number)
        explores = rng.random() < self.exploration
        if not self._is_initial(number) and not explores:
            try:
                row = self._best_by_model(number, rng)
            except MODEL_ERRORS as error:
                warn(
                    f"The surrogate could not be fitted ({error!r}); proposal {number} covers "
                    "the space instead.",
                    ProposalWarning,
                )
            else:
                if row is not None:
                    return row
        return self._cover(number, rng)

    def _is_initial(self, number: int) -> bool:
        n_columns = int((self.space.n_levels != 1).sum())
        n_initial = self.n_initial
        if n_initial is None:
            n_initial = min(max(n_columns + 1, 5), 8)
        n_whole, n_failed = self.guide.n_whole, self.guide.n_failed
        enough = max(1, min(3, n_initial), n_initial // 2)
        return number < n_initial or n_whole < 1 or n_whole + n_failed < enough

    def _best_by_model(self, number: int, rng: np.random.Generator) -> NDArray[np.float64] | None:
        guided = self.guide.guided(self.pending, number)
        landscape = guided.landscape
        points = self.unseen.listed(_ENUMERATED_UP_TO)
        if points is not None:
            return points[np.argmax(landscape.value(points))] if len(points) else None
        n_cover = _N_COVER if self.space.n_columns > 3 else _N_COVER // 2
        ranked = Maximiser().ranked(
            landscape,
            self.space,
            cover=self._believed(sobol(n_cover, self.space.n_columns, rng)),
            incumbents=guided.incumbents,
            rng=rng,
        )
        return self._first_free(ranked)

    def _cover(self, number: int, rng: np.random.Generator) -> NDArray[np.float64] | None:
        """Return the next point of a cover of the space that is not tried, None if all are."""
        if self.space.size <= self.unseen.n_tried:
            return None
        points = sobol(number + 64, self.space.n_columns, self.history.generator(0))
        points = self._believed(points)[number:]
        snapped = self.space.snap(points)
        row = self._first_free(snapped[self.space.allows(snapped)])
        if row is None:
            row = self._first_free(self.space.sample(256, rng))
        if row is None:
            free = self.unseen.listed(_LISTED_AT_MOST)
            if free is None:
                return self._rare(rng)
            row = free[rng.integers(len(free))] if len(free) else None
        return row

    def _rare(self, rng: np.random.Generator) -> NDArray[np.float64] | None:
        """Return an untried point where nearly all models are tried, None if none is found.

        The end of a range may give a model of its own, such as a share of all features.
        """
        row = self.unseen.one(rng)
        if row is None:
            points = rng.random((512, self.space.n_columns))
            ends = np.where(rng.random(points.shape) < 0.5, np.round(points), points)
            free = self.unseen.of(self.space.snap(ends))
            row = free[0] if len(free) else None
        return row

    def _believed(self, cover: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a cover of the space, denser where the user believes the best to lie."""
        return cover if self.guide.belief is None else self.guide.belief.cover(cover)

    def _first_free(self, U: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the first of the points that is neither tried nor over its quota.

        One that is hardly different from a point tried is taken only if all others are too.
        """
        spare = None
        for first in range(0, len(U), 16):
            free = U[first : first + 16]
            free = free[self.unseen.untried(free)]
            new = free[self._differs(free)]
            if len(new):
                return new[0]
            if spare is None and len(free):
                spare = free[0]
        return spare

    def _differs(self, U: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points differ from every tried one by more than the resolution or in a level."""
        gap = np.abs(U[:, None] - self.unseen.tried)  # (m, n, D)
        gap[:, :, self.space.n_levels > 0] *= 1e9
        return np.asarray((gap.max(axis=2) > _RESOLUTION).all(axis=1))


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep linear algebra on one thread: its matrices are small and the workers need the cores."""
    with _controller().limit(limits=1):
        yield
