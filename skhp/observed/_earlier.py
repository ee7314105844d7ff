"""What searches on other data have found, which may or may not hold on these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..space import Space

__all__ = ["Earlier"]


@dataclass(frozen=True)
class Earlier:
    """Params that a search on other data has tried, with the scores they had there.

    Parameters
    ----------
    params : sequence of dict
        Those outside the space of a search count for nothing in it.
    scores : sequence of float
        Larger is better, all finite; in whatever unit.

    Examples
    --------
    >>> earlier = Earlier([{"C": 0.5}, {"C": 5.0}], [0.7, 0.9])
    >>> earlier.within(Space.read({"C": (0.0, 1.0)}))
    (array([[0.5]]), array([0.7]))
    """

    params: Sequence[dict[str, Any]]
    scores: Sequence[float]

    def within(self, space: Space) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the snapped points (n, D) that lie in a space, and their scores (n,).

        Parameters
        ----------
        space : Space
            Of another search.
        """
        rows = [row for row, params in enumerate(self.params) if space.contains(params)]
        U = space.encode([self.params[row] for row in rows]) if rows else np.empty((0, 0))
        return U.reshape(len(rows), space.n_columns), np.array(self.scores, dtype=float)[rows]
