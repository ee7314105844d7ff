"""scikit-learn's checks of an estimator hold for halving as they do for its own."""

import pytest
from sklearn.base import is_regressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skhp import HalvingSearchCV


def expected_to_fail(search):
    """What fails for scikit-learn's own searches too, on each of its versions."""
    if is_regressor(search):
        return {"check_supervised_y_2d": "no DataConversionWarning from the search itself"}
    return {}


def halving(estimator, space, **more):
    return HalvingSearchCV(
        estimator, space, strategy="random", n_candidates=2, factor=2, cv=2, random_state=0, **more
    )


@parametrize_with_checks(
    [
        halving(GaussianNB(), {"var_smoothing": [1e-9, 1e-3]}),
        halving(make_pipeline(StandardScaler(), Ridge()), {"ridge__alpha": [0.1, 1.0]}),
    ],
    expected_failed_checks=expected_to_fail,
)
def test_halving_passes_the_checks_of_an_estimator(estimator, check):
    check(estimator)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    [
        halving(LogisticRegression(), {"C": [0.1, 1.0]}, resource="max_iter", max_resources=9),
        halving(LogisticRegression(), {"C": [0.1, 1.0]}),
    ],
    expected_failed_checks=expected_to_fail,
)
def test_halving_of_rarer_estimators_passes_the_checks_too(estimator, check):
    check(estimator)
