"""Nested cross-validation scores the search and its estimator on rows that neither saw."""

from __future__ import annotations

import signal
import warnings
from typing import Any

import numpy as np
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel
from sklearn import model_selection
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, ShuffleSplit, StratifiedKFold, cross_validate
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhp import GridSearchCV, HalvingSearchCV, nested_cross_validate
from skhp.exceptions import JournalWarning, SearchInterruptedWarning, SettingError
from skhp.nested import NestedResult, OuterFold, corrected_interval
from skhp.observers import Progress
from tests.search.searches import Make, X, logistic, randomized, y

SPACE = {"C": [0.01, 1.0, 100.0]}
SCORES = st.floats(-1, 1, allow_subnormal=False)


class Touchy(ClassifierMixin, BaseEstimator):
    """Fails where the training rows lack the one that it insists on."""

    def __init__(self, needs: float | None = None, C: float = 1.0) -> None:
        self.needs = needs
        self.C = C

    def fit(self, X: Any, y: Any) -> Touchy:
        if self.needs is not None and self.needs not in np.asarray(X)[:, 0]:
            raise ArithmeticError("the row is not there")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:
        return np.full(len(X), self.classes_[0])


class Heard:
    """Keeps the outer folds that it is told of, and may ask for an end."""

    def __init__(self, ends_after: int = 10) -> None:
        self.folds: list[OuterFold] = []
        self.n_trials = 0
        self.ends_after = ends_after

    def on_trial_end(self, history: Any, trial: Any) -> None:
        self.n_trials += 1

    def on_outer_fold_end(self, fold: OuterFold, n_folds: int) -> bool:
        self.folds.append(fold)
        return len(self.folds) == self.ends_after


class PressesCtrlC:
    """An observer in whose moment the user presses Ctrl-C."""

    def __init__(self, after: int) -> None:
        self.left = after

    def on_trial_end(self, history: Any, trial: Any) -> None:
        self.left -= 1
        if self.left == 0:
            signal.raise_signal(signal.SIGINT)


def test_it_scores_what_scikit_learn_s_cross_validate_scores(make: Make):
    search = make(logistic(), SPACE, cv=3)
    result = nested_cross_validate(search, X, y, cv=4)
    tuned = cross_validate(search, X, y, cv=4, return_estimator=True)
    np.testing.assert_array_equal(result.table["tuned_score"], tuned["test_score"])
    untuned = cross_validate(logistic(), X, y, cv=4)
    np.testing.assert_array_equal(result.table["untuned_score"], untuned["test_score"])
    best = [(one.best_score_, one.best_params_) for one in tuned["estimator"]]
    assert [(fold.best_score, fold.best_params) for fold in result.folds] == best


def test_searches_of_scikit_learn_and_halving_searches_are_nested_as_well():
    grid = nested_cross_validate(GridSearchCV(logistic(), SPACE), X, y, cv=3)
    theirs = model_selection.GridSearchCV(logistic(), SPACE)
    found = nested_cross_validate(theirs, X, y, cv=3)
    np.testing.assert_array_equal(found.table["tuned_score"], grid.table["tuned_score"])
    halving = HalvingSearchCV(logistic(), SPACE, random_state=0)
    assert np.isfinite(nested_cross_validate(halving, X, y, cv=3).gain)


def test_neither_the_search_nor_the_data_is_changed(make: Make):
    search, before = make(logistic(), SPACE), X.copy()
    nested_cross_validate(search, X, y, cv=3)
    assert not hasattr(search, "best_params_")
    np.testing.assert_array_equal(X, before)


def test_the_metric_that_refit_names_decides(make: Make):
    scoring = {"auc": "roc_auc", "hits": "accuracy"}
    search = make(logistic(), SPACE, scoring=scoring, refit="hits")
    several = nested_cross_validate(search, X, y, cv=3)
    one = nested_cross_validate(make(logistic(), SPACE, scoring="accuracy"), X, y, cv=3)
    assert (several.metric, one.metric) == ("hits", "accuracy")
    np.testing.assert_array_equal(several.table["gain"], one.table["gain"])
    np.testing.assert_array_equal(several.table["best_score"], one.table["best_score"])


def test_a_callable_that_gives_several_scores_is_read_by_the_name_in_refit():
    def both(estimator: Any, X: Any, y: Any) -> dict[str, float]:
        return {"zero": 0.0, "hits": estimator.score(X, y)}

    search = GridSearchCV(logistic(), SPACE, scoring=both, refit="hits")
    result = nested_cross_validate(search, X, y, cv=3)
    plain = nested_cross_validate(GridSearchCV(logistic(), SPACE), X, y, cv=3)
    assert result.metric == "hits"
    np.testing.assert_array_equal(result.table["best_score"], plain.table["best_score"])
    np.testing.assert_array_equal(result.table["gain"], plain.table["gain"])


