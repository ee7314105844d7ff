"""Params inside dict-valued parameters of an estimator."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

from skhp.search._inputs import entries_into
from tests.search.searches import Make, X, y


class Wrapper(BaseEstimator):
    """Keeps settings in a dict; like some wrappers of networks, its clones lose them."""

    def __init__(self, settings: dict[str, Any] | None = None, rate: float = 0.5) -> None:
        self.settings = settings
        self.rate = rate

    def __sklearn_clone__(self) -> Wrapper:
        return type(self)()

    def fit(self, X: Any, y: Any = None) -> Wrapper:
        self.seen_ = dict(self.settings or {})
        return self

    def score(self, X: Any, y: Any = None) -> float:
        return self.seen_["units"] / self.seen_["epochs"]


def test_an_entry_is_searched_and_the_others_stay_as_the_user_wrote_them(make: Make):
    estimator = Wrapper({"epochs": 5, "units": 1})
    search = make(estimator, {"settings[units]": [1, 4, 6, 9]}, n_iter=4).fit(X, y)
    assert search.best_estimator_.seen_["epochs"] == 5
    assert search.best_estimator_.seen_["units"] == search.best_params_["settings[units]"]
    assert estimator.settings == {"epochs": 5, "units": 1}
    assert [one["settings[units]"] for one in search.cv_results_["params"]]


def test_a_dict_of_which_nothing_is_searched_stays_as_the_user_wrote_it(make: Make):
    estimator = Wrapper({"epochs": 5, "units": 1})
    search = make(estimator, {"rate": [0.0, 0.5, 1.0]}, n_iter=3).fit(X, y)
    assert search.best_estimator_.seen_ == {"epochs": 5, "units": 1}
    assert set(search.best_params_) == {"rate"}
    assert (search.cv_results_["mean_test_score"] == 0.2).all()


def test_a_part_that_is_replaced_keeps_its_own_dicts():
    model = Pipeline([("model", Wrapper({"epochs": 5, "units": 1}))])
    other = DummyClassifier()
    prepare = entries_into(["model"], model)
    assert prepare is not None
    assert prepare({"model": other}) == {"model": other}
    assert prepare({}) == {"model__settings": {"epochs": 5, "units": 1}}
