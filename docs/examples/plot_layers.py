"""
Find the layers of a network
============================

``hidden_layer_sizes`` is a tuple: how many layers, and how wide each. There are two ways to search
it: as a list of tuples, or as the dimension :class:`skhp.space.Layers`.
"""

import warnings

from sklearn.datasets import load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhp import BayesSearchCV
from skhp.plotting import SliceDisplay
from skhp.space import Layers

warnings.filterwarnings("ignore", category=ConvergenceWarning)

X, y = load_wine(return_X_y=True)
network = make_pipeline(StandardScaler(), MLPClassifier(max_iter=100, random_state=0))

# %%
# A list of tuples: only these are tried, and each comes back as the tuple it was.

choices = {
    "mlpclassifier__hidden_layer_sizes": [(16,), (64,), (16, 16), (64, 64), (64, 32, 16)],
    "mlpclassifier__alpha": (1e-6, 1.0, "log-uniform"),
}
search = BayesSearchCV(network, choices, n_iter=12, n_jobs=2, random_state=0).fit(X, y)
print(f"{search.best_score_:.3f}", search.best_params_)

# %%
# ``Layers``: any depth and any width within bounds.

layers = {
    "mlpclassifier__hidden_layer_sizes": Layers(depth=(1, 3), width=(8, 128)),
    "mlpclassifier__alpha": (1e-6, 1.0, "log-uniform"),
    "mlpclassifier__learning_rate_init": (1e-4, 1e-1, "log-uniform"),
}
search = BayesSearchCV(network, layers, n_iter=20, n_jobs=2, random_state=0).fit(X, y)
print(f"{search.best_score_:.3f}", search.best_params_)

# %%
# What was tried, the best first:

results = search.cv_results_
for i in results["rank_test_score"].argsort(kind="stable")[:5]:
    sizes = results["param_mlpclassifier__hidden_layer_sizes"][i]
    print(f"{results['mean_test_score'][i]:.3f}  {sizes}")

# %%
# How the score depends on each of them:

SliceDisplay.from_search(search)
