"""Every search can race: fewer fits, the same best, nothing hidden."""

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skhp.racing import Racing
from tests.search.searches import SEARCHES, X, y

K = 5
LEVELS = {"a": [*np.linspace(0.5, 0.7, 3), 0.95, *np.linspace(0.0, 0.45, 8)]}


class Level(ClassifierMixin, BaseEstimator):
    """Scores its parameter, better on easy folds."""

    def __init__(self, a=0.5):
        self.a = a

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def score(self, X, y):
        ease = np.sin(1000 * X[0, 0])
        return self.a + 0.1 * ease * (1.0 + 0.1 * self.a)


def fitted(name, **settings):
    return SEARCHES[name](Level(), LEVELS, n_iter=12, cv=K, **settings).fit(X, y)


@pytest.mark.parametrize("racing", [True, Racing(alpha=0.01)])
@pytest.mark.parametrize("name", SEARCHES)
def test_racing_finds_the_same_best_with_fewer_fits(name, racing):
    plain, raced = fitted(name), fitted(name, racing=racing)
    assert raced.best_params_ == plain.best_params_
    assert raced.best_score_ == plain.best_score_
    n_fits = [sum(len(trial.folds) for trial in search.history_) for search in (plain, raced)]
    assert n_fits[1] < n_fits[0] == 12 * K


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("name", SEARCHES)
def test_the_table_says_what_was_given_up(name, n_jobs):
    with joblib.parallel_config("threading"):
        search = fitted(name, racing=True, n_jobs=n_jobs)
    results = search.cv_results_
    n_done = np.array(results["n_splits_completed"])
    stopped = np.array(results["status"]) == "stopped"
    assert stopped.any()
    assert not stopped[:3].any()
    assert (n_done[stopped] < K).all()
    assert (n_done[~stopped] == K).all()
    splits = np.array([results[f"split{index}_test_score"] for index in range(K)]).T
    np.testing.assert_array_equal((~np.isnan(splits)).sum(axis=1), n_done)
    assert results["rank_test_score"][search.best_index_] == 1
    assert not stopped[search.best_index_]
    assert results["rank_test_score"][stopped].min() > results["rank_test_score"][~stopped].max()
    assert np.isfinite(results["mean_fit_time"]).all()


@pytest.mark.parametrize("name", SEARCHES)
def test_a_trial_given_up_is_rated_as_if_it_had_gone_on(name):
    """Its mean over easy folds alone would flatter it: the mean in the table does not."""
    plain, raced = fitted(name), fitted(name, racing=True)
    whole = {params["a"]: score for params, score in rows(plain)}
    for (params, mean), status in zip(rows(raced), raced.cv_results_["status"], strict=True):
        if params["a"] in whole:
            assert mean == pytest.approx(
                whole[params["a"]], abs=1e-12 if status != "stopped" else 0.03
            )


def rows(search):
    return zip(search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True)


def test_a_callable_refit_never_meets_a_missing_mean():
    search = SEARCHES["grid"](
        Level(),
        LEVELS,
        cv=K,
        racing=True,
        refit=lambda table: int(np.argmax(table["mean_test_score"])),
    ).fit(X, y)
    assert search.best_params_ == {"a": 0.95}
