"""
Swap the steps of a pipeline
============================

Which scaler, which model, and each model's own parameters, in one search. ``When`` says that a
parameter only exists for some choices of another; ``Choice`` gives each choice its own parameters.
"""

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from skhp import BayesSearchCV
from skhp.plotting import ParallelCoordinatesDisplay
from skhp.space import Choice, When

X, y = load_wine(return_X_y=True)

# %%
# ``gamma`` means nothing to a linear kernel, so it is only searched with the radial one.

space = {
    "kernel": ["linear", "rbf"],
    "C": (1e-3, 1e3, "log-uniform"),
    "gamma": When("kernel", "rbf", (1e-5, 10.0, "log-uniform")),
}
search = BayesSearchCV(SVC(), space, n_iter=20, n_jobs=2, random_state=0).fit(X, y)
print(f"{search.best_score_:.3f}", search.best_params_)

# %%
# Estimators are choices like any other. Under the name of the step, each brings its own parameters,
# and all of them compete for the same candidates.

pipeline = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
space = {
    "scale": [StandardScaler(), MinMaxScaler()],
    "model": Choice(
        {
            LogisticRegression(max_iter=1000): {"C": (1e-3, 1e3, "log-uniform")},
            RandomForestClassifier(n_estimators=50, random_state=0): {"max_features": (0.1, 1.0)},
        }
    ),
}
search = BayesSearchCV(pipeline, space, n_iter=24, n_jobs=2, random_state=0).fit(X, y)
print(f"{search.best_score_:.3f}", search.best_params_)

# %%
# How often each model was tried, and how well it can do:

results = search.cv_results_
models = [type(params["model"]).__name__ for params in results["params"]]
for name in sorted(set(models)):
    scores = [
        score
        for score, model in zip(results["mean_test_score"], models, strict=True)
        if model == name
    ]
    print(f"{name:<24} {len(scores):2d} candidates, best {max(scores):.3f}")

# %%
# A line for each candidate, with a gap where a parameter does not exist; the best are the darkest.

ParallelCoordinatesDisplay.from_search(search)
