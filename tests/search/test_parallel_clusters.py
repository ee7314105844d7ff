"""A worker of a cluster that is lost in mid-search costs its fit, not the search."""

import os
import signal
import time
import warnings

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skhp import BayesSearchCV

pytestmark = pytest.mark.slow

X = np.random.default_rng(0).normal(size=(40, 2))
Y = np.arange(40) % 2
SPACES = {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}


class Fragile(ClassifierMixin, BaseEstimator):
    """Scores its parameter; with one value of it, the machine is lost in the first fold."""

    def __init__(self, a=0.1):
        self.a = a

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        time.sleep(0.05)
        if self.a == 0.6 and X[0, 0] == FIRST:
            os.kill(os.getpid(), signal.SIGKILL)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)

    def score(self, X, y):
        return self.a


FIRST = float(X[0, 0])
"""The first row is among those of the second fold's fit only."""


@pytest.fixture
def dask():
    distributed = pytest.importorskip("distributed")
    import dask

    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "300s"}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield "dask"


@pytest.fixture
def ray():
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("RAY_AUTH_MODE", "disabled")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        register_ray()
        yield "ray"
        ray.shutdown()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("engine", ["dask", "ray"])
def test_a_lost_machine_costs_its_fit_only(engine, request):
    backend = request.getfixturevalue(engine)
    with joblib.parallel_config(backend):
        search = BayesSearchCV(Fragile(), SPACES, n_iter=6, cv=2, n_jobs=2, random_state=0)
        search.fit(X, Y)
    results = search.cv_results_
    assert sorted(params["a"] for params in results["params"]) == SPACES["a"]
    (failed,) = search.history_.failed
    assert failed.params["a"] == 0.6
    assert sorted(fold.status for fold in failed.folds) == ["lost", "ok"]
    assert len(search.history_.complete) == 5
    assert search.best_params_ == {"a": 0.5}
