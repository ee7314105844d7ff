"""A fit that goes on from rung to rung is the fit that goes through all rungs at once."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestRegressor,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhp.journal import fingerprint
from skhp.resources import FoldModels, Ladder, Resource

X, y = make_classification(n_samples=120, n_informative=4, random_state=0)
LADDER = Ladder.between(2, 18)
COUNT = {
    "forest": (ExtraTreesClassifier(random_state=0), "n_estimators"),
    "regression": (RandomForestRegressor(random_state=0), "n_estimators"),
    "boosting": (GradientBoostingClassifier(random_state=0), "n_estimators"),
    "histograms": (HistGradientBoostingClassifier(max_leaf_nodes=3, random_state=0), "max_iter"),
    "bagging": (BaggingClassifier(random_state=0), "n_estimators"),
    "out of bag": (BaggingClassifier(random_state=0, oob_score=True), "n_estimators"),
    "pipeline": (
        make_pipeline(StandardScaler(), ExtraTreesClassifier(random_state=0)),
        "extratreesclassifier__n_estimators",
    ),
}
"""Whose parameter is a total: going on must give what a fit of all at once gives."""

CALLS = {
    "logistic": (LogisticRegression(), "max_iter"),
    "liblinear": (LogisticRegression(solver="liblinear"), "max_iter"),
    "coordinates": (ElasticNet(alpha=0.01), "max_iter"),
    "network": (MLPClassifier((8,), random_state=0), "max_iter"),
    "passes": (SGDClassifier(tol=None, random_state=0), "max_iter"),
    "tolerance": (SGDClassifier(random_state=0), "max_iter"),
    "kernel": (SVC(), "max_iter"),
}
"""Whose parameter counts what one call does."""

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore:Some inputs do not have OOB scores"),
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide"),
    pytest.mark.filterwarnings("ignore:Solver terminated early"),
]


def climbed(estimator, name, *, models, ladder=LADDER, directly=False):
    """Return the estimator as fitted on each rung, or directly on the last one."""
    resource = Resource(name, ladder, models=models)
    for level in ladder.levels[-1:] if directly else ladder.levels:
        fitted = clone(estimator).set_params(**{name: level})
        with resource.going_on(fitted, {"a": 1, name: level}, 0):
            fitted.fit(X, y)
    return fitted


def answer(estimator):
    """What tells fitted estimators apart."""
    ask = getattr(estimator, "predict_proba", None) or getattr(
        estimator, "decision_function", estimator.predict
    )
    return ask(X)


@pytest.mark.parametrize("which", [*COUNT, *CALLS])
def test_it_makes_no_difference_whether_models_were_kept(which):
    estimator, name = {**COUNT, **CALLS}[which]
    with FoldModels(fingerprint) as models:
        kept = climbed(estimator, name, models=models)
    with FoldModels(fingerprint) as models:
        at_once = climbed(estimator, name, models=models, directly=True)
    np.testing.assert_array_equal(answer(kept), answer(at_once))


@pytest.mark.parametrize("which", COUNT)
def test_where_the_resource_is_a_total_it_is_the_fit_of_all_at_once(which):
    estimator, name = COUNT[which]
    with FoldModels(fingerprint) as models:
        kept = climbed(estimator, name, models=models)
    anew = clone(estimator).set_params(**{name: LADDER.full}).fit(X, y)
    np.testing.assert_allclose(answer(kept), answer(anew))


@pytest.mark.parametrize("which", [*COUNT, *CALLS])
def test_params_are_left_as_they_were_set(which):
    estimator, name = {**COUNT, **CALLS}[which]
    with FoldModels(fingerprint) as models:
        kept = climbed(estimator, name, models=models)
    wanted = clone(estimator).set_params(**{name: LADDER.full})
    assert fingerprint(clone(kept)) == fingerprint(wanted)
    assert "fit" not in vars(kept)


class Counting(ExtraTreesClassifier):
    """Counts the trees it grows."""

    grown = 0

    def fit(self, X, y):
        before = len(getattr(self, "estimators_", [])) if self.warm_start else 0
        super().fit(X, y)
        Counting.grown += len(self.estimators_) - before
        return self


def test_no_tree_is_grown_twice():
    Counting.grown = 0
    with FoldModels(fingerprint) as models:
        climbed(Counting(), "n_estimators", models=models)
    assert Counting.grown == LADDER.full


class Patient(SGDClassifier):
    """Counts its fits."""

    n_fits = 0

    def fit(self, X, y):
        Patient.n_fits += 1
        return super().fit(X, y)


def test_a_fit_that_has_converged_is_not_repeated():
    Patient.n_fits = 0
    ladder = Ladder.between(200, 1800)
    estimator = Patient(random_state=0)
    with FoldModels(fingerprint) as models:
        ended = climbed(estimator, "max_iter", models=models, ladder=ladder)
    assert ended.n_iter_ < ladder.levels[0]
    assert Patient.n_fits == 1


class Passing(SGDClassifier):
    """Counts its passes."""

    n_passes = 0

    def partial_fit(self, X, y, classes=None):
        Passing.n_passes += 1
        return super().partial_fit(X, y, classes=classes)


def test_passes_over_the_rows_are_counted_on():
    Passing.n_passes = 0
    with FoldModels(fingerprint) as models:
        climbed(Passing(tol=None, random_state=0), "max_iter", models=models)
    assert Passing.n_passes == LADDER.full


def test_a_fit_that_fails_keeps_nothing():
    with FoldModels(fingerprint) as models:
        resource = Resource("n_estimators", LADDER, models=models)
        bad = ExtraTreesClassifier(max_features=-1, n_estimators=2)
        with pytest.raises(ValueError), resource.going_on(bad, {"n_estimators": 2}, 0):
            bad.fit(X, y)
        assert models.get({}, 0) is None
        assert "fit" not in vars(bad)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_networks_of_skorch_go_on():
    skorch = pytest.importorskip("skorch")
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    net = skorch.NeuralNetClassifier(
        torch.nn.Linear, module__in_features=20, module__out_features=2, train_split=None,
        criterion=torch.nn.CrossEntropyLoss, lr=0.1, verbose=0, iterator_train__shuffle=False,
    )  # fmt: skip
    rows, targets = X.astype(np.float32), y.astype(np.int64)
    with FoldModels(fingerprint) as models:
        resource = Resource("max_epochs", LADDER, models=models)
        for level in LADDER.levels:
            fitted = clone(net).set_params(max_epochs=level)
            with resource.going_on(fitted, {"max_epochs": level}, 0):
                fitted.fit(rows, targets)
            assert len(fitted.history) == level
            assert fitted.max_epochs == level
            assert not fitted.warm_start


def test_convergence_warnings_are_not_swallowed():
    with FoldModels(fingerprint) as models, pytest.warns(ConvergenceWarning):
        climbed(LogisticRegression(C=1e6), "max_iter", models=models)
