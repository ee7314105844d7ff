"""Laws of candidates that are certain to be the same model."""

from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from skhp import BayesSearchCV

X, y = load_iris(return_X_y=True)


def search(**more):
    space = {"max_features": (0.05, 1.0), "max_depth": [1, 2, 3]}
    tree = DecisionTreeClassifier(random_state=0)
    return BayesSearchCV(tree, space, n_iter=30, random_state=0, cv=3, **more).fit(X, y)


def test_none_is_fitted_twice_and_a_search_ends_when_all_are():
    params = search().cv_results_["params"]
    models = [(max(1, int(one["max_features"] * 4)), one["max_depth"]) for one in params]
    assert len(models) == len(set(models)) == 12


def test_it_is_the_same_search_at_any_number_of_workers():
    assert search().cv_results_["params"] == search(n_jobs=2).cv_results_["params"]
