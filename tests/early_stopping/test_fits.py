"""Boosting stops by rows of its own fold's training part, and no test row is ever seen."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold, TimeSeriesSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from skhp import BayesSearchCV, EarlyStopping, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp.early_stopping import StoppedFits
from skhp.exceptions import SettingError
from skhp.results import Ensemble
from tests.reuse.spies import Spy, lines

X, y = make_classification(300, n_features=5, flip_y=0.2, random_state=0)
X[:, 0] = np.arange(len(X))  # tells rows apart
N_FOLDS = 3
RULE = EarlyStopping(rounds=3, validation_fraction=0.2)


class HistGradientBoostingSpy(HistGradientBoostingClassifier):
    """Remembers which rows it was given."""

    seen: list[tuple[Any, Any, Any]] = []

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **held: Any) -> Any:
        self.seen.append(
            (X[:, 0].copy(), held["X_val"][:, 0].copy(), held.get("sample_weight_val"))
        )
        return super().fit(X, y, sample_weight, **held)


needs_rows = pytest.mark.skipif(
    "X_val" not in signature(HistGradientBoostingClassifier.fit).parameters,
    reason="histogram boosting is given rows to stop by since scikit-learn 1.7",
)


def boosting(**params: Any) -> Any:
    return HistGradientBoostingClassifier(
        **{"max_iter": 60, "max_leaf_nodes": 6, "learning_rate": 0.3, "random_state": 0, **params}
    )


def fitted(estimator: Any, space: Any, **more: Any) -> Any:
    settings = {"cv": N_FOLDS, "early_stopping": RULE, "error_score": "raise", **more}
    return GridSearchCV(estimator, space, **settings).fit(X, y)


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    with threadpool_limits(1):  # threads of small fits only wait for each other
        yield


@pytest.fixture
def seen() -> Any:
    HistGradientBoostingSpy.seen.clear()
    yield HistGradientBoostingSpy.seen
    HistGradientBoostingSpy.seen.clear()


@needs_rows
@pytest.mark.parametrize("cv", [StratifiedKFold(3), GroupKFold(3), TimeSeriesSplit(3)], ids=str)
@pytest.mark.parametrize("prefix", [(), (FunctionTransformer(),)], ids=["alone", "in a pipeline"])
def test_a_fit_sees_the_training_rows_of_its_fold_and_no_test_row(cv: Any, prefix: Any, seen: Any):
    groups = np.arange(len(X)) // 10
    model = HistGradientBoostingSpy(max_iter=5)
    name = "histgradientboostingspy__max_depth" if prefix else "max_depth"
    estimator = make_pipeline(*prefix, model) if prefix else model
    GridSearchCV(estimator, {name: [2]}, cv=cv, early_stopping=RULE, refit=False).fit(
        X, y, groups=groups
    )
    splits = list(cv.split(X, y, groups))
    assert len(seen) == len(splits)
    for (learnt, held, _), (train, test) in zip(seen, splits, strict=True):
        rows = [set(part.astype(int)) for part in (learnt, held)]
        assert rows[0] | rows[1] == set(train)
        assert not rows[0] & rows[1]
        assert not (rows[0] | rows[1]) & set(test)
        if isinstance(cv, GroupKFold):
            assert not set(groups[list(rows[0])]) & set(groups[list(rows[1])])
        if isinstance(cv, TimeSeriesSplit):
            assert max(rows[0]) < min(rows[1])


@needs_rows
def test_the_first_steps_learn_nothing_from_the_rows_held_back(tmp_path: Path):
    log = tmp_path / "log"
    space = {"clf__max_depth": [2, 3], "clf__learning_rate": [0.1, 0.5]}
    pipeline = Pipeline([("spy", Spy(str(log))), ("clf", boosting())])
    one = fitted(pipeline, space, refit=False)
    sums = {line.split()[-1] for line in lines(log, "fit")}
    assert len(lines(log, "fit")) == len(sums) == N_FOLDS
    stops = StoppedFits(RULE)
    expected = set()
    for fold, (train, _) in enumerate(StratifiedKFold(N_FOLDS).split(X, y)):
        held = stops.held(train, y[train], fold=fold, stratify=True)
        expected.add(f"{np.sum(np.delete(X[train], held, axis=0)):.12g}")
    assert sums == expected
    other = fitted(pipeline, space, refit=False, reuse_steps=False)
    for name in ("mean_test_score", "median_best_iteration"):
        np.testing.assert_array_equal(one.cv_results_[name], other.cv_results_[name])


@needs_rows
@pytest.mark.parametrize("refit", [True, Ensemble(max_members=2)], ids=["the best", "an ensemble"])
def test_what_is_refitted_has_the_median_of_the_best_iterations_of_its_folds(refit: Any):
    search = fitted(boosting(), {"learning_rate": [0.1, 0.5]}, refit=refit)
    folds = search.history_[search.best_index_].folds
    median = round(float(np.median([fold.n_iterations for fold in folds])))
    assert 1 < median < 60
    models = [search.best_estimator_] if refit is True else search.best_estimator_.estimators_
    rows = [search.best_index_] if refit is True else search.ensemble_.rows
    for model, row in zip(models, rows, strict=True):
        assert model.n_iter_ == round(search.cv_results_["median_best_iteration"][row])
        assert model.early_stopping is False
    assert search.best_params_ == {"learning_rate": search.best_params_["learning_rate"]}


@needs_rows
def test_a_fold_s_model_has_as_many_iterations_as_were_best():
    def n_iterations(model: Any, X: Any, y: Any) -> float:
        return float(model.n_iter_)

    search = fitted(boosting(), {"max_depth": [2]}, scoring=n_iterations)
    folds = search.history_[0].folds
    assert [fold.score("score") for fold in folds] == [fold.n_iterations for fold in folds]


@needs_rows
def test_candidates_that_do_not_stop_early_are_fitted_on_all_training_rows():
    pipeline = Pipeline([("scaled", StandardScaler()), ("clf", boosting())])
    space = {"clf": [LogisticRegression(), boosting()]}
    search, plain = (fitted(pipeline, space, early_stopping=rule) for rule in (RULE, None))
    counts = search.cv_results_["median_best_iteration"]
    assert np.isnan(counts).tolist() == [True, False]
    scores = [one.cv_results_["mean_test_score"][0] for one in (search, plain)]
    assert scores[0] == scores[1]


@needs_rows
def test_weights_of_rows_held_back_are_theirs(seen: Any):
    weights = np.arange(1.0, len(X) + 1)
    GridSearchCV(
        HistGradientBoostingSpy(max_iter=5),
        {"max_depth": [2]},
        cv=2,
        early_stopping=RULE,
        refit=False,
    ).fit(X, y, sample_weight=weights)
    for _, held, of_held in seen:
        np.testing.assert_array_equal(of_held, weights[held.astype(int)])


@needs_rows
def test_every_kind_of_search_stops_early(tmp_path: Path):
    space = {"learning_rate": [0.1, 0.3, 0.5], "max_depth": [2, 3, 4]}
    settings: Any = {"early_stopping": RULE, "cv": 2, "random_state": 0}
    path = tmp_path / "journal.db"
    searches = [
        RandomizedSearchCV(boosting(), space, n_iter=3, n_jobs=2, **settings),
        BayesSearchCV(boosting(), space, n_iter=3, racing=True, journal=path, **settings),
        HalvingSearchCV(boosting(), space, n_candidates=4, **settings),
    ]
    for search in searches:
        results = search.fit(X, y).cv_results_
        assert (results["median_best_iteration"] >= 1).all()
    first = searches[1].cv_results_["median_best_iteration"]
    again = searches[1].fit(X, y).cv_results_["median_best_iteration"]  # from the journal
    np.testing.assert_array_equal(first, again)


def test_an_estimator_that_does_not_stop_early_is_refused_before_the_first_fit():
    with pytest.raises(SettingError, match="early_stopping works for XGBoost"):
        fitted(RandomForestClassifier(), {"max_depth": [2]})


@needs_rows
def test_a_resource_that_says_how_long_fits_run_is_refused():
    search = HalvingSearchCV(
        boosting(), {"max_depth": [2, 3]}, resource="max_iter", early_stopping=RULE
    )
    with pytest.raises(SettingError, match="rungs of max_iter"):
        search.fit(X, y)


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"validation_fraction": 1.0}])
def test_a_rule_that_makes_no_sense_is_refused(wrong: Any):
    with pytest.raises(SettingError, match=next(iter(wrong))):
        EarlyStopping(**wrong)


def test_rows_of_each_class_are_held_back_and_one_of_each_is_left():
    classes = np.array([0] * 50 + [1] * 10 + [2])
    held = StoppedFits(RULE).held(np.arange(61), classes, fold=0, stratify=True)
    assert np.bincount(classes[held], minlength=3).tolist() == [10, 2, 0]


def test_every_candidate_stops_by_the_same_rows():
    one, again, other = (
        StoppedFits(RULE).held(np.arange(50), None, fold=fold, stratify=False) for fold in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


ELSEWHERE = [
    ("xgboost", "XGBClassifier", {}),
    ("lightgbm", "LGBMClassifier", {"verbose": -1}),
    ("catboost", "CatBoostClassifier", {"verbose": False, "allow_writing_files": False}),
]


@pytest.mark.parametrize(("library", "name", "params"), ELSEWHERE)
def test_other_libraries_stop_and_are_refitted_with_the_median(
    library: str, name: str, params: Any
):
    model = getattr(pytest.importorskip(library), name)(
        n_estimators=80, learning_rate=0.3, **params
    )
    pipeline = Pipeline([("scaled", StandardScaler()), ("clf", model)])
    search = fitted(pipeline, {"clf__max_depth": [2, 4]}, scoring="roc_auc")
    median = round(search.cv_results_["median_best_iteration"][search.best_index_])
    assert 1 <= median < 80
    assert search.best_estimator_[-1].get_params()["n_estimators"] == median
    assert search.predict_proba(X).shape == (len(X), 2)


def test_catboost_without_a_learning_rate_is_told_what_to_give():
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostClassifier(verbose=False, allow_writing_files=False)
    with pytest.raises(SettingError, match="give CatBoostClassifier a learning_rate"):
        fitted(model, {"depth": [2]})
