"""Keras networks on TensorFlow, by two workers at a time, after it has run in the parent."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.processes import running, said_by

SCRIPT = """
import sys, warnings
warnings.simplefilter("ignore")
import joblib, keras
from keras.wrappers import SKLearnClassifier
from sklearn.datasets import load_iris
from skhp import GridSearchCV

def network(X, y, units=8):
    layers = [keras.Input(X.shape[1:]), keras.layers.Dense(units, "relu")]
    model = keras.Sequential([*layers, keras.layers.Dense(y.shape[1], "softmax")])
    model.compile("adam", loss="categorical_crossentropy")
    return model

if __name__ == "__main__":
    assert keras.backend.backend() == "tensorflow"
    X, y = load_iris(return_X_y=True)
    model = SKLearnClassifier(network, model_kwargs={}, fit_kwargs={"epochs": 2, "verbose": 0})
    model.fit(X, y)  # a fork from here on would hang
    limits = {"fit_timeout": 600.0} if sys.argv[1] == "limits" else {}
    with joblib.parallel_config("loky" if limits else sys.argv[1]):
        search = GridSearchCV(
            model, {"model_kwargs": [{"units": 4}, {"units": 8}]}, cv=2, n_jobs=2, **limits
        ).fit(X, y)
    assert all(search.cv_results_["mean_test_score"] >= 0.0)
    assert len(search.best_estimator_.history_.epoch) == 2
    print("tuned", search.best_score_)
"""


@pytest.mark.exhaustive
@pytest.mark.skipif(
    not (find_spec("keras") and find_spec("tensorflow")), reason="needs Keras and TensorFlow"
)
@pytest.mark.parametrize("workers", ["loky", "limits", "multiprocessing", "threading"])
def test_networks_on_tensorflow_are_searched_by_two_workers(tmp_path: Path, workers: str):
    with running(SCRIPT, tmp_path, workers, KERAS_BACKEND="tensorflow") as process:
        assert "tuned" in said_by(process)
