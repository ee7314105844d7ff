"""A bound that what is chosen has to keep."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..exceptions import SettingError
from ._costs import COSTS

__all__ = ["Bound"]

_WRITTEN = re.compile(r"\s*(<=|>=)\s*(\S+)\s*")


@dataclass(frozen=True)
class Bound:
    """A metric or a cost on one side of a limit, the limit included.

    Parameters
    ----------
    name : str
        Of the metric or the cost.
    is_upper : bool
        Whether it must not exceed the limit; else it must not fall below.
    limit : float
        In its units.
    """

    name: str
    is_upper: bool
    limit: float

    @classmethod
    def read(cls, name: str, written: Any) -> Bound:
        """Read a bound as the user writes it.

        Raises
        ------
        SettingError
            If it says something else.

        Examples
        --------
        >>> Bound.read("score_time", "<= 0.01")
        Bound(name='score_time', is_upper=True, limit=0.01)
        """
        found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
        try:
            limit = float(found[2]) if found else math.nan
        except ValueError:
            limit = math.nan
        if found is None or not math.isfinite(limit):
            raise SettingError(
                f"Pareto: the bound of {name!r} must be written like '<= 0.01' or '>= 0.9', got "
                f"{written!r}."
            )
        if name in COSTS and limit <= 0:
            raise SettingError(f"Pareto: {name} is positive, so that its bound must be, too.")
        return cls(name, found[1] == "<=", limit)

    def excess(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much values (n,) lie beyond the limit, as a part of it; at most 0 inside.

        NaN where a value is.
        """
        beyond = values - self.limit if self.is_upper else self.limit - values
        return np.asarray(beyond / (abs(self.limit) or 1.0))

    def keeps(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which of the values (n,) lie within the bound."""
        return np.asarray(values <= self.limit if self.is_upper else values >= self.limit)

    def __str__(self) -> str:
        return f"{self.name} {'<=' if self.is_upper else '>='} {self.limit:g}"
