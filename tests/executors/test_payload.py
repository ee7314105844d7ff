"""The callable reaches other processes whole, writable and without a trace."""

import os
from pathlib import Path

import numpy as np
import pytest

from skhp import _system
from skhp.executors import (
    LokyExecutor,
    ProcessExecutor,
    ShippedCall,
    Task,
    _arrays,
    _calls,
    _payload,
)
from skhp.executors._arrays import LostShipment
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


def test_tasks_under_way_when_the_callable_is_lost_are_one_loss():
    call = ShippedCall(pow, 2)
    tasks = [Task(i, (2, i)) for i in range(_calls.MAX_LOSSES)]
    for _ in range(_calls.MAX_LOSSES):
        bound = [call.bind(task) for task in tasks]
        Path(call.ticket.path).unlink()
        outcomes = [call.outcome(task, of()) for task, of in zip(tasks, bound, strict=True)]
        assert {outcome.status for outcome in outcomes} == {"collateral"}
    call.close()


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


def mapped(folder, mode="r+"):
    path = folder / "mapped.npy"
    if not path.exists():
        np.save(path, np.arange(60_000.0).reshape(300, 200))
    return np.load(path, mmap_mode=mode)


def strided(X):
    """Return views of a table that are contiguous in no way."""
    return {
        "columns": X[:, :50],
        "rows": X[::2],
        "backwards": X[::-1, ::-2],
        "transposed": X.T[:60],
        "one column": X[:, 3],
        "cube": X.reshape(300, 20, 10).transpose(1, 2, 0)[:, ::2],
        "frozen": frozen(X[:, 1:]),
    }


def frozen(X):
    X.flags.writeable = False
    return X


def assert_equal_arrays(arrived, sent):
    np.testing.assert_array_equal(arrived, sent)
    assert arrived.dtype == sent.dtype
    assert arrived.flags.writeable == sent.flags.writeable


@pytest.mark.parametrize("dtype", ["f8", "f4", "M8[s]", "U5", [("a", "i4"), ("b", "f8")]])
def test_strided_arrays_arrive_compact(ship, dtype, monkeypatch):
    monkeypatch.setattr(_arrays, "CHUNK_BYTES", 10_000)
    table = np.zeros((300, 200), dtype)
    table["a" if table.dtype.names else ...] = np.arange(60_000).reshape(300, 200) % 1000
    parts = strided(table)
    shipment = ship(Holds(**parts))
    assert shipment.ticket.offset < sum(array.nbytes for array in parts.values()) + 10_000
    arrived = opened(shipment)
    for name, array in parts.items():
        assert_equal_arrays(arrived[name], array)


@pytest.mark.parametrize("mode", ["r", "r+"])
def test_what_lies_in_a_file_is_mapped_from_there(ship, mode, tmp_path):
    X = mapped(tmp_path, mode)
    parts = {"whole": X, "plain": np.asarray(X), "fortran": X.T, **strided(X)}
    shipment = ship(Holds(**parts))
    assert shipment.ticket.offset < 10_000
    arrived = opened(shipment)
    for name, array in parts.items():
        assert_equal_arrays(arrived[name], array)
        assert arrived[name].strides == array.strides
    if mode == "r+":
        arrived["whole"][:] = 7.0
        np.testing.assert_array_equal(opened(shipment)["whole"], X)
        assert X[0, 1] == 1.0


def test_what_was_written_into_a_private_mapping_is_shipped(ship, tmp_path):
    X = mapped(tmp_path, "c")
    X[0] = 7.0
    np.testing.assert_array_equal(opened(ship(Holds(X=X)))["X"], X)


@pytest.mark.parametrize("is_portable", [False, True])
def test_a_file_that_was_replaced_is_not_taken_for_the_one_that_is_mapped(
    ship, tmp_path, is_portable, monkeypatch
):
    monkeypatch.setattr(_system, "IS_PORTABLE", is_portable)
    X = mapped(tmp_path)
    shipment = ship(Holds(X=X))
    assert shipment.is_intact
    np.save(tmp_path / "other.npy", np.asarray(X) + 1.0)
    os.replace(tmp_path / "other.npy", X.filename)
    assert not shipment.is_intact
    with pytest.raises(LostShipment, match="replaced"):
        shipment.ticket.open()
    np.testing.assert_array_equal(opened(ship(Holds(X=X)))["X"], X)


@pytest.mark.parametrize("is_portable", [False, True])
def test_a_file_that_is_there_is_taken_for_the_one_that_is_mapped(
    ship, tmp_path, is_portable, monkeypatch
):
    monkeypatch.setattr(_system, "IS_PORTABLE", is_portable)
    assert ship(Holds(X=mapped(tmp_path)[:, ::2])).ticket.offset < 10_000


def test_what_is_slow_to_read_is_kept_without_what_was_written(ship):
    shipment = ship(Slow(X=np.ones(10_000)))
    opened(shipment)["X"][:] = 7.0
    expected = 7.0 if _system.IS_PORTABLE else 1.0
    assert np.all(opened(shipment)["X"] == expected)


FRAMES = ("numbers", "part", "words", "arrow", "polars", "polars part")


def frames():
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    pytest.importorskip("pyarrow", exc_type=ImportError)  # not for any numpy
    X = np.arange(20_000.0).reshape(1000, 20)
    words = np.array(["", "a", "many words"] * 334)[:1000]
    numbers = pd.DataFrame(X)
    words = pd.DataFrame({"words": words, "x": X[:, 0], "group": pd.Categorical(words)})
    return {
        "numbers": numbers,
        "part": numbers.iloc[::2, 3:],
        "words": words,
        "arrow": words.convert_dtypes(dtype_backend="pyarrow"),
        "polars": pl.from_pandas(words),
        "polars part": pl.from_pandas(words)[1:500:3],
    }


@pytest.mark.parametrize("name", FRAMES)
def test_frames_arrive_as_they_were(ship, name):
    frame = frames()[name]
    arrived = opened(ship(Holds(frame=frame)))["frame"]
    assert type(arrived) is type(frame)
    assert str(arrived) == str(frame)
    assert list(arrived.dtypes) == list(frame.dtypes)
    assert arrived.equals(frame)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid(), reason="only root gives files away")
def test_a_file_of_another_user_is_not_unpickled(ship):
    shipment = ship(Holds())
    os.chown(shipment.ticket.path, 12345, 12345)
    with pytest.raises(LostShipment, match="belongs to another user"):
        shipment.ticket.open()
