"""The callable reaches other processes whole, writable and without a trace."""

import os
from pathlib import Path

import numpy as np
import pytest

from skhp.executors import LokyExecutor, ProcessExecutor, ShippedCall, Task, _calls, _payload
from skhp.executors._payload import Shipment
from skhp.executors._settings import CallerSettings
from skhp.testing import Errand, run_tasks


class Holds:
    def __init__(self, **parts):
        self.__dict__.update(parts)

    def __call__(self):
        return self.__dict__


class Slow(Holds):
    def __setstate__(self, state):
        import time

        time.sleep(2 * _payload.SLOW_SECONDS)
        self.__dict__.update(state)


@pytest.fixture
def ship():
    shipments = []

    def shipment_of(call):
        shipments.append(Shipment((call, CallerSettings.here())))
        return shipments[-1]

    yield shipment_of
    for shipment in shipments:
        shipment.close()


def opened(shipment):
    call, _ = shipment.ticket.open()
    return call()


def test_what_is_shipped_arrives(ship):
    parts = {
        "X": np.arange(12.0).reshape(3, 4),
        "fortran": np.asfortranarray(np.ones((3, 4), np.float32)),
        "empty": np.empty((0, 4)),
        "words": np.array(["a", None], dtype=object),
        "y": ["yes", "no"],
        "function": lambda value: value + 1,
    }
    arrived = opened(ship(Holds(**parts)))
    assert arrived["function"](1) == 2
    assert arrived["y"] == parts["y"]
    for name in ("X", "fortran", "empty", "words"):
        np.testing.assert_array_equal(arrived[name], parts[name])
        assert arrived[name].dtype == parts[name].dtype
        assert arrived[name].flags.f_contiguous == parts[name].flags.f_contiguous


def test_arrays_are_aligned_as_vector_loops_like_them(ship):
    parts = {str(i): np.ones(i, np.int8) for i in (1, 3, 64, 1000)}
    arrived = opened(ship(Holds(**parts)))
    assert all(array.ctypes.data % _payload.ALIGNMENT == 0 for array in arrived.values())


def test_what_a_task_writes_is_gone_with_it(ship, monkeypatch):
    monkeypatch.setattr(_payload, "SLOW_SECONDS", float("inf"))  # what is slow to read is kept
    X = np.ones(1000)
    shipment = ship(Holds(X=X))
    opened(shipment)["X"][:] = 7.0
    assert np.all(opened(shipment)["X"] == 1.0)
    assert np.all(X == 1.0)


def test_what_is_slow_to_read_is_read_once(ship):
    shipment = ship(Slow(X=np.ones(10)))
    first = opened(shipment)
    assert opened(shipment)["X"] is first["X"]


def test_no_file_is_left_behind(ship):
    shipment = ship(Holds())
    path = Path(shipment.ticket.path)
    assert path.exists()
    shipment.close()
    shipment.close()
    assert not path.exists()


def test_no_file_outlives_its_shipment():
    shipment = Shipment((Holds(), CallerSettings.here()))
    path = Path(shipment.ticket.path)
    del shipment
    assert not path.exists()


def test_a_folder_without_room_is_passed_over(ship, monkeypatch, tmp_path):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path / "missing"))
    assert opened(ship(Holds(a=1))) == {"a": 1}


def test_joblibs_folder_is_used(ship, monkeypatch, tmp_path):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path))
    assert Path(ship(Holds()).ticket.path).parent == tmp_path


def test_what_cannot_be_pickled_says_what_to_do(ship):
    import threading

    with pytest.raises(TypeError, match="pickle") as caught:
        ship(Holds(lock=threading.Lock()))
    assert "n_jobs=1" in "".join(caught.value.__notes__)


def test_the_name_of_the_file_tells_whose_it_is(ship):
    assert f"-{os.getpid()}-" in ship(Holds()).ticket.path


@pytest.mark.parametrize("make", [ProcessExecutor, LokyExecutor])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, 100)])
def test_a_callable_that_is_lost_on_the_way_is_shipped_again(make, damage, monkeypatch, tmp_path):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path))
    with make(2) as executor:
        executor.put(Errand())
        for _ in range(3):
            outcomes = run_tasks(executor, [Task(i, ("square", i)) for i in range(6)])
            assert sorted(outcome.value for outcome in outcomes) == [0, 1, 4, 9, 16, 25]
            for path in tmp_path.glob("skhp-*.pickle"):
                damage(path)


def test_a_callable_that_no_worker_can_map_costs_its_tasks_and_no_more():
    call = ShippedCall(pow, 2)
    task = Task("a", (2, 10))
    statuses = []
    for _ in range(_calls.MAX_LOSSES + 1):
        bound = call.bind(task)
        Path(call.ticket.path).unlink()
        statuses.append(call.outcome(task, bound()).status)
    assert statuses == ["collateral"] * _calls.MAX_LOSSES + ["lost"]
    assert call.outcome(task, call.bind(task)()).value == 1024
    call.close()
