"""Bad input is an error that says what is wrong, before anything is fitted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV, GridSearchCV, Integer, RandomizedSearchCV, Real
from skhp.stopping import NoImprovement, ScoreReached
from skhp.strategies import Bayes
from tests.search.estimators import Witness
from tests.search.searches import SEARCHES, Make, X, y

SPACE = {"C": [0.1, 1.0]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an estimator leaves its trace if it is fitted."""
    return tmp_path / "fits"


def assert_refused(search: Any, path: Path, *, match: str, data: Any = (X, y)) -> None:
    with pytest.raises((ValueError, TypeError), match=match) as caught:
        search.fit(*data)
    assert len(str(caught.value)) > 20
    assert not path.exists()
    assert not [name for name in vars(search) if name.endswith("_") and not name.startswith("_")]


SPACES: dict[str, tuple[Any, str]] = {
    "a number": (3, "search_spaces|space"),
    "a string": ("C", "space"),
    "an empty dict": ({}, "empty|no parameter|at least one"),
    "an empty list": ([], "empty|no parameter|at least one"),
    "a list of no dicts": ([3], "dict"),
    "a name that is no string": ({3: [1, 2]}, "name|str"),
    "no choices": ({"C": []}, "C"),
    "a value alone": ({"C": 0.5}, "C"),
    "a string alone": ({"C": "0.1 ... 1"}, "C"),
    "low above high": ({"C": (2.0, 1.0)}, "C"),
    "low equal to high in logarithms": ({"C": (1.0, 1.0, "log-uniform")}, "C|low"),
    "a logarithm of zero": ({"C": (0.0, 1.0, "log-uniform")}, "C|positive"),
    "a logarithm below zero": ({"C": (-1.0, 1.0, "log-uniform")}, "C|positive"),
    "an infinite bound": ({"C": (0.0, np.inf)}, "C|finite"),
    "a bound that is no number": ({"C": (0.0, np.nan)}, "C|finite"),
    "an unknown prior": ({"C": (0.1, 1.0, "loguniform-ish")}, "C.*loguniform-ish"),
    "an object that is no dimension": ({"C": object()}, "C"),
    "a parameter that the estimator lacks": ({"D": [1, 2]}, "Invalid parameter 'D'"),
    "a parameter of a step that is not there": ({"svc__C": (0.1, 1.0)}, "Invalid parameter 'svc'"),
    "a quota below one": ([({"C": [1.0]}, 0)], "0|positive|at least"),
    "a quota that is no number": ([({"C": [1.0]}, "many")], "many|dict"),
}


@pytest.mark.parametrize("name", SPACES)
def test_a_space_that_makes_no_sense_is_refused(path: Path, name: str):
    space, match = SPACES[name]
    search = BayesSearchCV(Witness(str(path)), space, n_iter=3, random_state=0)
    assert_refused(search, path, match=match)


def test_a_dimension_that_makes_no_sense_cannot_even_be_made():
    for make, low, high in [(Real, 2.0, 1.0), (Integer, 5, 2), (Real, np.nan, 1.0)]:
        with pytest.raises(ValueError, match="low|high|finite"):
            make(low, high)
    with pytest.raises(ValueError, match="positive|log"):
        Real(0.0, 1.0, log=True)


def test_a_parameter_that_only_some_sub_space_has_wrong_is_refused(make: Make, path: Path):
    space = [{"C": [0.1, 1.0]}, {"C": [0.1], "gama": [1.0]}]
    assert_refused(make(Witness(str(path)), space), path, match="Invalid parameter 'gama'")


def test_a_parameter_that_only_some_choices_lack_is_refused(make: Make, path: Path):
    steps = [("scale", StandardScaler()), ("model", Witness(str(path)))]
    space = {"scale": [StandardScaler(), "passthrough"], "scale__with_mean": [True]}
    assert_refused(make(Pipeline(steps), space, n_iter=2), path, match="with_mean")


@pytest.mark.parametrize("grid", [{"C": []}, {"C": 3}, {"C": "ab"}, 3, None, "C", [3]])
def test_a_grid_that_makes_no_sense_is_refused(path: Path, grid: Any):
    assert_refused(GridSearchCV(Witness(str(path)), grid), path, match="grid|dict")


@pytest.mark.parametrize("space", [{"C": []}, {"C": 3}, {"C": object()}, 3, [3], {"D": [1]}])
def test_distributions_that_make_no_sense_are_refused(path: Path, space: Any):
    search = RandomizedSearchCV(Witness(str(path)), space, n_iter=2)
    assert_refused(search, path, match="istribution|dict|sequence|'D'|Cannot|empty|cannot")


@pytest.mark.parametrize("n_iter", [0, -1, 2.5, "many", None])
@pytest.mark.parametrize("kind", [RandomizedSearchCV, BayesSearchCV])
def test_n_iter_must_be_a_positive_whole_number(path: Path, kind: type, n_iter: Any):
    search = kind(Witness(str(path)), SPACE, n_iter=n_iter)
    assert_refused(search, path, match="n_iter")


WRONG: dict[str, tuple[Any, str]] = {
    "cv": (1, "k-fold|n_splits|at least"),
    "scoring": ("precission", "scoring|precission"),
    "refit": ("recall", "refit|recall"),
    "n_jobs": ("all", "n_jobs"),
    "error_score": ("ignore", "error_score"),
    "verbose": (-1, "verbose"),
    "pre_dispatch": ("2*m", "pre_dispatch"),
    "return_train_score": ("yes", "return_train_score"),
    "n_points": (0, "n_points"),
    "racing": ("hard", "racing"),
    "stopping": (20, "stopping"),
    "max_time": (0, "max_time"),
    "fit_timeout": (-1, "fit_timeout"),
    "fit_memory": (0, "fit_memory"),
    "observers": (print, "observers"),
    "journal": (3.0, "journal"),
}


