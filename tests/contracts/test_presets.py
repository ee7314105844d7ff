"""Every ready-made space of the library keeps the laws of ready-made spaces."""

import importlib
import pkgutil

import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone

import skhp.presets
from skhp.presets import register
from skhp.presets._registry import PRESETS, TOPICS
from skhp.testing import check_preset
from tests.presets.subjects import ESTIMATORS, tasks_of
from tests.presets.test_external import QUIET

LIBRARIES = {"CatBoost": "catboost", "LGBM": "lightgbm", "XGB": "xgboost"}
RANKERS = {"LGBMRanker", "XGBRanker"}
"""Are fitted with groups, which no check gives; their spaces are those of the regressors."""


def subject(name):
    """Return an estimator by the name of its class, that of another library if it is installed."""
    for beginning, library in LIBRARIES.items():
        if name.startswith(beginning):
            return getattr(pytest.importorskip(library), name)(**QUIET[library])
    if name not in ESTIMATORS:
        pytest.skip(f"this scikit-learn has no {name}")
    return ESTIMATORS[name]


@pytest.mark.parametrize("name", sorted(set(PRESETS) - RANKERS))
def test_a_ready_made_space_keeps_the_laws(name):
    estimator = subject(name)
    X, y = tasks_of(name, estimator)[0] if name in ESTIMATORS else (None, None)
    check_preset(estimator, X, y, n_fits=0)


def test_every_file_of_ready_made_spaces_is_known():
    files = [
        importlib.import_module(f"skhp.presets.{found.name}")
        for found in pkgutil.iter_modules(skhp.presets.__path__)
        if found.name != "_registry"
    ]
    presets = [vars(file)["PRESETS"] for file in files if "PRESETS" in vars(file)]
    assert len(presets) == len(TOPICS)
    assert all(any(one is known for known in TOPICS.values()) for one in presets)


class Lazy(ClassifierMixin, BaseEstimator):
    """Predicts one class, with a parameter that must not be too large."""

    def __init__(self, share=0.5, size=3, kept=None):
        self.share = share
        self.size = size
        self.kept = kept

    def fit(self, X, y):
        if self.share > 1:
            raise ValueError("a share is at most 1")
        self.classes_ = [y[0]]
        return self


def own(space):
    kind = type("OwnLazy", (Lazy,), {})
    register(kind, space)
    return kind()


def test_a_space_of_ones_own_passes():
    check_preset(own(lambda estimator, data: ({"share": (0.0, 1.0)}, [{"share": 0.2}])))


def changing(estimator, data):
    estimator.size += 1
    return {"share": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("space", "law"),
    [
        ({"share": (0.1, 9.0)}, "fit with .* failed: a share is at most 1"),
        (changing, "the estimator was changed"),
    ],
)
def test_a_broken_law_is_named(space, law):
    with pytest.raises(AssertionError, match=law):
        check_preset(own(space))


class Rounding(Lazy):
    """Keeps another value than the one it is given."""

    __skhp_space__ = lambda self, data: {"share": (0.0, 1.0)}  # noqa: E731

    def set_params(self, **params):
        if "share" in params:
            params["share"] = round(params["share"], 1)
        return super().set_params(**params)


def test_an_estimator_that_makes_something_else_of_its_params_is_found_out():
    assert clone(Rounding()).share == 0.5
    with pytest.raises(AssertionError, match=r"set_params\(share="):
        check_preset(Rounding())
