"""Every executor keeps the laws of executors."""

import importlib
import pkgutil
from contextlib import contextmanager, nullcontext

import joblib
import pytest

import skhp.executors
from skhp.executors import (
    DaskExecutor,
    Executor,
    JoblibExecutor,
    LokyExecutor,
    ProcessExecutor,
    RayExecutor,
    SequentialExecutor,
)
from skhp.testing import check_executor
from tests.executors.clusters import dask_client, ray_cluster
from tests.executors.outside import PoolExecutor


def on(backend):
    def make(n_slots):
        with joblib.parallel_config(backend):
            return JoblibExecutor(n_slots)

    return make


@contextmanager
def on_dask():
    with dask_client() as client:
        yield lambda n_workers: DaskExecutor(client, n_workers=n_workers)


@contextmanager
def on_ray():
    with ray_cluster():
        yield RayExecutor


slow, exhaustive = pytest.mark.slow, pytest.mark.exhaustive
TRIED = {
    "sequential": (SequentialExecutor, nullcontext(lambda n_slots: SequentialExecutor()), ()),
    "threading": (JoblibExecutor, nullcontext(on("threading")), ()),
    "joblib on loky": (JoblibExecutor, nullcontext(on("loky")), exhaustive),
    "loky": (LokyExecutor, nullcontext(LokyExecutor), slow),
    "processes": (ProcessExecutor, nullcontext(ProcessExecutor), ()),
    "dask": (DaskExecutor, on_dask(), slow),
    "ray": (RayExecutor, on_ray(), slow),
    "from outside": (PoolExecutor, nullcontext(PoolExecutor), slow),
}


@pytest.mark.parametrize(
    "place",
    [pytest.param(place, id=name, marks=marks) for name, (_, place, marks) in TRIED.items()],
)
def test_executors_keep_the_laws(place):
    with place as make:
        check_executor(make)


def test_every_executor_is_tried():
    for module in pkgutil.iter_modules(skhp.executors.__path__, "skhp.executors."):
        importlib.import_module(module.name)
    ours = {kind for kind in kinds_of(Executor) if kind.__module__.startswith("skhp.executors")}
    assert ours - {kind for kind, _, _ in TRIED.values()} == set()


def kinds_of(kind):
    """Return all classes below a class."""
    return {one for child in kind.__subclasses__() for one in (child, *kinds_of(child))}
