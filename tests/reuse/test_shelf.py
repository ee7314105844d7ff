"""What a worker keeps: within its room, made once, and never spoiled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.pipeline import Pipeline

from skhp import GridSearchCV
from skhp.reuse._sealed import seal
from skhp.reuse._shelf import Shelf
from tests.reuse.spies import Sleeper, Widen


def test_the_least_recently_used_goes_where_there_is_no_room():
    shelf = Shelf(10)
    for key in "aba":
        shelf.fetch(key, lambda: ("old", 5))
    shelf.fetch("c", lambda: ("old", 5))
    assert [shelf.fetch(key, lambda: ("new", 0))[0] for key in "acb"] == ["old", "old", "new"]


def test_what_is_larger_than_the_shelf_leaves_the_others_there():
    shelf = Shelf(10)
    shelf.fetch("a", lambda: ("old", 5))
    assert shelf.fetch("b", lambda: ("huge", 11)) == ("huge", True)
    assert shelf.fetch("b", lambda: ("huge", 11)) == (None, False)
    assert shelf.fetch("a", lambda: ("new", 5)) == ("old", False)


def test_one_thread_makes_what_the_others_wait_for():
    shelf, barrier, made = Shelf(10), Barrier(4), []

    def make() -> tuple[str, int]:
        made.append(1)
        return "value", 1

    def ask(_: int) -> Any:
        barrier.wait()
        return shelf.fetch("a", make)[0]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == ["value"] * 4
    assert made == [1]


def test_an_error_leaves_the_key_to_whoever_comes_next():
    shelf = Shelf(10)
    with pytest.raises(ZeroDivisionError):
        shelf.fetch("a", lambda: (1 // 0, 1))
    assert shelf.fetch("a", lambda: ("value", 1)) == ("value", True)


BASE = np.arange(24.0).reshape(4, 6)


ROWS = {
    "C": BASE,
    "Fortran": np.asfortranarray(BASE),
    "a view": BASE[:, 1:3],
    "backwards": BASE[::-1, ::2],
    "repeated": np.broadcast_to(BASE[0], (3, 6)),
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_a_copy_of_an_array_has_its_layout_and_is_nobody_else_s(rows: Any):
    sealed, before = seal(rows), rows.copy()
    assert sealed is not None
    copy = sealed.copy()
    assert copy.strides == rows.strides
    np.testing.assert_array_equal(copy, before)
    copy[...] = -1
    np.testing.assert_array_equal(sealed.copy(), before)
    np.testing.assert_array_equal(rows, before)


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_a_copy_of_a_frame_has_the_layout_of_its_array_and_is_nobody_else_s(rows: Any):
    frame, before = pd.DataFrame(rows, copy=False), rows.copy()
    sealed = seal(frame)
    assert sealed is not None
    copy = sealed.copy()
    assert copy.to_numpy().strides == frame.to_numpy().strides
    pd.testing.assert_frame_equal(copy, pd.DataFrame(before))
    copy.iloc[:, :] = -1.0
    pd.testing.assert_frame_equal(sealed.copy(), pd.DataFrame(before))
    np.testing.assert_array_equal(rows, before)


def test_copies_of_frames_sparse_rows_and_texts_are_nobody_else_s():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    for rows in (frame, frame["a"], sparse.csr_matrix(np.eye(2)), ["some", "texts"]):
        sealed = seal(rows)
        assert sealed is not None
        one, other = sealed.copy(), sealed.copy()
        assert type(one) is type(rows)
        assert sealed.n_bytes > 0
        if isinstance(one, pd.DataFrame | pd.Series):
            one.drop(index=0, inplace=True)
            pd.testing.assert_frame_equal(pd.DataFrame(other), pd.DataFrame(rows))
        elif isinstance(one, list):
            one.clear()
            assert other == rows
        else:
            one.data[:] = 7.0
            assert (other != rows).nnz == 0


def test_rows_of_which_nobody_knows_how_to_copy_them_are_not_kept():
    assert seal(np.array([object()])) is None
    assert seal([["a", "list"]]) is None


@pytest.mark.slow
def test_what_workers_keep_is_no_leak(tmp_path: Path):
    """Where psutil is installed, loky ends workers that have grown by 300 MB."""
    pytest.importorskip("psutil")
    log = tmp_path / "log"
    pipeline = Pipeline([("widen", Widen(250_000)), ("model", Sleeper(str(log)))])
    space = {"model__number": [*range(24)]}
    GridSearchCV(pipeline, space, cv=3, refit=False, n_jobs=2).fit(np.zeros((90, 1)), [0, 1] * 45)
    assert len(set(log.read_text().split())) == 2
