"""What is known to be good is found in spaces that a user wrote."""

import copy

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from skhp.presets import known_good, space_for
from skhp.space import Choice, Space, When

X = np.random.default_rng(0).normal(size=(80, 5))
y = np.arange(80) % 2
DATA = {"X": X, "y": y}

SCALED = make_pipeline(StandardScaler(), SVC())
FOREST, MACHINE = RandomForestClassifier(), SVC()
STEPS = Pipeline([("scale", StandardScaler()), ("model", MACHINE)])
LEAVES, STRENGTH, WIDTH = (1, 20), (1e-3, 1e3, "log-uniform"), (1e-4, 10.0, "log-uniform")

SPACES = {
    "ranges": (SCALED, {"svc__C": STRENGTH, "svc__gamma": (1e-4, 10.0, "log-uniform")}),
    "lists": (SCALED, {"svc__C": [0.1, 1, 10, 100], "svc__gamma": ["scale", 0.01, 0.1]}),
    "nested": (SCALED, {"svc": space_for(SVC())}),
    "several": (SCALED, [{"svc__C": STRENGTH}, {"svc__kernel": ["linear"], "svc__C": [1, 10]}]),
    "swapped": (
        STEPS,
        {
            "scale": [StandardScaler(), MinMaxScaler(), "passthrough"],
            "model": Choice(
                {
                    FOREST: {"min_samples_leaf": LEAVES, "max_features": (0.1, 1.0)},
                    MACHINE: {"C": STRENGTH, "gamma": WIDTH},
                }
            ),
        },
    ),
    "swapped in lists": (
        STEPS,
        [
            {
                "model": [FOREST],
                "model__min_samples_leaf": LEAVES,
                "model__max_features": (0.1, 1.0),
            },
            {"model": [MACHINE], "model__C": STRENGTH, "model__gamma": WIDTH},
        ],
    ),
    "conditions": (
        SVC(),
        {"kernel": ["linear", "rbf"], "C": STRENGTH, "gamma": When("kernel", "rbf", (0.01, 1.0))},
    ),
    "unknown": (LinearRegression(), {"fit_intercept": [True, False]}),
}


@pytest.mark.parametrize("name", SPACES)
def test_known_params_lie_inside_and_differ(name):
    estimator, written = SPACES[name]
    before = repr(estimator.get_params())
    space, known = (
        Space.read(written, estimator=estimator),
        known_good(estimator, space=written, **DATA),
    )
    assert all(space.contains(params) for params in known)
    assert len(set(space.keys(space.encode(known)))) == len(known) >= 1
    assert repr(estimator.get_params()) == before


@pytest.mark.parametrize("name", sorted(set(SPACES) - {"unknown"}))
def test_known_params_can_be_set_and_are_fitted(name):
    estimator, written = SPACES[name]
    known = known_good(estimator, space=written, **DATA)
    assert len(known) > 1
    for params in known:
        clone(estimator).set_params(**copy.deepcopy(params)).fit(X, y)


@pytest.mark.parametrize("name", ["swapped", "swapped in lists"])
def test_each_swapped_step_is_tried_as_it_is_before_the_second_params_of_any(name):
    estimator, written = SPACES[name]
    known = known_good(estimator, space=written, **DATA)
    turns = {
        kind: [at for at, params in enumerate(known) if isinstance(params["model"], kind)]
        for kind in (RandomForestClassifier, SVC)
    }
    assert known[turns[SVC][0]]["model__C"] == pytest.approx(1.0)
    assert known[turns[RandomForestClassifier][0]]["model__min_samples_leaf"] == 1
    assert turns[RandomForestClassifier][0] < turns[SVC][1]


def test_what_asks_for_a_choice_that_is_not_searched_is_left_out():
    known = known_good(SVC(), space={"C": (1e-3, 1e4, "log-uniform")}, **DATA)
    assert [params["C"] for params in known[1:]] == pytest.approx([0.1])


def test_numbers_are_moved_to_the_nearest_of_a_list_that_reaches_round_them():
    known = known_good(SCALED, space=SPACES["lists"][1], **DATA)
    assert {"svc__C": 10, "svc__gamma": 0.1} in known


def test_a_gamma_is_given_in_units_of_what_the_estimator_takes():
    spaces = {"C": STRENGTH, "gamma": (1e-6, 100.0, "log-uniform")}
    small = [params["gamma"] for params in known_good(SVC(), space=spaces, X=10 * X, y=y)[1:5]]
    large = [params["gamma"] for params in known_good(SVC(), space=spaces, X=X, y=y)[1:5]]
    assert np.divide(large, small) == pytest.approx(100.0, rel=0.1)
