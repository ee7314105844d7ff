"""Verbose searches say what scikit-learn's say, line by line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sklearn import model_selection

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV
from tests.search.searches import Make, X, logistic, y

SPACE = {"C": [0.1, 1.0]}
MORE = {"cv": 2, "return_train_score": True}


def lines_of(search: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    search.fit(X, y)
    return re.sub(r"time=\s*[\d.]+(s|min)", "time=", capsys.readouterr().out).splitlines()


def check_same(said: list[str], expected: list[str], verbose: int) -> None:
    """Check that scikit-learn's lines are there; how it ended stands where fits have no lines."""
    if verbose == 1:
        assert re.match(r"2/2 candidates, 4/4 fits in .* \(.+\)", said.pop())
    assert said == expected


@pytest.mark.parametrize("scoring", [None, ["accuracy", "recall"]])
@pytest.mark.parametrize("verbose", [0, 1, 2, 3, 10])
def test_a_grid_search_says_what_scikit_learn_s_says(verbose: int, scoring: Any, capsys: Any):
    settings = {**MORE, "verbose": verbose, "scoring": scoring, "refit": False}
    theirs = model_selection.GridSearchCV(logistic(), SPACE, **settings)
    expected = lines_of(theirs, capsys)
    check_same(lines_of(GridSearchCV(logistic(), SPACE, **settings), capsys), expected, verbose)


@pytest.mark.parametrize("verbose", [1, 3, 10])
def test_a_randomized_search_says_what_scikit_learn_s_says(verbose: int, capsys: Any):
    settings = {**MORE, "verbose": verbose, "n_iter": 2, "random_state": 0}
    theirs = model_selection.RandomizedSearchCV(logistic(), SPACE, **settings)
    expected = lines_of(theirs, capsys)
    ours = RandomizedSearchCV(logistic(), SPACE, **settings)
    check_same(lines_of(ours, capsys), expected, verbose)


def test_a_silent_search_says_nothing(make: Make, capsys: Any):
    assert lines_of(make(logistic(), SPACE, n_iter=2), capsys) == []


def test_a_bayes_search_says_once_how_many_fits_are_to_come(capsys: Any):
    search = BayesSearchCV(logistic(), {"C": (0.1, 1.0)}, n_iter=3, cv=2, verbose=2)
    first, *rest = lines_of(search, capsys)
    assert first == "Fitting 2 folds for each of 3 candidates, totalling 6 fits"
    assert len(rest) == 6
    assert all(line.startswith("[CV] END ") for line in rest)


def test_a_bayes_search_promises_no_more_than_its_space_holds(capsys: Any):
    search = BayesSearchCV(logistic(), SPACE, n_iter=9, cv=2, verbose=1)
    with pytest.warns(UserWarning, match="holds only 2 candidates"):
        line, last = lines_of(search, capsys)
    assert line == "Fitting 2 folds for each of 2 candidates, totalling 4 fits"
    assert last.startswith("2/2 candidates, 4/4 fits in ")
