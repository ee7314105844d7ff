"""A search never goes on from what another one has written, and says why it begins anew."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import KFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

from skhp.exceptions import JournalWarning
from tests.search.estimators import Witness
from tests.search.searches import X, bayes, grid, logistic, randomized, y

SPACE = {"C": [0.1, 0.2, 0.3, 0.4, 0.5]}
OTHERS: dict[str, tuple[str, Callable[..., Any]]] = {
    "class": ("class", lambda fits, **more: randomized(Witness(fits), SPACE, **more).fit(X, y)),
    "estimator": (
        "estimator",
        lambda fits, **more: bayes(Witness(fits, kernel="linear"), SPACE, **more).fit(X, y),
    ),
    "space": ("space", lambda fits, **more: bayes(Witness(fits), {"C": [1.0]}, **more).fit(X, y)),
    "rows": ("data", lambda fits, **more: bayes(Witness(fits), SPACE, **more).fit(X + 1e-9, y)),
    "targets": ("data", lambda fits, **more: bayes(Witness(fits), SPACE, **more).fit(X, 1 - y)),
    "folds": ("splits", lambda fits, **more: bayes(Witness(fits), SPACE, cv=3, **more).fit(X, y)),
    "scoring": (
        "scoring",
        lambda fits, **more: bayes(Witness(fits), SPACE, scoring="recall", **more).fit(X, y),
    ),
    "seed": (
        "random_state",
        lambda fits, **more: bayes(Witness(fits), SPACE, random_state=1, **more).fit(X, y),
    ),
}


@pytest.fixture
def fits(tmp_path: Path) -> Path:
    return tmp_path / "fits"


@pytest.fixture
def journal(tmp_path: Path, fits: Path) -> Path:
    """A journal with a finished search in it."""
    path = tmp_path / "journal.db"
    bayes(Witness(str(fits)), SPACE, journal=path).fit(X, y)
    fits.unlink()
    return path


@pytest.mark.filterwarnings("error::skhp.exceptions.JournalWarning")
@pytest.mark.parametrize("name", OTHERS)
def test_what_differs_is_named_before_any_fit(name: str, journal: Path, fits: Path):
    part, fit = OTHERS[name]
    before = journal.read_bytes()
    with pytest.raises(JournalWarning, match=f"with other .*{part}"):
        fit(str(fits), journal=journal)
    assert not fits.exists()
    assert journal.read_bytes() == before


@pytest.mark.filterwarnings("ignore::skhp.exceptions.SpaceExhaustedWarning")
@pytest.mark.parametrize("name", OTHERS)
def test_both_are_kept_whole(name: str, journal: Path, fits: Path):
    _, fit = OTHERS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", JournalWarning)
        found = fit(str(fits), journal=journal).cv_results_["params"]
    fits.unlink()
    for again in (fit, lambda *a, **more: bayes(Witness(str(fits)), SPACE, **more).fit(X, y)):
        with warnings.catch_warnings():
            warnings.simplefilter("error", JournalWarning)
            search = again(str(fits), journal=journal)
        assert fits.read_text().count("\n") == 1  # the refit
        assert again is not fit or search.cv_results_["params"] == found
        fits.unlink()


@pytest.mark.filterwarnings("error::skhp.exceptions.JournalWarning")
@pytest.mark.parametrize(
    "more", [{"n_iter": 5}, {"n_jobs": 1}, {"verbose": 0}, {"max_time": 60.0}, {"refit": False}]
)
def test_how_long_and_where_it_runs_does_not_make_another_search(journal: Path, more: Any):
    other = bayes(Witness(str(journal) + ".fits"), SPACE, n_iter=3, journal=journal)
    with pytest.raises(JournalWarning, match="estimator"):
        other.fit(X, y)
    search = bayes(Witness(str(journal.parent / "fits")), SPACE, journal=journal)
    search.set_params(**more).fit(X, y)


def test_splits_that_chance_drew_are_named_with_the_remedy(tmp_path: Path):
    def search() -> Any:
        cv = KFold(3, shuffle=True)
        return grid(logistic(), SPACE, cv=cv, journal=tmp_path / "journal.db")

    search().fit(X, y)
    with pytest.warns(JournalWarning, match=r"with other splits\..*random_state"):
        search().fit(X, y)


@pytest.mark.filterwarnings("ignore::skhp.exceptions.JournalWarning")
def test_nested_searches_share_a_file(tmp_path: Path):
    path = tmp_path / "journal.db"
    space = {"max_depth": [1, 2, 3]}

    def scores(**more: Any) -> Any:
        search = bayes(DecisionTreeClassifier(random_state=0), space, cv=2, **more)
        return cross_val_score(search, X, y, cv=3)

    np.testing.assert_array_equal(scores(journal=path), scores())
    np.testing.assert_array_equal(scores(journal=path), scores())
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM searches").fetchone() == (3,)
        assert connection.execute("SELECT count(*) FROM folds").fetchone() == (3 * 3 * 2,)
    connection.close()
