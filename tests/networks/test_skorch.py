"""PyTorch networks, through skorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.exceptions import FitFailedWarning

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


def network(module: Any = Network, **settings: Any) -> Any:
    return skorch.NeuralNetClassifier(
        module,
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


class Fragile(Network):
    """Cannot be built of three layers, and cannot learn with four."""

    def __init__(self, depth: int = 1):
        if depth == 3:
            raise ValueError("three layers are too many")
        super().__init__((8,) * depth)
        self.depth = depth

    def forward(self, X: Any) -> Any:
        return super().forward(X[:, :7] if self.depth == 4 else X)


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_networks_that_fail_cost_only_their_candidates(n_jobs: int):
    space = {"module__depth": [1, 2, 3, 4], "lr": [0.1, 0.3]}
    search = BayesSearchCV(
        network(module=Fragile, max_epochs=1), space, n_iter=8, cv=2, n_jobs=n_jobs, random_state=0
    )
    with pytest.warns(FitFailedWarning, match="8 fits failed out of a total of 16"):
        search.fit(X, y)
    results = search.cv_results_
    is_bad = np.isin(results["param_module__depth"].astype(int), [3, 4])
    assert len(is_bad) == 8 and is_bad.sum() == 4
    np.testing.assert_array_equal(np.isnan(results["mean_test_score"]), is_bad)
    assert len(search.best_estimator_.history) == 1
