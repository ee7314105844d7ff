"""Conditions, sub-spaces of choices, lists of sub-spaces."""

import pickle

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from skhp.space import Choice, Derived, Fixed, Integer, Ordered, Space, When

KERNELS = {
    "kernel": ["linear", "rbf", "poly"],
    "gamma": When("kernel", ["rbf", "poly"], (1e-4, 10, "log-uniform")),
    "degree": When("kernel", "poly", (2, 5)),
    "C": (1e-2, 1e2, "log-uniform"),
}


def drawn_from(spaces, n=300):
    space = Space.read(spaces)
    return space, space.decode(space.sample(n, np.random.default_rng(0)))


def test_a_condition_holds_where_the_parent_has_one_of_the_values():
    _, drawn = drawn_from(KERNELS)
    wanted = {
        "linear": {"kernel", "C"},
        "rbf": {"kernel", "C", "gamma"},
        "poly": {"kernel", "C", "gamma", "degree"},
    }
    assert {params["kernel"] for params in drawn} == set(wanted)
    assert all(set(params) == wanted[params["kernel"]] for params in drawn)


def test_the_order_of_declaration_does_not_matter():
    space = Space.read(dict(reversed(KERNELS.items())))
    assert space.names == ("C", "degree", "gamma", "kernel")
    assert space.contains({"kernel": "poly", "C": 1.0, "gamma": 0.1, "degree": 3})
    assert not space.contains({"kernel": "rbf", "C": 1.0, "gamma": 0.1, "degree": 3})
    assert not space.contains({"kernel": "rbf", "C": 1.0})


def test_conditions_follow_each_other():
    space, drawn = drawn_from(
        {
            "c": When("b", 2, ["x", "y"]),
            "a": [True, False],
            "b": When("a", True, [1, 2]),
        }
    )
    assert all(("b" in params) == params["a"] for params in drawn)
    assert all(("c" in params) == (params.get("b") == 2) for params in drawn)
    assert space.size == 1 + 1 + 2


def test_two_conditions_at_once_must_both_hold():
    space, drawn = drawn_from(
        {"a": [1, 2], "b": ["x", "y"], "c": When("a", 1, When("b", "x", (0.0, 1.0)))}
    )
    assert all(("c" in p) == (p["a"] == 1 and p["b"] == "x") for p in drawn)
    assert space.size == float("inf")


@pytest.mark.parametrize(
    "parent, values, wanted",
    [
        (Integer(1, 5), range(3, 6), {3, 4, 5}),
        (Integer(1, 50, log=True), [1], {1}),
        (Ordered(["s", "m", "l"]), ["m", "l"], {"m", "l"}),
        (Choice(["s", "m"], weights=[1, 9]), "s", {"s"}),
        ([(1,), (1, 2)], (1, 2), {(1, 2)}),
        ([None, 1], None, {None}),
        ([True, 1], 1, {1}),
        (Fixed("x"), "x", {"x"}),
    ],
)
def test_a_parent_may_be_anything_of_few_values(parent, values, wanted):
    _, drawn = drawn_from({"a": parent, "b": When("a", values, [0])})
    having = [params["a"] for params in drawn if "b" in params]
    assert set(having) == wanted
    assert {type(value) for value in having} == {type(value) for value in wanted}


def test_one_parameter_may_have_a_dimension_per_condition():
    space, drawn = drawn_from(
        {
            "kernel": ["linear", "rbf", "poly"],
            "C": [When("kernel", "linear", (1, 5)), When("kernel", ["rbf", "poly"], (10, 15))],
        }
    )
    assert all((params["C"] < 6) == (params["kernel"] == "linear") for params in drawn)
    assert space.size == 5 + 6 + 6
    assert space.names == ("kernel", "C")


def test_a_whole_sub_space_may_be_conditional():
    _, drawn = drawn_from(
        {"use": [True, False], "pca": When("use", True, {"k": (1, 3), "whiten": [True, False]})}
    )
    assert all(({"pca__k", "pca__whiten"} <= set(p)) == p["use"] for p in drawn)


def test_a_choice_brings_its_own_sub_space():
    svc, forest = SVC(), RandomForestClassifier()
    space, drawn = drawn_from(
        {
            "scale": [StandardScaler(), MinMaxScaler(), "passthrough"],
            "clf": Choice(
                {
                    svc: KERNELS,
                    forest: {"max_depth": (1, 9), "bootstrap": [True, False]},
                    "passthrough": {},
                }
            ),
        }
    )
    for params in drawn:
        inner = {name.removeprefix("clf__") for name in params} - {"scale", "clf"}
        if params["clf"] is svc:
            assert {"kernel", "C"} <= inner <= set(KERNELS)
            assert ("degree" in inner) == (params["clf__kernel"] == "poly")
        elif params["clf"] is forest:
            assert inner == {"max_depth", "bootstrap"}
        else:
            assert not inner
    assert pickle.loads(pickle.dumps(space)).names == space.names


def test_decoded_params_can_be_set_on_a_pipeline():
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", SVC())])
    _, drawn = drawn_from(
        {
            "scale": [StandardScaler(), "passthrough"],
            "clf": Choice({SVC(): KERNELS, LogisticRegression(): {"C": (0.1, 1.0)}}),
        },
        n=30,
    )
    for params in drawn:
        pipeline.set_params(**params)


def test_a_new_estimator_of_the_same_parameters_is_the_same_choice():
    space = Space.read({"clf": Choice({SVC(): {"C": [1, 2]}, LogisticRegression(): {}})})
    assert space.contains({"clf": SVC(), "clf__C": 2})
    assert not space.contains({"clf": SVC(C=2), "clf__C": 2})


