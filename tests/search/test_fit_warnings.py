"""What fits warn of is told once, with a count, whichever worker they ran in."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from linecache import getline
from pathlib import Path
from threading import Thread
from typing import Any

import joblib
import pytest
from sklearn.exceptions import ConvergenceWarning

from skhp import GridSearchCV
from skhp._kept_warnings import warnings_kept
from tests.search.estimators import Bowl, Warner
from tests.search.searches import X, y

SPACE = {"x": [0.0, 0.1, 0.2]}
PLACES: dict[str, Any] = {
    "here": (nullcontext, {}),
    "threads": (lambda: joblib.parallel_config("threading"), {"n_jobs": 2}),
    "processes": (nullcontext, {"n_jobs": 2}),
}


@contextmanager
def caught(action: str) -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter(action, ConvergenceWarning)
        yield found


@pytest.mark.parametrize("action", ["default", "always", "once"])
@pytest.mark.parametrize("place", PLACES)
def test_what_fits_warn_of_comes_once_with_a_count_at_the_line_of_fit(place: str, action: str):
    where, settings = PLACES[place]
    search = GridSearchCV(Warner(), SPACE, cv=2, refit=False, **settings)
    with where(), caught(action) as found:
        search.fit(X, y)  # the user's line
    [one] = found
    assert one.category is ConvergenceWarning
    assert str(one.message).startswith("stopped at 0.")
    assert "(4 of 6 fits; " in str(one.message)
    assert "estimators.py:" in str(one.message)
    assert "# the user's line" in getline(one.filename, one.lineno)


@pytest.mark.parametrize("place", PLACES)
def test_what_the_user_ignores_is_not_told(place: str):
    where, settings = PLACES[place]
    with where(), caught("ignore") as found:
        GridSearchCV(Warner(), SPACE, cv=2, refit=False, **settings).fit(X, y)
    assert not found


@pytest.mark.parametrize("place", PLACES)
def test_what_the_user_makes_an_error_fails_the_fit(place: str):
    where, settings = PLACES[place]
    search = GridSearchCV(Warner(), SPACE, cv=2, refit=False, error_score="raise", **settings)
    with where(), caught("error"), pytest.raises(ConvergenceWarning, match="stopped at"):
        search.fit(X, y)


def test_what_the_user_makes_an_error_is_one_fit_that_failed_among_others():
    failed = "4 fits failed out of a total of 6"
    with pytest.warns(match=failed), warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        search = GridSearchCV(Warner(), SPACE, cv=2, refit=False).fit(X, y)
    assert search.best_params_ == {"x": 0.0}


def test_the_filters_of_the_user_are_as_they_were_after_the_search():
    before, shown = list(warnings.filters), warnings.showwarning
    GridSearchCV(Bowl(), SPACE, cv=2).fit(X, y)
    assert warnings.filters == before
    assert warnings.showwarning is shown


def test_an_end_by_an_error_does_not_keep_what_earlier_fits_warned_of():
    def stops(history: Any, trial: Any) -> None:
        raise KeyboardInterrupt

    class Stops:
        on_trial_end = staticmethod(stops)

    space = {"x": [0.1, 0.2]}
    with caught("default") as found:
        GridSearchCV(Warner(), space, cv=2, refit=False, observers=[Stops()]).fit(X, y)
    assert any("(2 of 2 fits; " in str(one.message) for one in found)


def test_a_category_that_asks_for_other_arguments_is_told():
    class Hard(UserWarning):
        def __init__(self, one: Any, other: Any) -> None:
            super().__init__(f"{one} {other}")

    class Warns(Bowl):
        def fit(self, X: Any, y: Any = None) -> Any:
            warnings.warn(Hard("so", "so"), stacklevel=1)
            return super().fit(X, y)

    with pytest.warns(UserWarning, match=r"so so \(2 of 2 fits"):
        GridSearchCV(Warns(), {"x": [0.0]}, cv=2, refit=False).fit(X, y)


def test_a_thread_that_asks_for_nothing_warns_as_ever():
    with pytest.warns(RuntimeWarning, match="from elsewhere"), joblib.parallel_config("threading"):

        def warn() -> None:
            warnings.warn("from elsewhere", RuntimeWarning, stacklevel=1)

        with warnings_kept() as kept:
            joblib.Parallel(2)(joblib.delayed(warn)() for _ in range(2))
    assert kept == []


def test_a_script_says_it_once(tmp_path: Path):
    path = tmp_path / "script.py"
    path.write_text(
        "from skhp import GridSearchCV\n"
        "from tests.search.test_fit_warnings import SPACE, Warner, X, y\n"
        "GridSearchCV(Warner(), SPACE, cv=2, refit=False).fit(X, y)\n"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, path], cwd=root, env={"PYTHONPATH": str(root)}, capture_output=True
    ).stderr.decode()
    assert said.count("ConvergenceWarning") == 1
    assert said.startswith(f"{path}:3: ConvergenceWarning: stopped at 0.1 (4 of 6 fits; ")


def test_what_others_put_back_late_does_no_harm():
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        ours, theirs = warnings_kept(), warnings.catch_warnings()
        ours.__enter__()
        theirs.__enter__()  # another thread, which notes what shows warnings meanwhile
        ours.__exit__(None, None, None)
        theirs.__exit__(None, None, None)
        with warnings_kept() as kept:
            other = Thread(target=warnings.warn, args=("of another thread",))
            other.start()
            other.join()
            warnings.warn("of this one", stacklevel=1)
    assert [text for _, text, _, _ in kept] == ["of this one"]
    assert [str(one.message) for one in found] == ["of another thread"]
