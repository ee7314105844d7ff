"""What a person sees in a notebook, run by a real kernel."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("ipykernel")
nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

CELLS = (
    """
%matplotlib inline
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier
from skhp import BayesSearchCV
X, y = load_iris(return_X_y=True)
search = BayesSearchCV(
    DecisionTreeClassifier(), {"max_depth": (1, 9), "min_samples_leaf": (1, 30)},
    n_iter=8, cv=3, n_jobs=2, random_state=0, verbose=1,
).fit(X, y)
""",
    "search",
    "search.leaderboard()",
    "search.history_.space",
    "search.plot();",
)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: Any) -> list[list[Any]]:
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    folder = str(tmp_path_factory.mktemp("notebook"))
    nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}
    ).execute()
    return [cell.outputs for cell in notebook.cells]


def of_type(outputs: list[Any], kind: str) -> list[str]:
    return [one.data[kind] for one in outputs if kind in one.get("data", {})]


@pytest.mark.slow
def test_the_progress_ends_with_all_fits(outputs: list[list[Any]]):
    text = "".join(one.get("text", "") for one in outputs[0])
    assert "Fitting 3 folds for each of 8 candidates, totalling 24 fits" in text
    assert "8/8 candidates, 24/24 fits" in text
    assert not [one for one in outputs[0] if one.output_type == "error"]


@pytest.mark.slow
def test_a_search_its_table_and_its_space_are_shown_as_html(outputs: list[list[Any]]):
    (page,) = of_type(outputs[1], "text/html")
    assert "skhp-results" in page and "<svg" in page
    assert "refitted" in of_type(outputs[2], "text/html")[0]
    assert "max_depth" in of_type(outputs[3], "text/html")[0]


@pytest.mark.slow
def test_the_plot_is_a_picture(outputs: list[list[Any]]):
    assert len(of_type(outputs[4], "image/png")) == 1
