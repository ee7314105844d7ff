"""The laws of an acquisition, as one check that anyone can run on their own."""

from __future__ import annotations

import pickle

import numpy as np
from numpy.typing import NDArray

from ..acquisition import Acquisition

__all__ = ["check_acquisition"]

Array = NDArray[np.float64]

BESTS = (-3.0, 0.0, 0.8)
STEP = 1e-5


def check_acquisition(acquisition: Acquisition) -> None:
    """Check the laws of an acquisition.

    Parameters
    ----------
    acquisition : Acquisition
        Asked about predictions from hopeless to certain.

    Raises
    ------
    AssertionError
        Names the law that is broken.

    Examples
    --------
    >>> from skhp.acquisition import LogExpectedImprovement
    >>> check_acquisition(LogExpectedImprovement())
    """
    for best in BESTS:
        for law in (
            _values_are_finite,
            _changes_nothing,
            _values_each_point_by_itself,
            _a_higher_mean_is_not_worth_less,
            _partials_are_the_slopes,
        ):
            law(acquisition, best)


def _predictions() -> tuple[Array, Array]:
    """Return means and standard deviations (n,) of every kind, also far from any best."""
    means, stds = np.meshgrid(
        [-100.0, -3.0, -0.5, 0.0, 0.5, 0.8, 3.0, 100.0], [1e-3, 0.1, 1.0, 9.0]
    )
    return means.ravel(), stds.ravel()


def _values_are_finite(acquisition: Acquisition, best: float) -> None:
    mean, std = _predictions()
    value = acquisition.value(mean, std, best)
    assert np.shape(value) == mean.shape, (
        f"value of {len(mean)} points must have shape {mean.shape}, got {np.shape(value)}"
    )
    bad = ~np.isfinite(value)
    assert not bad.any(), (
        f"the value is not finite for mean={mean[bad][0]}, std={std[bad][0]}, best={best}; "
        "work with logarithms where it gets too small"
    )
    nothing = acquisition.value(mean[:0], std[:0], best)
    assert np.shape(nothing) == (0,), "no points must have no values"


def _changes_nothing(acquisition: Acquisition, best: float) -> None:
    mean, std = _predictions()
    before = pickle.dumps(acquisition)
    value = acquisition.value(mean, std, best)
    assert np.array_equal((mean, std), _predictions()), "value changed the predictions"
    assert pickle.dumps(acquisition) == before, "value changed the acquisition"
    again = pickle.loads(before).value(mean, std, best)
    assert np.array_equal(value, again), "the same predictions had different values"


def _values_each_point_by_itself(acquisition: Acquisition, best: float) -> None:
    mean, std = _predictions()
    together = acquisition.value(mean, std, best)
    singly = [acquisition.value(mean[[at]], std[[at]], best)[0] for at in range(len(mean))]
    assert np.allclose(together, singly), "the value of a point depends on the points beside it"


def _a_higher_mean_is_not_worth_less(acquisition: Acquisition, best: float) -> None:
    mean, std = _predictions()
    lower, higher = (acquisition.value(mean + more, std, best) for more in (0.0, 0.1))
    assert (higher >= lower).all(), "a point with a higher mean is worth less"


def _partials_are_the_slopes(acquisition: Acquisition, best: float) -> None:
    mean, std = np.array([-2.0, 0.0, 1.5]), np.array([0.1, 1.0, 3.0])
    by_mean, by_std = acquisition.partials(mean, std, best)
    for name, given, (up, wide) in (("mean", by_mean, (1, 0)), ("std", by_std, (0, 1))):
        more = acquisition.value(mean + up * STEP, std + wide * STEP, best)
        less = acquisition.value(mean - up * STEP, std - wide * STEP, best)
        expected = (more - less) / (2 * STEP)
        assert np.allclose(given, expected, rtol=1e-2, atol=1e-6), (
            f"the partial by the {name} is {given}, finite differences give {expected}"
        )
