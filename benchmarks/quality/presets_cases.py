"""Tables and models on which ready-made spaces are compared with published ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    LogisticRegression,
    Ridge,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhp.space import Choice, Either, Integer, Layers, Ordered, Real, When

MOST_HELD_OUT = 3000
MOST_CLASSES = 20
TEXT_LENGTH = 40


@dataclass(frozen=True)
class Table:
    """Rows to search on, rows that no search sees, and how scores are computed."""

    name: str
    train: tuple[pd.DataFrame, Any]
    held_out: tuple[pd.DataFrame, Any]
    classes: bool
    scoring: str
    texts: list[str]
    words: list[str]
    numbers: list[str]

    def pipeline(self, model: Any) -> Pipeline:
        """Put what every table of this kind needs before a model."""
        filled = make_pipeline(SimpleImputer(), StandardScaler())
        steps: list[Any] = [(filled, self.numbers)] if self.numbers else []
        if self.words:
            encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
            steps.append((encoder, self.words))
        steps += [(TfidfVectorizer(), name) for name in self.texts]
        columns = make_column_transformer(*steps)
        return Pipeline([("columns", columns), ("model", model)])


def read_table(path: Path, *, rows: int, seed: int) -> Table:
    """Read a CSV whose column `target` is to be predicted; keep so many rows to search on."""
    return table_of(pd.read_csv(path), path.stem, rows=rows, seed=seed)


def table_of(frame: pd.DataFrame, name: str, *, rows: int, seed: int) -> Table:
    """Split a frame whose column `target` is to be predicted."""
    X, y = frame.drop(columns="target"), frame["target"]
    classes = y.nunique() <= MOST_CLASSES
    y = y.astype("category").cat.codes if classes else y
    n_train = min(rows, int(0.7 * len(X)))
    n_held_out = min(len(X) - n_train, MOST_HELD_OUT)
    split = train_test_split(
        *(X, y.to_numpy()),
        train_size=n_train,
        test_size=n_held_out,
        random_state=seed,
        stratify=y if classes else None,
    )
    X_train, X_test, y_train, y_test = split
    if not classes:  # so that penalties and widths of published spaces mean what they meant there
        center, unit = y_train.mean(), y_train.std()
        y_train, y_test = (y_train - center) / unit, (y_test - center) / unit
    other = [name for name in X if not pd.api.types.is_numeric_dtype(X[name])]
    texts = [name for name in other if X[name].astype(str).str.len().mean() > TEXT_LENGTH]
    return Table(
        name,
        (X_train.reset_index(drop=True), y_train),
        (X_test.reset_index(drop=True), y_test),
        classes,
        "r2" if not classes else "roc_auc" if len(np.unique(y_train)) == 2 else "accuracy",
        texts,
        [name for name in other if name not in texts],
        [name for name in X if name not in other],
    )


Maker = Callable[[int], Any]


@dataclass(frozen=True)
class Model:
    """An estimator for classes, one for numbers, and a space that others have published.

    `published` takes the number of features after preprocessing.
    """

    classifier: Maker | None
    regressor: Maker | None
    published: Callable[[int, bool], Mapping[str, Any]]
    source: str
    takes_texts: bool = False

    def make(self, table: Table, seed: int) -> Any:
        maker = self.classifier if table.classes else self.regressor
        if maker is None or (table.texts and not self.takes_texts):
            return None
        return maker(seed)


def log(low: float, high: float) -> Real:
    return Real(low, high, log=True)


def log_int(low: int, high: int) -> Integer:
    return Integer(low, high, log=True)


# auto-sklearn 0.15, autosklearn/pipeline/components: p features to the power of 0 to 1 are tried
# at a split, and trees are up to twice as deep as there are features.
def _forest(p: int, classes: bool) -> Mapping[str, Any]:
    return {
        **({"criterion": Choice(["gini", "entropy"])} if classes else {}),
        "max_features": log(1.0 / p, 1.0),
        "min_samples_split": Integer(2, 20),
        "min_samples_leaf": Integer(1, 20),
        "bootstrap": Choice([True, False]),
    }


def _tree(p: int, classes: bool) -> Mapping[str, Any]:
    return {
        **({"criterion": Choice(["gini", "entropy"])} if classes else {}),
        "max_depth": Integer(1, max(2 * p, 2)),
        "min_samples_split": Integer(2, 20),
        "min_samples_leaf": Integer(1, 20),
    }


def _histograms(p: int, classes: bool) -> Mapping[str, Any]:
    return {
        "learning_rate": log(0.01, 1.0),
        "min_samples_leaf": log_int(1, 200),
        "max_leaf_nodes": log_int(3, 2047),
        "l2_regularization": log(1e-10, 1.0),
        "early_stopping": Choice([False, True]),
        "n_iter_no_change": When("early_stopping", True, Integer(1, 20)),
        "validation_fraction": When("early_stopping", True, Either(None, Real(0.01, 0.4))),
    }


def _vectors(p: int, classes: bool) -> Mapping[str, Any]:
    return {
        "C": log(2.0**-5, 2.0**15),
        "kernel": Choice(["rbf", "poly", "sigmoid"]),
        "degree": When("kernel", "poly", Integer(2, 5)),
        "gamma": log(2.0**-15, 2.0**3),
        "coef0": When("kernel", ["poly", "sigmoid"], Real(-1.0, 1.0)),
        "shrinking": Choice([True, False]),
        "tol": log(1e-5, 1e-1),
        **({} if classes else {"epsilon": log(1e-3, 1.0)}),
    }


def _linear_vectors(p: int, classes: bool) -> Mapping[str, Any]:
    return {"C": log(2.0**-5, 2.0**15), "loss": Choice(["hinge", "squared_hinge"])}


def _neighbors(p: int, classes: bool) -> Mapping[str, Any]:
    return {
        "n_neighbors": log_int(1, 100),
        "weights": Choice(["uniform", "distance"]),
        "p": Ordered([1, 2]),
    }


def _network(p: int, classes: bool) -> Mapping[str, Any]:
    return {
        "hidden_layer_sizes": Layers(depth=(1, 3), width=(16, 264), shape="constant"),
        "activation": Choice(["tanh", "relu"]),
        "alpha": log(1e-7, 1e-1),
        "learning_rate_init": log(1e-4, 0.5),
    }


def _descent(p: int, classes: bool) -> Mapping[str, Any]:
    losses = ["hinge", "log_loss", "modified_huber", "squared_hinge", "perceptron"]
    numbers = ["squared_error", "huber", "epsilon_insensitive"]
    return {
        "loss": Choice(losses if classes else numbers),
        "penalty": Choice(["l1", "l2", "elasticnet"]),
        "alpha": log(1e-7, 1e-1),
        "l1_ratio": When("penalty", "elasticnet", log(1e-9, 1.0)),
        "learning_rate": Choice(["optimal", "invscaling", "constant"]),
        "eta0": log(1e-7, 1e-1),
        "average": Choice([False, True]),
    }


# bayesmark 0.0.8, bayesmark/sklearn_funcs.py, as far as the solver has the parameters.
def _boosted(p: int, classes: bool) -> Mapping[str, Any]:
    return {"n_estimators": Integer(10, 100), "learning_rate": log(1e-4, 10.0)}


def _logistic(p: int, classes: bool) -> Mapping[str, Any]:
    return {"C" if classes else "alpha": log(1e-2, 1e2)}


# The ranges of the Overtuning Mitigation Benchmark (2026).
def _gradients(p: int, classes: bool) -> Mapping[str, Any]:
    return {
        "n_estimators": Integer(10, 200),
        "learning_rate": log(1e-3, 1.0),
        "max_depth": Integer(1, 15),
        "subsample": Real(0.05, 1.0),
        "min_samples_split": Integer(2, 20),
        "min_samples_leaf": Integer(1, 20),
    }


def _net(p: int, classes: bool) -> Mapping[str, Any]:
    return {"alpha": log(1e-4, 1.0), "l1_ratio": Real(0.0, 1.0)}


def seeded(make: Callable[..., Any], **params: Any) -> Maker:
    return lambda seed: make(random_state=seed, **params)


def plain(make: Callable[..., Any], **params: Any) -> Maker:
    return lambda seed: make(**params)


AUTO, MARK, OVER = "auto-sklearn", "bayesmark", "Overtuning Benchmark"

MODELS: dict[str, Model] = {
    "logistic, ridge": Model(
        plain(LogisticRegression, max_iter=1000), plain(Ridge), _logistic, MARK, True
    ),
    "decision tree": Model(
        seeded(DecisionTreeClassifier), seeded(DecisionTreeRegressor), _tree, AUTO, True
    ),
    "k-neighbours": Model(
        plain(KNeighborsClassifier), plain(KNeighborsRegressor), _neighbors, AUTO, True
    ),
    "SVM": Model(
        # without a limit polynomials with a large C are fitted for minutes
        seeded(SVC, max_iter=20_000),
        plain(SVR, max_iter=20_000),
        *(_vectors, AUTO),
    ),
    "elastic net": Model(None, plain(ElasticNet), _net, OVER),
    "linear SVM": Model(seeded(LinearSVC), None, _linear_vectors, AUTO, True),
    "random forest": Model(
        seeded(RandomForestClassifier, n_estimators=50),
        seeded(RandomForestRegressor, n_estimators=50),
        _forest,
        AUTO,
        True,
    ),
    "SGD": Model(seeded(SGDClassifier), seeded(SGDRegressor), _descent, AUTO, True),
    "extra trees": Model(
        seeded(ExtraTreesClassifier, n_estimators=50),
        seeded(ExtraTreesRegressor, n_estimators=50),
        _forest,
        AUTO,
        True,
    ),
    "histogram boosting": Model(
        seeded(HistGradientBoostingClassifier),
        seeded(HistGradientBoostingRegressor),
        *(_histograms, AUTO),
    ),
    "AdaBoost": Model(seeded(AdaBoostClassifier), seeded(AdaBoostRegressor), _boosted, MARK),
    "gradient boosting": Model(
        seeded(GradientBoostingClassifier), seeded(GradientBoostingRegressor), _gradients, OVER
    ),
    "network": Model(
        seeded(MLPClassifier, max_iter=100), seeded(MLPRegressor, max_iter=100), _network, AUTO
    ),
}
