"""A process that was forked after its parent had workers has workers of its own."""

import pytest

from tests.processes import PATIENCE, running

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

if __name__ == "__main__":
    print(answers(), flush=True)
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    print(answers(), flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "multiprocessing", "threading"])
def test_a_forked_process_searches_as_its_parent_did(tmp_path, backend):
    with running(SEARCHES, tmp_path, backend) as process:
        out, errors = process.communicate(timeout=PATIENCE)
    assert out.splitlines() == ["[0, 1, 4, 9]"] * 3
    assert errors == ""