def test_the_same_name_in_two_branches_is_shared_if_its_dimension_is():
    shared = Space.read({"m": Choice({"a": {"C": (1, 5)}, "b": {"C": (1, 5)}})})
    separate = Space.read({"m": Choice({"a": {"C": (1, 5)}, "b": {"C": (1, 6)}})})
    assert (shared.n_columns, shared.size) == (2, 10)
    assert (separate.n_columns, separate.size) == (3, 11)
    assert shared.names == separate.names == ("m", "m__C")


def test_choices_nest():
    space, drawn = drawn_from(
        {
            "a": Choice(
                {
                    "x": {"b": Choice({"u": {"c": [1, 2]}, "v": {"c": [3]}}), "d": [1, 2]},
                    "y": {"b": Choice({"w": {"c": [4, 5, 6]}})},
                }
            )
        }
    )
    assert space.size == 2 * (2 + 1) + 3
    wanted = {"u": {1, 2}, "v": {3}, "w": {4, 5, 6}}
    assert all(params["a__b__c"] in wanted[params["a__b"]] for params in drawn)


def test_a_condition_finds_its_parent_beside_it_first_and_then_around_it():
    _, drawn = drawn_from(
        {
            "kernel": ["outer"],
            "mode": ["fast", "slow"],
            "clf": Choice(
                {
                    "svc": {
                        "kernel": ["rbf", "poly"],
                        "degree": When("kernel", "poly", (2, 3)),
                        "cache": When("mode", "slow", [1]),
                    },
                    "nusvc": {"kernel": ["rbf", "sigmoid"], "coef": When("kernel", "rbf", [0])},
                }
            ),
            "shift": When("clf__kernel", "rbf", [9]),
        }
    )
    for params in drawn:
        is_svc = params["clf"] == "svc"
        assert ("clf__degree" in params) == (is_svc and params["clf__kernel"] == "poly")
        assert ("clf__cache" in params) == (is_svc and params["mode"] == "slow")
        assert ("clf__coef" in params) == (not is_svc and params["clf__kernel"] == "rbf")
        assert ("shift" in params) == (params["clf__kernel"] == "rbf")


def test_a_conditional_derived_parameter_is_there_only_with_its_condition():
    space, drawn = drawn_from(
        {
            "solver": ["sgd", "adam"],
            "batch": (1, 4),
            "rate": When("solver", "sgd", Derived(lambda params: 0.1 * params["batch"])),
        }
    )
    for params in drawn:
        assert params.get("rate") == (0.1 * params["batch"] if params["solver"] == "sgd" else None)
        assert space.contains(params)
        assert space.contains({k: v for k, v in params.items() if k != "rate"})
    assert not space.contains({"solver": "sgd", "batch": 1, "rate": 0.7})
    assert not space.contains({"solver": "adam", "batch": 1, "rate": 0.1})


def test_a_list_of_sub_spaces_has_a_hidden_root():
    space = Space.read([{"a": [1, 2], "b": (0.0, 1.0)}, {"a": [1, 2], "c": (0.0, 1.0)}])
    assert space.names == ("a", "b", "c")
    assert space.column_names == ("", "a", "b", "c")
    assert not space.is_ordered[0]
    assert space.n_levels.tolist() == [2, 2, 0, 0]
    points = space.encode([{"a": 1, "b": 0.5}, {"a": 1, "c": 0.5}])
    assert space.branch(points).tolist() == [0, 1]
    assert space.active(points).tolist() == [[True, True, True, False], [True, True, False, True]]


def test_sub_spaces_share_a_parameter_of_equal_dimension():
    shared = Space.read([{"a": (1, 9), "k": ["x"]}, {"a": (1, 9), "k": ["y"]}])
    separate = Space.read([{"a": (1, 9), "k": ["x"]}, {"a": (1, 8), "k": ["y"]}])
    assert shared.n_columns == 1 + 1 + 2
    assert separate.n_columns == 1 + 2 + 2


def test_params_that_two_sub_spaces_hold_belong_to_the_first():
    space, drawn = drawn_from([{"a": [1, 2, 3]}, {"a": [3, 4]}])
    assert space.size == 4
    assert [params["a"] for params in space.grid(1)] == [1, 2, 3, 4]
    assert {params["a"] for params in drawn} == {1, 2, 3, 4}
    assert space.branch(space.encode([{"a": 3}, {"a": 4}])).tolist() == [0, 1]


def test_quotas_set_how_often_sub_spaces_are_drawn():
    space, drawn = drawn_from([({"a": [1, 2]}, 30), ({"b": [1, 2]}, 10)], n=2000)
    assert space.quotas == (30, 10)
    assert np.mean(["a" in params for params in drawn]) == pytest.approx(0.75, abs=0.04)


def test_one_space_has_one_branch():
    space = Space.read(KERNELS)
    assert space.quotas == (None,)
    assert not space.branch(np.zeros((3, space.n_columns))).any()


def test_the_size_of_many_independent_choices_is_counted_at_once():
    steps = {f"s{k}": Choice({"a": {"x": (1, 10)}, "b": {}, "c": {"y": [1, 2]}}) for k in range(30)}
    assert Space.read(steps).size == 13**30


def test_conditional_spaces_read_well():
    lines = repr(Space.read(KERNELS)).splitlines()
    assert lines[0] == "Space of 4 parameters"
    assert lines[2] == "  gamma: Real(0.0001, 10.0, log=True), when kernel in ['rbf', 'poly']"
    assert lines[3] == "  degree: Integer(2, 5), when kernel is 'poly'"
    html = Space.read({"<b>": ["<i>", "&"]})._repr_html_()
    assert "<i>" not in html
    assert "&lt;i&gt;" in html
