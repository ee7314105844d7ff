"""
Know when to stop
=================

A search ends after ``n_iter`` candidates, when a rule says that it has seen enough, or when its
time is up; whatever comes first. What was finished is kept, and the best of it is refitted.
"""

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier

from skhp import BayesSearchCV
from skhp.plotting import ConvergenceDisplay
from skhp.stopping import NoImprovement, ScoreReached

X, y = load_breast_cancer(return_X_y=True)
model = HistGradientBoostingClassifier(max_iter=30, random_state=0)
space = {
    "learning_rate": (0.01, 1.0, "log-uniform"),
    "max_leaf_nodes": (4, 64, "log-uniform"),
    "l2_regularization": (1e-6, 10.0, "log-uniform"),
}

# %%
# Rules are objects; ``|`` stops when either holds, ``&`` when both do.

rule = NoImprovement(10) | ScoreReached(0.99)
search = BayesSearchCV(model, space, n_iter=40, stopping=rule, n_jobs=2, random_state=0)
search.fit(X, y)
print(f"{len(search.cv_results_['params'])} candidates, best {search.best_score_:.4f}")
print(search.stop_reason_)
ConvergenceDisplay.from_search(search)

# %%
# A budget in seconds holds for the whole of ``fit``, the refit included. Fits that are still
# running when it is used up are not waited for.

search = BayesSearchCV(model, space, n_iter=10_000, max_time=5, n_jobs=2, random_state=0)
search.fit(X, y)
print(f"{len(search.cv_results_['params'])} candidates, best {search.best_score_:.4f}")
print(search.stop_reason_)
