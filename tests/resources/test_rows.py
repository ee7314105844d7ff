"""Rungs with fewer rows get a fair part of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skhp.resources import nested_rows

CLASSES = st.lists(st.integers(0, 4), min_size=1, max_size=60)


@given(CLASSES, st.booleans())
def test_every_row_comes_once(classes, is_told):
    rows = nested_rows(len(classes), np.random.default_rng(0), classes=classes if is_told else None)
    assert sorted(rows.tolist()) == list(range(len(classes)))


@given(CLASSES)
def test_no_class_is_missing_once_there_is_room_for_all(classes):
    rows = nested_rows(len(classes), np.random.default_rng(1), classes=classes)
    n_classes = len(set(classes))
    assert len({classes[row] for row in rows[:n_classes]}) == n_classes


@given(CLASSES, st.data())
def test_every_beginning_has_the_share_of_each_class(classes, data):
    n = data.draw(st.integers(1, len(classes)))
    rows = nested_rows(len(classes), np.random.default_rng(2), classes=classes)
    counts = np.bincount([classes[row] for row in rows[:n]], minlength=5)
    shares = n * np.bincount(classes, minlength=5) / len(classes)
    assert (np.abs(counts - shares) <= len(set(classes))).all()


def test_the_order_is_a_draw_of_the_generator():
    one, same, other = (nested_rows(50, np.random.default_rng(s)).tolist() for s in (0, 0, 1))
    assert one == same != other


def test_classes_may_be_texts():
    rows = nested_rows(4, np.random.default_rng(0), classes=np.array(["b", "a", "b", "b"]))
    assert 1 in rows[:2]
