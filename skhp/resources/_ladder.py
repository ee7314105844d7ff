"""The rungs of successive halving: how many candidates get how much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

__all__ = ["Ladder"]

SLACK = 1e-9
"""Relative; what rounding may take from a power of a factor that is no integer."""


@dataclass(frozen=True)
class Ladder:
    """Which rungs there are, from the one with least to the one with the full resource.

    Parameters
    ----------
    levels : tuple of int
        Resource of a candidate on each rung, ascending.
    sizes : tuple of int
        At most so many candidates on each rung, descending.
    n_required : int
        Rungs that would be needed to be left with fewer than `factor` candidates.
    n_possible : int
        Rungs that there is room for between the least and the full resource.

    References
    ----------
    K. Jamieson, A. Talwalkar: Non-stochastic Best Arm Identification and Hyperparameter
    Optimization, AISTATS 2016, algorithm 1.

    Examples
    --------
    >>> Ladder.between(10, 1000, n_candidates=20)
    Ladder(levels=(111, 333, 1000), sizes=(20, 7, 3), n_required=3, n_possible=5)
    """

    levels: tuple[int, ...]
    sizes: tuple[int, ...]
    n_required: int
    n_possible: int

    @classmethod
    def between(
        cls,
        least: int,
        full: int,
        *,
        n_candidates: int | None = None,
        factor: float = 3,
        aggressive: bool = False,
    ) -> Self:
        """Return the rungs that end with the full resource.

        Parameters
        ----------
        least, full : int
            Resource of the first rung at least, of the last one exactly.
        n_candidates : int, optional
            On the first rung; as many as all possible rungs can tell apart if not given.
        factor : float
            From rung to rung the resource grows, and the candidates dwindle, by this.
        aggressive : bool
            Whether the first rung drops so many candidates that the last one has at most
            `factor` of them, where there is no room for all required rungs.
        """
        possible = _levels(least, full, factor=factor)
        if n_candidates is None:
            n_candidates = math.ceil(factor ** (len(possible) - 1) * (1 - SLACK))
        required = _n_required(n_candidates, factor)
        n_rungs = min(required, len(possible))
        sizes = [n_candidates]
        for rung in range(1, n_rungs):
            n_steps = 1 + required - n_rungs if aggressive and rung == 1 else 1
            sizes.append(math.ceil(sizes[-1] / factor**n_steps * (1 - SLACK)))
        return cls(possible[:n_rungs][::-1], tuple(sizes), required, len(possible))

    @property
    def full(self) -> int:
        """The resource of the last rung."""
        return self.levels[-1]

    def step(self, level: int) -> int:
        """Return how much a rung adds to the one below."""
        rung = self.levels.index(level)
        return level - (self.levels[rung - 1] if rung else 0)


def _levels(least: int, full: int, *, factor: float) -> tuple[int, ...]:
    """Return the possible levels, the full one first; each is an integer of its own."""
    levels = [full]
    while True:
        level = int(full / factor ** len(levels) * (1 + SLACK))
        if level < max(least, 1) or level >= levels[-1]:
            return tuple(levels)
        levels.append(level)


def _n_required(n_candidates: int, factor: float) -> int:
    """Return how often candidates can be divided by the factor, and one."""
    n_rungs = 1
    while n_candidates * (1 + SLACK) >= factor**n_rungs:
        n_rungs += 1
    return n_rungs
