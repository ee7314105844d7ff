"""What looks at a search fits nothing and warns of nothing, whatever state the search is in."""

from __future__ import annotations

import inspect
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.gaussian_process import GaussianProcessRegressor

from skhp import (
    BayesSearchCV,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    HalvingSearchCV,
    History,
    RandomizedSearchCV,
)
from skhp.exceptions import SettingError
from skhp.observers import Observer
from skhp.surrogates import Forest, GaussianProcess
from tests.search.estimators import Bowl
from tests.search.searches import X, y

RANGE = {"x": (0.0, 1.0)}
LIST = {"x": [0.1, 0.2, 0.3, 0.4]}

SEARCHES: dict[str, Any] = {
    "bayes": BayesSearchCV(Bowl(), RANGE, n_iter=14, random_state=0, cv=2),
    "bayes, two spaces": BayesSearchCV(Bowl(), [(RANGE, 3), (LIST, 2)], random_state=0, cv=2),
    "bayes, posterior mean": BayesSearchCV(Bowl(), RANGE, n_iter=9, refit="posterior_mean", cv=2),
    "bayes, no refit": BayesSearchCV(Bowl(), RANGE, n_iter=3, refit=False, cv=2),
    "randomized": RandomizedSearchCV(Bowl(), LIST, n_iter=3, random_state=0, cv=2),
    "grid": GridSearchCV(Bowl(), LIST, cv=2),
    "halving": HalvingSearchCV(Bowl(), RANGE, n_candidates=4, random_state=0, cv=2),
    "halving grid": HalvingGridSearchCV(Bowl(), LIST, random_state=0, cv=2),
    "halving at random": HalvingRandomSearchCV(Bowl(), LIST, random_state=0, cv=2),
}

LOOKS: dict[str, Callable[[Any], Any]] = {
    "repr": repr,
    "HTML": lambda search: search._repr_html_(),
    "a notebook's choice": lambda search: search._repr_mimebundle_(),
    "every attribute": lambda search: [hasattr(search, name) for name in dir(search)],
    "members": inspect.getmembers,
    "a pickle": pickle.dumps,
    "a clone": clone,
}


class Looks(Observer):
    """Looks at the search while it runs."""

    def __init__(self, search: Any, look: Callable[[Any], None]) -> None:
        self.search = search
        self.look = look

    def on_trial_end(self, history: History, trial: Any) -> None:
        if trial.number in (0, 2):
            self.look(self.search)

    def __reduce__(self) -> str | tuple[Any, ...]:
        return Observer, ()


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Look at a search in every way; nothing that learns may be called meanwhile."""
    state = {"is_looking": False}

    def watched(kind: Any) -> None:
        original = kind.fit

        def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
            assert not state["is_looking"], f"{kind.__name__} was fitted"
            return original(self, *args, **kwargs)

        monkeypatch.setattr(kind, "fit", fit)

    for kind in (GaussianProcess, Forest, GaussianProcessRegressor, Bowl):
        watched(kind)

    def look(search: Any) -> None:
        state["is_looking"] = True
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for way in LOOKS.values():
                    way(search)
        finally:
            state["is_looking"] = False

    return look


@pytest.mark.parametrize("kind", SEARCHES)
@pytest.mark.filterwarnings("ignore")
def test_looking_at_a_search_fits_nothing_in_any_state(kind: str, look: Callable[[Any], None]):
    search = clone(SEARCHES[kind])
    look(search)
    seen: list[Any] = []
    search.set_params(observers=[Looks(search, lambda one: seen.append(look(one)))])
    search.fit(X, y)
    assert len(seen) == 2
    search.set_params(observers=())
    look(search)
    look(pickle.loads(pickle.dumps(search)))
    with pytest.raises(SettingError, match="max_time"):
        search.set_params(max_time=1e-9).fit(X, y)
    look(search)


def test_what_is_watched_is_what_learns(look: Callable[[Any], None]):
    search = clone(SEARCHES["bayes"]).fit(X, y)

    class Curious(BaseEstimator):
        def __repr__(self) -> str:
            return str(search.predict_score({"x": 0.5}))

    with pytest.raises(AssertionError, match="was fitted"):
        look(Curious())
