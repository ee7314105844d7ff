"""The params of a space that come closest to what an estimator has now."""

import pytest
from sklearn.svm import SVC

from skhp.space import Choice, Space, When, closest

KERNELS = {
    "kernel": ["linear", "poly"],
    "degree": When("kernel", "poly", (2, 5)),
    "C": (0.01, 100.0, "log-uniform"),
}


def test_present_params_are_taken_over_where_they_lie_in_the_space():
    assert closest(Space.read(KERNELS), SVC(kernel="poly", C=7.0).get_params()) == {
        "kernel": "poly",
        "degree": 3,
        "C": 7.0,
    }


def test_what_lies_outside_stands_in_the_middle():
    assert closest(Space.read(KERNELS), SVC(kernel="linear", C=1e6).get_params()) == {
        "kernel": "linear",
        "C": 1.0,
    }


def test_of_several_sub_spaces_the_one_that_agrees_most_is_taken():
    space = Space.read([{"kernel": ["rbf"], "C": [5, 7]}, {"kernel": ["poly"], "degree": [3, 4]}])
    assert closest(space, SVC(kernel="poly").get_params()) == {"kernel": "poly", "degree": 3}


def test_a_swapped_step_keeps_its_sub_space():
    svc = SVC()
    space = Space.read({"clf": Choice({"passthrough": {}, svc: {"C": (0.1, 10.0)}})})
    assert closest(space, {"clf": SVC(), "clf__C": 1.0}) == {"clf": svc, "clf__C": 1.0}


@pytest.mark.parametrize("present", [{}, {"C": "big", "kernel": "rbf"}])
def test_where_nothing_agrees_there_are_no_params(present):
    assert closest(Space.read(KERNELS), present) is None


def test_params_that_a_constraint_forbids_are_not_given():
    space = Space.read({"C": (0.01, 100.0)}, constraints=lambda params: params["C"] > 5)
    assert closest(space, {"C": 1.0}) is None
