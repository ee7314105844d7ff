"""A table that ranks its trials by their scores on training rows, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from ..history import History
from ._table import Table

__all__ = ["TrainRanks"]


@dataclass(frozen=True)
class TrainRanks(Table):
    """Adds ``rank_train_<metric>`` wherever there is a ``mean_train_<metric>``.

    scikit-optimize's search has these columns, scikit-learn's have not.

    Parameters
    ----------
    table : Table
        Whose columns are kept.
    """

    table: Table

    def of(self, history: History) -> dict[str, Any]:
        results = self.table.of(history)
        means = [key for key in results if key.startswith("mean_train_")]
        for key in means:
            # what has no score is last, as among scikit-learn's ranks of test scores
            losses = np.nan_to_num(-np.asarray(results[key]), nan=np.inf)
            ranks = rankdata(losses, method="min").astype(np.int32)
            results[f"rank_train_{key.removeprefix('mean_train_')}"] = ranks
        return results
