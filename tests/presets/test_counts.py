"""Laws of values that scikit-learn's trees round to the same count."""

import numpy as np
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from skhp.presets._counts import counted

VALUES = {
    "max_features": [0.01, 0.3, 0.33, 0.5, 0.99, 1.0, 1, 2, 6, None, "sqrt", "log2"],
    "min_samples_leaf": [0.001, 0.02, 0.021, 0.1, 1, 2, 6],
    "min_samples_split": [0.001, 0.03, 0.031, 0.2, 2, 3, 12],
    "max_depth": [1, 3, 58, 59, 60, 1000, None],
    "max_leaf_nodes": [2, 5, 60, 61, 1000, None],
}
X = np.random.default_rng(0).normal(size=(60, 6))
y = (X[:, 0] + np.random.default_rng(1).normal(size=60) > 0).astype(int)


def chances(model, name, value):
    return model.set_params(**{name: value}).fit(X, y).predict_proba(X)


@pytest.mark.parametrize(
    "model",
    [
        DecisionTreeClassifier(random_state=0),
        ExtraTreeClassifier(random_state=0),
        RandomForestClassifier(3, random_state=0),
        ExtraTreesClassifier(3, random_state=0),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize("name", VALUES)
def test_values_of_one_count_are_one_model(model, name):
    [rule] = counted(model, [name], n_features=6, sizes=[60])
    of_count = {}
    for value, count in zip(VALUES[name], rule.counts(VALUES[name]).ravel(), strict=True):
        found = chances(type(model)(**model.get_params()), name, value)
        if count:
            np.testing.assert_array_equal(of_count.setdefault(count, found), found)
    assert len(of_count) < len(VALUES[name])


def test_values_are_one_only_if_they_are_for_all_sizes():
    [rule] = counted(DecisionTreeClassifier(), ["min_samples_leaf"], n_features=6, sizes=[80, 100])
    counts = rule.counts([0.05, 0.0505, 0.049]).tolist()
    assert counts == [[4.0, 5.0], [5.0, 6.0], [4.0, 5.0]]


@pytest.mark.parametrize("value", [0, -0.5, -1, True, "auto", "nothing", object()])
def test_nothing_is_said_of_values_that_trees_do_not_take(value):
    rules = counted(DecisionTreeClassifier(), list(VALUES), n_features=6, sizes=[60])
    assert not any(rule.counts([value]).any() for rule in rules)


class OwnTree(DecisionTreeClassifier):
    """May count in its own way."""


@pytest.mark.parametrize("model", [GradientBoostingClassifier(), OwnTree()])
def test_nothing_is_said_of_other_estimators(model):
    assert not counted(model, list(VALUES), n_features=6, sizes=[60])


def names_of(model, *searched):
    last = "decisiontreeclassifier"
    names = [f"{last}__max_depth", f"{last}__max_features", *searched]
    return [rule.name[len(last) + 2 :] for rule in counted(model, names, n_features=6, sizes=[60])]


def test_features_are_counted_only_where_the_steps_before_keep_them():
    tree = DecisionTreeClassifier()
    assert names_of(make_pipeline(StandardScaler(), tree)) == ["max_depth", "max_features"]
    assert names_of(make_pipeline(PolynomialFeatures(), tree)) == ["max_depth"]


def test_nothing_is_said_of_steps_that_are_searched_themselves():
    pipeline = make_pipeline(StandardScaler(), DecisionTreeClassifier())
    assert names_of(pipeline, "standardscaler") == ["max_depth"]
    assert not names_of(pipeline, "decisiontreeclassifier")
