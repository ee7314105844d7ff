"""Ctrl-C while a network learns ends the search; no network that was cut short counts."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.networks.test_keras import backend
from tests.processes import running, said_by
from tests.search.held import Reins

FIRST_HELD = 4
"""One candidate of two folds, and half of another, are done when Ctrl-C comes."""

SKORCH = """
import numpy as np, torch
from skorch import NeuralNetClassifier

torch.set_num_threads(1)

class Network(torch.nn.Module):
    def __init__(self, units=8):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, units), torch.nn.Linear(units, 2))

    def forward(self, X):
        learning()
        return self.layers(X)

class Noted(NeuralNetClassifier):
    def fit(self, X, y):
        begun()
        return super().fit(X, y)

def epochs(estimator, X, y):
    return len(estimator.history)

model = Noted(Network, criterion=torch.nn.CrossEntropyLoss, train_split=None, verbose=0,
              max_epochs=30)
units = "module__units"
"""

KERAS = """
import keras, numpy as np
from keras.wrappers import SKLearnClassifier

class Slow(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        learning()

def network(X, y, units=8):
    begun()
    layers = [keras.Input(X.shape[1:]), keras.layers.Dense(units), keras.layers.Dense(2, "softmax")]
    model = keras.Sequential(layers)
    model.compile("sgd", loss="categorical_crossentropy")
    return model

def epochs(estimator, X, y):
    return len(estimator.history_.epoch)

model = SKLearnClassifier(network, model_kwargs={}, fit_kwargs={"epochs": 30, "verbose": 0})
model.fit_kwargs["callbacks"] = [Slow()]
units = "model_kwargs[units]"
"""

SEARCH = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from sklearn.datasets import make_classification
from skhp import BayesSearchCV
from tests.search.held import Reins

n_jobs, first_held, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
reins, number = Reins(folder, first_held), 0

def begun():
    global number
    number = reins.note("begun")

def learning():
    if number < reins.first_held:
        time.sleep(0.005)
    else:
        reins.hold()

{library}

if __name__ == "__main__":
    X, y = make_classification(40, 4, random_state=0)
    search = BayesSearchCV(
        model, {{units: (2, 64)}}, cv=2, n_iter=10, n_jobs=n_jobs, scoring=epochs, observers=[reins]
    ).fit(X.astype("float32"), y)
    results = search.cv_results_
    n_rows = len(results["params"])
    print(json.dumps({{
        "reason": search.stop_reason_,
        "lengths": sorted({{len(column) for column in results.values()}}),
        "completed": [int(n) for n in results.get("n_splits_completed", [2] * n_rows)],
        "epochs": [[float(results[f"split{{k}}_test_score"][row]) for k in range(2)]
                   for row in range(n_rows)],
        "refitted": epochs(search.best_estimator_, X, y),
        "predicted": len(search.predict(X.astype("float32"))),
    }}))
"""


def after_ctrl_c(folder: Path, library: str, n_jobs: int) -> dict[str, Any]:
    """Search in a process of its own; interrupt it, and its workers, in a fit."""
    script, keras = SEARCH.format(library=library), backend() or ""
    with running(script, folder, n_jobs, FIRST_HELD, folder, KERAS_BACKEND=keras) as process:
        Reins(folder, FIRST_HELD).interrupt(process)
        said: dict[str, Any] = json.loads(said_by(process).splitlines()[-1])
    return said


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("library", ["skorch", "keras"])
def test_ctrl_c_keeps_the_networks_that_learned_to_the_end(
    tmp_path: Path, library: str, n_jobs: int
):
    if not find_spec(library) or (library == "keras" and backend() is None):
        pytest.skip(f"{library} or what it needs is not installed")
    said = after_ctrl_c(tmp_path, {"skorch": SKORCH, "keras": KERAS}[library], n_jobs)
    assert said["reason"] == "interrupted"
    assert said["refitted"] == 30
    assert said["predicted"] == 40
    [n_rows] = said["lengths"]
    assert 1 <= n_rows < 10
    assert sum(said["completed"]) == FIRST_HELD - 1
    assert said["completed"][0] == 2 or n_jobs > 1  # a worker may start late with any of the first
    for completed, epochs in zip(said["completed"], said["epochs"], strict=True):
        assert [n for n in epochs if n == n] == [30.0] * completed
