"""Ranks of scores on training rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from skhp.history import History
from skhp.results import Table, TrainRanks
from skhp.space import Space


class Columns(Table):
    """A table with these columns, whatever the history."""

    def __init__(self, **columns: Any) -> None:
        self.columns = columns

    def of(self, history: History) -> dict[str, Any]:
        return {name: np.array(column) for name, column in self.columns.items()}


@pytest.mark.parametrize(
    ("means", "ranks"),
    [
        ([0.5, 0.9, 0.7], [3, 1, 2]),
        ([0.5, 0.9, 0.9], [3, 1, 1]),
        ([np.nan, 0.9, 0.5], [3, 1, 2]),
        ([np.nan, np.nan, -5.0], [2, 2, 1]),
        ([np.nan, np.nan], [1, 1]),
    ],
)
def test_the_largest_is_first_and_what_has_no_score_last(means: Any, ranks: Any):
    table = TrainRanks(Columns(mean_train_score=means, mean_test_score=means))
    results = table.of(History(Space.read({"a": [1]})))
    assert list(results) == ["mean_train_score", "mean_test_score", "rank_train_score"]
    assert results["rank_train_score"].tolist() == ranks
    assert results["rank_train_score"].dtype == np.int32


def test_every_metric_has_its_ranks_and_without_train_scores_there_are_none():
    history = History(Space.read({"a": [1]}))
    several = TrainRanks(Columns(mean_train_f1=[0.1, 0.2], mean_train_auc=[0.2, 0.1])).of(history)
    assert several["rank_train_f1"].tolist() == [2, 1]
    assert several["rank_train_auc"].tolist() == [1, 2]
    assert list(TrainRanks(Columns(mean_test_score=[0.1])).of(history)) == ["mean_test_score"]
