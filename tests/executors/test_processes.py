"""A fit that hangs, hoards or dies ends alone, and so do the workers of a caller that died."""

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from skhp import _system
from skhp.executors import Limits, LokyExecutor, ProcessExecutor, Task
from skhp.testing import Errand, run_tasks
from tests.processes import running, said_by, until


def statuses_of(deeds, limits):
    """Run one task for each deed under limits; return how each ended and what it says."""
    with ProcessExecutor(2, limits=limits) as executor:
        executor.put(Errand())
        outcomes = run_tasks(executor, [Task(i, deed) for i, deed in enumerate(deeds)])
    outcomes.sort(key=lambda outcome: outcome.task.key)
    return [outcome.status for outcome in outcomes], [outcome.value for outcome in outcomes]


def test_tasks_over_their_time_are_ended_alone():
    quick, endless = ("nap", 0.02), ("nap", 600.0)
    deeds = [quick, quick, endless, quick, quick, endless, quick, quick]
    statuses, values = statuses_of(deeds, Limits(timeout=6.0))
    assert statuses == ["timeout" if deed is endless else "ok" for deed in deeds]
    assert "fit_timeout=6 s" in values[2]


def test_a_task_over_its_memory_is_ended_alone():
    deeds = [("nap", 0.02), ("nap", 0.02), ("hoard", 2_000_000_000), ("nap", 0.02)]
    statuses, values = statuses_of(deeds, Limits(memory=700_000_000))
    assert statuses == ["ok", "ok", "lost", "ok"]
    assert "fit_memory=700000000 bytes" in values[2]


def test_workers_do_not_draw_the_same_numbers():
    def draw():
        time.sleep(0.01)
        return os.getpid(), np.random.random()

    drawn = set()
    with ProcessExecutor(2) as executor:
        executor.put(draw)
        while len({pid for pid, _ in drawn}) < 2:
            outcomes = run_tasks(executor, [Task(i) for i in range(10)])
            drawn |= {outcome.value for outcome in outcomes}
    assert len({number for _, number in drawn}) == len(drawn)


@pytest.mark.slow
@pytest.mark.parametrize("make", [ProcessExecutor, LokyExecutor])
def test_all_workers_may_die_at_once(make):
    with make(2) as executor:
        executor.put(Errand())
        pids = set()
        while len(pids) < 2:  # until both have started
            tasks = [Task(i, ("process",)) for i in range(8)]
            pids |= {outcome.value for outcome in run_tasks(executor, tasks)}
        for i in range(2):
            executor.submit(Task(i, ("nap", 600.0)))
        executor.wait(0.5)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        ended = []
        while len(ended) < 2:
            ended.extend(executor.wait(1.0))
        executor.recover()
        assert {outcome.status for outcome in ended} <= {"lost", "collateral"}
        outcomes = run_tasks(executor, [Task(i, ("square", i)) for i in range(4)])
        assert sorted(outcome.value for outcome in outcomes) == [0, 1, 4, 9]


TASKS = """
import multiprocessing, sys, time, joblib
from pathlib import Path
from skhp.executors import Task, executor_for

backend, folder = sys.argv[1:]

def nap(number):
    (Path(folder) / f"begun-{number}").touch()
    time.sleep(600.0)

def main():
    if backend == "sequential":
        executor = executor_for(1)
    else:
        with joblib.parallel_config(backend):
            executor = executor_for(2)
    with executor:
        executor.put(nap)
        for i in range(4):
            executor.submit(Task(i, (i,)))
        while all(outcome.status != "interrupted" for outcome in executor.wait(0.5)):
            print("workers", *(p.pid for p in multiprocessing.active_children()), flush=True)

if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    deadline = time.monotonic() + 120.0  # what forks workers waits a while for the next search
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    print("left", *(p.name for p in multiprocessing.active_children()), flush=True)
"""


@contextmanager
def napping(folder, backend):
    """Run tasks in a process of its own until each worker has begun one."""
    n_workers = 1 if backend == "sequential" else 2
    with running(TASKS, folder, backend, folder) as process:
        until(lambda: len([*folder.glob("begun-*")]) == n_workers, "tasks have begun", process)
        yield process


def files_of(process):
    return list(Path("/dev/shm").glob(f"skhp-{process.pid}-*"))


@pytest.mark.parametrize(
    "backend",
    [
        "sequential",
        pytest.param("threading", marks=pytest.mark.slow),
        pytest.param("loky", marks=pytest.mark.slow),
        pytest.param("multiprocessing", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("send", [os.kill, pytest.param(os.killpg, marks=pytest.mark.slow)])
def test_an_interrupted_search_closes_cleanly(tmp_path, backend, send):
    with napping(tmp_path, backend) as process:
        send(process.pid, signal.SIGINT)
        assert said_by(process).splitlines()[-1] == "left"
    assert files_of(process) == []


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_workers_and_files_do_not_outlive_a_killed_search(tmp_path, backend):
    with napping(tmp_path, backend) as process:
        assert process.stdout.readline().split()[1:]
        process.kill()
        process.wait()
    until(lambda: not files_of(process), "its files are gone")


QUEUED = """
import os, sys, time
from pathlib import Path
from joblib.externals.loky import get_reusable_executor
from skhp.executors import ShippedCall, Task

folder = Path(sys.argv[1])

def hold():
    (folder / str(os.getpid())).touch()
    while not (folder / "go").exists():
        time.sleep(0.05)

def nap():
    time.sleep(600.0)

if __name__ == "__main__":
    pool, call = get_reusable_executor(1), ShippedCall(nap, 1)
    pool.submit(hold)
    pool.submit(call.bind(Task(0))).result()
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_portable", ["", "1"])
def test_a_worker_that_comes_to_a_task_of_a_killed_search_ends(tmp_path, is_portable):
    held = tmp_path / "held"
    held.mkdir()
    with running(QUEUED, tmp_path, held, SKHP_PORTABLE=is_portable) as process:
        until(lambda: any(held.iterdir()), "a worker is held", process)
        process.kill()
        process.wait()
    (worker,) = held.iterdir()
    assert _system.is_running(int(worker.name))
    (held / "go").touch()
    try:
        until(lambda: not _system.is_running(int(worker.name)), "the worker has ended")
    finally:
        _system.kill_group(process.pid)
