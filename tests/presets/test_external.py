"""XGBoost, LightGBM and CatBoost are known by the names of their classes."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from skhp import presets
from skhp.presets import known_good, space_for
from skhp.space import Space
from tests.presets.subjects import ROWS, TARGETS

NAMES = [
    ("xgboost", "XGBClassifier", "two classes"),
    ("xgboost", "XGBRegressor", "numbers"),
    ("xgboost", "XGBRFRegressor", "numbers"),
    ("lightgbm", "LGBMClassifier", "three classes"),
    ("lightgbm", "LGBMRegressor", "numbers"),
    ("catboost", "CatBoostClassifier", "two classes"),
    ("catboost", "CatBoostRegressor", "numbers"),
]
QUIET = {
    "xgboost": {"n_jobs": 1},
    "lightgbm": {"verbose": -1, "n_jobs": 1},
    "catboost": {
        "iterations": 5,
        "verbose": False,
        "thread_count": 1,
        "allow_writing_files": False,
    },
}
LONG = {"iterations", "n_estimators"}


def of_library(library, name):
    kind = getattr(pytest.importorskip(library), name)
    return kind(**QUIET[library])


@pytest.mark.parametrize("size", ["core", "wide"])
@pytest.mark.parametrize(("library", "name", "target"), NAMES)
def test_a_boosted_model_can_be_fitted_with_params_of_its_space(library, name, target, size):
    model, y = of_library(library, name), TARGETS[target]
    space = Space.read(space_for(model, size, X=ROWS, y=y))
    drawn = space.decode(space.sample(2, np.random.default_rng(0)))
    good = known_good(model, size, X=ROWS, y=y)
    assert all(space.contains(params) for params in good)
    for params in [*drawn, good[-1]]:
        few = {key: 5 if key in LONG else value for key, value in params.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clone(model).set_params(**few).fit(ROWS, y)


@pytest.mark.parametrize(("library", "name", "target"), NAMES)
def test_the_first_params_change_nothing_about_the_predictions(library, name, target):
    model, y = of_library(library, name), TARGETS[target]
    first = known_good(model, X=ROWS, y=y)[0]
    few = {key: 5 if key in LONG else value for key, value in first.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = clone(model).set_params(**{key: few[key] for key in LONG & set(few)})
        as_it_is = plain.fit(ROWS, y).predict(ROWS)
        tuned = clone(model).set_params(**few).fit(ROWS, y).predict(ROWS)
    np.testing.assert_array_equal(tuned, as_it_is)


@pytest.mark.parametrize(("library", "name", "target"), NAMES)
def test_an_edited_space_has_what_the_library_takes_for_none(library, name, target):
    model, y = of_library(library, name), TARGETS[target]
    space = space_for(model, X=ROWS, y=y)
    good = known_good(model, X=ROWS, y=y)
    assert known_good(model, space=space) == good
    dropped = list(space)[-1]
    del space[dropped]
    del good[0][dropped]
    assert known_good(model, space=space)[0] == good[0]


def test_no_library_is_imported_for_its_names():
    imports = re.compile(r"^\s*(import|from) (xgboost|lightgbm|catboost)", re.MULTILINE)
    sources = Path(presets.__file__).parent.glob("*.py")
    assert [path.name for path in sources if imports.search(path.read_text("utf-8"))] == []


class LGBMClassifier(ClassifierMixin, BaseEstimator):
    """Has the name and the parameters of an estimator that need not be installed."""

    def __init__(self, learning_rate=0.1, n_estimators=100, num_leaves=31, min_child_samples=20):
        self.learning_rate = learning_rate
        self.n_estimators = n_estimators
        self.num_leaves = num_leaves
        self.min_child_samples = min_child_samples

    def fit(self, X, y):
        return self


class Renamed(LGBMClassifier):
    """What inherits from an estimator is searched as that one."""


@pytest.mark.parametrize("kind", [LGBMClassifier, Renamed])
def test_a_name_is_enough_and_parameters_it_lacks_are_left_out(kind):
    model = kind()
    assert set(space_for(model, "wide")) == set(model.get_params())
    assert known_good(model)[0] == model.get_params()
