"""The laws of successive halving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhp import BayesSearchCV, HalvingSearchCV
from skhp.exceptions import SpaceExhaustedWarning
from skhp.strategies import Random
from tests.search.learners import Stepwise, X, said, y

SPACE = {"a": (0.0, 1.0)}
ITERATIONS = {"resource": "max_iter", "max_resources": 27}


def halving(estimator: Any, space: Any = None, **more: Any) -> HalvingSearchCV:
    settings = {"cv": 3, "random_state": 0, "strategy": "random", **more}
    return HalvingSearchCV(estimator, SPACE if space is None else space, **settings)


@pytest.fixture(params=["n_samples", "max_iter"])
def search(request: pytest.FixtureRequest) -> HalvingSearchCV:
    kind = {} if request.param == "n_samples" else ITERATIONS
    return halving(Stepwise(), **kind).fit(X, y)


def test_the_best_stands_on_the_last_rung_with_the_full_resource(search: HalvingSearchCV):
    results = search.cv_results_
    last = results["iter"] == search.n_iterations_ - 1
    assert last[search.best_index_]
    assert results["n_resources"][search.best_index_] == search.max_resources_
    assert search.best_score_ == results["mean_test_score"][last].max()
    assert results["rank_test_score"].argmin() == search.best_index_
    assert results["params"][search.best_index_] == search.best_params_


def test_the_best_of_a_rung_go_on_to_the_next(search: HalvingSearchCV):
    results = search.cv_results_
    a, rung = np.asarray(results["param_a"], float), results["iter"]
    for index in range(1, search.n_iterations_):
        below = np.flatnonzero(rung == index - 1)
        order = below[np.argsort(-results["mean_test_score"][below], kind="stable")]
        assert a[rung == index].tolist() == a[order][: search.n_candidates_[index]].tolist()


def test_the_attributes_are_those_of_scikit_learn(search: HalvingSearchCV):
    results = search.cv_results_
    counts = np.bincount(results["iter"]).tolist()
    assert search.n_candidates_ == counts
    assert search.n_resources_ == sorted(set(results["n_resources"].tolist()))
    assert search.min_resources_ == search.n_resources_[0]
    assert search.max_resources_ == search.n_resources_[-1]
    assert search.n_iterations_ == len(counts) == search.n_required_iterations_
    assert search.n_possible_iterations_ >= search.n_iterations_
    assert search.n_remaining_candidates_ == 1
    assert search.stop_reason_ == "all candidates tried"
    lengths = {len(column) for column in results.values()}
    assert lengths == {sum(counts)}


def test_rows_as_a_resource_are_no_parameter():
    results = halving(Stepwise()).fit(X, y).cv_results_
    assert set(results["params"][0]) == {"a"}
    assert "param_n_samples" not in results


def test_a_parameter_as_the_resource_is_among_the_params():
    search = halving(Stepwise(), **ITERATIONS).fit(X, y)
    results = search.cv_results_
    assert results["param_max_iter"].tolist() == results["n_resources"].tolist()
    assert search.best_params_["max_iter"] == search.best_estimator_.max_iter == 27


@pytest.mark.parametrize("resource", ["n_samples", "n_estimators"])
def test_scores_of_the_last_rung_are_those_of_cross_validation(resource: str):
    rows, targets = load_iris(return_X_y=True)
    estimator = ExtraTreesClassifier(n_estimators=9, random_state=0)
    space, cv = {"max_depth": (1, 5), "max_features": (0.1, 1.0)}, StratifiedKFold(3)
    search = halving(estimator, space, resource=resource, cv=cv).fit(rows, targets)
    expected = cross_val_score(
        clone(estimator).set_params(**search.best_params_), rows, targets, cv=cv
    )
    assert search.best_score_ == pytest.approx(expected.mean())


def test_no_row_is_tested_that_was_trained_on(tmp_path: Path):
    log = tmp_path / "log"
    for more in ({}, ITERATIONS):
        log.unlink(missing_ok=True)
        halving(Stepwise(log=str(log)), refit=False, **more).fit(X, y)
        lines = said(log)
        for fitted, scored in zip(lines[::2], lines[1::2], strict=True):
            assert (fitted[0], scored[0]) == ("fit", "score")
            assert not fitted[-1] & scored[-1]
            assert len(scored[-1]) == 30


def test_each_rung_trains_on_all_the_rows_of_the_one_below_and_on_all_classes(tmp_path: Path):
    log = tmp_path / "log"
    search = halving(Stepwise(log=str(log)), refit=False).fit(X, y)
    train_sets = {line[-1] for line in said(log) if line[0] == "fit"}
    sizes = sorted({len(rows) for rows in train_sets})
    assert len(sizes) == search.n_iterations_
    assert sizes[-1] == 60
    assert len(train_sets) == 3 * len(sizes)
    for rows in train_sets:
        assert len(rows) == 60 or any(rows < larger for larger in train_sets)
        assert set(y[list(rows)]) == {0, 1}


def test_no_step_is_taken_twice(tmp_path: Path):
    log = tmp_path / "log"
    search = halving(Stepwise(log=str(log)), refit=False, **ITERATIONS).fit(X, y)
    fits = [line for line in said(log) if line[0] == "fit"]
    n, levels = search.n_candidates_, search.n_resources_
    added = [level - below for level, below in zip(levels, [0, *levels[:-1]], strict=True)]
    assert sum(line[2] for line in fits) == 3 * sum(k * d for k, d in zip(n, added, strict=True))
    scored = {(line[1], line[3]) for line in said(log) if line[0] == "score"}
    results = search.cv_results_
    assert len(scored) == len(results["params"])


def test_going_on_or_starting_anew_makes_no_difference_to_the_scores():
    warm, cold = (
        halving(Stepwise(), continue_fits=keeps, **ITERATIONS).fit(X, y) for keeps in (True, False)
    )
    assert warm.cv_results_["params"] == cold.cv_results_["params"]
    np.testing.assert_array_equal(
        warm.cv_results_["mean_test_score"], cold.cv_results_["mean_test_score"]
    )


def test_the_last_step_of_a_pipeline_has_a_resource_too(tmp_path: Path):
    log = tmp_path / "log"
    estimator = make_pipeline(StandardScaler(with_mean=False, with_std=False), Stepwise())
    search = halving(
        estimator.set_params(stepwise__log=str(log)),
        {"stepwise__a": (0.0, 1.0)},
        resource="stepwise__max_iter",
        max_resources=27,
        refit=False,
    ).fit(X, y)
    assert sum(line[2] for line in said(log) if line[0] == "fit") < 27 * 3 * 4
    assert search.best_params_["stepwise__max_iter"] == 27


@pytest.mark.parametrize("strategy", ["bayes", "random", "optuna", "skopt", Random()])
def test_any_strategy_proposes_what_begins(strategy: Any):
    if strategy == "optuna":
        pytest.importorskip("optuna")
    search = halving(Stepwise(), strategy=strategy, n_brackets=2, n_candidates=9, **ITERATIONS).fit(
        X, y
    )
    results = search.cv_results_
    assert search.n_candidates_ == [18, 6, 2]
    assert len(set(results["param_a"][results["iter"] == 0])) == 18


def test_a_strategy_that_learns_finds_more_than_chance_does():
    bayes, chance = (
        halving(Stepwise(), strategy=strategy, n_brackets=2, n_candidates=9, **ITERATIONS)
        for strategy in ("bayes", "random")
    )
    assert bayes.fit(X, y).best_params_["a"] > max(0.99, chance.fit(X, y).best_params_["a"])


def test_a_strategy_that_learns_has_two_brackets_unless_told():
    search = halving(Stepwise(), strategy="bayes", n_candidates=9, **ITERATIONS).fit(X, y)
    assert search.n_candidates_ == [18, 6, 2]
    one = search.set_params(n_brackets=1).fit(X, y)
    assert one.n_candidates_ == [9, 3, 1]
    chance = search.set_params(strategy="random").fit(X, y)
    assert one.cv_results_["params"] == chance.cv_results_["params"]


@pytest.mark.parametrize("strategy", ["bayes", "random"])
def test_every_bracket_has_candidates_of_its_own(strategy: str):
    search = halving(Stepwise(), strategy=strategy, n_brackets=3, n_candidates=9, **ITERATIONS).fit(
        X, y
    )
    results = search.cv_results_
    assert search.n_candidates_ == [27, 9, 3]
    assert len(set(results["param_a"][results["iter"] == 0])) == 27
    assert np.bincount(results["bracket"]).tolist() == [13, 13, 13]


def test_what_the_user_gives_is_tried_first():
    search = halving(Stepwise(), initial_params=[{"a": 0.77}, {"a": 0.1}], **ITERATIONS).fit(X, y)
    assert search.cv_results_["param_a"][:2].tolist() == [0.77, 0.1]
    default = halving(Stepwise(a=0.5), **ITERATIONS).fit(X, y)
    assert default.cv_results_["param_a"][0] == 0.5


def test_what_another_search_found_is_tried_too():
    found = halving(Stepwise(), **ITERATIONS).fit(X, y)
    for other in (found, BayesSearchCV(Stepwise(), SPACE, n_iter=3, random_state=0).fit(X, y)):
        search = halving(Stepwise(), **ITERATIONS).warm_start_from(other, n_best=1).fit(X, y)
        assert search.cv_results_["param_a"][1] == pytest.approx(other.best_params_["a"])


def test_a_space_that_is_too_small_is_tried_whole():
    with pytest.warns(SpaceExhaustedWarning, match="n_candidates=20"):
        search = halving(Stepwise(), {"a": [0.1, 0.2, 0.3]}, n_candidates=20).fit(X, y)
    assert search.n_candidates_ == [3, 1]
    assert halving(Stepwise(), {"a": [0.1, 0.2, 0.3]}).fit(X, y).best_params_ == {"a": 0.3}


def test_sub_spaces_have_their_shares():
    spaces = [({"a": (0.0, 0.5)}, 6), ({"a": [0.9], "fault": ["no", "none"]}, 2)]
    search = halving(
        Stepwise(), spaces, strategy="bayes", n_candidates=20, n_brackets=1, **ITERATIONS
    )
    with pytest.warns(SpaceExhaustedWarning):
        search.fit(X, y)
    results = search.cv_results_
    faults = np.ma.getdata(results["param_fault"])[results["iter"] == 0]
    assert search.n_candidates_[0] == 8
    assert sorted(str(fault) for fault in faults if fault in ("no", "none")) == ["no", "none"]
    assert search.best_params_["a"] == 0.9


def test_sub_spaces_may_overlap():
    spaces = [{"a": (0.0, 1.0)}, {"a": [0.25, 0.75], "fault": ["no"]}]
    search = halving(Stepwise(), spaces, strategy="bayes", n_candidates=9, **ITERATIONS)
    assert search.fit(X, y).n_candidates_ == [18, 6, 2]


def test_fewer_candidates_begin_with_more():
    search = halving(Stepwise(), n_candidates=3, **ITERATIONS).fit(X, y)
    assert search.n_resources_ == [9, 27]
    assert halving(Stepwise(), n_candidates=1, **ITERATIONS).fit(X, y).n_resources_ == [27]


def test_the_last_rung_is_kept_small_if_asked():
    usual, aggressive = (
        halving(
            Stepwise(), n_candidates=27, min_resources=9, aggressive_elimination=drops, **ITERATIONS
        ).fit(X, y)
        for drops in (False, True)
    )
    assert (usual.n_candidates_, usual.n_resources_) == ([27, 9], [9, 27])
    assert (aggressive.n_candidates_, aggressive.n_resources_) == ([27, 1], [9, 27])


def test_several_metrics_are_told_apart():
    search = halving(
        GaussianNB(), {"var_smoothing": (1e-9, 1.0, "log-uniform")},
        scoring=["accuracy", "recall"], refit="recall", return_train_score=True,
    ).fit(X, y)  # fmt: skip
    results = search.cv_results_
    assert results["rank_test_recall"][search.best_index_] == 1
    assert {"mean_train_accuracy", "rank_test_accuracy"} <= set(results)


def test_a_callable_chooses_as_it_likes():
    search = halving(Stepwise(), refit=lambda results: 2, **ITERATIONS).fit(X, y)
    assert search.best_index_ == 2
    assert search.best_params_["a"] == search.cv_results_["param_a"][2]


def test_without_refit_the_best_is_known_all_the_same():
    search = halving(Stepwise(), refit=False, **ITERATIONS).fit(X, y)
    assert search.best_params_["max_iter"] == 27
    assert not hasattr(search, "best_estimator_")


def test_without_a_space_the_ready_made_one_is_searched():
    search = halving(SVC(), cv=2)
    search.set_params(search_spaces=None).fit(X, y)
    assert {"C", "gamma"} <= set(search.best_params_)
    forest = halving(ExtraTreesClassifier(random_state=0), resource="n_estimators")
    forest.set_params(search_spaces=None, max_resources=6, min_resources=2).fit(X, y)
    assert forest.best_params_["n_estimators"] == 6


WRONG = {
    "no such parameter": ({"resource": "tricks"}, "not supported by estimator"),
    "searched as well": ({"resource": "a"}, "searched parameters"),
    "no number": ({"resource": "log"}, "present value"),
    "a switch": ({"resource": "warm_start"}, "present value"),
    "too many rows": ({"max_resources": 91}, "90 rows"),
    "least above full": ({**ITERATIONS, "min_resources": 28}, "greater than max_resources=27"),
    "nothing to begin with": ({"min_resources": "exhaust"}, "both"),
    "a rule of one rung": ({"refit": "posterior_mean"}, "one rung"),
    "no factor": ({"factor": 1}, "factor"),
    "no strategy": ({"strategy": "guess"}, "strategy must be"),
    "outside": ({"initial_params": [{"a": 7.0}]}, "must lie in the space"),
}


@pytest.mark.parametrize("which", WRONG)
def test_what_makes_no_sense_is_said_before_the_first_fit(which: str, tmp_path: Path):
    settings, message = WRONG[which]
    log = tmp_path / "log"
    with pytest.raises(ValueError, match=message):
        halving(Stepwise(log=str(log)), **settings).fit(X, y)
    assert not log.exists()


def test_more_candidates_are_refused_once_rungs_are_decided():
    search = halving(Stepwise(), **ITERATIONS).fit(X, y)
    with pytest.raises(ValueError, match="n_brackets"):
        search.fit_more(X, y, n_iter=3)
