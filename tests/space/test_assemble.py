"""Entries of dict-valued parameters."""

import copy

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from skhp.exceptions import SpaceError
from skhp.space import Space, When, assemble


class Network(BaseEstimator):
    def __init__(self, model_kwargs=None, epochs=1):
        self.model_kwargs = model_kwargs
        self.epochs = epochs


def test_a_space_keeps_bracketed_names_flat():
    space = Space.read(
        {
            "model_kwargs[units]": [32, 64],
            "model_kwargs[drop]": When("model_kwargs[units]", 64, [0]),
        }
    )
    params = space.decode(space.sample(20, np.random.default_rng(0)))
    assert {name for some in params for name in some} == set(space.names)


@pytest.mark.parametrize(
    "params, base, assembled",
    [
        ({"a": 1}, {"k": {"x": 1}}, {"a": 1}),
        ({"k[x]": 1}, {}, {"k": {"x": 1}}),
        ({"k[x]": 1}, {"k": None}, {"k": {"x": 1}}),
        ({"k[x]": 1, "k[y]": 2}, {"k": {"x": 0, "z": 3}}, {"k": {"x": 1, "z": 3, "y": 2}}),
        ({"k[x]": 1, "k": {"y": 2}}, {"k": {"z": 3}}, {"k": {"y": 2, "x": 1}}),
        ({"k[x][y]": 1}, {"k": {"x": {"z": 2}, "w": 0}}, {"k": {"x": {"z": 2, "y": 1}, "w": 0}}),
        ({"k[x][y]": 1, "k[x][z]": 2}, {}, {"k": {"x": {"y": 1, "z": 2}}}),
        ({"s__k[x]": 1}, {"s__k": {"y": 2}}, {"s__k": {"y": 2, "x": 1}}),
    ],
)
def test_entries_are_put_into_their_dicts(params, base, assembled):
    before = copy.deepcopy((params, base))
    assert assemble(params, base) == assembled
    assert (params, base) == before


def test_the_dict_of_a_swapped_in_estimator_is_built_upon():
    pipeline = Pipeline([("net", "passthrough")])
    network = Network(model_kwargs={"act": "relu"})
    params = assemble({"net": network, "net__model_kwargs[units]": 8}, pipeline.get_params())
    pipeline.set_params(**params)
    assert pipeline["net"].model_kwargs == {"act": "relu", "units": 8}


def test_the_dict_of_an_estimator_inside_a_swapped_in_one_is_built_upon():
    inner = Pipeline([("net", Network(model_kwargs={"act": "relu"}))])
    params = assemble({"step": inner, "step__net__model_kwargs[units]": 8}, {})
    assert params["step__net__model_kwargs"] == {"act": "relu", "units": 8}


def test_an_entry_of_what_is_no_dict_is_an_error():
    with pytest.raises(SpaceError, match="'k' must be a dict .* got 5"):
        assemble({"k[x]": 1}, {"k": 5})
