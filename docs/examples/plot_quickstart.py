"""
Tune anything
=============

``BayesSearchCV(estimator).fit(X, y)``: no space to write. Who knows more says so in a few words:
below a forest, a network and a regularized linear model, on three of scikit-learn's bundled data
sets. Each search is compared with the model as scikit-learn ships it: the mean score over five
folds, which the search looks at, and the score on a quarter of the rows, which no search ever sees.
"""

import time
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhp import BayesSearchCV
from skhp.observers import Progress
from skhp.space import Layers

warnings.filterwarnings("ignore", category=ConvergenceWarning)  # a network cut short is a candidate


# %%
# One function compares a model before and after. ``n_jobs=2`` keeps two cores busy, and with a
# ``random_state`` the result is the same with any other number.
# :class:`skhp.observers.Progress` prints a line whenever something better is found.


def compare(name, load, model, space=None, n_iter=20):
    X, y = load(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, random_state=0, stratify=y if len(np.unique(y)) < 20 else None
    )
    default_cv = cross_val_score(model, X_train, y_train, n_jobs=2).mean()
    default_test = model.fit(X_train, y_train).score(X_test, y_test)

    print(f"\n{name}")
    began = time.perf_counter()
    search = BayesSearchCV(
        model, space, n_iter=n_iter, n_jobs=2, random_state=0, observers=[Progress(every=10)]
    ).fit(X_train, y_train)
    seconds = time.perf_counter() - began

    test = search.score(X_test, y_test)
    print(f"  five folds     default {default_cv:.3f}   tuned {search.best_score_:.3f}")
    print(f"  held-out rows  default {default_test:.3f}   tuned {test:.3f}")
    print(f"  best of {n_iter} in {seconds:.1f} seconds: {search.best_params_}")


# %%
# What is searched is known for nearly every estimator of scikit-learn, and for pipelines of them.
# Scores are accuracy for classes and R² for numbers.

if __name__ == "__main__":
    compare("support vector machine, digits", load_digits, make_pipeline(StandardScaler(), SVC()))

# %%
# A space is a dict from parameters to ranges (a tuple), choices (a list) or dimensions such as
# :class:`skhp.space.Layers`.

if __name__ == "__main__":
    compare(
        "random forest, diabetes",
        load_diabetes,
        RandomForestRegressor(random_state=0),
        {
            "n_estimators": (50, 200),
            "max_depth": (2, 20),
            "min_samples_leaf": (1, 20, "log-uniform"),
            "max_features": (0.1, 1.0),
        },
    )
    compare(
        "neural network, digits",
        load_digits,
        make_pipeline(StandardScaler(), MLPClassifier(max_iter=40, random_state=0)),
        {
            "mlpclassifier__hidden_layer_sizes": Layers(depth=(1, 2), width=(16, 128)),
            "mlpclassifier__alpha": (1e-6, 1.0, "log-uniform"),
            "mlpclassifier__learning_rate_init": (1e-4, 1e-1, "log-uniform"),
        },
    )
    compare(
        "logistic regression, breast cancer",
        load_breast_cancer,
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
        {
            "logisticregression__C": (1e-4, 1e3, "log-uniform"),
            "logisticregression__class_weight": [None, "balanced"],
        },
    )
