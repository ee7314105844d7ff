"""What is said where a space has fewer candidates than the search was to try."""

import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from skhp import BayesSearchCV
from skhp.exceptions import SpaceExhaustedWarning


@pytest.mark.parametrize(
    ("space", "said"),
    [
        (
            {"max_features": ["sqrt", "log2", None]},
            "2 candidates were tried, fewer than n_iter: no",
        ),
        ({"max_features": ["sqrt", "log2"]}, "1 candidate was tried, fewer than n_iter: no other"),
        ({"max_depth": (1, 10**7)}, "candidates were tried, fewer than n_iter: no other"),
        ({"criterion": ["gini"]}, "holds only 1 candidate, fewer than n_iter; it was tried once"),
        ({"max_depth": [1, 2]}, "holds only 2 candidates, fewer than n_iter; each was tried"),
    ],
)
def test_a_space_is_not_said_to_hold_less_than_it_does(space, said):
    tree = DecisionTreeClassifier(random_state=0)
    search = BayesSearchCV(tree, space, n_iter=5, cv=2, random_state=0)
    with pytest.warns(SpaceExhaustedWarning) as told:
        search.fit(*load_iris(return_X_y=True))
    assert said in str(told[0].message)
