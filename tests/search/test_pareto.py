"""A search selects among candidates by several objectives, or within bounds."""

import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import GridSearchCV as TheirGridSearchCV
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from skhp import BayesSearchCV, GridSearchCV, HalvingSearchCV, RandomizedSearchCV
from skhp import nested_cross_validate as nested
from skhp.acquisition import hypervolume
from skhp.exceptions import SettingError
from skhp.results import Pareto

X, y = load_wine(return_X_y=True)
DEPTHS = {"max_depth": [1, 2, 3, 5, 8], "max_features": [1, 5, 9]}
BOTH = Pareto(["accuracy", "model_size"])


def of_trees(kind: Any = GridSearchCV, **wishes: Any) -> Any:
    wishes = {"refit": BOTH, "scoring": ["accuracy", "neg_log_loss"], "cv": 3, **wishes}
    return kind(DecisionTreeClassifier(random_state=0), DEPTHS, **wishes)


def test_the_front_is_what_no_other_candidate_dominates():
    search = of_trees().fit(X, y)
    results, front = search.cv_results_, pd.DataFrame(search.pareto_front_)
    assert list(front) == ["index", "accuracy", "model_size", "params"]
    score, size = results["mean_test_accuracy"], results["mean_model_size"]
    expected = [
        row
        for row in range(len(score))
        if not any(
            score[k] >= score[row]
            and size[k] <= size[row]
            and (score[k] > score[row] or size[k] < size[row])
            for k in range(len(score))
        )
    ]
    assert sorted(front["index"]) == expected
    assert front["accuracy"].is_monotonic_decreasing
    assert front["params"].tolist() == [results["params"][row] for row in front["index"]]
    assert search.best_index_ in expected
    assert search.best_score_ == score[search.best_index_]
    assert search.best_estimator_.max_depth == search.best_params_["max_depth"]


def test_the_size_is_that_of_the_pickled_model_and_features_are_those_of_the_last_step():
    pipeline = make_pipeline(SelectKBest(k=4), DecisionTreeClassifier(random_state=0))
    search = GridSearchCV(
        pipeline,
        {"selectkbest__k": [2, 7]},
        cv=2,
        refit=Pareto(["score", "n_features"], subject_to={"model_size": ">= 1"}),
    ).fit(X, y)
    assert search.cv_results_["mean_n_features"].tolist() == [2, 7]
    sizes = [
        len(pickle.dumps(clone(search.best_estimator_).fit(X[train], y[train]), protocol=5))
        for train, _ in StratifiedKFold(2).split(X, y)
    ]
    measured = search.cv_results_["mean_model_size"][search.best_index_]
    assert measured == pytest.approx(np.mean(sizes), rel=0.2)  # types of arrays are left out


def test_nothing_is_measured_unless_it_is_asked_for():
    plain = of_trees(refit="accuracy").fit(X, y)
    assert not any("model_size" in key for key in plain.cv_results_)
    assert not hasattr(plain, "pareto_front_")


@pytest.mark.parametrize("choose", ["accuracy", "model_size"])
def test_an_objective_chooses_from_the_front(choose: str):
    search = of_trees(refit=Pareto(["accuracy", "model_size"], choose=choose)).fit(X, y)
    front = pd.DataFrame(search.pareto_front_).set_index("index")[choose]
    best = front.max() if choose == "accuracy" else front.min()
    assert front[search.best_index_] == best


def test_a_bound_keeps_the_best_by_the_first_objective_within_it():
    sizes = of_trees().fit(X, y).cv_results_["mean_model_size"]
    limit = float(np.median(sizes))
    bound = {"model_size": f"<= {limit}"}
    search = of_trees(refit=Pareto(["accuracy"], subject_to=bound)).fit(X, y)
    scores = search.cv_results_["mean_test_accuracy"]
    assert sizes[search.best_index_] <= limit
    assert scores[search.best_index_] == scores[sizes <= limit].max()
    assert (search.pareto_front_["model_size"] <= limit).all()


def test_a_bound_that_nobody_keeps_is_said_and_the_nearest_is_taken():
    rule = Pareto(["accuracy"], subject_to={"model_size": "<= 1"})
    with pytest.warns(UserWarning, match="No candidate keeps the bounds of Pareto"):
        search = of_trees(refit=rule).fit(X, y)
    assert search.best_index_ == search.cv_results_["mean_model_size"].argmin()
    assert len(search.pareto_front_["index"]) == 0


def test_the_knee_is_worse_than_the_ends_in_nothing_much():
    results = {
        "params": [{}] * 5,
        "mean_test_auc": np.array([0.9, 0.89, 0.5, 0.6, 0.4]),
        "mean_fit_time": np.array([100.0, 1.0, 0.01, 10.0, 1.0]),
    }
    assert Pareto(["auc", "fit_time"])(results) == 1


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(1, 6)] * 3), min_size=1, max_size=12, unique=True),
    st.randoms(use_true_random=False),
    st.sampled_from(["auc", "fit_time"]),
)
def test_the_order_of_candidates_does_not_matter(candidates, random, choose):
    rule = Pareto(["auc", "fit_time"], subject_to={"score_time": "<= 3"}, choose=choose)
    shuffled = candidates.copy()
    random.shuffle(shuffled)
    one, other = (some[chosen_of(rule, some)] for some in (candidates, shuffled))
    if any(score_time <= 3 for *_, score_time in candidates):
        assert one[:2] == other[:2]
    else:
        assert one[2] == other[2]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.integers(1, 6)] * 3), min_size=1, max_size=12))
