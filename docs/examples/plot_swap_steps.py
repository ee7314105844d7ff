"""
Swap the steps of a pipeline
============================

Which scaler, which model, and each model's own parameters, in one search. ``When`` says that a
parameter only exists for some choices; a list of dicts says the same for whole groups.
"""

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from skhp import BayesSearchCV
from skhp.space import Real, When

X, y = load_wine(return_X_y=True)

# %%
# ``gamma`` means nothing to a linear kernel, so it is only searched with the radial one.

space = {
    "kernel": ["linear", "rbf"],
    "C": (1e-3, 1e3, "log-uniform"),
    "gamma": When("kernel", "rbf", Real(1e-5, 10.0, "log-uniform")),
}
search = BayesSearchCV(SVC(), space, n_iter=20, n_jobs=2, random_state=0).fit(X, y)
print(f"{search.best_score_:.3f}", search.best_params_)

# %%
# Estimators are choices like any other. A list of dicts gives each model its own parameters, and
# all of them compete for the same candidates.

pipeline = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
scalers = [StandardScaler(), MinMaxScaler(), "passthrough"]
spaces = [
    {
        "scale": scalers,
        "model": [LogisticRegression(max_iter=1000)],
        "model__C": (1e-3, 1e3, "log-uniform"),
    },
    {
        "scale": scalers,
        "model": [RandomForestClassifier(n_estimators=50, random_state=0)],
        "model__max_features": (0.1, 1.0),
    },
]
search = BayesSearchCV(pipeline, spaces, n_iter=24, n_jobs=2, random_state=0).fit(X, y)
print(f"{search.best_score_:.3f}", search.best_params_)
