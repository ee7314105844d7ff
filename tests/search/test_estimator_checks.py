"""scikit-learn's own checks of an estimator hold for the searches as they do for its searches."""

import pytest
from sklearn import model_selection
from sklearn.base import is_regressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skhp import BayesSearchCV, GridSearchCV, RandomizedSearchCV


def expected_to_fail(search):
    """What fails for scikit-learn's own searches too, on each of its versions."""
    if is_regressor(search):
        return {"check_supervised_y_2d": "no DataConversionWarning from the search itself"}
    return {}


def searches(estimator, space):
    """Every search of one estimator; two folds and few candidates, since each check fits a lot."""
    yield GridSearchCV(estimator, space, cv=2)
    yield RandomizedSearchCV(estimator, space, n_iter=2, cv=2, random_state=0)
    yield BayesSearchCV(estimator, space, n_iter=2, cv=2, random_state=0)


COMMON = [
    *searches(GaussianNB(), {"var_smoothing": [1e-9, 1e-3]}),
    *searches(make_pipeline(StandardScaler(), Ridge()), {"ridge__alpha": [0.1, 1.0]}),
]
RARER = [
    *searches(LogisticRegression(), {"C": [0.1, 1.0]}),
    *searches(DecisionTreeRegressor(random_state=0), {"max_depth": [3, None]}),
    *searches(KernelDensity(), {"bandwidth": [0.5, 1.0]}),
    BayesSearchCV(Ridge(), {"alpha": (1e-3, 1e3, "log-uniform")}, n_iter=7, cv=2, random_state=0),
]


@parametrize_with_checks(COMMON, expected_failed_checks=expected_to_fail)
def test_a_search_passes_the_checks_of_an_estimator(estimator, check):
    check(estimator)


def test_what_fails_fails_for_scikit_learn_s_searches_too():
    theirs = model_selection.GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2)
    for name in expected_to_fail(theirs):
        with pytest.raises(AssertionError):
            getattr(estimator_checks, name)("GridSearchCV", theirs)


@pytest.mark.exhaustive
@parametrize_with_checks(RARER, expected_failed_checks=expected_to_fail)
def test_a_search_of_rarer_estimators_passes_the_checks_too(estimator, check):
    check(estimator)
