"""What a person sees of a search."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from skhp import BayesSearchCV
from skhp.plotting import ConvergenceDisplay, ImportanceDisplay


@pytest.fixture(scope="module")
def search():
    X, y = load_iris(return_X_y=True)
    spaces = {"C": (1e-3, 1e3, "log-uniform"), "kernel": ["linear", "rbf"]}
    return BayesSearchCV(SVC(), spaces, n_iter=12, cv=3, random_state=0).fit(X, y)


@pytest.mark.parametrize("display", [ConvergenceDisplay, ImportanceDisplay])
def test_a_fitted_search_is_drawn_on_the_axes_that_are_given(display, search):
    _, ax = plt.subplots()
    shown = display.from_search(search, ax=ax)
    assert shown.ax_ is ax and shown.figure_ is ax.figure and ax.has_data()
    plt.close("all")


def test_the_best_so_far_never_falls(search):
    ax = ConvergenceDisplay.from_search(search).ax_
    best = ax.get_lines()[1].get_ydata()
    assert (np.diff(best) >= 0).all() and best[-1] == search.best_score_
    plt.close("all")


def test_failed_trials_leave_a_gap_and_no_error():
    display = ConvergenceDisplay(np.array([np.nan, 0.5, np.nan, 0.6])).plot()
    assert len(display.ax_.get_lines()) == 4
    plt.close("all")
