"""PyTorch networks, through skorch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

torch = pytest.importorskip("torch")
skorch = pytest.importorskip("skorch")

from skhp import BayesSearchCV  # noqa: E402
from skhp.space import Choice, Layers  # noqa: E402

torch.set_num_threads(1)  # networks this small only wait for each other

X, y = load_digits(n_class=4, return_X_y=True)
X = (X[:240] / 16).astype("float32")
y = y[:240]


class Network(torch.nn.Module):
    def __init__(self, widths: Any = (8,), dropout: float = 0.0, activation: Any = torch.nn.ReLU):
        super().__init__()
        sizes = [64, *widths]
        layers: list[Any] = []
        for before, after in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [torch.nn.Linear(before, after), activation(), torch.nn.Dropout(dropout)]
        self.layers = torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 4))

    def forward(self, X: Any) -> Any:
        return self.layers(X)


def network(**settings: Any) -> Any:
    return skorch.NeuralNetClassifier(
        Network,
        criterion=torch.nn.CrossEntropyLoss,
        train_split=None,
        verbose=0,
        **{"max_epochs": 3, **settings},
    )


SPACE = {
    "module__widths": Layers(depth=(1, 2), width=(4, 32)),
    "module__dropout": (0.0, 0.5),
    "module__activation": [torch.nn.ReLU, torch.nn.Tanh],
    "lr": (1e-4, 0.3, "log-uniform"),
    "batch_size": (8, 64, "log-uniform"),
    "optimizer": Choice(
        {
            torch.optim.SGD: {"momentum": (0.0, 0.95), "weight_decay": (1e-6, 1e-2, "log-uniform")},
            torch.optim.Adam: {},
            torch.optim.AdamW: {"weight_decay": (1e-4, 0.3, "log-uniform")},
        }
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_everything_about_a_network_is_searched(n_jobs: int):
    search = BayesSearchCV(network(), SPACE, n_iter=6, cv=2, n_jobs=n_jobs, random_state=0)
    search.fit(X, y)
    best = search.best_estimator_
    assert search.best_score_ > 0.5
    assert best.optimizer is search.best_params_["optimizer"]
    linear = [layer for layer in best.module_.layers if isinstance(layer, torch.nn.Linear)]
    widths = tuple(layer.out_features for layer in linear[:-1])
    assert widths == search.best_params_["module__widths"]


@pytest.mark.slow
def test_a_setting_that_only_one_optimizer_has_is_given_to_no_other():
    search = BayesSearchCV(network(), SPACE, n_iter=10, cv=2, random_state=1).fit(X, y)
    for params in search.cv_results_["params"]:
        assert ("optimizer__momentum" in params) == (params["optimizer"] is torch.optim.SGD)
        assert ("optimizer__weight_decay" in params) == (
            params["optimizer"] is not torch.optim.Adam
        )
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_network_that_cannot_be_built_costs_only_its_candidate():
    space = {"module__widths": [(8,), (-1,)], "lr": [0.1]}
    search = BayesSearchCV(network(), space, n_iter=2, cv=2, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X, y)
    assert search.best_params_["module__widths"] == (8,)
    assert np.isnan(search.cv_results_["mean_test_score"]).sum() == 1