@pytest.mark.parametrize("name", [name for name in WRONG if name != "refit"])
def test_a_parameter_that_makes_no_sense_is_refused(make: Make, path: Path, name: str):
    value, match = WRONG[name]
    assert_refused(make(Witness(str(path)), SPACE, **{name: value}), path, match=match)


def test_a_metric_that_refit_names_must_be_there(make: Make, path: Path):
    search = make(Witness(str(path)), SPACE, scoring=["accuracy"], refit="recall")
    assert_refused(search, path, match="For multi-metric scoring")


def test_an_observer_that_listens_to_nothing_is_refused(make: Make, path: Path):
    search = make(Witness(str(path)), SPACE, observers=[object()])
    assert_refused(search, path, match="observer")


@pytest.mark.parametrize("rule", [NoImprovement, "NoImprovement(20)", lambda history: None])
def test_a_stopping_rule_is_an_object(make: Make, path: Path, rule: Any):
    assert_refused(make(Witness(str(path)), SPACE, stopping=rule), path, match="stopping")


def test_a_stopping_rule_that_makes_no_sense_cannot_even_be_made():
    for make in (lambda: NoImprovement(0), lambda: ScoreReached(np.nan)):
        with pytest.raises(ValueError, match="patience|score"):
            make()


@pytest.mark.parametrize(
    "settings",
    [
        {"acquisition": "expected luck"},
        {"surrogate": "forest"},
        {"n_initial": 0},
        {"exploration": 1.5},
    ],
)
def test_a_strategy_that_makes_no_sense_cannot_even_be_made(settings: Any):
    [(name, value)] = settings.items()
    with pytest.raises(ValueError, match=f"{name} must .*{value}"):
        Bayes(**settings)


def test_an_acquisition_that_skopt_has_not_is_refused(path: Path):
    kwargs = {"acq_func": "luck"}
    search = BayesSearchCV(Witness(str(path)), {"C": (0.1, 1.0)}, optimizer_kwargs=kwargs)
    assert_refused(search, path, match="acq_func.*luck")


BAYES: dict[str, tuple[Any, str]] = {
    "strategy": ("simulated annealing", "strategy must be one of"),
    "random_state": ("lucky", "random_state"),
    "initial_params": ({"C": 0.1}, "initial_params"),
    "optimizer_kwargs": ([1], "optimizer_kwargs"),
}


@pytest.mark.parametrize("name", BAYES)
def test_a_parameter_of_the_model_that_makes_no_sense_is_refused(path: Path, name: str):
    value, match = BAYES[name]
    search = BayesSearchCV(Witness(str(path)), SPACE, **{name: value})
    assert_refused(search, path, match=match)


@pytest.mark.parametrize("params", [{"C": 7.0}, {"D": 1.0}, {}, "C", None])
def test_initial_params_outside_the_space_are_refused(path: Path, params: Any):
    space = {"C": (0.1, 1.0)}
    search = BayesSearchCV(Witness(str(path)), space, initial_params=[{"C": 0.5}, params])
    assert_refused(search, path, match="initial_params")


def test_settings_of_skopt_that_it_does_not_know_are_refused(path: Path):
    settings = {"acq_func": "luck"}
    search = BayesSearchCV(
        Witness(str(path)), SPACE, strategy="skopt", optimizer_kwargs=settings, n_iter=2
    )
    assert_refused(search, path, match="luck|acq_func")


@pytest.mark.parametrize("callback", [3, [3], "stop"])
def test_callbacks_must_be_callable(path: Path, callback: Any):
    with pytest.raises(ValueError, match="callback must be"):
        BayesSearchCV(Witness(str(path)), SPACE).fit(X, y, callback=callback)
    assert not path.exists()


@pytest.mark.parametrize("kind", sorted(SEARCHES))
def test_rows_and_targets_must_be_as_many(path: Path, kind: str):
    search = SEARCHES[kind](Witness(str(path)), SPACE)
    assert_refused(search, path, match="inconsistent numbers of samples", data=(X, y[:-1]))


def test_more_folds_than_rows_are_refused(make: Make, path: Path):
    search = make(Witness(str(path)), SPACE, cv=KFold(99))
    assert_refused(search, path, match="n_splits=99")


@pytest.mark.parametrize(
    ("split", "match"),
    [
        (3, r"pair of row indices, \(train, test\)"),
        ((np.arange(3),), "pair of row indices"),
        (([0, 1], [60]), "test rows that are not there: X has 60 rows"),
        (([0, -61], [2]), "train rows that are not there"),
        (([True, False], [2]), "train rows that are not there"),
        (([0.5, 1.5], [2]), "by their positions"),
        ((["a", "b"], [2]), "by their positions"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(make: Make, path: Path, split: Any, match: str):
    fine = (np.arange(30), np.arange(30, 60))
    assert_refused(make(Witness(str(path)), SPACE, cv=[fine, split]), path, match=match)


def test_something_that_is_no_estimator_is_refused(make: Make):
    for estimator in (object(), "SVC", None):
        with pytest.raises(ValueError, match="'estimator' parameter .* implementing 'fit'"):
            make(estimator, SPACE).fit(X, y)
    with pytest.raises(TypeError, match=r"got the class Witness. Write Witness\(\)"):
        make(Witness, SPACE).fit(X, y)