def test_a_refit_of_the_user_s_own_is_scored_by_the_first_metric():
    search = GridSearchCV(
        logistic(), SPACE, scoring=["accuracy", "roc_auc"], refit=lambda results: 0
    )
    result = nested_cross_validate(search, X, y, cv=3)
    assert result.metric == "accuracy"
    assert [fold.best_params for fold in result.folds] == [{"C": 0.01}] * 3
    assert np.isfinite(result.optimism)


@pytest.mark.parametrize("with_routing", [False, True])
def test_groups_keep_together_outside_and_inside(with_routing: bool):
    groups = np.arange(60) % 6

    class Keeps(GroupKFold):
        def split(self, X: Any, y: Any = None, groups: Any = None) -> Any:
            seen.append(np.unique(groups).tolist())
            return super().split(X, y, groups)

    seen: list[Any] = []
    with sklearn.config_context(enable_metadata_routing=with_routing):
        search = GridSearchCV(logistic(), SPACE, cv=Keeps(2))
        params = {"groups": groups}
        result = nested_cross_validate(search, X, y, cv=Keeps(3), params=params)
    assert len(result.folds) == 3
    assert [len(groups) for groups in seen if groups] == [6, 4, 4, 4]


@pytest.mark.parametrize("with_routing", [False, True])
def test_weights_reach_the_fits_of_both(with_routing: bool):
    weight = np.where(y == 1, 1.0, 1e-6)
    with sklearn.config_context(enable_metadata_routing=with_routing):
        estimator = logistic()
        if with_routing:
            estimator.set_fit_request(sample_weight=True)
            estimator.set_score_request(sample_weight=False)
        search, params = GridSearchCV(estimator, SPACE), {"sample_weight": weight}
        result = nested_cross_validate(search, X, y, cv=3, params=params)
        tuned = cross_validate(search, X, y, cv=3, params=params)["test_score"]
        untuned = cross_validate(estimator, X, y, cv=3, params=params)["test_score"]
    np.testing.assert_array_equal(result.table["tuned_score"], tuned)
    np.testing.assert_array_equal(result.table["untuned_score"], untuned)
    assert (untuned != cross_validate(logistic(), X, y, cv=3)["test_score"]).any()


def test_observers_of_the_search_hear_of_every_outer_fold(capsys: pytest.CaptureFixture[str]):
    heard = Heard()
    search = GridSearchCV(logistic(), SPACE, observers=[heard, Progress(every=100)], verbose=1)
    result = nested_cross_validate(search, X, y, cv=3)
    assert heard.folds == list(result.folds)
    assert heard.n_trials == 9
    printed = capsys.readouterr().out
    assert printed.count("outer fold 3/3: ") == 1
    assert printed.count("Outer fold 3/3: ") == 1


def test_an_observer_that_returns_true_ends_it():
    search = GridSearchCV(logistic(), SPACE, observers=[Heard(ends_after=2)])
    with pytest.warns(SearchInterruptedWarning, match="after 2 of 5 outer folds"):
        result = nested_cross_validate(search, X, y)
    assert len(result.folds) == 2
    assert "Only 2 of 5 outer folds" in result.summary()


def test_ctrl_c_leaves_the_outer_folds_that_are_done():
    search = GridSearchCV(logistic(), SPACE, observers=[PressesCtrlC(after=5)])
    with pytest.warns(SearchInterruptedWarning, match="1 of 3 outer folds"):
        result = nested_cross_validate(search, X, y, cv=3)
    assert [fold.n_candidates for fold in result.folds] == [3]


@pytest.mark.filterwarnings("ignore::skhp.exceptions.SearchInterruptedWarning")
def test_ctrl_c_in_the_first_outer_fold_is_raised():
    search = GridSearchCV(logistic(), SPACE, observers=[PressesCtrlC(after=1)])
    with pytest.raises(KeyboardInterrupt):
        nested_cross_validate(search, X, y, cv=3)


