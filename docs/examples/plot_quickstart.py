"""
Tune a forest, a network and two linear models
==============================================

Four models, three of scikit-learn's bundled data sets. Each search is compared with the model as
scikit-learn ships it: the mean score over five folds, which the search looks at, and the score on
a quarter of the rows, which no search ever sees.
"""

import time
import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from skhp import BayesSearchCV
from skhp.observers import Progress
from skhp.space import Layers

warnings.filterwarnings("ignore", category=ConvergenceWarning)  # a network cut short is a candidate


# %%
# A range is a tuple: ``(1e-4, 1e2, "log-uniform")``. A list is a set of choices. Layers of a
# network have a dimension of their own.


@dataclass(frozen=True)
class Job:
    """A model, the data it is for, and what may be changed about it."""

    name: str
    load: object
    model: BaseEstimator
    space: dict
    n_iter: int


JOBS = [
    Job(
        "random forest, diabetes",
        load_diabetes,
        RandomForestRegressor(random_state=0),
        {
            "n_estimators": (50, 200),
            "max_depth": (2, 20),
            "min_samples_leaf": (1, 20, "log-uniform"),
            "max_features": (0.1, 1.0),
        },
        n_iter=20,
    ),
    Job(
        "neural network, digits",
        load_digits,
        make_pipeline(StandardScaler(), MLPClassifier(max_iter=60, random_state=0)),
        {
            "mlpclassifier__hidden_layer_sizes": Layers(depth=(1, 2), width=(16, 128)),
            "mlpclassifier__alpha": (1e-6, 1.0, "log-uniform"),
            "mlpclassifier__learning_rate_init": (1e-4, 1e-1, "log-uniform"),
        },
        n_iter=20,
    ),
    Job(
        "logistic regression, breast cancer",
        load_breast_cancer,
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
        {
            "logisticregression__C": (1e-4, 1e3, "log-uniform"),
            "logisticregression__class_weight": [None, "balanced"],
        },
        n_iter=20,
    ),
    Job(
        "ridge on polynomials, diabetes",
        load_diabetes,
        make_pipeline(StandardScaler(), PolynomialFeatures(include_bias=False), Ridge()),
        {
            "polynomialfeatures__degree": (1, 2),
            "polynomialfeatures__interaction_only": [False, True],
            "ridge__alpha": (1e-3, 1e4, "log-uniform"),
        },
        n_iter=25,
    ),
]


# %%
# One function runs a job. ``n_jobs=2`` keeps two cores busy; :class:`skhp.observers.Progress`
# prints a line whenever something better is found.


def run(job):
    X, y = job.load(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, random_state=0, stratify=y if len(np.unique(y)) < 20 else None
    )
    default_cv = cross_val_score(job.model, X_train, y_train, n_jobs=2).mean()
    default_test = job.model.fit(X_train, y_train).score(X_test, y_test)

    print(f"\n{job.name}")
    began = time.perf_counter()
    search = BayesSearchCV(
        job.model,
        job.space,
        n_iter=job.n_iter,
        n_jobs=2,
        random_state=0,
        observers=[Progress(every=10)],
    ).fit(X_train, y_train)
    seconds = time.perf_counter() - began
    print(f"best: {search.best_params_}")
    test = search.score(X_test, y_test)
    return job.name, default_cv, search.best_score_, default_test, test, seconds


# %%
# Accuracy for the two classifiers, R² for the two regressions.

if __name__ == "__main__":
    rows = [run(job) for job in JOBS]
    print(f"\n{'':<36}{'five folds':^18}  {'held-out rows':^18}")
    print(f"{'':<36}{'default':>9}{'tuned':>9}  {'default':>9}{'tuned':>9}{'seconds':>10}")
    for name, *scores, seconds in rows:
        default_cv, tuned_cv, default_test, tuned_test = (f"{score:9.3f}" for score in scores)
        print(f"{name:<36}{default_cv}{tuned_cv}  {default_test}{tuned_test}{seconds:10.1f}")
