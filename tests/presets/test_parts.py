"""What an estimator holds is searched with it, under the names that set_params takes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import (
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Lasso, LogisticRegression, RidgeCV
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from skhp.exceptions import SettingError, SpaceError
from skhp.presets import known_good, space_for
from skhp.space import Space
from tests.presets.subjects import ROWS, TARGETS

CLASSES = TARGETS["three classes"]
MIXED = pd.DataFrame(
    {"size": ROWS[:, 0], "age": ROWS[:, 1], "kind": ["a", "b", "c"] * 20, "town": ["x", "y"] * 30}
)
GAPS = MIXED.assign(age=MIXED["age"].mask(MIXED.index % 5 == 0))

HOLDERS = {
    "pipeline": (make_pipeline(StandardScaler(), SVC()), {"svc__C", "svc__gamma"}),
    "deep": (
        make_pipeline(PCA(), make_pipeline(StandardScaler(), SVC())),
        {"pca__n_components", "pipeline__svc__C", "pipeline__svc__gamma"},
    ),
    "union": (
        make_pipeline(make_union(PCA(), SelectKBest()), LogisticRegression()),
        {
            "featureunion__pca__n_components",
            "featureunion__selectkbest__k",
            "logisticregression__C",
        },
    ),
    "voting": (
        VotingClassifier([("a", LogisticRegression()), ("b", SVC())]),
        {"a__C", "b__C", "b__gamma"},
    ),
    "stacking": (
        StackingClassifier([("a", LogisticRegression())], final_estimator=SVC()),
        {"a__C", "final_estimator__C", "final_estimator__gamma"},
    ),
    "bagging": (
        BaggingClassifier(LogisticRegression()),
        {"estimator__C", "max_features", "max_samples"},
    ),
    "calibrated": (CalibratedClassifierCV(SVC()), {"estimator__C", "estimator__gamma", "method"}),
    "one against the rest": (OneVsRestClassifier(LogisticRegression()), {"estimator__C"}),
    "many outputs": (
        MultiOutputRegressor(SVR()),
        {"estimator__C", "estimator__epsilon", "estimator__gamma"},
    ),
    "changed targets": (TransformedTargetRegressor(Lasso()), {"regressor__alpha"}),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_names_are_prefixed_as_set_params_takes_them(name):
    estimator, names = HOLDERS[name]
    space = space_for(estimator, X=ROWS, y=CLASSES if name != "many outputs" else ROWS[:, :2])
    assert set(space) == names
    for params in Space.read(space).decode(Space.read(space).sample(3, np.random.default_rng(0))):
        clone(estimator).set_params(**params)


@pytest.mark.parametrize("name", HOLDERS)
def test_good_params_of_all_parts_stand_together(name):
    estimator, _ = HOLDERS[name]
    space = Space.read(space_for(estimator))
    for params in known_good(estimator):
        assert space.contains(params)


def test_conditions_inside_a_step_name_that_step():
    estimator = make_pipeline(StandardScaler(), SVC())
    space = Space.read(space_for(estimator, "wide"))
    kernels = {params["svc__kernel"] for params in space.grid(2)}
    assert kernels == {"rbf", "poly", "sigmoid", "linear"}


def columns(*numbers):
    return make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), *numbers),
        (OneHotEncoder(handle_unknown="ignore"), ["kind", "town"]),
    )


@pytest.mark.parametrize(
    "numbers", [["size", "age"], [0, 1], slice(0, 2), make_column_selector(dtype_include="number")]
)
def test_columns_without_gaps_need_no_imputer_and_frequent_categories_no_joining(numbers):
    model = make_pipeline(columns(numbers), LogisticRegression())
    assert set(space_for(model, X=MIXED, y=CLASSES)) == {"logisticregression__C"}
    imputer = "columntransformer__pipeline__simpleimputer__strategy"
    assert set(space_for(model, X=GAPS, y=CLASSES)) == {imputer, "logisticregression__C"}


def test_rare_categories_may_be_joined():
    rows = MIXED.assign(kind=["rare", *["a", "b"] * 29, "rarer"])
    space = space_for(make_pipeline(columns(["size"]), LogisticRegression()), X=rows, y=CLASSES)
    assert "columntransformer__onehotencoder__min_frequency" in space


def test_what_was_named_before_the_data_is_known_is_named_without_it():
    model = make_pipeline(columns(["size", "age"]), LogisticRegression())
    assert set(space_for(model, X=GAPS)) <= set(space_for(model))


def test_words_are_reduced_to_counts_of_components():
    words = make_pipeline(TfidfVectorizer(), TruncatedSVD(), LogisticRegression())
    texts = [f"word{k} word{k % 7}" for k in range(40)]
    space = Space.read(space_for(words, X=texts, y=np.arange(40) % 2))
    drawn = space.decode(space.sample(20, np.random.default_rng(0)))
    assert all(1 <= params["truncatedsvd__n_components"] <= 20 for params in drawn)


def test_a_search_inside_is_left_to_itself():
    inside = GridSearchCV(SVC(), {"C": [1, 10]})
    assert set(space_for(make_pipeline(SelectKBest(), inside))) == {"selectkbest__k"}
    with pytest.raises(SpaceError, match="by itself"):
        space_for(inside)


def test_a_model_that_tunes_itself_leaves_the_steps_before_it():
    assert set(space_for(make_pipeline(PCA(), RidgeCV()))) == {"pca__n_components"}


def test_the_trees_of_an_ensemble_are_searched_when_they_are_given():
    given = AdaBoostClassifier(DecisionTreeClassifier(max_depth=2))
    assert "estimator__max_depth" in space_for(given)
    assert "estimator__max_depth" not in space_for(AdaBoostClassifier())


def test_steps_that_are_left_out_are_passed_over():
    model = make_pipeline(StandardScaler(), SVC()).set_params(standardscaler="passthrough")
    assert set(space_for(model)) == {"svc__C", "svc__gamma"}


class Unknown(BaseEstimator):
    """Predicts, and nobody knows how to tune it."""

    def __init__(self, bias=0.5, scale=1):
        self.bias = bias
        self.scale = scale

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize(
    ("estimator", "name"),
    [(Unknown(), "bias"), (make_pipeline(StandardScaler(), Unknown()), "unknown__bias")],
)
def test_an_unknown_model_is_an_error_that_names_its_parameters(estimator, name):
    with pytest.raises(SpaceError) as error:
        space_for(estimator)
    assert "no ready-made space for Unknown" in str(error.value)
    assert f"{{'{name}': (low, high, 'log-uniform')}}" in str(error.value)


def test_an_unknown_transformer_is_passed_over():
    class Twice(BaseEstimator):
        def fit(self, X, y=None):
            return self

        def transform(self, X):
            return 2 * X

    assert set(space_for(make_pipeline(Twice(), KNeighborsClassifier()))) == {
        *("kneighborsclassifier__n_neighbors", "kneighborsclassifier__p"),
        "kneighborsclassifier__weights",
    }


@pytest.mark.parametrize("wrong", [SVC, "SVC", None, {"C": [1]}])
def test_what_is_no_estimator_is_an_error(wrong):
    with pytest.raises(SpaceError, match="for an estimator"):
        space_for(wrong)


def test_an_unknown_size_is_an_error():
    with pytest.raises(SettingError, match="core, wide"):
        space_for(SVC(), "huge")


def test_a_space_can_be_edited_before_it_is_searched():
    space = space_for(RandomForestClassifier())
    space["n_estimators"] = (50, 200)
    del space["max_samples"]
    names = {"bootstrap", "max_features", "min_samples_leaf", "n_estimators"}
    assert set(Space.read(space).names) == names


@pytest.mark.parametrize(
    "settings", [{"oob_score": True}, {"max_samples": 0.5}, {"bootstrap": False}]
)
def test_a_forest_can_be_fitted_however_its_rows_are_drawn(settings):
    forest = RandomForestClassifier(3, random_state=0).set_params(**settings)
    space = Space.read(space_for(forest, X=ROWS, y=CLASSES))
    for params in space.decode(space.sample(10, np.random.default_rng(0))):
        clone(forest).set_params(**params).fit(ROWS, CLASSES)
