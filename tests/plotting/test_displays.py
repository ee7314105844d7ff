"""Every display keeps the laws of displays; they are found by themselves."""

from __future__ import annotations

import inspect
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV as TheirGridSearchCV

import skhp.plotting
from skhp import (
    BayesSearchCV,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingSearchCV,
    RandomizedSearchCV,
    When,
)
from skhp.exceptions import SettingError
from skhp.plotting import (
    ConvergenceDisplay,
    DistributionDisplay,
    FoldScoresDisplay,
    HeatMapDisplay,
    RaceDisplay,
    SliceDisplay,
    TimelineDisplay,
    draw_overview,
)
from skhp.space import Either
from skhp.testing import check_display

X = np.linspace(0.0, 1.0, 60).reshape(-1, 1)
y = X[:, 0]


class Hill(RegressorMixin, BaseEstimator):
    """Scores best at C = 10, fails at gamma above 5, and takes twenty parameters without effect."""

    def __init__(self, C=1.0, kind="a", gamma=0.1, n=1, **others: Any) -> None:
        self.C, self.kind, self.gamma, self.n = C, kind, gamma, n
        self.others = others

    @classmethod
    def _get_param_names(cls):
        return ["C", "gamma", "kind", "n", *(f"p{i}" for i in range(20))]

    def get_params(self, deep=True):
        return {"C": self.C, "gamma": self.gamma, "kind": self.kind, "n": self.n, **self.others}

    def set_params(self, **params):
        for name, value in params.items():
            if name in ("C", "gamma", "kind", "n"):
                setattr(self, name, value)
            else:
                self.others[name] = value
        return self

    def fit(self, X, y):
        if self.gamma is not None and self.gamma != "auto" and self.gamma > 5:
            raise ValueError("gamma is too large")
        self.fitted_ = True
        return self

    def predict(self, X):
        return np.zeros(len(X))

    def score(self, X, y):
        height = {"a": 0.0, "b": -0.5}[self.kind] - 0.1 * (np.log10(self.C) - 1) ** 2
        return height - 0.3 / self.n + 0.01 * float(X[0, 0])


FLAT = {"C": (1e-3, 1e3, "log-uniform"), "kind": ["a", "b"], "n": (1, 9)}
CONDITIONAL = {
    **FLAT,
    "gamma": When("kind", "a", Either(["auto", None], (1e-2, 20.0, "log-uniform"))),
}
TWENTY = {"C": (1e-3, 1e3, "log-uniform"), **{f"p{i}": (0.0, 1.0) for i in range(19)}}
GRID = {"C": [0.1, 1.0, 10.0], "gamma": [0.1, 10.0], "kind": ["a", "b"]}
SETTINGS: dict[str, Any] = {"cv": 4, "random_state": 0}

SEARCHES = {
    "grid with failures": lambda: GridSearchCV(Hill(), GRID, cv=4),
    "one candidate": lambda: GridSearchCV(Hill(), {"C": [1.0]}, cv=2),
    "random": lambda: RandomizedSearchCV(Hill(), GRID, n_iter=4, **SETTINGS),
    "conditional": lambda: BayesSearchCV(Hill(), CONDITIONAL, n_iter=20, racing=True, **SETTINGS),
    "twenty": lambda: BayesSearchCV(Hill(), TWENTY, n_iter=8, **SETTINGS),
    "halving": lambda: HalvingSearchCV(
        Hill(), {"C": FLAT["C"], "kind": ["a", "b"]}, resource="n", max_resources=9, **SETTINGS
    ),
    "scikit-learn's halving": lambda: HalvingGridSearchCV(
        Hill(), GRID, resource="n", max_resources=9, **SETTINGS
    ),
}

FOUND = [
    kind
    for _, kind in inspect.getmembers(skhp.plotting, inspect.isclass)
    if hasattr(kind, "from_search")  # the others show something else than a search
]

HALVING_ONLY = {"ResourceCurveDisplay", "RungsDisplay"}
REFIT_ONLY = {"EnsembleDisplay"}
"""They show what only searches with such a refit have."""


@pytest.fixture(scope="module")
def fitted():
    known: dict[str, Any] = {}

    def fitted(name: str) -> Any:
        if name not in known:
            known[name] = SEARCHES[name]().fit(X, y)
        return known[name]

    return fitted


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


ANY = [
    pytest.param(name, marks=pytest.mark.slow) if name == "twenty" else name for name in SEARCHES
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ANY)
@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_a_display_keeps_the_laws(kind, name, fitted):
    drawn = check_display(kind, fitted(name))
    if name in ("conditional", "grid with failures"):
        assert drawn == (kind.__name__ not in HALVING_ONLY | REFIT_ONLY)
    if name == "halving":
        assert drawn == (kind.__name__ not in REFIT_ONLY)


@pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.__name__)
def test_a_search_that_was_not_fitted_is_refused(kind):
    with pytest.raises(NotFittedError, match="Call fit first"):
        kind.from_search(SEARCHES["random"]())
    with pytest.raises(SettingError, match="a search of skhp, got GridSearchCV"):
        kind.from_search(TheirGridSearchCV(Hill(), GRID))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ANY)