def test_a_journal_holds_every_outer_fold_and_the_same_call_goes_on(tmp_path):
    path = tmp_path / "nested.db"
    first = Heard(ends_after=2)
    search = GridSearchCV(logistic(), SPACE, journal=path, observers=[first])
    with pytest.warns(SearchInterruptedWarning):
        nested_cross_validate(search, X, y, cv=3)
    second = Heard()
    search.set_params(observers=[second])
    with warnings.catch_warnings():
        warnings.simplefilter("error", JournalWarning)
        result = nested_cross_validate(search, X, y, cv=3)
    assert (first.n_trials, second.n_trials) == (6, 3)
    plain = nested_cross_validate(GridSearchCV(logistic(), SPACE), X, y, cv=3)
    np.testing.assert_array_equal(result.table["tuned_score"], plain.table["tuned_score"])


def test_another_search_in_the_same_journal_is_told_of(tmp_path):
    path = tmp_path / "nested.db"
    nested_cross_validate(GridSearchCV(logistic(), SPACE, journal=path), X, y, cv=3)
    other = GridSearchCV(LogisticRegression(C=3.0), SPACE, journal=path)
    with pytest.warns(JournalWarning, match="begins anew"):
        nested_cross_validate(other, X, y, cv=3)


def test_an_outer_fold_that_fails_is_told_and_left_out():
    needs = float(X[0, 0])  # a test row in one outer fold
    space = {"needs": [needs], "C": [1.0]}
    search = GridSearchCV(Touchy(), space, cv=[(np.arange(40), np.arange(20))])
    cv = [(np.arange(40), np.arange(40, 60)), (np.arange(20, 60), np.arange(20))]
    with pytest.warns(FitFailedWarning, match="1 fits failed out of a total of 4"):
        result = nested_cross_validate(search, X, y, cv=cv)
    assert "the row is not there" in result.folds[1].error
    assert np.isnan(result.folds[1].tuned_score) and result.folds[1].best_params is None
    assert result.gain == result.folds[0].gain
    assert "1 of 2 outer folds failed" in result.summary()
    assert str(result)


def test_an_estimator_that_only_works_tuned_is_told():
    search = GridSearchCV(Touchy(needs=1e9), {"needs": [None]})
    with pytest.warns(FitFailedWarning, match="3 fits failed out of a total of 6"):
        result = nested_cross_validate(search, X, y, cv=3)
    assert np.isfinite(result.score) and np.isnan(result.gain)
    assert "cannot be told" in result.summary()


def test_all_searches_failing_is_an_error():
    search = GridSearchCV(Touchy(), {"needs": [1e9]})
    with pytest.raises(ValueError, match="the row is not there"):
        nested_cross_validate(search, X, y, cv=3)


def test_what_is_wrong_with_the_search_is_said_before_any_fit():
    with pytest.raises(SettingError, match="does not take the params"):
        nested_cross_validate(GridSearchCV(logistic(), {"c": [1.0]}), X, y)
    with pytest.raises(SettingError, match="refit=False"):
        nested_cross_validate(GridSearchCV(logistic(), SPACE, refit=False), X, y)
    with pytest.raises(SettingError, match="needs a search"):
        nested_cross_validate(logistic(), X, y)


def test_searches_are_kept_on_request():
    search = GridSearchCV(logistic(), SPACE)
    kept = nested_cross_validate(search, X, y, cv=3, return_searches=True)
    assert [fold.search.best_score_ for fold in kept.folds] == kept.table["best_score"].tolist()
    assert nested_cross_validate(search, X, y, cv=3).folds[0].search is None


def test_the_same_at_any_number_of_workers():
    one = nested_cross_validate(randomized(logistic(), SPACE), X, y, cv=2)
    two = nested_cross_validate(randomized(logistic(), SPACE, n_jobs=2), X, y, cv=2)
    np.testing.assert_array_equal(one.table["tuned_score"], two.table["tuned_score"])


@given(st.lists(SCORES, min_size=2, max_size=20), st.floats(0.01, 1), st.floats(0.5, 0.99))
def test_the_interval_lies_around_the_mean_and_grows_with_confidence(gains, ratio, confidence):
    low, high = corrected_interval(gains, ratio, confidence=confidence)
    assert low <= high
    assert (low + high) / 2 == pytest.approx(np.mean(gains), abs=1e-9)
    wider = corrected_interval(gains, ratio, confidence=0.999)
    assert wider[0] <= low and high <= wider[1]


@given(st.lists(SCORES, min_size=2, max_size=20))
def test_without_overlap_it_is_the_paired_t_interval(gains):
    found = corrected_interval(gains, 0.0)
    if np.ptp(gains) > 1e-6:
        expected = ttest_rel(gains, np.zeros(len(gains))).confidence_interval()
        np.testing.assert_allclose(found, expected, atol=1e-9)


