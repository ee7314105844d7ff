"""Small clusters on this machine; a test that asks for one that is not installed is skipped."""

import warnings
from contextlib import contextmanager

import pytest


@contextmanager
def dask_client():
    distributed = pytest.importorskip("distributed")
    import dask

    with (
        # A busy machine may need longer than 15 s to start a worker anew.
        dask.config.set({"distributed.deploy.lost-worker-timeout": "300s"}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def ray_cluster():
    ray = pytest.importorskip("ray")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("RAY_AUTH_MODE", "disabled")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        yield ray
        ray.shutdown()
