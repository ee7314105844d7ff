"""A search keeps what its models say of rows that they have not seen."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import (
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
)
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from skhp import (
    BayesSearchCV,
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingSearchCV,
    RandomizedSearchCV,
)
from skhp.exceptions import SettingError
from skhp.racing import Racing
from skhp.results import Pareto

X, y = load_iris(return_X_y=True)
LABELS = np.array(["c", "a", "b"])[y]
GRID = {"C": [0.01, 1.0]}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_predictions_are_those_of_cross_val_predict(n_jobs: int):
    model = LogisticRegression(max_iter=200)
    search = GridSearchCV(model, GRID, keep_predictions=True, n_jobs=n_jobs).fit(X, LABELS)
    for row, params in enumerate(search.cv_results_["params"]):
        model.set_params(**params)
        expected = cross_val_predict(model, X, LABELS, method="predict_proba")
        np.testing.assert_allclose(search.predictions(row), expected, atol=1e-6)
    again = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(again.predictions(), search.predictions())


@pytest.mark.parametrize(
    ("model", "method", "asked"),
    [
        (SVC(), "decision_function", True),
        (SVC(), "decision_function", "decision_function"),
        (LogisticRegression(max_iter=200), "decision_function", "decision_function"),
        (Ridge(), "predict", True),
    ],
    ids=repr,
)
def test_decision_values_and_numbers_are_as_the_model_gives_them(
    model: Any, method: str, asked: Any
):
    space = {"alpha": [1.0]} if isinstance(model, Ridge) else {"C": [1.0]}
    search = GridSearchCV(model, space, keep_predictions=asked).fit(X, y)
    expected = cross_val_predict(search.best_estimator_, X, y, method=method)
    np.testing.assert_allclose(search.predictions(), expected, atol=1e-5)


def test_precomputed_kernels_are_cut_as_the_fits_are():
    search = GridSearchCV(SVC(kernel="precomputed"), GRID, keep_predictions=True).fit(X @ X.T, y)
    expected = cross_val_predict(search.best_estimator_, X @ X.T, y, method="decision_function")
    np.testing.assert_allclose(search.predictions(), expected, atol=1e-4)


@pytest.mark.parametrize("cv", [ShuffleSplit(3, random_state=0), TimeSeriesSplit(3)], ids=repr)
def test_rows_that_were_never_tested_are_missing(cv: Any):
    search = GridSearchCV(LinearRegression(), {"copy_X": [True]}, cv=cv, keep_predictions=True)
    missing = np.isnan(search.fit(X, X[:, 0]).predictions())
    tested = np.concatenate([test for _, test in cv.split(X)])
    assert list(np.flatnonzero(~missing)) == sorted(set(tested))


def test_halving_keeps_the_predictions_of_the_last_rung():
    forest = RandomForestClassifier(random_state=0)
    search = HalvingSearchCV(
        forest,
        {"max_depth": (1, 8)},
        resource="n_estimators",
        max_resources=9,
        keep_predictions=True,
        random_state=0,
    ).fit(X, y)
    full = [trial.params["n_estimators"] == 9 for trial in search.history_]
    assert [trial.folds[0].predictions is not None for trial in search.history_] == full
    expected = cross_val_predict(search.best_estimator_, X, y, method="predict_proba")
    np.testing.assert_allclose(search.predictions(), expected, atol=1e-6)
    with pytest.raises(SettingError, match="full resource"):
        search.predictions(0)


def test_scikit_learns_halving_keeps_those_of_all_rows():
    search = HalvingGridSearchCV(
        LogisticRegression(max_iter=200),
        {"C": [0.01, 0.1, 1.0, 10.0]},
        cv=StratifiedKFold(5),
        min_resources=75,
        max_resources=150,
        factor=2,
        keep_predictions=True,
        random_state=0,
    ).fit(X, y)
    predicted = search.predictions().argmax(axis=1)
    folds = [test for _, test in StratifiedKFold(5).split(X, y)]
    scores = [(predicted[test] == y[test]).mean() for test in folds]
    assert np.mean(scores) == pytest.approx(search.best_score_)
    with pytest.raises(SettingError, match="No predictions"):
        search.predictions(0)


def test_a_candidate_that_racing_stopped_has_predictions_of_the_folds_it_ran():
    noisy, labels = make_classification(300, n_informative=3, flip_y=0.2, random_state=0)
    search = RandomizedSearchCV(
        LogisticRegression(),
        {"C": np.logspace(-6, 2, 12).tolist()},
        n_iter=12,
        cv=6,
        racing=Racing(alpha=0.4),
        keep_predictions=True,
        random_state=0,
    ).fit(noisy, labels)
    stopped = list(search.cv_results_["status"]).index("stopped")
    share = np.isnan(search.predictions(stopped)[:, 0]).mean()
    assert share == pytest.approx(1 - search.cv_results_["n_splits_completed"][stopped] / 6)
    assert not np.isnan(search.predictions()).any()


def test_a_journal_gives_the_predictions_back(tmp_path: Path):
    def fitted(n_iter: int, **wishes: Any) -> Any:
        path = tmp_path / "journal.db"
        return BayesSearchCV(
            SVC(), {"C": (0.1, 10.0)}, n_iter=n_iter, journal=path, random_state=0, **wishes
        ).fit(X, y)

    first, more = fitted(3, keep_predictions=True), fitted(5, keep_predictions=True)
    for row in range(3):
        np.testing.assert_array_equal(first.predictions(row), more.predictions(row))
    assert first.predictions().dtype == more.predictions().dtype
    again = fitted(5, keep_predictions=True)
    np.testing.assert_array_equal(again.predictions(), more.predictions())
    np.testing.assert_array_equal(
        again.cv_results_["mean_fit_time"], more.cv_results_["mean_fit_time"]
    )


def test_fit_more_adds_to_what_is_kept():
    wishes: dict[str, Any] = {"keep_predictions": True, "random_state": 0}
    search = BayesSearchCV(SVC(), {"C": (0.1, 10.0)}, n_iter=3, **wishes).fit(X, y)
    first = search.predictions(0)
    search.fit_more(X, y, n_iter=2)
    np.testing.assert_array_equal(search.predictions(0), first)
    assert search.predictions(4).shape == first.shape


def test_what_has_no_target_has_predictions_as_well():
    search = GridSearchCV(KMeans(random_state=0), {"n_clusters": [2]}, keep_predictions=True)
    assert set(search.fit(X).predictions()) == {0.0, 1.0}


def test_without_the_wish_nothing_is_kept():
    search = GridSearchCV(SVC(), GRID).fit(X, y)
    assert all(fold.predictions is None for trial in search.history_ for fold in trial.folds)
    with pytest.raises(SettingError, match="keep_predictions=True"):
        search.predictions()


def test_an_estimator_that_cannot_be_asked_is_refused_before_the_first_fit():
    search = GridSearchCV(KernelDensity(), {"bandwidth": [1.0]}, keep_predictions=True)
    with pytest.raises(SettingError, match="KernelDensity cannot be kept"):
        search.fit(X)
    with pytest.raises(SettingError, match="no predict_proba"):
        GridSearchCV(LinearSVC(), GRID, keep_predictions="predict_proba").fit(X, y)


class Mute(LogisticRegression):
    """Scores by `score`, and has probabilities that it cannot give."""

    def predict_proba(self, X: Any) -> Any:
        raise RuntimeError("no voice")


def test_a_model_that_cannot_answer_keeps_its_score():
    with pytest.warns(UserWarning, match="RuntimeError: no voice"):
        search = GridSearchCV(Mute(max_iter=200), GRID, keep_predictions=True).fit(X, y)
    assert search.best_score_ > 0.9
    with pytest.raises(SettingError, match="No predictions"):
        search.predictions()


def test_pipelines_whose_steps_are_taken_up_are_asked_as_a_whole():
    lines = make_pipeline(StandardScaler(), LogisticRegression())
    wishes: dict[str, Any] = {"keep_predictions": True}
    grid = {"logisticregression__C": [0.01, 1.0]}
    search = GridSearchCV(lines, grid, **wishes).fit(X, y)
    expected = cross_val_predict(search.best_estimator_, X, y, method="predict_proba")
    np.testing.assert_allclose(search.predictions(), expected, atol=1e-6)


class Asked(RandomForestClassifier):
    """Counts how often it is asked for probabilities."""

    n_times = 0

    def predict_proba(self, X: Any) -> Any:
        Asked.n_times += 1
        return super().predict_proba(X)


@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss", None, ["accuracy", "roc_auc_ovr"]])
@pytest.mark.parametrize("with_train", [False, True])
def test_what_a_scorer_has_asked_is_not_asked_again(scoring: Any, with_train: bool):
    settings = {"scoring": scoring, "refit": False, "return_train_score": with_train}
    grid = {"max_depth": [1, 3]}
    tables, counts = [], []
    for kept in (False, True):
        Asked.n_times = 0
        search = GridSearchCV(Asked(5, random_state=0), grid, keep_predictions=kept, **settings)
        search.fit(X, y)
        counts.append(Asked.n_times)
        tables.append({key: of for key, of in search.cv_results_.items() if "time" not in key})
    assert counts[0] == counts[1]
    for key in tables[0]:
        np.testing.assert_array_equal(tables[0][key], tables[1][key])
    expected = cross_val_predict(
        Asked(5, max_depth=3, random_state=0), X, y, method="predict_proba"
    )
    np.testing.assert_allclose(search.predictions(1), expected, atol=1e-6)


def test_models_are_as_they_were_once_they_were_overheard():
    costly = Pareto(["score", "model_size"])
    sizes = [
        GridSearchCV(Asked(5, random_state=0), {"max_depth": [1, 3]}, refit=costly, **kept)
        .fit(X, y)
        .cv_results_["mean_model_size"]
        for kept in ({}, {"keep_predictions": True})
    ]
    np.testing.assert_array_equal(*sizes)


@pytest.mark.parametrize("kept", [False, True])
def test_a_scorer_that_looks_at_the_model_sees_it_plain(kept: bool):
    def plain(model: Any, X: Any, y: Any) -> float:
        return float("predict_proba" not in vars(model))

    forest = RandomForestClassifier(3, random_state=0)
    search = GridSearchCV(forest, {"max_depth": [1]}, scoring=plain, keep_predictions=kept)
    assert search.fit(X, y).best_score_ == 1.0
