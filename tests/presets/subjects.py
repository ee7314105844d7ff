"""Every estimator of scikit-learn with data that it can be fitted on."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils import all_estimators

N_ROWS, N_FEATURES = 60, 6

_rng = np.random.default_rng(0)
_center = np.repeat(np.arange(3), N_ROWS // 3)
ROWS = np.abs(_rng.normal(size=(N_ROWS, N_FEATURES)) + _center[:, np.newaxis])
"""Positive numbers around three centres."""

TEXTS = [f"word{k % 7} word{k % 5} {'good' if k % 2 else 'bad'} thing{k % 3}" for k in range(60)]
CATEGORIES = (ROWS * 2).astype(int) % 4

TARGETS: dict[str, Any] = {
    "two classes": _center % 2,
    "three classes": _center,
    "numbers": ROWS[:, 0] + 2.0 * ROWS[:, 1] + 0.1,
    "large numbers": 1e4 * (ROWS[:, 0] + 2.0 * ROWS[:, 1] + 0.1),
    "columns of numbers": ROWS[:, :2] + ROWS[:, 2:4],
    "columns of classes": np.column_stack([_center % 2, _center > 1]).astype(int),
}

GIVEN: dict[str, dict[str, Any]] = {
    "GaussianRandomProjection": {"n_components": 3},
    "SparseRandomProjection": {"n_components": 3},
    "ClassifierChain": {"estimator": LogisticRegression()},
    "ColumnTransformer": {"transformers": [("scale", StandardScaler(), [0, 1])]},
    "FeatureUnion": {"transformer_list": [("scale", StandardScaler())]},
    "FixedThresholdClassifier": {"estimator": LogisticRegression()},
    "FrozenEstimator": {"estimator": LogisticRegression()},
    "GridSearchCV": {"estimator": Ridge(), "param_grid": {"alpha": [1.0, 2.0]}},
    "MultiOutputClassifier": {"estimator": LogisticRegression()},
    "MultiOutputRegressor": {"estimator": Ridge()},
    "OneVsOneClassifier": {"estimator": LogisticRegression()},
    "OneVsRestClassifier": {"estimator": LogisticRegression()},
    "OutputCodeClassifier": {"estimator": LogisticRegression()},
    "Pipeline": {"steps": [("scale", StandardScaler()), ("model", LogisticRegression())]},
    "RFE": {"estimator": LogisticRegression()},
    "RFECV": {"estimator": LogisticRegression()},
    "RandomizedSearchCV": {"estimator": Ridge(), "param_distributions": {"alpha": [1.0, 2.0]}},
    "RegressorChain": {"estimator": Ridge()},
    "SelectFromModel": {"estimator": LogisticRegression()},
    "SelfTrainingClassifier": {"estimator": LogisticRegression()},
    "SequentialFeatureSelector": {"estimator": LogisticRegression(), "cv": 2},
    "SparseCoder": {"dictionary": np.eye(N_FEATURES)},
    "StackingClassifier": {"estimators": [("a", LogisticRegression()), ("b", SVC())], "cv": 2},
    "StackingRegressor": {"estimators": [("a", Ridge()), ("b", DecisionTreeRegressor())], "cv": 2},
    "TransformedTargetRegressor": {"regressor": Ridge()},
    "TunedThresholdClassifierCV": {"estimator": LogisticRegression()},
    "VotingClassifier": {"estimators": [("a", LogisticRegression()), ("b", SVC())]},
    "VotingRegressor": {"estimators": [("a", Ridge()), ("b", DecisionTreeRegressor())]},
}
"""What estimators cannot be made without, or not be fitted on few rows."""

FEW: dict[str, Any] = {"n_init": 1, "random_state": 0, "max_iter": 50}
"""What makes fits short and the same each time, for estimators whose defaults are larger."""

ON_COLUMNS_OF_NUMBERS = {
    *("CCA", "MultiOutputRegressor", "MultiTaskElasticNet", "MultiTaskLasso", "PLSCanonical"),
    "RegressorChain",
}
ON_TEXTS = {"CountVectorizer", "HashingVectorizer", "TfidfVectorizer"}
ON_CATEGORIES = {"CategoricalNB", "OneHotEncoder", "OrdinalEncoder", "TargetEncoder"}
ON_TWO_CLASSES = {
    *("FixedThresholdClassifier", "SelfTrainingClassifier", "TunedThresholdClassifierCV"),
}
ON_THREE_CLASSES = {
    *("SelectFromModel", "SelectKBest", "SelectPercentile", "SequentialFeatureSelector"),
}
ON_GAPS = {"IterativeImputer", "KNNImputer", "SimpleImputer"}
ON_COLUMNS_OF_CLASSES = {"ClassifierChain", "MultiOutputClassifier"}
TAKES_DICTS = {"FeatureHasher"}


def make(name: str, kind: type) -> Any:
    """Return an estimator as it is by default, with what it has to be given and short fits."""
    taken = signature(kind).parameters
    given = {
        key if key in taken else f"base_{key}": _copied(value)  # chains, before scikit-learn 1.7
        for key, value in GIVEN.get(name, {}).items()
    }
    estimator = kind(**given)
    present = estimator.get_params(deep=False)
    few = {key: value for key, value in FEW.items() if key in present}
    if name not in ("SVC", "SVR", "NuSVC", "NuSVR", "OneClassSVM") and isinstance(
        present.get("max_iter"), int
    ):
        few["max_iter"] = min(50, present["max_iter"])
    else:
        few.pop("max_iter", None)
    if few:
        estimator.set_params(**few)
    return estimator


def _copied(value: Any) -> Any:
    return clone(value) if hasattr(value, "get_params") else value


ESTIMATORS: dict[str, Any] = {
    name: make(name, kind)
    for name, kind in [
        *(found for found in all_estimators() if not found[0].startswith("Halving")),
        ("Pipeline", Pipeline),
        ("ColumnTransformer", ColumnTransformer),
        ("FeatureUnion", FeatureUnion),
        ("GridSearchCV", GridSearchCV),
        ("RandomizedSearchCV", RandomizedSearchCV),
    ]
}


def tasks_of(name: str, estimator: Any) -> list[tuple[Any, Any]]:
    """Return rows and targets that the estimator is for."""
    rows = rows_for(name)
    tags = estimator.__sklearn_tags__()
    if name in ON_COLUMNS_OF_NUMBERS:
        kinds = ["columns of numbers"]
    elif name in ON_COLUMNS_OF_CLASSES:
        kinds = ["columns of classes"]
    elif name in ON_TWO_CLASSES:
        kinds = ["two classes"]
    elif name in ON_THREE_CLASSES:
        kinds = ["three classes"]
    elif tags.estimator_type == "regressor":
        kinds = ["numbers", "large numbers"]
    elif tags.estimator_type == "classifier" or tags.target_tags.required:
        kinds = ["two classes", "three classes"]
    else:
        return [(rows, None)]
    return [(rows, TARGETS[kind]) for kind in kinds]


def rows_for(name: str) -> Any:
    """Return rows of the kind that an estimator learns from."""
    if name in ON_TEXTS:
        return TEXTS
    if name in ON_CATEGORIES:
        return CATEGORIES
    if name in ON_GAPS:
        return np.where(ROWS > 3.0, np.nan, ROWS)
    if name in TAKES_DICTS:
        return [{"a": 1.0, "b": 2.0}, {"a": 3.0}] * 30
    return ROWS


def sparse_rows() -> sparse.csr_matrix:
    """Return words of texts by their counts."""
    words = sorted({word for text in TEXTS for word in text.split()})
    counts = [[text.split().count(word) for word in words] for text in TEXTS]
    return sparse.csr_matrix(np.array(counts, dtype=float))
