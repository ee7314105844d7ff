"""Bayesian search: proposes where a model of the score promises most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from .._warnings import warn
from ..acquisition import (
    Acquisition,
    Landscape,
    LogExpectedImprovement,
    Maximiser,
    ProbabilityOfImprovement,
)
from ..designs import sobol
from ..exceptions import ProposalWarning, SettingError
from ..history import History
from ..observed import Unseen, masked, observe
from ..space import Space
from ..surrogates import GaussianProcess, OutputTransform, Posterior, Surrogate
from ._base import Strategy
from ._bayes_model import Fitted, Modeller

__all__ = ["Bayes"]

_ENUMERATED_UP_TO = 2048
_LISTED_AT_MOST = 100_000
_N_COVER = 384
_N_INCUMBENTS = 5
_RESOLUTION = 0.005
"""Continuous columns of two points that differ by less, in the unit cube, teach the same."""


@dataclass(frozen=True)
class Bayes(Strategy):
    """Bayesian optimisation over mixed, conditional and finite spaces.

    The first trials cover the space; then a surrogate is fitted to what is known and the point
    that the acquisition values most is proposed.  Points under way count as seen at their
    predicted score, trials with only some folds as noisier.  Where trials fail, the improvement
    counts with the chance that a point works, by a second model (Gelbart et al. 2014, sec. 3.1).

    Parameters
    ----------
    surrogate : Surrogate, optional
        Model of the score; `GaussianProcess` by default.
    acquisition : Acquisition, optional
        Worth of a prediction; `LogExpectedImprovement` by default.
    n_initial : int, optional
        How many trials cover the space before the model takes over; by default one more than the
        space has columns, but from 5 to 8.
    exploration : float
        Share of the proposals after that which still cover the space.

    Raises
    ------
    SettingError
        If the surrogate or the acquisition is no such object, or a number makes no sense.

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": (1e-3, 1e3, "log-uniform")}))
    >>> [params] = Bayes().propose(history, 1)
    >>> 1e-3 <= params["C"] <= 1e3
    True
    """

    surrogate: Surrogate | None = None
    acquisition: Acquisition | None = None
    n_initial: int | None = None
    exploration: float = 0.0
    _modeller: Modeller = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, kind in (("surrogate", Surrogate), ("acquisition", Acquisition)):
            value = getattr(self, name)
            if value is not None and not isinstance(value, kind):
                raise SettingError(
                    f"{name} must be an object of a class of skhp.{kind.__module__.split('.')[1]}, "
                    f"or None for the default, got {value!r}."
                )
        if self.n_initial is not None and self.n_initial < 1:
            raise SettingError(f"n_initial must be at least 1, got {self.n_initial!r}.")
        if not 0 <= self.exploration <= 1:
            raise SettingError(f"exploration must lie in [0, 1], got {self.exploration!r}.")
        modeller = Modeller(self.surrogate or GaussianProcess(), OutputTransform())
        object.__setattr__(self, "_modeller", modeller)

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        space: Space = history.space
        with _one_thread():
            rows = list(_Proposals(self, history).take(n))
        return space.decode(np.array(rows)) if rows else []


class _Proposals:
    """The proposals that follow one history."""

    def __init__(self, strategy: Bayes, history: History) -> None:
        self.strategy = strategy
        self.history = history
        self.space: Space = history.space
        self.acquisition = strategy.acquisition or LogExpectedImprovement()
        self.observations = observe(history)
        self.pending = self.observations.pending
        self.unseen = Unseen(history)
        self.fitted: Fitted | None = None

    def take(self, n: int) -> Iterator[NDArray[np.float64]]:
        """Yield at most `n` snapped points, each as if the ones before were pending."""
        for number in range(len(self.history), len(self.history) + n):
            row = self._next(number)
            if row is None:
                return
            self.pending = np.vstack([self.pending, row])
            self.unseen.take(row)
            yield row

    def _next(self, number: int) -> NDArray[np.float64] | None:
        rng = self.history.generator(number)
        explores = rng.random() < self.strategy.exploration
        if not self._is_initial(number) and not explores:
            try:
                row = self._best_by_model(rng)
            except (np.linalg.LinAlgError, ArithmeticError, ValueError) as error:
                warn(
                    f"The surrogate could not be fitted ({error!r}); proposal {number} covers "
                    "the space instead.",
                    ProposalWarning,
                )
            else:
                if row is not None:
                    return row
        return self._cover(number, rng)

    def _is_initial(self, number: int) -> bool:
        n_columns = int((self.space.n_levels != 1).sum())
        n_initial = self.strategy.n_initial
        if n_initial is None:
            n_initial = min(max(n_columns + 1, 5), 8)
        n_whole = int(self.observations.whole.sum())
        enough = max(1, min(3, n_initial), n_initial // 2)
        n_failed = int(np.isnan(self.observations.y).sum())
        return number < n_initial or n_whole < 1 or n_whole + n_failed < enough

    def _best_by_model(self, rng: np.random.Generator) -> NDArray[np.float64] | None:
        if self.fitted is None:
            self.fitted = self.strategy._modeller.fit(self.observations, self.space)
        landscape = self._landscape(self.fitted)
        points = self.unseen.listed(_ENUMERATED_UP_TO)
        if points is not None:
            return points[np.argmax(landscape.value(points))] if len(points) else None
        n_cover = _N_COVER if self.space.n_columns > 3 else _N_COVER // 2
        ranked = Maximiser().ranked(
            landscape,
            self.space,
            cover=sobol(n_cover, self.space.n_columns, rng),
            incumbents=self.fitted.incumbents(_N_INCUMBENTS),
            rng=rng,
        )
        return self._first_free(ranked)

    def _landscape(self, fitted: Fitted) -> Landscape:
        """Return the acquisition as a function of points, what is pending being conditioned on."""
        space = self.space
        pending = masked(self.pending, space)
        posterior = fitted.posterior.condition(pending)
        # Points under way count as seen, so what they promise is no improvement any more.
        best = max([fitted.best, *fitted.posterior.predict(pending)[0]])
        terms = [(posterior, self.acquisition, best)]
        if fitted.chance is not None:
            # The logarithm of the chance: that the outcome lies above what is between the two.
            above = ProbabilityOfImprovement()
            terms.append((fitted.chance.posterior, above, fitted.chance.middle))

        def value(U: NDArray[np.float64]) -> NDArray[np.float64]:
            points = masked(U, space)
            return np.sum([a.value(*model.predict(points), at) for model, a, at in terms], axis=0)

        def direction(U: NDArray[np.float64]) -> NDArray[np.float64]:
            points = masked(U, space)
            return np.sum([_uphill(model, a, points, best=at) for model, a, at in terms], axis=0)

        return Landscape(value, direction if posterior.is_smooth else None)

    def _cover(self, number: int, rng: np.random.Generator) -> NDArray[np.float64] | None:
        """Return the next point of a cover of the space that is not tried, None if all are."""
        if self.space.size <= self.unseen.n_tried:
            return None
        points = sobol(number + 64, self.space.n_columns, self.history.generator(0))[number:]
        snapped = self.space.snap(points)
        row = self._first_free(snapped[self.space.allows(snapped)])
        if row is None:
            row = self._first_free(self.space.sample(256, rng))
        if row is None:
            free = self.unseen.listed(_LISTED_AT_MOST)
            row = free[rng.integers(len(free))] if free is not None and len(free) else None
        return row

    def _first_free(self, U: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the first of the points that is neither tried nor over its quota.

        One that is hardly different from a point tried is taken only if all others are too.
        """
        spare = None
        for first in range(0, len(U), 16):
            free = U[first : first + 16]
            free = free[self.unseen.untried(free)]
            new = free[self._differs(free)]
            if len(new):
                return new[0]
            if spare is None and len(free):
                spare = free[0]
        return spare

    def _differs(self, U: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points differ from every tried one by more than the resolution or in a level."""
        gap = np.abs(U[:, None] - self.unseen.tried)  # (m, n, D)
        gap[:, :, self.space.n_levels > 0] *= 1e9
        return np.asarray((gap.max(axis=2) > _RESOLUTION).all(axis=1))


def _uphill(
    posterior: Posterior, acquisition: Acquisition, U: NDArray[np.float64], *, best: float
) -> NDArray[np.float64]:
    """Return the directions in which an acquisition rises."""
    slopes = posterior.slopes(U)
    by_mean, by_std = acquisition.partials(*slopes.prediction, best)
    rise = by_mean[:, None] * slopes.mean + by_std[:, None] * slopes.std
    # Scaled by the squared length, as if the curvature were one over it; columns longer
    # than the cube hardly matter and must not take up the step.
    return np.asarray(rise * np.minimum(slopes.length, 1.0) ** 2)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep linear algebra on one thread: its matrices are small and the workers need the cores."""
    with _controller().limit(limits=1):
        yield
