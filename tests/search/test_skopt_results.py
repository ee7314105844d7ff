"""What `optimizer_results_` holds, and that looking at it costs nothing."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import textwrap
import warnings
from typing import Any

import numpy as np
import pytest
from scipy.optimize import OptimizeResult
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import SVC, LinearSVC
from skopt.callbacks import CheckpointSaver
from skopt.learning import GaussianProcessRegressor
from skopt.utils import expected_minimum_random_sampling, load

from skhp import BayesSearchCV
from tests.search.searches import X, y
from tests.search.test_skopt_plots import Anything

KEYS = ["x", "fun", "func_vals", "x_iters", "models", "space", "random_state", "specs"]
SPACE = {"a": (0.0, 1.0), "b": ["x", "y", "z"]}


def search_over(space: Any, **more: Any) -> BayesSearchCV:
    settings = {"n_iter": 5, "cv": 2, "random_state": 0, **more}
    return BayesSearchCV(Anything(), space, **settings)


@pytest.fixture
def forbidden_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    def fit(self: Any, X: Any, y: Any) -> Any:
        raise AssertionError("a model was fitted")

    monkeypatch.setattr(GaussianProcessRegressor, "fit", fit)


@pytest.mark.parametrize(
    "choices",
    [[[5, 5], [5]], [{"a": 1}, {"b": 2}], [np.ones(2), np.zeros(3)], [{1}, {2}], [{1: 2}, None, 3]],
    ids=["lists", "dicts", "arrays", "sets", "mixed"],
)
@pytest.mark.parametrize("more", [{}, {"b": (0.0, 1.0)}], ids=["alone", "beside a range"])
def test_choices_that_cannot_be_hashed_are_labels(choices: Any, more: Any):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = search_over({"a": choices, **more}).fit(X, y)
    [result] = search.optimizer_results_
    assert all(label in result.space.dimensions[0].categories for label, *_ in result.x_iters)
    assert result.x[0] == str(search.best_params_["a"])
    assert len(result.models) == 1


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        ([SVC(), LinearSVC()], (SVC, LinearSVC)),
        ([np.mean, np.std], type(np.mean)),
        ([None], type(None)),
    ],
)
def test_choices_that_skopt_can_hold_are_the_objects_themselves(choices: Any, kind: Any):
    search = search_over({"a": choices, "b": (0.0, 1.0)}).fit(X, y)
    [result] = search.optimizer_results_
    assert isinstance(result.x[0], kind)
    assert all(any(row[0] is choice for choice in choices) for row in result.x_iters)


def test_a_pipeline_is_a_label_because_numpy_takes_it_for_its_steps():
    search = search_over({"a": [make_pipeline(SVC()), Pipeline([("s", SVC())])]}, n_iter=2)
    [result] = search.fit(X, y).optimizer_results_
    assert all(isinstance(row[0], str) for row in result.x_iters)


def test_a_result_has_the_entries_of_skopt_in_its_order():
    [result] = search_over(SPACE).fit(X, y).optimizer_results_
    assert list(result) == list(result.keys()) == list(dict(result)) == KEYS
    assert len(result) == len(KEYS) and "models" in result and "x0" not in result
    assert list({**result}) == KEYS and result.get("fun") == result["fun"] == result.fun
    assert result.get("x0", 3) == 3
    assert "func_vals" in repr(result) and set(dir(result)) == set(KEYS)
    with pytest.raises(AttributeError):
        _ = result.x0
    result.x0 = 7
    assert result["x0"] == 7


@pytest.mark.parametrize("space", [SPACE, [(SPACE, 3), ({"a": (0.0, 1.0)}, 2)]])
def test_reading_results_without_their_models_fits_nothing(space: Any, forbidden_fits: None):
    search = search_over(space).fit(X, y)
    for result in search.optimizer_results_:
        assert {name: getattr(result, name) for name in KEYS}.keys() == set(KEYS)
        assert len(result.models) == 1
        repr(result)
        pickle.dumps(result)
        copy.deepcopy(result)
    pickle.dumps(search)


def test_a_model_is_fitted_once_when_it_is_asked_for_and_says_nothing():
    [result] = search_over(SPACE).fit(X, y).optimizer_results_
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = result.models[-1]
    assert isinstance(model, GaussianProcessRegressor) and model is result.models[0]
    assert np.isfinite(model.predict(result.space.transform(result.x_iters))).all()


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))]
)
def test_a_copy_is_a_plain_result_with_everything_in_it(copied: Any):
    [result] = search_over(SPACE).fit(X, y).optimizer_results_
    other = copied(result)
    assert type(other) is OptimizeResult and list(other) == KEYS
    assert other.x_iters == result.x_iters and other.space == result.space
    minimum, value = expected_minimum_random_sampling(other, 100, random_state=0)
    assert len(minimum) == 2 and np.isfinite(value)


def test_a_checkpoint_of_a_running_search_is_read_back(tmp_path: Any):
    path = tmp_path / "checkpoint.pkl"
    search = search_over(SPACE).fit(X, y, callback=CheckpointSaver(path, compress=9))
    kept = load(path)
    assert kept.x_iters == search.optimizer_results_[0].x_iters
    assert isinstance(kept.models[-1], GaussianProcessRegressor)


def test_results_that_a_callback_keeps_stay_as_they_were():
    kept: list[Any] = []
    search_over(SPACE, n_points=1).fit(X, y, callback=kept.append)
    assert [len(result.x_iters) for result in kept] == [1, 2, 3, 4, 5]
    assert all(result.fun == min(result.func_vals) for result in kept)


def test_results_of_a_search_do_not_load_skopt_before_they_are_read():
    code = """
        import sys
        from sklearn.svm import SVC
        from sklearn.datasets import load_iris
        from skhp import BayesSearchCV
        X, y = load_iris(return_X_y=True)
        search = BayesSearchCV(SVC(), {"C": (0.1, 1.0)}, n_iter=2, cv=2).fit(X, y)
        [result] = search.optimizer_results_
        result.fun, result.x_iters, result.x
        assert "skopt" not in sys.modules
        result.space
        assert "skopt" in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
