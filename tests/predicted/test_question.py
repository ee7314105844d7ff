"""What models say is put into columns that mean the same for every fold."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from skhp.predicted import Question, TestedRows, target_of

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
LABELS = np.array(["a", "b", "c"])[(X[:, 0] > 0).astype(int) + (X[:, 1] > 0)]
BOTH = np.stack([X[:, 0] > 0, X[:, 1] > 0], axis=1).astype(int)


def asked(model: Any, y: Any, rows: Any = slice(None), **wishes: Any) -> Any:
    question = Question(target_of(model, y), **wishes)
    return question.ask(model.fit(X[rows], np.asarray(y)[rows]), X)


def test_a_class_that_a_model_does_not_know_has_probability_zero():
    said = asked(LogisticRegression(), LABELS, LABELS != "b")
    assert (said.values[:, 1] == 0).all()
    np.testing.assert_allclose(said.values.sum(axis=1), 1, atol=1e-6)
    said = asked(SVC(), LABELS, LABELS != "b", methods=["decision_function"])
    assert np.isneginf(said.values[:, 1]).all()


def test_labels_are_votes_for_classes():
    said = asked(SVC(), LABELS, methods=["predict"])
    assert said.method == "predict"
    assert list(np.unique(LABELS)[said.values.argmax(axis=1)]) == list(
        SVC().fit(X, LABELS).predict(X)
    )


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(10, random_state=0),
        OneVsRestClassifier(LogisticRegression()),
        MLPClassifier((5,), max_iter=400, random_state=0),
    ],
    ids=repr,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_each_output_has_a_column_for_each_class(model: Any):
    said = asked(model, BOTH)
    target = target_of(model, BOTH)
    assert said.values.shape == (60, 4)
    likeliest = target.labels(target.likeliest(said.values))
    assert (likeliest == BOTH).mean() > 0.5
    assert (likeliest == model.predict(X)).mean() > 0.95


def test_numbers_that_32_bits_do_not_tell_apart_keep_64():
    y = X[:, 0]
    assert asked(Ridge(), y).values.dtype == np.float32
    assert asked(Ridge(), 1e9 + y).values.dtype == np.float64


def test_rows_that_were_never_tested_are_missing_and_others_averaged():
    rows = TestedRows.of([(None, [2, -1]), (None, np.array([True, False, False, True]))], 4)
    joined = rows.joined({0: np.array([[2.0], [3.0]])[[1, 0]], 1: np.array([[0.0], [5.0]])})
    np.testing.assert_array_equal(joined[:, 0], [0.0, np.nan, 2.0, 4.0])
