"""Ctrl-C while a network learns ends the search; no network that was cut short counts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.networks.test_keras import backend

ROOT = Path(__file__).resolve().parents[2]
N_FITS = 4
"""Two candidates of two folds each are done, or under way, when Ctrl-C comes."""

SKORCH = """
import time
import numpy as np, torch
from skorch import NeuralNetClassifier

torch.set_num_threads(1)

class Network(torch.nn.Module):
    def __init__(self, units=8):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, units), torch.nn.Linear(units, 2))

    def forward(self, X):
        time.sleep(0.02)
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
import time
import keras, numpy as np
from keras.wrappers import SKLearnClassifier

class Slow(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        time.sleep(0.02)

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
import json, sys, warnings
warnings.simplefilter("ignore")
from sklearn.datasets import make_classification
from skhp import BayesSearchCV

def begun():
    with open(sys.argv[2], "a") as fits:
        fits.write("fit\\n")

{library}

if __name__ == "__main__":
    X, y = make_classification(40, 4, random_state=0)
    search = BayesSearchCV(
        model, {{units: (2, 64)}}, cv=2, n_iter=10, n_jobs=int(sys.argv[1]), scoring=epochs
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
    fits, script = folder / "fits", folder / "script.py"
    script.write_text(SEARCH.format(library=library))
    process = subprocess.Popen(
        [sys.executable, str(script), str(n_jobs), str(fits)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "KERAS_BACKEND": backend() or ""},
    )
    try:
        while process.poll() is None and (
            not fits.exists() or fits.read_text().count("\n") < N_FITS
        ):
            time.sleep(0.01)
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        out, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, errors[-2000:]
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
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
    assert said["completed"][0] == 2
    for completed, epochs in zip(said["completed"], said["epochs"], strict=True):
        assert [n for n in epochs if n == n] == [30.0] * completed
