"""Splits are drawn once, and every candidate is judged on the same ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import KFold, RepeatedKFold, ShuffleSplit, StratifiedKFold

from skhp import BayesSearchCV
from tests.search.estimators import Bowl
from tests.search.searches import Make, X, logistic, y

NUMBERED = np.column_stack([np.arange(60), X])
SAME = {"kind": ["a", "b"], "seconds": [0.0]}


def rows_seen_by(search: Any) -> list[tuple[float, ...]]:
    """Per trial, scores that differ if and only if its splits differ."""
    return [tuple(trial.fold_scores) for trial in search.history_]


class OneShot:
    """A splitter that can be asked once."""

    def __init__(self, n_splits: int = 3) -> None:
        self.splits = iter(list(KFold(n_splits).split(NUMBERED)))
        self.n_splits = n_splits

    def split(self, X: Any = None, y: Any = None, groups: Any = None) -> Any:
        yield from self.splits

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        return self.n_splits


class Boastful(OneShot):
    """A splitter that promises more than it gives."""

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        return 7


@pytest.mark.parametrize(
    "cv", [KFold(3, shuffle=True), ShuffleSplit(3), StratifiedKFold(3, shuffle=True)]
)
def test_a_shuffling_splitter_without_a_seed_judges_all_on_the_same_splits(make: Make, cv: Any):
    search = make(Bowl(), {"seconds": [0.0, 1e-9, 1e-8]}, cv=cv).fit(NUMBERED, y)
    assert len(set(rows_seen_by(search))) == 1


def test_a_splitter_that_can_be_asked_once_is_asked_once(make: Make):
    search = make(Bowl(), SAME, cv=OneShot(), n_iter=2).fit(NUMBERED, y)
    assert np.isfinite(search.cv_results_["split2_test_score"]).all()


def test_splits_may_come_from_a_generator(make: Make):
    splits = KFold(4).split(NUMBERED)
    search = make(Bowl(), SAME, cv=splits, n_iter=2).fit(NUMBERED, y)
    assert search.n_splits_ == 4


def test_a_splitter_with_repeats_counts_each_of_them(make: Make):
    search = make(Bowl(), SAME, cv=RepeatedKFold(n_splits=2, n_repeats=2, random_state=0))
    assert search.fit(NUMBERED, y).n_splits_ == 4


def test_a_splitter_that_contradicts_itself_is_an_error(make: Make):
    message = r"inconsistent results\. Expected 7 splits, got 3"
    with pytest.raises(ValueError, match=message):
        make(Bowl(), SAME, cv=Boastful()).fit(NUMBERED, y)


def test_an_empty_iterator_of_splits_is_an_error(make: Make):
    with pytest.raises(ValueError, match="No fits were performed"):
        make(Bowl(), SAME, cv=iter([])).fit(NUMBERED, y)


def test_five_stratified_folds_are_the_default_of_classifiers(make: Make):
    search = make(logistic(), {"C": [1.0]}, n_iter=1).fit(X, y)
    folds = StratifiedKFold(5).split(X, y)
    expected = [logistic().fit(X[a], y[a]).score(X[b], y[b]) for a, b in folds]
    np.testing.assert_allclose(search.history_[0].fold_scores, expected)


def test_proposals_that_follow_results_are_judged_on_the_first_one_s_splits():
    search = BayesSearchCV(
        Bowl(), {"seconds": (0.0, 1e-9)}, cv=ShuffleSplit(2), n_iter=8, n_points=1
    )
    assert len(set(rows_seen_by(search.fit(NUMBERED, y)))) == 1


def test_splits_may_be_masks_and_count_from_the_end(make: Make):
    first = np.arange(60) < 40
    masks = make(logistic(), {"C": [1.0]}, cv=[(first, ~first)], n_iter=1).fit(X, y)
    ends = [(np.arange(-60, -20), np.arange(-20, 0))]
    counted = make(logistic(), {"C": [1.0]}, cv=ends, n_iter=1).fit(X, y)
    assert masks.best_score_ == counted.best_score_
