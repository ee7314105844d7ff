"""The halving searches by scikit-learn's names give what scikit-learn's give."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy.stats import randint
from sklearn.datasets import make_classification
from sklearn.model_selection import StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

import skhp
from skhp._sklearn import HalvingGridSearchCV, HalvingRandomSearchCV

X, y = make_classification(n_samples=300, random_state=0)
KINDS: dict[str, tuple[type, Any]] = {
    "grid": (HalvingGridSearchCV, {"max_depth": [1, 2, 3, 4, 5], "min_samples_leaf": [1, 5, 9]}),
    "random": (HalvingRandomSearchCV, {"max_depth": randint(1, 9), "ccp_alpha": [0.0, 0.01]}),
}
SETTINGS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "smallest": {"min_resources": "smallest"},
    "aggressive": {"aggressive_elimination": True, "max_resources": 90, "min_resources": 20},
    "factor": {"factor": 2, "cv": StratifiedKFold(3), "scoring": "roc_auc"},
    "a callable that is not asked": {"refit": lambda results: 0},
    "no train scores": {"return_train_score": False, "error_score": 0.0},
}
ATTRIBUTES = (
    "best_index_",
    "best_params_",
    "best_score_",
    "max_resources_",
    "min_resources_",
    "multimetric_",
    "n_candidates_",
    "n_iterations_",
    "n_possible_iterations_",
    "n_remaining_candidates_",
    "n_required_iterations_",
    "n_resources_",
    "n_splits_",
)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=list(SETTINGS))
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_attributes_and_results_are_those_of_scikit_learn(
    kind: tuple[type, Any], settings: dict[str, Any]
):
    theirs, params = kind
    tree = DecisionTreeClassifier(random_state=0)
    ours = getattr(skhp, theirs.__name__)
    expected = theirs(tree, params, random_state=1, **settings).fit(X, y)
    found = ours(tree, params, random_state=1, **settings).fit(X, y)
    assert list(found.cv_results_) == list(expected.cv_results_)
    for name, column in expected.cv_results_.items():
        if "time" not in name:
            np.testing.assert_array_equal(found.cv_results_[name], column)
    assert [getattr(found, name) for name in ATTRIBUTES] == [
        getattr(expected, name) for name in ATTRIBUTES
    ]
    assert isinstance(found, theirs)


def test_a_parameter_can_be_the_resource():
    from sklearn.ensemble import RandomForestClassifier

    settings = {"resource": "n_estimators", "max_resources": 12, "random_state": 0, "cv": 3}
    forest, grid = RandomForestClassifier(random_state=0), {"max_depth": [1, 2, 3, 4]}
    found, expected = (
        kind(forest, grid, **settings).fit(X, y)
        for kind in (skhp.HalvingGridSearchCV, HalvingGridSearchCV)
    )
    assert found.best_params_ == expected.best_params_
    assert found.cv_results_["params"] == expected.cv_results_["params"]


def test_a_splitter_that_makes_other_splits_each_time_is_refused_as_by_scikit_learn():
    shuffled = StratifiedKFold(3, shuffle=True)
    with pytest.raises(ValueError, match="consistent folds"):
        skhp.HalvingGridSearchCV(DecisionTreeClassifier(), {}, cv=shuffled).fit(X, y)


def test_nothing_has_to_be_enabled_before_the_import():
    code = (
        "from skhp import HalvingGridSearchCV; from sklearn import model_selection as theirs; "
        "theirs.HalvingGridSearchCV"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "experimental" in ended.stderr  # scikit-learn's own door is as closed as before


def test_a_time_limit_is_kept_and_the_best_so_far_refitted():
    from tests.search.estimators import Slow

    slow = Slow(seconds=0.05)
    search = skhp.HalvingGridSearchCV(slow, {"C": [*range(300)]}, max_time=1.0, cv=2).fit(X, y)
    assert search.stop_reason_ == "max_time reached"
    assert hasattr(search, "best_estimator_")
    assert search.n_iterations_ == len(search.n_candidates_) == 1


def test_a_leaderboard_puts_the_candidates_of_the_last_generation_first():
    space = {"max_depth": [1, 2, 3, 4], "min_samples_leaf": [1, 5]}
    search = skhp.HalvingGridSearchCV(DecisionTreeClassifier(random_state=0), space, random_state=0)
    table = search.fit(X, y).leaderboard(None)
    first = {name: table[name][0] for name in space}
    assert first == search.best_params_
    assert table["n_samples"][0] == search.n_resources_[-1]
    assert len(table["rank"]) == 8
    assert "n_samples" not in search.history_[0].params
    assert "n_samples" in search._repr_html_()
