"""Every executor keeps the laws of executors."""

import joblib
import pytest

import skhp.executors
from skhp.executors import (
    Executor,
    JoblibExecutor,
    LokyExecutor,
    ProcessExecutor,
    SequentialExecutor,
)
from skhp.testing import check_executor


def on(backend):
    def make(n_slots):
        with joblib.parallel_config(backend):
            return JoblibExecutor(n_slots)

    return make


MAKES = {
    "sequential": (SequentialExecutor, lambda n_slots: SequentialExecutor()),
    "threading": (JoblibExecutor, on("threading")),
    "loky": (LokyExecutor, LokyExecutor),
    "processes": (ProcessExecutor, ProcessExecutor),
}


@pytest.mark.parametrize("name", MAKES)
def test_executors_keep_the_laws(name):
    _, make = MAKES[name]
    check_executor(make)


@pytest.mark.exhaustive
def test_joblib_alone_keeps_the_laws_on_loky():
    check_executor(on("loky"))


def test_every_executor_is_checked():
    on_clusters = {skhp.executors.DaskExecutor, skhp.executors.RayExecutor}
    public = (getattr(skhp.executors, name) for name in skhp.executors.__all__)
    executors = {kind for kind in public if isinstance(kind, type) and issubclass(kind, Executor)}
    assert executors - {Executor} - on_clusters == {kind for kind, _ in MAKES.values()}
