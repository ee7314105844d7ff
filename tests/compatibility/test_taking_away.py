"""The code of the page on taking a search elsewhere does what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from tests.search.searches import X, y

PAGE = Path(__file__).resolve().parents[2] / "docs" / "taking_away.md"
TEXT = PAGE.read_text(encoding="utf-8")

SEARCHES: dict[str, Any] = {
    "bayes": BayesSearchCV(LogisticRegression(), {"C": (0.1, 9.0)}, n_iter=3, cv=2),
    "bayes, whole numbers": BayesSearchCV(LogisticRegression(), {"C": (1, 9)}, n_iter=3, cv=2),
    "grid": GridSearchCV(LogisticRegression(), {"C": [1, 2], "solver": ["lbfgs", "saga"]}, cv=2),
    "randomized": RandomizedSearchCV(LogisticRegression(), {"C": [1, 2, 3]}, n_iter=2, cv=2),
    "halving": HalvingSearchCV(LogisticRegression(), {"C": (0.1, 9.0)}, n_candidates=3, cv=2),
}


def run(word: str, **names: Any) -> dict[str, Any]:
    """Run the block of the page that holds a word."""
    [block] = [one for one in re.findall(r"```py\n(.*?)```", TEXT, re.DOTALL) if word in one]
    module = ModuleType("page")
    vars(module).update(names)
    exec(compile(block, str(PAGE), "exec"), vars(module))
    return vars(module)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", SEARCHES)
def test_skops_loads_a_search_with_the_types_that_the_page_lists(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("skops")
    monkeypatch.chdir(tmp_path)
    search = SEARCHES[kind].fit(X, y)
    page = run("skops.io.dump", search=search)
    ours = [name for name in page["foreign"] if name.startswith("skhp.")]
    assert [name for name in ours if f"`{name}`" not in TEXT] == []
    again = page["again"]
    np.testing.assert_array_equal(again.predict(X), search.predict(X))
    assert again.best_params_ == search.best_params_
    assert again.history_.elapsed >= search.history_.trials[-1].seconds


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("in_pipeline", [False, True])
@pytest.mark.parametrize("kind", SEARCHES)
def test_skl2onnx_converts_a_search_once_it_is_registered(kind: str, in_pipeline: bool):
    pytest.importorskip("skl2onnx")
    runtime = pytest.importorskip("onnxruntime")
    search = SEARCHES[kind]
    search = make_pipeline(StandardScaler(), search) if in_pipeline else search
    onnx = run("update_registered_converter", search=search.fit(X, y), X=X)["onnx"]
    session = runtime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    labels = session.run(None, {"X": X.astype(np.float32)})[0]
    np.testing.assert_array_equal(labels, search.predict(X))


def test_the_best_estimator_holds_nothing_of_ours():
    best = SEARCHES["bayes"].fit(X, y).best_estimator_
    assert type(best) is LogisticRegression
    assert not [value for value in vars(best).values() if type(value).__module__[:4] == "skhp"]