def test_the_knee_is_on_the_front(candidates):
    auc, fit, _ = candidates[chosen_of(Pareto(["auc", "fit_time"]), candidates)]
    assert not any(
        other >= auc and time <= fit and (other, time) != (auc, fit)
        for other, time, _ in candidates
    )


def chosen_of(rule: Pareto, candidates: Any) -> int:
    auc, fit, score = np.array(candidates, dtype=float).T
    results = {
        "params": [{}] * len(candidates),
        "mean_test_auc": auc,
        "mean_fit_time": fit,
        "mean_score_time": score,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rule(results)


class Sometimes(ClassifierMixin, BaseEstimator):
    """Fails at depth 1, which would be the smallest."""

    def __init__(self, max_depth: int = 1, max_features: int = 1) -> None:
        self.max_depth, self.max_features = max_depth, max_features

    def fit(self, X: Any, y: Any) -> Any:
        if self.max_depth == 1:
            raise ValueError("too shallow")
        self.classes_, self.n_features_in_ = np.unique(y), X.shape[1]
        self.ballast_ = "x" * 100 * self.max_depth
        return self

    def predict(self, X: Any) -> Any:
        return np.repeat(self.classes_[self.max_depth % 2], len(X))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("error_score", [np.nan, 1.0])
def test_candidates_that_failed_are_left_out(error_score: float):
    search = GridSearchCV(
        Sometimes(), DEPTHS, cv=3, scoring="accuracy", refit=BOTH, error_score=error_score
    ).fit(X, y)
    assert all(params["max_depth"] > 1 for params in search.pareto_front_["params"])


def refusal(search: Any) -> str:
    with pytest.raises(SettingError) as caught:
        search.fit(X, y)
    assert not hasattr(search, "history_")
    return str(caught.value)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (Pareto(["acuracy", "fit_time"]), "'acuracy' is no metric of this search"),
        (Pareto(["accuracy"], subject_to={"roc_auc": ">= 0"}), "'roc_auc' is no metric"),
        (Pareto(["accuracy"]), "one objective without a bound"),
        (Pareto([]), "a list of different names"),
        (Pareto("accuracy"), "a list of different names"),
        (Pareto(["accuracy", "accuracy"]), "a list of different names"),
        (Pareto(["accuracy"], subject_to={"fit_time": "1 s"}), "written like '<= 0.01'"),
        (Pareto(["accuracy"], subject_to={"fit_time": 1}), "written like '<= 0.01'"),
        (Pareto(["accuracy"], subject_to={"fit_time": "<= -1"}), "fit_time is positive"),
        (Pareto(["accuracy"], subject_to=["fit_time <= 1"]), "subject_to must be a dict"),
        (Pareto(["accuracy", "fit_time"], choose="size"), "choose must be 'knee' or one of"),
    ],
    ids=lambda value: None if isinstance(value, Pareto) else value,
)
@pytest.mark.parametrize("scoring", ["accuracy", ["accuracy", "neg_log_loss"]])
def test_what_makes_no_sense_is_refused_before_the_first_fit(rule, says, scoring):
    assert says in refusal(of_trees(refit=rule, scoring=scoring))


def test_racing_is_refused():
    assert "Leave racing out" in refusal(of_trees(racing=True))


def test_a_metric_that_has_the_name_of_a_cost_is_refused():
    rule = Pareto(["accuracy", "fit_time"])
    scoring = {"accuracy": "accuracy", "fit_time": "neg_log_loss"}
    assert "another name" in refusal(of_trees(refit=rule, scoring=scoring))


def several(model: Any, X: Any, y: Any) -> dict[str, float]:
    return {"hits": model.score(X, y), "depth": -float(model.get_depth())}


def test_the_metrics_of_a_callable_are_checked_by_the_first_fold():
    search = of_trees(scoring=several, refit=Pareto(["hits", "depth"])).fit(X, y)
    assert search.best_score_ == search.cv_results_["mean_test_hits"][search.best_index_]
    assert search.score(X, y) == search.best_estimator_.score(X, y)
    with pytest.raises(SettingError, match="'shallow' is no metric"):
        of_trees(scoring=several, refit=Pareto(["hits", "shallow"])).fit(X, y)


@pytest.mark.parametrize("scoring", [None, "accuracy", ["neg_log_loss", "accuracy"]])
def test_the_score_of_the_search_is_that_of_the_first_metric(scoring: Any):
    name = "score" if scoring is None else "accuracy"
    search = of_trees(scoring=scoring, refit=Pareto(["model_size", name])).fit(X, y)
    assert search.score(X, y) == search.best_estimator_.score(X, y)


