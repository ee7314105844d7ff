"""Every warning names the line of the user that led to it, whatever lies in between."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from linecache import getline
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV, HalvingSearchCV
from skhp.exceptions import SkhpWarning
from skhp.strategies import Bayes
from skhp.surrogates import Surrogate
from tests.search.estimators import Bowl
from tests.search.searches import X, y

SPACE = {"x": [0.1, 0.2, 0.3]}


class Fails:
    """An observer that cannot do what it should."""

    def on_trial_end(self, history: Any, trial: Any) -> None:
        raise RuntimeError("no disk")


class Singular(Surrogate):
    """A surrogate that cannot be fitted."""

    def fit(self, U: Any, y: Any, noise: Any = None, **more: Any) -> Any:
        raise np.linalg.LinAlgError("singular")


def stops_at_once(*told: Any) -> bool:
    return True


class Stops:
    on_fold_end = staticmethod(stops_at_once)


def bayes(space: Any = None, **settings: Any) -> BayesSearchCV:
    settings = {"n_iter": 8, "random_state": 0, **settings}
    return BayesSearchCV(Bowl(), space or {"x": (0.0, 1.0)}, cv=2, **settings)


WARN = {
    "an exhausted space": lambda: bayes(SPACE),
    "candidates that do not exist": lambda: HalvingSearchCV(Bowl(), SPACE, n_candidates=9, cv=2),
    "an early end": lambda: bayes(observers=[Stops()]),
    "an observer": lambda: bayes(n_iter=2, observers=[Fails()]),
    "a surrogate": lambda: bayes(strategy=Bayes(Singular())),
    "settings of skopt": lambda: bayes(n_iter=2, optimizer_kwargs={"acq_func": "MES"}),
}
"""Searches that give a warning each."""


@contextmanager
def warned_here() -> Iterator[None]:
    """Check that there are warnings of ours and that they name the line marked in this file."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    ours = [one for one in caught if issubclass(one.category, SkhpWarning)]
    assert ours
    for one in ours:
        assert "# the user's line" in getline(one.filename, one.lineno), (one.filename, one.lineno)


@pytest.mark.parametrize("make", WARN.values(), ids=WARN)
def test_a_warning_in_fit_names_the_line_of_fit(make: Callable[[], Any]):
    search = make()
    with warned_here():
        search.fit(X, y)  # the user's line


def test_a_warning_of_limits_without_effect_names_the_line_of_fit():
    search = bayes(n_iter=2, fit_timeout=100, n_jobs=2)
    with joblib.parallel_config("threading"), warned_here():
        search.fit(X, y)  # the user's line


def test_a_warning_of_a_parallel_search_names_the_line_of_fit():
    search = bayes(SPACE, n_jobs=2)
    with warned_here():
        search.fit(X, y)  # the user's line


def test_a_warning_of_a_journal_names_the_line_of_fit(tmp_path: Path):
    path = tmp_path / "journal"
    bayes(n_iter=2, journal=path).fit(X, y)
    search = bayes({"x": (0.0, 2.0)}, n_iter=2, journal=path)
    with warned_here():
        search.fit(X, y)  # the user's line


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize("make", WARN.values(), ids=WARN)
def test_a_warning_in_cross_validation_names_its_line(make: Callable[[], Any], n_jobs: int | None):
    search = make()
    with joblib.parallel_config("threading"), warned_here():
        cross_val_score(search, X, y, cv=2, n_jobs=n_jobs)  # the user's line


def test_a_warning_in_a_pipeline_names_the_line_of_its_fit():
    pipeline = make_pipeline(StandardScaler(), bayes(SPACE))
    with warned_here():
        pipeline.fit(X, y)  # the user's line


def test_a_warning_in_a_thread_of_the_user_s_names_the_line_there():
    def work() -> None:
        search.fit(X, y)  # the user's line

    search = bayes(SPACE)
    with warned_here():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()


def test_a_warning_in_a_pool_of_threads_names_the_line_that_waits():
    with warned_here(), ThreadPoolExecutor(1) as pool:
        pool.submit(bayes(SPACE).fit, X, y).result()  # the user's line


def test_a_warning_can_be_made_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error", SkhpWarning)
        with pytest.raises(SkhpWarning, match="holds only 3 candidates"):
            bayes(SPACE).fit(X, y)
