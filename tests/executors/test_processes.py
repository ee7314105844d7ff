"""A fit that hangs, hoards or dies ends alone, and so do the workers of a caller that died."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from skhp.executors import Limits, LokyExecutor, ProcessExecutor, Task
from skhp.testing import Errand, run_tasks

ROOT = Path(__file__).parents[2]


def test_tasks_over_their_limits_are_ended_alone():
    tasks = {i: ("nap", 0.02) for i in range(10)}
    tasks[2] = tasks[7] = ("nap", 600.0)
    tasks[4] = ("hoard", 2_000_000_000)
    with ProcessExecutor(2, limits=Limits(timeout=8.0, memory=700_000_000)) as executor:
        executor.put(Errand())
        outcomes = run_tasks(executor, [Task(i, args) for i, args in tasks.items()])
    statuses = {outcome.task.key: outcome.status for outcome in outcomes}
    values = {outcome.task.key: outcome.value for outcome in outcomes}
    assert statuses == dict.fromkeys(range(10), "ok") | {2: "timeout", 4: "lost", 7: "timeout"}
    assert "fit_timeout=8 s" in values[2]
    assert "fit_memory=700000000 bytes" in values[4]


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


SEARCH = """
import multiprocessing, sys, time, joblib
from skhp.executors import Task, executor_for
from skhp.testing import Errand, run_tasks

if sys.argv[1] == "sequential":
    executor = executor_for(1)
else:
    with joblib.parallel_config(sys.argv[1]):
        executor = executor_for(2)
with executor:
    executor.put(Errand())
    run_tasks(executor, [Task(i, ("nap", 0.01)) for i in range(4)])
    for i in range(4):
        executor.submit(Task(i, ("nap", 600.0)))
    print("running", *(p.pid for p in multiprocessing.active_children()), flush=True)
    try:
        while all(outcome.status != "interrupted" for outcome in executor.wait(0.5)):
            pass
    except KeyboardInterrupt:
        pass
deadline = time.monotonic() + 20.0  # what forks workers waits some seconds for the next search
while multiprocessing.active_children() and time.monotonic() < deadline:
    time.sleep(0.05)
print("left", *(p.name for p in multiprocessing.active_children()), flush=True)
"""


def start(backend):
    process = subprocess.Popen(
        [sys.executable, "-c", SEARCH, backend],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    word, *pids = process.stdout.readline().split()
    assert word == "running"
    return process, [int(pid) for pid in pids]


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
def test_an_interrupted_search_closes_cleanly(backend, send):
    process, _ = start(backend)
    time.sleep(0.3)  # until it waits; an interrupt before that would only end it sooner
    send(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert output.split() == ["left"]
    assert process.returncode == 0
    assert files_of(process) == []


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_workers_and_files_do_not_outlive_a_killed_search(backend):
    process, pids = start(backend)
    assert pids
    process.kill()
    process.wait()
    deadline = time.monotonic() + 60
    while files_of(process) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert files_of(process) == []
    process.stdout.close()
