"""
Does tuning pay?
================

``BayesSearchCV(estimator).fit(X, y)``: no space to write. Who knows more says so in a few words.
Below, five models meet scikit-learn's own data sets. Each is split five times: three quarters of
the rows are searched, with cross-validation inside, and the quarter that no search ever sees tells
what was gained over the model as scikit-learn ships it. Four of the five were chosen because their
defaults are known to fit the table badly; the last one because its defaults already fit.
"""

import tempfile
import time
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

from skhp import BayesSearchCV
from skhp.space import Layers

warnings.filterwarnings("ignore", category=ConvergenceWarning)  # a network cut short is a candidate
SPLITS = 5


# %%
# ``n_jobs=2`` keeps two cores busy, and with a ``random_state`` the result is the same with any
# other number. The score is the estimator's own: accuracy for classes, R² for numbers.


def compare(name, load, model, space=None, n_iter=15):
    X, y = load(return_X_y=True)
    classes = y if len(np.unique(y)) < 20 else None
    began = time.perf_counter()
    untuned, tuned = [], []
    for split in range(SPLITS):
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.25, random_state=split, stratify=classes
        )
        untuned.append(model.fit(X_train, y_train).score(X_test, y_test))
        search = BayesSearchCV(model, space, n_iter=n_iter, n_jobs=2, random_state=split)
        tuned.append(search.fit(X_train, y_train).score(X_test, y_test))

    gains = np.subtract(tuned, untuned)
    print(f"\n{name}")
    print(f"  untuned, held-out rows  {written(untuned)}   mean {np.mean(untuned):6.3f}")
    print(f"  tuned, held-out rows    {written(tuned)}   mean {np.mean(tuned):6.3f}")
    print(f"  {verdict(gains)} ({time.perf_counter() - began:.0f} seconds)")
    print(f"  best params, last split: {shortened(search.best_params_)}")
    return name, untuned, tuned


def written(scores):
    return " ".join(f"{score:6.3f}" for score in scores)


def verdict(gains):
    better, worse = np.sum(gains > 0), np.sum(gains < 0)
    error = np.std(gains, ddof=1) / np.sqrt(len(gains))
    pays = "tuning pays" if np.mean(gains) > 2 * error else "NO GAIN beyond chance"
    return (
        f"{pays}: {np.mean(gains):+.3f} ± {error:.3f}, "
        f"better in {better}, worse in {worse} of {len(gains)} splits"
    )


def shortened(params):
    """Write params with four significant digits, without the names of the steps."""
    return ", ".join(
        f"{name.rpartition('__')[2]}={value:.4g}"
        if isinstance(value, float)
        else f"{name.rpartition('__')[2]}={value}"
        for name, value in params.items()
    )


# %%
# Where tuning pays
# -----------------
#
# What is searched is known for nearly every estimator of scikit-learn, and for pipelines of them:
# a support vector machine whose default ``C`` is far too small for this target, and a naive Bayes
# whose default smoothing is far too small for pixels that are nearly always 0.

results = []
if __name__ == "__main__":
    results += [
        compare(
            "support vector machine, diabetes",
            load_diabetes,
            make_pipeline(StandardScaler(), SVR()),
        ),
        compare("naive Bayes, digits", load_digits, GaussianNB()),
    ]

# %%
# A space is a dict from parameters to ranges (a tuple), choices (a list) or dimensions such as
# :class:`skhp.space.Layers`: a tree that grows until it knows its rows by heart, and a network that
# that is given ten epochs, in which its default learning rate does not get far.

if __name__ == "__main__":
    results += [
        compare(
            "decision tree, diabetes",
            load_diabetes,
            DecisionTreeRegressor(random_state=0),
            {
                "max_depth": (1, 20),
                "min_samples_leaf": (1, 60, "log-uniform"),
                "max_features": (0.1, 1.0),
            },
        ),
        compare(
            "neural network, digits",
            load_digits,
            make_pipeline(StandardScaler(), MLPClassifier(max_iter=10, random_state=0)),
            {
                "mlpclassifier__hidden_layer_sizes": Layers(depth=(1, 2), width=(16, 64)),
                "mlpclassifier__alpha": (1e-6, 1.0, "log-uniform"),
                "mlpclassifier__learning_rate_init": (1e-4, 1e-1, "log-uniform"),
            },
            n_iter=10,
        ),
    ]

# %%
# Where it does not
# -----------------
#
# A regularized linear model on standardized columns that separate the classes well: its default is
# about as good as it gets. The search finds a better score in cross-validation, as the best of many
# always is; on held-out rows nothing is left of it.

if __name__ == "__main__":
    results += [
        compare(
            "logistic regression, breast cancer",
            load_breast_cancer,
            make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
            {
                "logisticregression__C": (1e-3, 1e3, "log-uniform"),
                "logisticregression__class_weight": [None, "balanced"],
            },
        ),
    ]

# %%
# One picture
# -----------
#
# Each line is a split, from the model untuned to the model tuned: blue where that is better, red
# where it is worse.


def draw(results):
    figure, axes = plt.subplots(1, len(results), figsize=(12, 3.6), layout="constrained")
    for ax, (name, untuned, tuned) in zip(axes, results, strict=True):
        for before, after in zip(untuned, tuned, strict=True):
            color = "C0" if after > before else "C3" if after < before else "0.6"
            ax.plot([0, 1], [before, after], "o-", color=color)
        ax.set_xticks([0, 1], ["untuned", "tuned"])
        ax.set_xlim(-0.3, 1.3)
        ax.set_title(name.replace(", ", ",\n"), fontsize=10)
    axes[0].set_ylabel("score on held-out rows")
    return figure


if __name__ == "__main__":
    picture = Path(tempfile.gettempdir()) / "skhp_quickstart.png"
    draw(results).savefig(picture, dpi=100)
    print(f"\nA picture of it: {picture}")
