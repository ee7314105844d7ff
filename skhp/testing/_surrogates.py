"""The laws of a surrogate, as one check that anyone can run on their own."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..surrogates import Columns, Posterior, Surrogate

__all__ = ["check_surrogate"]

Array = NDArray[np.float64]

COLUMNS = Columns(np.array([True, False, True, True]), np.array([0, 3, 1, 0]))
"""A range that the first level of a choice makes inactive, the choice, a constant, a range."""

N_OBSERVED = 40
STEP = 1e-6


def check_surrogate(surrogate: Surrogate) -> None:
    """Check the laws of a surrogate and of its posteriors.

    Parameters
    ----------
    surrogate : Surrogate
        Fitted to points of a mixed and conditional space.

    Raises
    ------
    AssertionError
        Names the law that is broken.

    Examples
    --------
    >>> from skhp.surrogates import GaussianProcess
    >>> check_surrogate(GaussianProcess())
    """
    for law in (
        _predicts_finite_numbers,
        _knows_few_and_equal_scores,
        _changes_nothing,
        _gives_the_same_for_the_same,
        _follows_the_data,
        _takes_points_under_way,
        _tunes_what_fit_takes,
        _has_the_slopes_it_says,
    ):
        law(surrogate)


def _points(n: int, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    U = rng.random((n, 4))
    U[:, 1] = (np.floor(3 * U[:, 1]) + 0.5) / 3
    U[U[:, 1] < 0.4, 0] = np.nan
    U[:, 2] = 0.5
    return U


def _truth(U: Array) -> Array:
    return np.nan_to_num(U[:, 0]) + U[:, 1] - (U[:, 3] - 0.5) ** 2


def _fitted(surrogate: Surrogate, n: int = N_OBSERVED, **more: Any) -> Posterior:
    U = _points(n, 0)
    posterior = surrogate.fit(U, _truth(U), columns=COLUMNS, **more)
    assert isinstance(posterior, Posterior), f"fit returns a Posterior, got {posterior!r}"
    return posterior


def _checked(posterior: Posterior, U: Array, where: str) -> tuple[Array, Array]:
    mean, std = posterior.predict(U)
    for name, values in (("mean", mean), ("std", std)):
        assert np.shape(values) == (len(U),), (
            f"predict of {len(U)} points must give a {name} of shape ({len(U)},), got "
            f"{np.shape(values)} {where}"
        )
        assert np.isfinite(values).all(), f"the {name} is not finite {where}"
    assert (np.asarray(std) >= 0).all(), f"a standard deviation is negative {where}"
    return mean, std


def _predicts_finite_numbers(surrogate: Surrogate) -> None:
    posterior = _fitted(surrogate)
    for n in (50, 1, 0):
        _checked(posterior, _points(n, 1), f"at {n} points, some with inactive columns (NaN)")
    U = np.random.default_rng(0).random((20, 3))
    _checked(surrogate.fit(U, U[:, 0]), U, "without columns, which are then all continuous")
    noisy = _fitted(surrogate, noise=np.linspace(0.0, 1.0, N_OBSERVED))
    _checked(noisy, _points(50, 1), "of scores with a known noise")


def _knows_few_and_equal_scores(surrogate: Surrogate) -> None:
    for n in (1, 2):
        _checked(_fitted(surrogate, n), _points(20, 1), f"after {n} observations")
    U = _points(N_OBSERVED, 0)
    equal = surrogate.fit(U, np.full(len(U), 0.7), columns=COLUMNS)
    mean, _ = _checked(equal, _points(20, 1), "of scores that are all equal")
    assert np.allclose(mean, 0.7, atol=0.01), "scores that are all 0.7 must be predicted as 0.7"


def _changes_nothing(surrogate: Surrogate) -> None:
    before = pickle.dumps(surrogate)
    U, new, pending = _points(N_OBSERVED, 0), _points(9, 1), _points(3, 2)
    y, noise = _truth(U), np.full(N_OBSERVED, 0.01)
    given = (U, y, noise, new, pending)
    copies = [array.copy() for array in given]
    posterior = surrogate.fit(U, y, noise, columns=COLUMNS)
    first = posterior.predict(new)
    posterior.condition(pending).predict(new)
    assert pickle.dumps(surrogate) == before, "fit changed the surrogate, which is configuration"
    for array, copy in zip(given, copies, strict=True):
        assert np.array_equal(array, copy, equal_nan=True), "an array of the caller was changed"
    assert np.array_equal(first, posterior.predict(new)), "condition changed the posterior itself"


def _gives_the_same_for_the_same(surrogate: Surrogate) -> None:
    new = _points(30, 1)
    first = _fitted(surrogate)
    again = pickle.loads(pickle.dumps(surrogate))
    assert np.array_equal(first.predict(new), _fitted(again).predict(new)), (
        "the same observations gave different predictions"
    )
    loaded = pickle.loads(pickle.dumps(first))
    assert np.array_equal(first.predict(new), loaded.predict(new)), (
        "a posterior that was saved and loaded predicts otherwise"
    )
    singly = np.hstack([first.predict(new[[row]]) for row in range(len(new))])
    assert np.allclose(first.predict(new), singly, rtol=1e-4, atol=1e-6), (
        "points that are asked about together and one by one are predicted differently"
    )


def _follows_the_data(surrogate: Surrogate) -> None:
    U = _points(N_OBSERVED, 0)
    mean, _ = _fitted(surrogate).predict(U)
    error = np.mean((mean - _truth(U)) ** 2)
    assert error < 0.5 * np.var(_truth(U)), (
        "at observed points without noise, the mean is no better than one constant for all"
    )


def _takes_points_under_way(surrogate: Surrogate) -> None:
    posterior, new = _fitted(surrogate), _points(30, 1)
    nothing = posterior.condition(np.empty((0, 4)))
    assert np.array_equal(nothing.predict(new), posterior.predict(new)), (
        "no points under way must leave the predictions as they are"
    )
    pending = _points(8, 7)
    after = posterior.condition(np.repeat(pending, 3, axis=0))
    _, std = _checked(after, pending, "at points under way")
    assert np.mean(std) < np.mean(posterior.predict(pending)[1]), (
        "points under way must be less uncertain than before"
    )


def _tunes_what_fit_takes(surrogate: Surrogate) -> None:
    U = _points(N_OBSERVED, 0)
    tuned = surrogate.tune(U, _truth(U), columns=COLUMNS)
    again = surrogate.tune(U, _truth(U), columns=COLUMNS, start=tuned)
    for found in (tuned, again):
        posterior = _fitted(surrogate, hyperparameters=found)
        _checked(posterior, U, "with the hyper-parameters that tune returned")


def _has_the_slopes_it_says(surrogate: Surrogate) -> None:
    posterior = _fitted(surrogate)
    if not posterior.is_smooth:
        return
    U = _points(20, 3)
    slopes = posterior.slopes(U)
    assert np.allclose(slopes.prediction, posterior.predict(U)), "slopes predict otherwise"
    assert slopes.length.shape == (4,), "slopes have one length for each column"
    for name, at, given in (("mean", 0, slopes.mean), ("std", 1, slopes.std)):
        expected = np.zeros(U.shape)
        for column in np.flatnonzero(COLUMNS.is_ordered & (COLUMNS.n_levels == 0)):
            active = ~np.isnan(U[:, column])
            above, below = U.copy(), U.copy()
            above[:, column] += STEP
            below[:, column] -= STEP
            rise = (posterior.predict(above)[at] - posterior.predict(below)[at]) / (2 * STEP)
            expected[active, column] = rise[active]
        assert np.allclose(given, expected, rtol=1e-2, atol=1e-3), (
            f"the slopes of the {name} differ from finite differences, or are not zero where a "
            "column is unordered, constant or inactive"
        )