def test_the_overview_has_four_pictures_of_any_search(name, fitted):
    figure = draw_overview(fitted(name))
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert [title for title in titles if title] == [
        "Progress",
        "Importance",
        "Parameters",
        "Best candidates",
    ]


@pytest.mark.filterwarnings("ignore")
def test_the_best_so_far_never_falls_and_ends_at_the_best_score(fitted):
    search = fitted("random")
    ax = ConvergenceDisplay.from_search(search).ax_
    best = ax.get_lines()[1].get_ydata()
    assert (np.diff(best[np.isfinite(best)]) >= 0).all() and best[-1] == search.best_score_


def test_another_thread_draws_without_a_window():
    with ThreadPoolExecutor(1) as pool:
        display = pool.submit(ConvergenceDisplay(np.array([0.5, 0.6])).plot).result()
    assert plt.get_fignums() == [] and len(display.ax_.get_lines()) == 2
    display.figure_.savefig(io.BytesIO(), format="png")


def test_failed_trials_are_marked_and_no_error():
    display = ConvergenceDisplay(np.array([np.nan, 0.5, np.nan, 0.6])).plot()
    assert len(display.ax_.get_lines()) == 4


def test_scores_that_are_cut_off_are_said():
    display = ConvergenceDisplay(np.array([0.7, 0.8, -90.0, 0.8, 0.9])).plot()
    assert display.ax_.get_ylim()[0] > 0
    assert [text.get_text() for text in display.ax_.texts] == ["1 score below, down to -90"]


@pytest.mark.filterwarnings("ignore")
def test_several_searches_share_one_picture(fitted):
    groups = {"grid": fitted("grid with failures"), "two": [fitted("random"), fitted("twenty")]}
    display = ConvergenceDisplay.from_search(groups)
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["grid", "two (2 runs)"]
    assert len(DistributionDisplay.from_search(groups).ax_.get_lines()) == 2


@pytest.mark.filterwarnings("ignore")
def test_params_that_were_not_searched_are_refused(fitted):
    with pytest.raises(SettingError, match=r"params must be among \['C', 'gamma', 'kind'\]"):
        SliceDisplay.from_search(fitted("grid with failures"), params=["D"])


@pytest.mark.filterwarnings("ignore")
def test_a_race_says_what_it_spared(fitted):
    search = fitted("conditional")
    display = RaceDisplay.from_search(search)
    n = len(search.history_.stopped)
    assert n and f"{n} of 20 given up" in display.ax_.get_title(loc="right")


@pytest.mark.filterwarnings("ignore")
def test_a_heat_map_shows_the_best_whatever_the_others_were(fitted):
    display = HeatMapDisplay.from_search(fitted("grid with failures"), params=["C", "kind"])
    assert display.values == [[0.1, 1.0, 10.0], ["a", "b"]]
    assert np.nanmax(display.scores) == fitted("grid with failures").best_score_


@pytest.mark.filterwarnings("ignore")
def test_the_best_few_come_best_first(fitted):
    search = fitted("random")
    means = FoldScoresDisplay.from_search(search, n_best=3).scores.mean(axis=1)
    assert means[0] == pytest.approx(search.best_score_) and (np.diff(means) <= 0).all()


@pytest.mark.filterwarnings("ignore")
def test_a_timeline_has_every_fit_once_and_one_lane_a_worker(fitted):
    search = fitted("random")
    display = TimelineDisplay.from_search(search)
    assert len(display.lanes) == 1
    assert len(display.lanes[0]) == sum(len(trial.folds) for trial in search.history_)
    ends = [start + seconds for start, seconds, _ in display.lanes[0]]
    assert all(end <= start for end, (start, *_) in zip(ends, display.lanes[0][1:], strict=False))


def test_a_timeline_shows_each_end_of_a_fold_in_a_colour_of_its_own():
    ends = ["ok", "given up", "failed", "unscored", "timeout", "lost"]
    display = TimelineDisplay([[(float(k), 1.0, end) for k, end in enumerate(ends)]]).plot()
    colours = {tuple(bar.get_facecolor()[0]) for bar in display.ax_.collections}
    assert len(colours) == len(ends)


def test_the_ranks_of_a_heat_map_are_those_of_its_scores():
    scores = np.array([[0.9, 0.5], [np.nan, 0.9], [0.7, 0.1]])
    display = HeatMapDisplay(scores, ("C", "n"), ([1, 2], [1, 2, 3]), ranks=True).plot()
    assert [text.get_text() for text in display.ax_.texts] == ["1", "4", "1", "3", "5"]


def test_a_heat_map_of_a_search_has_ranks_where_they_are_asked_for(fitted):
    display = HeatMapDisplay.from_search(
        fitted("grid with failures"), params=["C", "kind"], ranks=True
    )
    assert "1" in [text.get_text() for text in display.ax_.texts]
