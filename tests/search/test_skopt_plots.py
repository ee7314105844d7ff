"""The plots of skopt draw what a search has found, whatever its space is made of."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC
from skopt import dump, load

from skhp import BayesSearchCV, Layers, Ordered, When
from tests.search.searches import X, y

pytest.importorskip("matplotlib")

from matplotlib import pyplot as plt
from skopt.plots import (
    plot_convergence,
    plot_evaluations,
    plot_histogram,
    plot_objective,
    plot_objective_2D,
    plot_regret,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::skhp.exceptions.SpaceExhaustedWarning"),
]

SPACES: dict[str, Any] = {
    "one range": {"a": (0.0, 1.0)},
    "one choice": {"a": ["x", "y", "z"]},
    "one constant": {"a": [3]},
    "two ranges": {"a": (0.0, 1.0), "b": (1e-3, 1e3, "log-uniform")},
    "integers": {"a": (1, 9), "b": (1, 1000, "log-uniform")},
    "a range and a choice": {"a": (0.0, 1.0), "b": ["x", "y", "z"]},
    "a range and a constant": {"a": (0.0, 1.0), "b": ["x"]},
    "tuples": {"a": [(5,), (5, 5), (10, 3, 2)], "b": (0.0, 1.0)},
    "tuples alone": {"a": [(5,), (5, 5)]},
    "objects": {"a": [StandardScaler(), MinMaxScaler(), None, np.ones(2)], "b": (1, 5)},
    "estimators": {"a": [SVC(), LinearSVC(), None], "b": (0.0, 1.0)},
    "one estimator": {"a": [SVC()], "b": (0.0, 1.0), "c": (1, 5)},
    "functions and classes": {"a": [np.mean, np.std, SVC], "b": [None, "x"]},
    "lists, dicts and arrays": {"a": [[5], [5, 5]], "b": [{"y": 1}, {}], "c": [np.ones(2), None]},
    "mixed choices": {"a": [None, True, 1, 2.5, "x"], "b": [True, False]},
    "ordered numbers": {"a": [1, 10, 100], "b": Ordered([0.1, 0.5, 0.9])},
    "a distribution": {"a": loguniform(1e-3, 1.0), "b": (0.0, 1.0)},
    "layers": {"a": Layers(depth=(1, 3), width=(2, 9)), "b": (0.0, 1.0)},
    "a condition": {"a": ["x", "y"], "b": When("a", "x", (0.0, 1.0)), "c": (1, 3)},
    "a condition with two ranges": {
        "a": ["x", "y"],
        "b": [When("a", "x", (0.0, 1.0)), When("a", "y", (5.0, 9.0))],
    },
    "sub-spaces": [{"a": ["x"], "b": (0.0, 1.0)}, {"a": ["y", "z"], "c": (1, 5), "d": (0.0, 1.0)}],
    "counted sub-spaces": [({"a": (0.0, 1.0)}, 4), ({"b": [(1,), (2, 2)]}, 2)],
}

COMMON = ("one range", "tuples", "estimators", "a condition", "counted sub-spaces")


class Anything(ClassifierMixin, BaseEstimator):
    """Takes any object as `a` to `d`."""

    def __init__(self, a: Any = None, b: Any = None, c: Any = None, d: Any = None) -> None:
        self.a = a
        self.b = b
        self.c = c
        self.d = d

    def fit(self, X: Any, y: Any) -> Anything:
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])

    def score(self, X: Any, y: Any) -> float:
        return sum(hash(repr(one)) % 1000 for one in (self.a, self.b, self.c, self.d)) / 4000


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    plt.close("all")


def results_of(space: Any, *, n_iter: int = 7, **more: Any) -> list[Any]:
    search = BayesSearchCV(Anything(), space, n_iter=n_iter, cv=2, random_state=0, **more)
    return search.fit(X, y).optimizer_results_


def drawn(axes: Any) -> None:
    """Draw for real: what is wrong with a figure often shows only then."""
    figure = np.ravel(np.asarray(axes, dtype=object))[0].figure
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure.canvas.draw()


def draw_all(results: list[Any]) -> None:
    drawn(plot_convergence(*results))
    drawn(plot_regret(*results))
    for result in results:
        dimensions = [one for one in result.space if not one.is_constant]
        if len(dimensions) == 1:  # for which skopt's plot_evaluations fails on its own results too
            drawn(plot_histogram(result, dimensions[0].name))
        if len(dimensions) > 1:
            drawn(plot_evaluations(result))
        if dimensions:
            drawn(plot_objective(result, n_points=5, n_samples=20))


@pytest.mark.parametrize("name", COMMON)
def test_the_plots_of_skopt_draw_a_search(name: str):
    draw_all(results_of(SPACES[name]))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SPACES if name not in COMMON])
def test_the_plots_of_skopt_draw_a_search_of_any_space(name: str):
    draw_all(results_of(SPACES[name]))


@pytest.mark.slow
def test_single_parameters_are_drawn_too():
    [result] = results_of(SPACES["a range and a choice"])
    drawn(plot_histogram(result, "a"))
    drawn(plot_histogram(result, "b"))
    drawn(plot_objective_2D(result, "a", "b", n_points=5, n_samples=20))
    drawn(plot_objective(result, minimum="expected_minimum_random", n_points=5, n_samples=20))


def test_few_trials_are_enough_for_a_plot():
    [result] = results_of(SPACES["two ranges"], n_iter=2)
    drawn(plot_convergence(result))
    drawn(plot_evaluations(result))
    drawn(plot_objective(result, n_points=5, n_samples=20))


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["random", "skopt", "optuna"])
def test_the_strategy_makes_no_difference_to_the_plots(strategy: str):
    if strategy == "optuna":
        pytest.importorskip("optuna")
    [result] = results_of(SPACES["tuples"], strategy=strategy)
    drawn(plot_evaluations(result))
    drawn(plot_objective(result, n_points=5, n_samples=20))


def test_a_result_is_kept_in_a_file_and_drawn_from_there(tmp_path: Any):
    [result] = results_of(SPACES["tuples"])
    dump(result, tmp_path / "result.pkl.gz")
    kept = load(tmp_path / "result.pkl.gz")
    assert kept.x_iters == result.x_iters
    drawn(plot_convergence(kept))
