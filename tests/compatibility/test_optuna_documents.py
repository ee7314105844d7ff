"""Uses of OptunaSearchCV in its documents and tests, as the table of differences writes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_blobs, make_regression
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import make_scorer, r2_score
from sklearn.model_selection import PredefinedSplit
from sklearn.neighbors import KernelDensity
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor

from skhp import BayesSearchCV
from skhp.exceptions import SpaceError
from skhp.observers import Observer
from skhp.strategies import Optuna

optuna = pytest.importorskip("optuna")

of = optuna.distributions

BLOBS = make_blobs(n_samples=30, random_state=0)
ALPHA = {"alpha": of.FloatDistribution(1e-4, 1e3, log=True)}

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the:UserWarning"),
    pytest.mark.filterwarnings("ignore::skhp.exceptions.SpaceExhaustedWarning"),
    pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning"),
]


def sgd() -> SGDClassifier:
    return SGDClassifier(max_iter=5, tol=1e-3, random_state=0)


@pytest.mark.parametrize("strategy", [None, "optuna"])
def test_the_example_of_the_documents_runs(strategy: Any):
    search = BayesSearchCV(
        SVC(gamma="auto"),
        {"C": of.FloatDistribution(1e-10, 1e10, log=True)},
        n_iter=10,
        max_time=600,
        verbose=0,
        strategy=strategy,
        random_state=0,
    )
    search.fit(*load_iris(return_X_y=True))
    assert search.best_score_ > 0.9 and 1e-10 <= search.best_params_["C"] <= 1e10
    assert len(search.history_) == 10


@pytest.mark.parametrize(
    ("distribution", "holds"),
    [
        (of.FloatDistribution(0.0, 1.0), lambda value: 0 <= value <= 1),
        (of.FloatDistribution(1e-4, 1e3, log=True), lambda value: 1e-4 <= value <= 1e3),
        (of.FloatDistribution(0.0, 1.0, step=0.25), lambda value: value * 4 == round(value * 4)),
        (of.IntDistribution(0, 10), lambda value: value in range(11)),
        (of.IntDistribution(0, 10, step=2), lambda value: value in range(0, 11, 2)),
        (of.IntDistribution(1, 10, log=True), lambda value: value in range(1, 11)),
        (of.CategoricalDistribution([None, 0.5, 3]), lambda value: value in (None, 0.5, 3)),
    ],
    ids=lambda value: None if callable(value) else str(value),
)
@pytest.mark.parametrize("strategy", [None, "optuna"])
def test_every_distribution_is_read(distribution: Any, holds: Any, strategy: Any):
    search = BayesSearchCV(
        sgd(), {"power_t": distribution}, n_iter=5, cv=2, strategy=strategy, initial_params=[]
    )
    search.fit(*BLOBS)
    assert all(holds(params["power_t"]) for params in search.cv_results_["params"])


@pytest.mark.parametrize("sampler", ["TPESampler", "RandomSampler", "BruteForceSampler"])
def test_a_sampler_of_a_study_is_the_strategy(sampler: str):
    strategy = Optuna(getattr(optuna.samplers, sampler)())
    search = BayesSearchCV(
        sgd(), {"penalty": of.CategoricalDistribution(["l1", "l2"])}, n_iter=5, strategy=strategy
    )
    search.fit(*BLOBS)
    assert sorted(params["penalty"] for params in search.cv_results_["params"]) == ["l1", "l2"]


def test_metadata_of_the_fit_and_train_scores_are_taken():
    search = BayesSearchCV(sgd(), ALPHA, n_iter=5, cv=3, return_train_score=True, random_state=0)
    search.fit(*BLOBS, coef_init=np.ones((3, 2)))
    assert {"mean_train_score", "split2_train_score"} <= search.cv_results_.keys()
    assert search.decision_function(BLOBS[0]).shape == (30, 3)
    assert search.predict(BLOBS[0]).shape == (30,) and search.score(*BLOBS) > 0.3


def test_the_attributes_of_a_fitted_search_are_there_by_their_names_here():
    search = BayesSearchCV(
        LogisticRegression(tol=1e-3),
        {"C": of.FloatDistribution(1e-4, 1e3, log=True)},
        n_iter=10,
        cv=3,
        random_state=0,
    ).fit(*BLOBS)
    assert isinstance(search.best_index_, int | np.integer)
    assert isinstance(search.best_params_, dict)
    assert {len(column) for column in search.cv_results_.values()} == {10}
    assert search.history_.best.number == search.best_index_  # best_trial_
    assert [trial.params for trial in search.history_] == search.cv_results_["params"]  # trials_
    np.testing.assert_array_equal(search.classes_, [0, 1, 2])
    assert search.predict_proba(BLOBS[0]).shape == (30, 3)
    assert search.predict_log_proba(BLOBS[0]).shape == (30, 3)
    assert search.n_splits_ == 3 and search.refit_time_ >= 0 and callable(search.scorer_)


def test_estimators_without_targets_are_searched():
    density = BayesSearchCV(
        KernelDensity(), {"bandwidth": of.FloatDistribution(0.1, 1.0)}, n_iter=3, cv=3
    ).fit(BLOBS[0])
    assert density.score_samples(BLOBS[0]).shape == (30,)
    parts = BayesSearchCV(PCA(), {"n_components": of.IntDistribution(1, 2)}, n_iter=2, cv=3)
    parts.fit(BLOBS[0])
    assert parts.inverse_transform(parts.transform(BLOBS[0])).shape == (30, 2)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0)])
def test_a_candidate_that_fails_does_not_halt_the_search(low: int, high: int):
    search = BayesSearchCV(
        DecisionTreeRegressor(), {"max_depth": of.IntDistribution(low, high)}, n_iter=5, cv=3
    )
    rows = make_regression(n_samples=60, n_features=5, random_state=0)
    if high == 0:  # nothing works
        with pytest.raises(ValueError, match="All the 3 fits failed"):
            search.fit(*rows)
    else:
        assert search.fit(*rows).best_params_ == {"max_depth": 1}


def test_a_score_that_cannot_be_computed_is_the_error_score():
    words = np.array(["a", "b", "c"])[BLOBS[1]]
    search = BayesSearchCV(
        sgd(), ALPHA, n_iter=3, cv=3, error_score=0, refit=False, scoring=make_scorer(r2_score)
    )
    search.fit(BLOBS[0], words)
    assert (search.cv_results_["mean_test_score"] == 0).all()


def test_one_split_is_enough():
    cv = PredefinedSplit([-1] * 15 + [0] * 15)
    search = BayesSearchCV(sgd(), ALPHA, n_iter=3, cv=cv, random_state=0).fit(*BLOBS)
    assert search.n_splits_ == 1


def test_what_was_a_callback_is_an_observer():
    class Seen(Observer):
        numbers: list[int] = []

        def on_trial_end(self, history: Any, trial: Any) -> bool:
            self.numbers.append(trial.number)
            return len(self.numbers) == 4

    search = BayesSearchCV(sgd(), ALPHA, n_iter=9, n_points=1, cv=3, observers=[Seen(), Seen()])
    search.fit(*BLOBS)
    assert Seen.numbers == [0, 0, 1, 1]


@pytest.mark.parametrize("space", [{}, None])
def test_a_search_over_nothing_is_refused_or_made_up(space: Any):
    search = BayesSearchCV(KernelDensity(), space, n_iter=2, cv=3, random_state=0)
    if space is None:
        assert search.fit(BLOBS[0]).best_params_
    else:
        with pytest.raises(SpaceError, match="empty"):
            search.fit(BLOBS[0])
