"""Every search has every parameter that is ours: same order, same default, same words."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from numpydoc.docscrape import NumpyDocString

from skhp import (
    BayesSearchCV,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    HalvingSearchCV,
    RandomizedSearchCV,
)
from skhp.search._wishes import Wishes

SEARCHES = [
    BayesSearchCV,
    GridSearchCV,
    RandomizedSearchCV,
    HalvingSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
]

OURS = [
    "n_points",
    "initial_params",
    "racing",
    "stopping",
    "max_time",
    "fit_timeout",
    "fit_memory",
    "journal",
    "observers",
    "keep_predictions",
    "executor",
    "reuse_steps",
    "early_stopping",
]

WITHOUT = {
    GridSearchCV: {"initial_params", "random_state"},  # all of a grid is tried, in its order
    RandomizedSearchCV: {"initial_params"},  # its candidates are those of scikit-learn
    HalvingSearchCV: {"racing", "stopping"},  # a rung decides who goes on, and when it is over
    HalvingGridSearchCV: {"n_points", "initial_params", "racing", "stopping"},
    HalvingRandomSearchCV: {"n_points", "initial_params", "racing", "stopping"},
}
"""Parameters that a kind of search has no use for."""

SCIKIT_LEARNS = ("refit", "cv", "scoring", "random_state")

OTHER_WORDS = {
    ("HalvingSearchCV", "strategy"),
    ("HalvingSearchCV", "search_spaces"),
    ("HalvingSearchCV", "refit"),
    ("HalvingSearchCV", "cv"),
    ("HalvingSearchCV", "error_score"),
    ("HalvingSearchCV", "initial_params"),
    ("HalvingSearchCV", "random_state"),
    ("HalvingSearchCV", "journal"),
    ("RandomizedSearchCV", "n_iter"),
    *((f"Halving{kind}SearchCV", name) for kind in ("Grid", "Random") for name in SCIKIT_LEARNS),
}
"""Where a parameter means something of its own."""


def parameters(search: type) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(search).parameters)


def words(search: type) -> dict[str, str]:
    """What the docstring says of each parameter."""
    documented = NumpyDocString(inspect.getdoc(search) or "")["Parameters"]
    return {
        name.strip(): " ".join([field.type, *field.desc])
        for field in documented
        for name in field.name.split(",")
    }


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_has_all_parameters_that_are_ours_in_one_order(search: type):
    present = [name for name in parameters(search) if name in OURS]
    assert present == [name for name in OURS if name not in WITHOUT.get(search, ())]


@pytest.mark.parametrize("search", SEARCHES)
def test_parameters_of_one_name_have_one_default(search: type):
    own, usual = parameters(search), parameters(BayesSearchCV)
    differing = {
        name
        for name in own.keys() & usual.keys()
        if repr(own[name].default) != repr(usual[name].default)
    }
    usual_of_halving = {"cv", "return_train_score"} if "factor" in own else set()
    assert differing <= {"n_iter", "strategy"} | usual_of_halving


@pytest.mark.parametrize("search", SEARCHES)
def test_parameters_of_one_name_are_described_by_the_same_words(search: type):
    own, usual = words(search), words(BayesSearchCV)
    differing = {name for name in own.keys() & usual.keys() if own[name] != usual[name]}
    assert differing == {name for kind, name in OTHER_WORDS if kind == search.__name__}


@pytest.mark.parametrize("search", SEARCHES)
def test_wishes_hold_every_parameter_that_is_ours(search: type):
    made: Any = search(*[None] * sum(p.default is p.empty for p in parameters(search).values()))
    missing = WITHOUT.get(search, set())
    settings = {name: object() for name in OURS if name not in missing}
    wishes = Wishes.of(made.set_params(**settings))
    assert {name: getattr(wishes, name) for name in settings} == settings
    assert [getattr(wishes, name) for name in missing] == [None] * len(missing)
