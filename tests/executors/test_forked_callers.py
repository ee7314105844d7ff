"""A process that was forked after its parent had workers has workers of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SEARCHES = """
import os, sys, warnings, joblib
from skhp.executors import Task, executor_for
from skhp.testing import Errand, run_tasks

warnings.simplefilter("ignore", DeprecationWarning)

def answers():
    with joblib.parallel_config(sys.argv[1]), executor_for(2) as executor:
        executor.put(Errand())
        outcomes = run_tasks(executor, [Task(i, ("square", i)) for i in range(4)])
    return sorted(outcome.value for outcome in outcomes)

print(answers(), flush=True)
child = os.fork()
if child:
    os.waitpid(child, 0)
print(answers(), flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_a_forked_process_searches_as_its_parent_did(backend):
    done = subprocess.run(
        [sys.executable, "-c", SEARCHES, backend],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["[0, 1, 4, 9]"] * 3
    assert done.stderr == ""
