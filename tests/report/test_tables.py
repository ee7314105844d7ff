"""Leaderboards, frames, and what notebooks show of a search."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, History
from skhp._written import written, written_params
from skhp.exceptions import SettingError
from skhp.presets import space_for
from skhp.report import leaderboard_of, panel_of

X, y = load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def search():
    space = {"C": (1e-3, 1e3, "log-uniform"), "kernel": ["linear", "rbf"], "gamma": ["scale", 0.1]}
    return BayesSearchCV(SVC(), space, n_iter=8, cv=3, random_state=0, racing=True).fit(X, y)


def history_of_all_kinds():
    history = History(space=None, n_splits=2)
    for C, scores in [(0.1, [0.5, 0.7]), (1.0, [0.9, 0.9]), (10.0, [np.nan, 0.8])]:
        history.tell({"C": C, "fixed": True}, scores)
    history.stop(history.tell({"C": 5.0, "fixed": True}, 0.4), "no chance left")
    history.add({"C": 2.0, "fixed": True})
    return history


def test_the_leaderboard_has_the_best_first_and_the_failed_last():
    board = leaderboard_of(history_of_all_kinds()).to_dict()
    assert board["rank"] == [1, 2, 3, 4]
    assert board["status"] == ["complete", "complete", "given up", "failed"]
    assert board["C"] == [1.0, 0.1, 5.0, 10.0]
    assert board["std"][:2] == pytest.approx([0.0, 0.1])
    assert "fixed" not in board


def test_equal_scores_share_a_rank():
    history = History(space=None)
    for C, score in [(1, 0.5), (2, 0.9), (3, 0.9), (4, 0.1)]:
        history.tell({"C": C}, score)
    assert leaderboard_of(history).to_dict()["rank"] == [1, 1, 3, 4]


def test_the_leaderboard_of_a_search_begins_with_its_best(search):
    board = search.leaderboard(3)
    assert isinstance(board, pd.DataFrame) and len(board) == 3
    assert board["score"][0] == search.best_score_ and board["trial"][0] == search.best_index_
    assert len(search.leaderboard(None)) == len(search.history_)
    assert board["status"].tolist()[0] == "complete, refitted"
    assert sum("refitted" in status for status in search.leaderboard(None)["status"]) == 1


def test_the_leaderboard_marks_all_members_of_an_ensemble_and_nothing_without_a_refit():
    grid = {"max_depth": [1, 2, 3], "max_features": [1, 2, 4]}
    tree = DecisionTreeClassifier(random_state=0)
    search = GridSearchCV(tree, grid, cv=3, refit="ensemble").fit(X, y)
    board = search.leaderboard(None)
    marked = board["trial"][board["status"] == "complete, refitted"]
    assert set(marked) == set(search.ensemble_.rows)
    kept = GridSearchCV(tree, grid, cv=3, refit=False).fit(X, y).leaderboard(None)
    assert set(kept["status"]) == {"complete"}


def test_a_candidate_of_a_halving_search_stands_once_where_it_came_furthest():
    space = {"C": (1e-3, 1e3, "log-uniform")}
    halving = HalvingSearchCV(SVC(), space, n_candidates=6, random_state=0, cv=3).fit(X, y)
    board = halving.leaderboard(None)
    assert board["n_samples"].is_monotonic_decreasing
    assert board["C"].is_unique and board["C"][0] == halving.best_params_["C"]


def test_a_frame_has_a_row_for_each_trial_or_fold(search):
    history = search.history_
    frame = search.to_frame()
    assert frame["trial"].tolist() == [trial.number for trial in history]
    assert frame["param_C"].tolist() == [trial.params["C"] for trial in history]
    folds = search.to_frame(by="fold")
    assert len(folds) == sum(len(trial.folds) for trial in history)
    assert set(folds["status"]) == {"ok"} and (folds["started"] >= 0).all()
    for engine_frame in (search.to_frame("polars"), search.to_frame("polars", by="fold")):
        assert isinstance(engine_frame, pl.DataFrame)
    assert set(search.to_frame("polars")["param_gamma"]) <= {"scale", "0.1"}
    with pytest.raises(SettingError, match="engine must be one of pandas, polars"):
        search.to_frame("arrow")
    with pytest.raises(SettingError, match="by must be"):
        search.to_frame(by="week")


def test_values_of_any_kind_have_a_place_in_a_frame():
    grid = {"kernel": ["linear", np.dot], "class_weight": [None, {0: 1.0}], "C": [1, 2.5]}
    tried = GridSearchCV(SVC(), grid, cv=2).fit(X[:100], y[:100])
    frame = tried.to_frame()
    assert frame["param_kernel"].tolist().count("linear") == 4
    assert tried.to_frame("polars")["param_class_weight"].to_list().count("None") == 4


def test_what_is_written_can_be_copied():
    assert (
        written(1.0) == "1.0"
        and written(np.float64(1)) == "1.0"
        and written(100000.0) == "100000.0"
    )
    assert eval(written_params({"a": 0.123456, "b": (1.0, None), "c": [np.int64(2)]})) == {
        "a": 0.1235,
        "b": (1.0, None),
        "c": [2],
    }
    assert written_params({"name": "x" * 50, "b": 1}, width=20) == "{...}"


def test_histories_and_trials_say_shortly_what_they_are():
    history = history_of_all_kinds()
    assert repr(history) == (
        "History of 5 trials (2 complete, 1 failed, 1 stopped, 1 pending; best 0.9 by trial 1)"
    )
    assert repr(history[1]) == "Trial(1, {'C': 1.0, 'fixed': True}, complete, scores=[0.9, 0.9])"
    assert history[2]._repr_html_().count("<tr>") == 3
    assert "by trial 1" in history._repr_html_()
    assert repr(History(space=None)) == "History of 0 trials"


def test_a_ready_made_space_is_a_table_in_notebooks():
    html = space_for(SVC())._repr_html_()
    assert html.startswith("<table>") and "gamma" in html


def test_a_search_shows_its_results_below_the_diagram_and_fits_nothing(search):
    html = search._repr_mimebundle_()["text/html"]
    assert html.count('class="skhp-results"') == 1
    assert "Ended: " in html and "<svg" in html and f"{search.best_score_:.6g}" in html
    assert search._repr_html_().count('class="skhp-results"') == 1
    unfitted = BayesSearchCV(SVC())
    assert "skhp-results" not in unfitted._repr_html_()
    with pytest.raises(NotFittedError):
        unfitted.leaderboard()


def test_names_and_reasons_cannot_break_the_page():
    history = History(space=None)
    history.tell({"<b>": "<script>"}, 0.5)
    html = panel_of(history, reason="<i>", best=({"<b>": "<script>"}, 0.5))
    assert "<script>" not in html and "<i>" not in html


def test_the_overview_is_one_figure(search):
    import matplotlib.pyplot as plt

    figure = search.plot()
    assert len([ax for ax in figure.axes if ax.get_title(loc="left")]) == 4
    plt.close(figure)
