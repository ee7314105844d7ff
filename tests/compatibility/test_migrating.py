"""The page on migrating names everything that other searches take."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import skopt
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, RandomizedSearchCV

from skhp import BayesSearchCV, HalvingSearchCV

PAGE = Path(__file__).resolve().parents[2] / "docs" / "migrating.md"
WORDS = set(re.findall(r"\w+", PAGE.read_text(encoding="utf-8")))

OPTUNA = [
    "param_distributions",
    "cv",
    "enable_pruning",
    "error_score",
    "max_iter",
    "n_jobs",
    "n_trials",
    "random_state",
    "refit",
    "return_train_score",
    "scoring",
    "study",
    "subsample",
    "timeout",
    "verbose",
    "callbacks",
    "catch",
    "study_",
    "trials_",
    "n_trials_",
    "best_trial_",
    "user_attrs_",
    "set_user_attr",
    "trials_dataframe",
    "sample_indices_",
]
"""Parameters and attributes of OptunaSearchCV that others have not, or not by this name."""


def taken_by(kind: type) -> set[str]:
    return set(inspect.signature(kind).parameters) - {"self", "estimator"}


def test_every_parameter_of_skopts_search_is_ours_or_on_the_page():
    assert taken_by(skopt.BayesSearchCV) - taken_by(BayesSearchCV) == {"iid", "fit_params"}
    assert taken_by(skopt.BayesSearchCV) - taken_by(BayesSearchCV) <= WORDS


def test_every_parameter_of_skopts_optimizer_is_on_the_page():
    assert taken_by(skopt.Optimizer) - WORDS == set()


def test_every_parameter_whose_default_differs_is_on_the_page():
    ours = inspect.signature(BayesSearchCV).parameters
    theirs = inspect.signature(skopt.BayesSearchCV).parameters
    different = {
        name
        for name in taken_by(skopt.BayesSearchCV) & taken_by(BayesSearchCV)
        if repr(ours[name].default) != repr(theirs[name].default)
    }
    assert different - {"search_spaces"} == {"error_score", "n_jobs", "n_points"}
    assert different <= WORDS | {"search_spaces"}


def test_every_parameter_of_a_halving_is_ours_or_on_the_page():
    lacking = taken_by(HalvingRandomSearchCV) - taken_by(HalvingSearchCV)
    assert lacking - WORDS - taken_by(RandomizedSearchCV) == set()


@pytest.mark.parametrize("name", OPTUNA)
def test_every_parameter_and_attribute_of_optunas_search_is_on_the_page(name: str):
    assert name in WORDS