def test_it_is_cloned_and_pickled_and_shown_as_written():
    search = of_trees().fit(X, y)
    again = pickle.loads(pickle.dumps(search))
    assert again.best_params_ == search.best_params_
    assert clone(search).fit(X, y).pareto_front_["params"] == search.pareto_front_["params"]
    assert "Pareto(objectives=['accuracy', 'model_size']" in repr(search)


def test_scikit_learns_own_search_takes_it_for_what_it_measures():
    search = of_trees(TheirGridSearchCV, refit=Pareto(["accuracy", "neg_log_loss"])).fit(X, y)
    ours = of_trees(refit=Pareto(["accuracy", "neg_log_loss"])).fit(X, y)
    assert search.best_index_ == ours.best_index_


def test_the_rungs_of_a_halving_search_below_the_last_are_left_out():
    search = HalvingSearchCV(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": (1, 9), "max_features": (1, 9)},
        scoring=["accuracy"],
        refit=BOTH,
        random_state=0,
    ).fit(X, y)
    resources = search.cv_results_["n_resources"][search.pareto_front_["index"]]
    assert (resources == resources.max()).all()
    assert resources.max() == max(search.n_resources_)


def test_nested_cross_validation_scores_the_one_that_is_refitted():
    result = nested(of_trees(), X, y, cv=3)
    assert np.isfinite([fold.tuned_score for fold in result.folds]).all()


def of_bayes(**wishes: Any) -> BayesSearchCV:
    space = {"max_depth": (1, 12), "min_samples_leaf": (1, 60), "max_features": (1, 13)}
    wishes = {"n_iter": 14, "random_state": 0, "cv": 3, "scoring": "accuracy", **wishes}
    return BayesSearchCV(DecisionTreeClassifier(random_state=0), space, **{"refit": BOTH, **wishes})


def test_two_objectives_guide_the_proposals():
    forest = RandomForestClassifier(random_state=0)
    space = {"n_estimators": (1, 30), "max_depth": (1, 12), "min_samples_leaf": (1, 60)}
    wishes: dict[str, Any] = {"n_iter": 20, "cv": 2, "random_state": 0, "refit": BOTH}
    wishes["scoring"] = "accuracy"
    volumes = []
    for strategy in ("bayes", "random"):
        search = BayesSearchCV(forest, space, strategy=strategy, initial_params=[], **wishes)
        found = search.fit(X, y).cv_results_
        points = np.stack([found["mean_test_score"], -np.log10(found["mean_model_size"])], axis=1)
        volumes.append(hypervolume(points, (0.3, -5.0)))
    assert volumes[0] > volumes[1]


def test_a_search_that_is_continued_is_the_same_search():
    whole = of_bayes().fit(X, y)
    parts = of_bayes(n_iter=10).fit(X, y).fit_more(X, y, n_iter=4)
    assert whole.cv_results_["params"] == parts.cv_results_["params"]
    assert whole.pareto_front_["params"] == parts.pareto_front_["params"]


@pytest.mark.slow
def test_two_workers_make_the_same_search():
    one, both = of_bayes().fit(X, y), of_bayes(n_jobs=2).fit(X, y)
    assert one.cv_results_["params"] == both.cv_results_["params"]
    np.testing.assert_array_equal(
        one.cv_results_["mean_model_size"], both.cv_results_["mean_model_size"]
    )


@pytest.mark.parametrize("refit", [BOTH, Pareto(["accuracy", "fit_time"])], ids=str)
def test_a_journal_goes_on_as_if_it_had_never_stopped(refit: Pareto, tmp_path: Any):
    path = str(tmp_path / "search.db")
    first = of_bayes(n_iter=10, refit=refit, journal=path).fit(X, y)
    again = of_bayes(refit=refit, journal=path).fit(X, y)
    for name in ("fit_time", "test_score"):
        old, new = (one.cv_results_[f"mean_{name}"][:10] for one in (first, again))
        np.testing.assert_array_equal(old, new)
    if refit is BOTH:
        expected = of_bayes(refit=refit).fit(X, y)
        assert again.cv_results_["params"] == expected.cv_results_["params"]


@pytest.mark.parametrize("strategy", ["skopt", "optuna"])
def test_a_strategy_that_follows_one_score_is_refused(strategy: str):
    pytest.importorskip(strategy)
    assert 'Use strategy="bayes"' in refusal(of_bayes(strategy=strategy))


@pytest.mark.parametrize("kind", [GridSearchCV, RandomizedSearchCV, BayesSearchCV])
def test_a_journal_brings_back_what_was_measured(kind: Any, tmp_path: Any):
    wishes: dict[str, Any] = {"journal": str(tmp_path / "search.db")}
    if kind is not GridSearchCV:
        wishes |= {"n_iter": 6, "random_state": 0}
    first = of_trees(kind, **wishes).fit(X, y)
    again = of_trees(kind, **wishes).fit(X, y)
    for key in ("mean_model_size", "mean_fit_time", "mean_test_accuracy"):
        np.testing.assert_array_equal(first.cv_results_[key], again.cv_results_[key])
    assert first.pareto_front_["params"] == again.pareto_front_["params"]
