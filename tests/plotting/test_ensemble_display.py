"""The picture of an ensemble."""

import matplotlib.pyplot as plt
import pytest
from sklearn.datasets import load_wine
from sklearn.tree import DecisionTreeClassifier

from skhp import RandomizedSearchCV
from skhp.plotting import EnsembleDisplay
from skhp.testing import check_display

SPACE = {"max_depth": [2, 3, 5, 8], "max_features": [2, 5, 9]}


@pytest.fixture(scope="module")
def search():
    X, y = load_wine(return_X_y=True)
    search = RandomizedSearchCV(
        DecisionTreeClassifier(random_state=0), SPACE, n_iter=10, refit="ensemble", random_state=0
    )
    return search.fit(X, y)


def test_the_selection_and_all_members_are_drawn(search):
    figure = EnsembleDisplay.from_search(search).figure_
    left, right = (ax for ax in figure.axes if ax.get_xlabel())
    assert list(left.get_lines()[0].get_ydata()) == list(search.ensemble_.path)
    assert [bar.get_width() for bar in right.patches] == list(search.ensemble_.weights)
    for row, text in zip(search.ensemble_.rows, right.texts, strict=True):
        assert text.get_text().startswith(f"row {row}: ")
    plt.close("all")


def test_it_keeps_the_laws_of_displays(search):
    assert check_display(EnsembleDisplay, search)
    plt.close("all")
