"""Values of a parameter that come to the same count on the data of a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counted"]


@final
@dataclass(frozen=True)
class Counted:
    """What the values of a parameter come to: equal counts mean the same model.

    Parameters
    ----------
    name : str
        Of the parameter.
    rule : callable
        Given a value and a size, returns the count, None where it does not know the value. Never
        0 for values that it knows.
    sizes : tuple of int
        Of all fits: of their rows or of their features.
    """

    name: str
    rule: Callable[[Any, int], int | None]
    sizes: tuple[int, ...]

    def counts(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return the counts (n, n_sizes) of values, 0 where they are not known."""
        found = [[self.rule(value, size) or 0 for size in self.sizes] for value in values]
        return np.array(found, dtype=np.float64).reshape(len(values), len(self.sizes))
