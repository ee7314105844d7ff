"""The choice that a search makes of a history, to be made again of others."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..history import History
from ..space import Space
from ._selection import Finished, Selection
from ._table import Table

__all__ = ["Choice"]


@dataclass(frozen=True)
class Choice:
    """Which row of ``cv_results_`` is the best.

    Parameters
    ----------
    table : Table
        Makes ``cv_results_``.
    selection : Selection
        Chooses.
    metric : str
        The score that decides.
    space : Space, optional
        Where trials are compared.
    plain : mapping of str to object, optional
        Params that count as the simplest.
    """

    table: Table
    selection: Selection
    metric: str
    space: Space | None = None
    plain: Mapping[str, Any] | None = None

    def row(self, history: History, results: Mapping[str, Any] | None = None) -> int:
        """Return the row.

        Parameters
        ----------
        history : History
            Of the search, or what it would be if scores were others.
        results : dict of str to array, optional
            Its ``cv_results_``, where they are there already.
        """
        if results is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # said of the search itself
                results = self.table.of(history)
        finished = Finished(history, results, self.metric, self.space, self.plain)
        return int(self.selection.row(finished))
