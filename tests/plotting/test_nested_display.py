"""The picture of a nested cross-validation."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from skhp.nested import NestedResult, OuterFold
from skhp.plotting import NestedDisplay


def test_outer_folds_are_drawn_with_their_mean_and_failed_ones_leave_a_gap():
    folds = (
        OuterFold(0, 80, 20, untuned_score=0.90, tuned_score=0.92, best_score=0.95),
        OuterFold(1, 80, 20, untuned_score=0.88, tuned_score=np.nan),
        OuterFold(2, 80, 20, untuned_score=0.86, tuned_score=0.94, best_score=0.93),
    )
    ax = NestedDisplay.from_result(NestedResult(folds, "accuracy", n_splits=3)).ax_
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "1", "2", "mean"]
    untuned, tuned = (line.get_xdata() for line in ax.get_lines()[:2])
    assert untuned[-1] == pytest.approx(0.88) and tuned[-1] == pytest.approx(0.93)
    plt.close("all")


def test_the_ensemble_is_drawn_where_there_is_one():
    with_one = (
        OuterFold(0, 80, 20, 0.90, 0.92, ensemble_score=0.94),
        OuterFold(1, 80, 20, 0.88, 0.91, ensemble_score=0.92),
    )
    without = tuple(OuterFold(n, 80, 20, 0.90, 0.92, best_score=0.95) for n in range(2))
    for folds, is_there in ((with_one, True), (without, False)):
        ax = NestedDisplay.from_result(NestedResult(folds, "accuracy", n_splits=2)).ax_
        drawn = {line.get_label(): line.get_xdata() for line in ax.get_lines()}
        assert ("ensemble" in drawn) == is_there
        if is_there:
            assert drawn["ensemble"] == pytest.approx([0.94, 0.92, 0.93])
    plt.close("all")
