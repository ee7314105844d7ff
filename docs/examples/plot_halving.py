"""
Give little to many, and all to the best
========================================

Most candidates can be told to be bad long before their fit is done. `HalvingSearchCV` gives many
of them a little of a resource, and ever more to the best: rows of the data, trees of a forest,
iterations, epochs. Where an estimator can take up a fit where it stopped, nothing is fitted twice.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhp import HalvingSearchCV

X, y = load_digits(return_X_y=True)

# %%
# Twenty-seven forests grow three trees each. The best nine grow on to nine trees, three to 27, and
# one to 81: it is judged as in any search, on the same splits.

search = HalvingSearchCV(
    ExtraTreesClassifier(random_state=0),
    {"max_features": (0.02, 0.9), "min_samples_leaf": (1, 20)},
    strategy="random",
    resource="n_estimators",
    max_resources=81,
    cv=3,
    random_state=0,
).fit(X, y)
for n_trees, n_candidates in zip(search.n_resources_, search.n_candidates_, strict=True):
    print(f"{n_trees} trees: {n_candidates} candidates")
print(f"best {search.best_score_:.4f}: {search.best_params_}")

# %%
# Each line is a candidate; it ends where a better one took its place.

results = search.cv_results_
names = ["param_max_features", "param_min_samples_leaf"]
candidates = np.column_stack([np.asarray(results[name], float) for name in names])
for candidate in np.unique(candidates, axis=0):
    rows = (candidates == candidate).all(axis=1)
    plt.plot(
        results["n_resources"][rows], results["mean_test_score"][rows], "o-", color="C0", alpha=0.5
    )
plt.xscale("log", base=3)
plt.xlabel("trees")
plt.ylabel("mean test score")
plt.show()

# %%
# Rows are a resource for any estimator. A rung trains on part of each fold's training rows, and is
# judged on all of its test rows. A strategy that learns gets a second bracket: its candidates are
# proposed in view of what those of the first were worth with all rows.

search = HalvingSearchCV(
    make_pipeline(StandardScaler(), SVC()),
    {"svc__C": (1e-2, 1e3, "log-uniform"), "svc__gamma": (1e-5, 1.0, "log-uniform")},
    strategy="bayes",
    n_candidates=9,
    cv=3,
    random_state=0,
).fit(X, y)
print(f"{search.n_candidates_} candidates with {search.n_resources_} rows")
print(f"best {search.best_score_:.4f}: {search.best_params_}")
