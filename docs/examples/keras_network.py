"""
Tune a Keras network
====================

Keras has scikit-learn wrappers of its own.  They take the arguments of the model and of its
``fit`` as dicts; a parameter inside such a dict is named with brackets.  Needs
``pip install "skhp[keras]"`` and a backend, such as JAX.
"""

# %%
# The network
# -----------
# A function that the wrapper calls with the data and with ``model_kwargs``.
import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras.wrappers import SKLearnClassifier
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skhp import BayesSearchCV
from skhp.space import Choice, Layers


def network(X, y, widths=(32,), dropout=0.0, activation="relu", l2=0.0, optimizer="adam", lr=1e-3):
    penalty = keras.regularizers.L2(l2)
    layers = [keras.Input(X.shape[1:])]
    for width in widths:
        layers.append(keras.layers.Dense(width, activation, kernel_regularizer=penalty))
        layers.append(keras.layers.Dropout(dropout))
    model = keras.Sequential([*layers, keras.layers.Dense(y.shape[1], "softmax")])
    settings = {"class_name": optimizer, "config": {"learning_rate": lr}}
    model.compile(keras.optimizers.get(settings), loss="categorical_crossentropy")
    return model


# %%
# The space
# ---------
space = {
    "model_kwargs[widths]": Layers(depth=(1, 3), width=(16, 64)),
    "model_kwargs[dropout]": (0.0, 0.5),
    "model_kwargs[activation]": ["relu", "tanh", "gelu"],
    "model_kwargs[l2]": (1e-7, 1e-2, "log-uniform"),
    "model_kwargs[optimizer]": Choice(["sgd", "adam", "adamw"]),
    "model_kwargs[lr]": (1e-4, 0.3, "log-uniform"),
    "fit_kwargs[batch_size]": (16, 128, "log-uniform"),
}

# %%
# The search
# ----------
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0, stratify=y)
keras.utils.set_random_seed(0)
model = SKLearnClassifier(network, model_kwargs={}, fit_kwargs={"epochs": 5, "verbose": 0})
search = BayesSearchCV(model, space, n_iter=10, cv=3, racing=True, random_state=0)
search.fit(X_train, y_train)

print("as it was: ", model.fit(X_train, y_train).score(X_test, y_test))
print("tuned:     ", search.score(X_test, y_test))
print(search.best_params_)
