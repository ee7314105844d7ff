"""Arrays beyond a bound lie on disk, and nobody notices."""

import copy
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from skhp import _shelf
from skhp._shelf import Shelf


def test_arrays_beyond_the_bound_are_the_same_and_lie_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path))
    monkeypatch.setattr(_shelf, "SEGMENT_BYTES", 1000)
    shelf = Shelf(most_bytes=500)
    arrays = [np.arange(50.0).reshape(10, 5) + i for i in range(6)]
    arrays.append(np.arange(300, dtype=np.float32)[:, None])
    kept = [shelf.keep(values) for values in arrays]
    for values, again in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(values, again)
        assert values.dtype == again.dtype
    assert kept[0] is arrays[0]
    assert shelf.n_bytes == 400
    (folder,) = tmp_path.iterdir()
    assert sum(file.stat().st_size for file in folder.iterdir()) >= 6 * 400
    del shelf, kept, again
    assert not list(tmp_path.iterdir())


def test_what_is_mapped_is_saved_with_its_numbers():
    values = np.arange(20.0)
    kept = Shelf(most_bytes=0).keep(values)
    for again in (pickle.loads(pickle.dumps(kept)), copy.deepcopy(kept)):
        np.testing.assert_array_equal(again, values)


def test_without_room_on_disk_arrays_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", os.fspath(tmp_path / "missing"))
    values = np.arange(20.0)
    with pytest.warns(UserWarning, match="JOBLIB_TEMP_FOLDER"):
        assert Shelf(most_bytes=0).keep(values) is values
