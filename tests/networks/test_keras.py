"""Keras networks, through Keras' own scikit-learn wrappers."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.processes import running, said_by

BACKENDS = ("jax", "torch", "tensorflow")
SCRIPT = """
import warnings
warnings.simplefilter("ignore")
import keras
import numpy as np
from keras.wrappers import SKLearnClassifier
from sklearn.datasets import load_digits
from skhp import BayesSearchCV
from skhp.space import Layers

def network(X, y, widths=(8,), dropout=0.0, activation="relu", l2=0.0, optimizer="adam", lr=1e-2):
    penalty = keras.regularizers.L2(l2)
    layers = [keras.Input(X.shape[1:])]
    for width in widths:
        layers.append(keras.layers.Dense(width, activation, kernel_regularizer=penalty))
        layers.append(keras.layers.Dropout(dropout))
    model = keras.Sequential([*layers, keras.layers.Dense(y.shape[1], "softmax")])
    settings = {"class_name": optimizer, "config": {"learning_rate": lr}}
    model.compile(keras.optimizers.get(settings), loss="categorical_crossentropy")
    return model

X, y = load_digits(n_class=3, return_X_y=True)
X, y = X[:120] / 16, y[:120]
space = {
    "model_kwargs[widths]": Layers(depth=(1, 2), width=(4, 16)),
    "model_kwargs[dropout]": (0.0, 0.5),
    "model_kwargs[activation]": ["relu", "tanh", "no such function"],
    "model_kwargs[l2]": (1e-7, 1e-2, "log-uniform"),
    "model_kwargs[optimizer]": ["sgd", "adam", "adamw"],
    "model_kwargs[lr]": (1e-3, 0.1, "log-uniform"),
    "fit_kwargs[batch_size]": (8, 32, "log-uniform"),
}
model = SKLearnClassifier(network, model_kwargs={}, fit_kwargs={"epochs": 2, "verbose": 0})
search = BayesSearchCV(model, space, n_iter=3, cv=2, random_state=0, initial_params=[
    {"model_kwargs[widths]": (8,), "model_kwargs[dropout]": 0.0, "model_kwargs[activation]": name,
     "model_kwargs[l2]": 1e-6, "model_kwargs[optimizer]": "adam", "model_kwargs[lr]": 0.03,
     "fit_kwargs[batch_size]": 16} for name in ("relu", "no such function")]).fit(X, y)
scores = search.cv_results_["mean_test_score"]
assert len(scores) == 3 and np.isfinite(scores[0]) and np.isnan(scores[1]), scores
assert search.best_score_ > 0.4, scores
assert len(search.best_estimator_.history_.epoch) == 2
print("tuned", search.best_score_)
"""


def backend() -> str | None:
    """Return the first backend of Keras that is installed, None without Keras."""
    return next((name for name in BACKENDS if find_spec("keras") and find_spec(name)), None)


@pytest.mark.slow
def test_everything_about_a_keras_network_is_searched(tmp_path: Path):
    name = backend()
    if name is None:
        pytest.skip("Keras or a backend of it is not installed")
    with running(SCRIPT, tmp_path, KERAS_BACKEND=name) as process:
        assert "tuned" in said_by(process)
