"""The score over the whole space, as a model of all trials sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..acquisition import Landscape, Maximiser
from ..exceptions import SettingError
from ..history import History, Trial
from ..observed import coordinates, masked
from ..space import Space
from ..surrogates import Columns, ScoreModel

__all__ = ["ScoreSurface"]

N_POINTS = 4096
"""Points per Monte Carlo estimate of a share of variance: about 0.02 standard error."""


@dataclass(frozen=True, eq=False)
class ScoreSurface:
    """A model of the score over the space of a search.

    Parameters
    ----------
    space : Space
        What was searched.
    model : ScoreModel
        Fitted to the complete trials.
    U : ndarray of shape (n, D)
        Their points.
    numbers : list of int
        Their numbers.
    """

    space: Space
    model: ScoreModel
    U: NDArray[np.float64]
    numbers: list[int]

    @classmethod
    def of(cls, history: History, space: Space) -> ScoreSurface:
        """Fit the model to the complete trials of a history; once, until there are others.

        Raises
        ------
        SettingError
            If no trial is complete.
        """
        trials = history.complete
        if not trials:
            raise SettingError("No trial is complete, so there is nothing to learn from.")
        numbers, last = [trial.number for trial in trials], history.cache.of(_Last)
        surface = last.surface
        if surface is None or surface.numbers != numbers or surface.space is not space:
            surface = last.surface = cls._fitted(history, space, trials)
        return surface

    @classmethod
    def _fitted(cls, history: History, space: Space, trials: Sequence[Trial]) -> ScoreSurface:
        U = coordinates(history, space)[[trial.number for trial in trials]]
        y = np.array([trial.score for trial in trials])
        columns = Columns(space.is_ordered, space.n_levels)
        model = ScoreModel.fit(masked(U, space), y, columns=columns)
        return cls(space, model, U, [trial.number for trial in trials])

    def predict(
        self, params: Sequence[Mapping[str, Any]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return mean and standard deviation of the score of params that may never have run.

        Parameters
        ----------
        params : sequence of dict
            All inside the space.

        Returns
        -------
        mean, std : ndarray of shape (n,)
            In the units of the score; the uncertainty is that of the noise-free score.

        Raises
        ------
        SpaceError
            If params lie outside the space.
        """
        return self.at(self.space.encode(params))

    def expected_best(self, *, seed: int = 0) -> tuple[dict[str, Any], float]:
        """Return the params of the whole space with the highest predicted score, and that score.

        Parameters
        ----------
        seed : int
            Of the points from which the maximum is sought.
        """
        rng = np.random.default_rng(seed)
        mean, _ = self.at(self.U)
        ranked = Maximiser().ranked(
            Landscape(lambda U: self.at(U)[0]),
            self.space,
            cover=self.space.sample(N_POINTS, rng),
            incumbents=self.U[np.argsort(-mean, kind="stable")[:5]],
            rng=rng,
        )
        points = np.vstack([self.U, ranked[:1]])
        mean, _ = self.at(points)
        best = int(mean.argmax())
        return self.space.decode(points[[best]])[0], float(mean[best])

    def posterior_means(self) -> dict[int, float]:
        """Return the predicted score of each complete trial by its number."""
        mean, _ = self.at(self.U)
        return dict(zip(self.numbers, mean.tolist(), strict=True))

    def importance(self, *, interactions: bool = False, seed: int = 0) -> dict[str, float]:
        """Return what share of the score's variance over the space each parameter explains.

        Parameters
        ----------
        interactions : bool
            Whether the share includes what a parameter explains only together with others.
        seed : int
            Of the points that the estimate rests on.

        Returns
        -------
        dict of str to float
            Highest first, each at most 1; the choice between sub-spaces is called "sub-space".
            Without interactions the shares add up to at most 1.

        References
        ----------
        F. Hutter, H. Hoos, K. Leyton-Brown: An Efficient Approach for Assessing Hyperparameter
        Importance, ICML 2014; A. Saltelli et al.: Variance based sensitivity analysis of model
        output, Computer Physics Communications 181, 2010, table 2 (b) and (f).
        """
        rng = np.random.default_rng(seed)
        first, second = (self.space.sample(N_POINTS, rng) for _ in range(2))
        samples = _Pair(first, second, self.at(first)[0], self.at(second)[0])
        alone, total = {}, {}
        for name, columns in self._columns().items():
            alone[name], total[name] = self._shares(samples, columns)
        excess = max(1.0, sum(alone.values()))
        shares = total if interactions else {name: one / excess for name, one in alone.items()}
        return dict(sorted(shares.items(), key=lambda item: -item[1]))

    def _columns(self) -> dict[str, list[int]]:
        """Return the columns of each parameter, those of all sub-spaces that have it together."""
        columns: dict[str, list[int]] = {}
        for parameter, block in zip(self.space.parameters, self.space.layout.blocks, strict=True):
            name = parameter.name or "sub-space"
            columns.setdefault(name, []).extend(range(block.start, block.stop))
        return columns

    def _shares(self, samples: _Pair, columns: Sequence[int]) -> tuple[float, float]:
        """Return the share that a parameter explains alone, and with its interactions.

        Points that constraints forbid tell nothing: only where both points of a pair are allowed,
        have they the same distribution, and a share of its variance that is at most 1.  What the
        estimate has above that is the error of the sample.
        """
        mixed = samples.first.copy()
        mixed[:, columns] = samples.second[:, columns]
        mixed = self.space.snap(mixed)
        allowed = self.space.allows(mixed)
        if not allowed.any():
            return 0.0, 0.0
        at_mixed, at_first = self.at(mixed[allowed])[0], samples.at_first[allowed]
        both = np.concatenate([at_first, at_mixed])
        variance = max(both.var(), 1e-300)
        change = at_mixed - at_first
        total = min((change**2).mean() / 2 / variance, 1.0)
        alone = ((samples.at_second[allowed] - both.mean()) * change).mean() / variance
        return float(min(max(alone, 0.0), total)), float(total)

    def at(self, U: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return mean and standard deviation (n,) of the score at snapped points (n, D)."""
        return self.model.predict(masked(U, self.space))


@dataclass(frozen=True)
class _Pair:
    """Two independent samples of points (n, D), and the predicted scores (n,)."""

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    at_first: NDArray[np.float64]
    at_second: NDArray[np.float64]


class _Last:
    """The surface that was fitted last; a question is no reason to fit it again."""

    def __init__(self) -> None:
        self.surface: ScoreSurface | None = None