@given(st.lists(st.tuples(SCORES, SCORES, SCORES), min_size=1, max_size=8))
def test_every_result_can_be_read(scores):
    folds = [OuterFold(i, 80, 20, *three) for i, three in enumerate(scores)]
    result = NestedResult(tuple(folds), "accuracy", len(folds))
    low, high = result.interval()
    said = result.summary()
    assert said in str(result)
    assert ("cannot be told:" in said) == (low <= 0 <= high and low < high)
    assert result.gain == pytest.approx(result.score - result.table["untuned_score"].mean())


def result_of(*pairs: tuple[float, float]) -> NestedResult:
    folds = [
        OuterFold(i, 80, 20, untuned, tuned, tuned) for i, (untuned, tuned) in enumerate(pairs)
    ]
    return NestedResult(tuple(folds), "score", len(folds))


def test_a_gain_is_told_in_a_sentence_that_a_person_understands():
    said = result_of((0.90, 0.92), (0.88, 0.91), (0.91, 0.93)).summary()
    first = "Tuning gained 0.023 (95% interval 0.004 to 0.042) on rows that it never saw."
    assert said.splitlines()[0] == first


def test_a_loss_is_told_as_one():
    said = result_of((0.92, 0.90), (0.91, 0.88), (0.93, 0.91)).summary()
    first = "Tuning lost 0.023 (95% interval 0.004 to 0.042) on rows that it never saw."
    assert said.splitlines()[0] == first


def test_nothing_is_told_as_nothing():
    said = result_of((0.9, 0.9), (0.8, 0.8)).summary()
    assert said.splitlines()[0] == "Tuning changed nothing on rows that it never saw."


def test_a_single_outer_fold_gives_no_interval():
    search = GridSearchCV(logistic(), SPACE)
    result = nested_cross_validate(search, X, y, cv=ShuffleSplit(1, random_state=0))
    assert np.isnan(result.interval()).all()
    assert "a single outer fold" in result.summary()


TREES = {"max_depth": [1, 2, 3, 5], "max_features": [1, 2, 4]}


def of_trees(**wishes: Any) -> GridSearchCV:
    return GridSearchCV(DecisionTreeClassifier(random_state=0), TREES, **wishes)


def test_the_ensemble_has_a_column_of_its_own_where_predictions_are_kept():
    flowers = load_iris(return_X_y=True)
    splits = list(StratifiedKFold(3, shuffle=True, random_state=0).split(*flowers))
    kept = nested_cross_validate(of_trees(keep_predictions=True), *flowers, cv=splits)
    joined = nested_cross_validate(of_trees(refit="ensemble"), *flowers, cv=splits)
    plain = nested_cross_validate(of_trees(), *flowers, cv=splits)
    by_hand = cross_validate(of_trees(refit="ensemble"), *flowers, cv=splits)["test_score"]
    for result in (kept, joined):
        assert result.table["ensemble_score"] == pytest.approx(by_hand)
        np.testing.assert_array_equal(result.table["tuned_score"], plain.table["tuned_score"])
        assert result.ensemble_gain == pytest.approx((by_hand - plain.table["tuned_score"]).mean())
        assert "ensemble of the candidates" in result.summary()
        assert "ensemble" in str(result).splitlines()[0]
    assert np.isnan(plain.table["ensemble_score"]).all()
    assert "ensemble" not in str(plain)


def test_an_ensemble_that_cannot_be_scored_is_told_of_and_leaves_the_rest():
    machines = GridSearchCV(SVC(), SPACE, scoring="roc_auc", keep_predictions=True)
    with pytest.warns(UserWarning, match="ensemble of outer fold 0 has no score"):
        result = nested_cross_validate(machines, X, y, cv=2)
    assert np.isfinite(result.table["tuned_score"]).all()
    assert np.isnan(result.table["ensemble_score"]).all()


def test_whether_an_ensemble_pays_is_told_in_words():
    folds = tuple(
        OuterFold(n, 80, 20, 0.90, tuned, best_score=0.95, ensemble_score=tuned + gain)
        for n, (tuned, gain) in enumerate([(0.92, 0.010), (0.93, 0.012), (0.91, 0.011)])
    )
    told = NestedResult(folds, "accuracy", n_splits=3).summary().splitlines()
    assert told[1] == (
        "An ensemble of the candidates gained 0.0110 (95% interval 0.0077 to 0.0143) in accuracy "
        "above the best of them."
    )
