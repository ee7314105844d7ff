"""
Replace a grid
==============

The script you have, with one import changed: the grid stays as it is, and fewer of its candidates
are fitted.
"""

from sklearn.datasets import load_digits
from sklearn.svm import SVC

import skhp
from skhp.plotting import HeatMapDisplay

X, y = load_digits(return_X_y=True)
param_grid = {
    "C": [0.01, 0.1, 1.0, 10.0, 100.0, 1000.0],
    "gamma": [1e-5, 1e-4, 1e-3, 1e-2, 1e-1],
}

# %%
# Every candidate, as :class:`sklearn.model_selection.GridSearchCV` does it:

grid = skhp.GridSearchCV(SVC(), param_grid, n_jobs=2).fit(X, y)
print(f"{len(grid.cv_results_['params'])} candidates, best {grid.best_score_:.4f}")
print(grid.best_params_)

# %%
# The same space, searched: twelve candidates instead of thirty.

few = skhp.BayesSearchCV(SVC(), param_grid, n_iter=12, n_jobs=2, random_state=0).fit(X, y)
print(f"{len(few.cv_results_['params'])} candidates, best {few.best_score_:.4f}")
print(few.best_params_)

# %%
# A grid only holds the values someone thought of. Ranges hold those between them as well:

ranges = {"C": (1e-2, 1e3, "log-uniform"), "gamma": (1e-5, 1e-1, "log-uniform")}
search = skhp.BayesSearchCV(SVC(), ranges, n_iter=20, n_jobs=2, random_state=0).fit(X, y)
print(f"{len(search.cv_results_['params'])} candidates, best {search.best_score_:.4f}")
print(search.best_params_)

# %%
# The whole grid: a ridge, of which most cells lie far away.

HeatMapDisplay.from_search(grid)
