"""On a cluster, as on one machine: limits, and what leads to it."""

import joblib
import pytest

from skhp.exceptions import WorkerWarning
from skhp.executors import DaskExecutor, Limits, RayExecutor, Task, executor_for
from skhp.testing import Errand, run_tasks
from tests.executors.clusters import dask_client, ray_cluster

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", name="dask_client")
def _dask_client():
    with dask_client() as client:
        yield client


@pytest.fixture(scope="module", name="ray_cluster")
def _ray_cluster():
    with ray_cluster() as ray:
        yield ray


@pytest.fixture(params=["dask", "ray"])
def make(request):
    if request.param == "ray":
        request.getfixturevalue("ray_cluster")
        return RayExecutor
    client = request.getfixturevalue("dask_client")
    return lambda n_workers, **kwargs: DaskExecutor(client, n_workers=n_workers, **kwargs)


def test_a_task_over_its_time_is_ended_alone(make):
    tasks = {i: ("nap", 0.02) for i in range(8)} | {3: ("nap", 600.0)}
    with make(2, limits=Limits(timeout=8.0)) as executor:
        executor.put(Errand())
        outcomes = run_tasks(executor, [Task(i, args) for i, args in tasks.items()])
    statuses = {outcome.task.key: outcome.status for outcome in outcomes}
    assert statuses == dict.fromkeys(range(8), "ok") | {3: "timeout"}


def test_joblibs_dask_backend_leads_to_dask(dask_client):
    dask_client.wait_for_workers(2)  # one that was ended is being started anew
    with joblib.parallel_config("dask"), executor_for(-1) as executor:
        assert type(executor) is DaskExecutor
        assert executor.n_slots == 2
    with joblib.parallel_config("dask"), executor_for(1) as executor:
        assert executor.n_slots == 1


def test_searches_inside_of_dask_tasks_do_not_wait_for_each_other(dask_client):
    def search():
        with joblib.parallel_config("dask"):
            return Errand()("share", -1)

    futures = [dask_client.submit(search, pure=False) for _ in range(4)]
    assert dask_client.gather(futures) == [[0, 1, 4, 9]] * 4


def test_joblibs_ray_backend_leads_to_ray(ray_cluster):
    from ray.util.joblib import register_ray

    register_ray()
    with joblib.parallel_config("ray"), executor_for(-1) as executor:
        assert type(executor) is RayExecutor
        assert executor.n_slots == 2
    with joblib.parallel_config("ray"), pytest.warns(WorkerWarning, match="fit_memory"):
        executor_for(2, fit_memory=10**9).close()
