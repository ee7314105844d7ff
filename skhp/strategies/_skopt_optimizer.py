"""Runs skopt's Optimizer in the unit cube of a space; needs skopt when it is imported.

Read by `Skopt`, which imports it where it is used.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from skopt.acquisition import gaussian_lcb
from skopt.space import Categorical, Real
from skopt.space import Space as SkoptSpace

from ..exceptions import SettingError
from ..history import History
from ..observed import coordinates
from ._skopt_settings import Settings

__all__ = ["Asked", "Outlook", "Replay"]

Points = NDArray[np.float64]

ROUNDS: Final = 100
LARGEST_SEED: Final = 2**31 - 1

UNDER_WAY: Final = float("inf")
"""Stands for the score of a point that is not known yet."""


class Outlook:
    """A space as skopt sees it: the columns of the unit cube that have more than one level.

    Parameters
    ----------
    space : Space
        The user's.
    settings : Settings
        The parameters of the Optimizer.
    """

    def __init__(self, space: Any, settings: Settings) -> None:
        self.space = space
        self.settings = settings
        self.columns: list[int] = np.flatnonzero(space.n_levels != 1).tolist()

    def optimizer(self, seed: int) -> Any:
        """Return an Optimizer over this space that was told nothing."""
        dimensions = [
            Real(0.0, 1.0) if levels is None else Categorical(levels) for levels in self._levels()
        ]
        optimizer = self.settings.start(dimensions, seed)
        optimizer.space = DrawnSpace(optimizer.space, self)
        return optimizer

    def accepts(self, U: Points) -> NDArray[np.bool_]:
        """Say for each point (n, D) whether the user's ``space_constraint`` accepts it."""
        constraint = self.settings.constraint
        if constraint is None:
            return np.ones(len(U), dtype=bool)
        accepted = [
            bool(constraint([params[name] for name in sorted(params)]))
            for params in self.space.decode(U)
        ]
        return np.array(accepted, dtype=bool)

    def draw(self, n: int, generator: np.random.Generator) -> Points:
        """Return about `n` acceptable points (m, D) from the user's distributions."""
        drawn: list[Points] = []
        for _ in range(ROUNDS):
            U = self.space.sample(n, generator)
            drawn.append(U[self.accepts(U)])
            if sum(map(len, drawn)) >= n:
                break
        points = np.vstack(drawn)
        if not len(points):
            raise SettingError("space_constraint accepts none of the points of the space.")
        return points[:n]

    def listed(self, U: Points) -> list[list[float]]:
        """Return points (n, D) as skopt takes them."""
        rows: list[list[float]] = U[:, self.columns].tolist()
        return rows

    def snapped(self, rows: Sequence[Sequence[float]]) -> Points:
        """Return the points (n, D) of the space that skopt's points belong to."""
        U = np.full((len(rows), self.space.n_columns), 0.5)
        U[:, self.columns] = np.array(rows, dtype=float).reshape(len(rows), len(self.columns))
        points: Points = self.space.snap(U)
        return points

    def _levels(self) -> Iterator[tuple[float, ...] | None]:
        """Yield for each column where its unordered levels lie, None where it is ordered."""
        for parameter in self.space.parameters:
            dimension = parameter.dimension
            for position, column in enumerate(dimension.columns):
                if column.n_levels != 1 and column.is_ordered:
                    yield None
                elif column.n_levels != 1:
                    levels = set(dimension.levels(2)[:, position].tolist())
                    # an inactive column lies at 0.5, which may be the place of no level
                    yield tuple(sorted(levels | {0.5} if parameter.gates else levels))


class DrawnSpace(SkoptSpace):  # type: ignore[misc]
    """skopt's space, from which points are drawn as the user's space says.

    Inactive columns, constraints and weights are then as they should be among the points that
    the acquisition is evaluated at.
    """

    def __init__(self, space: Any, outlook: Outlook) -> None:
        super().__init__(space.dimensions)
        self.outlook = outlook

    def rvs(self, n_samples: int = 1, random_state: Any = None) -> list[list[float]]:
        seed = np.random.RandomState() if random_state is None else random_state
        generator = np.random.default_rng(seed.randint(LARGEST_SEED))
        return self.outlook.listed(self.outlook.draw(n_samples, generator))


@dataclass(frozen=True)
class Asked:
    """What an Optimizer proposes.

    Parameters
    ----------
    points : ndarray of shape (n, D)
        Snapped, the one it asks for first, then those of the acquisitions it hedges among.
    outlook : Outlook
        Between skopt's points and ours.
    optimizer : skopt.Optimizer
        With the surrogate that values other points.
    """

    points: Points
    outlook: Outlook
    optimizer: Any

    def ranked(self, U: Points) -> Points:
        """Return points (n, D) by their confidence bound, the most promising first."""
        if not len(U) or not self.optimizer.models:
            return U[:0]
        X = self.optimizer.space.transform(self.outlook.listed(U))
        with _unheard():
            bound = gaussian_lcb(X, self.optimizer.models[-1])
        return U[np.argsort(bound, kind="stable")]


class Replay:
    """An Optimizer that was told the trials of a history in their order.

    What it holds follows from the history; it is kept for speed only.

    Parameters
    ----------
    history : History
        Whose space and seed it works with.
    outlook : Outlook
        Between skopt's points and ours.
    """

    def __init__(self, history: History, outlook: Outlook) -> None:
        self.space = history.space
        self.seed = history.seed
        self.outlook = outlook
        self._start(history)

    def _start(self, history: History) -> None:
        self._optimizer = self.outlook.optimizer(_seed(history, 0))
        self._told: list[tuple[bytes, float]] = []

    def serves(self, history: History) -> bool:
        """Say whether this is about the same space and seed."""
        return history.space is self.space and history.seed == self.seed

    def ask(self, history: History, rows: Sequence[Points], *, number: int) -> Asked | None:
        """Return what comes next, None where a point drawn at random will do.

        Parameters
        ----------
        history : History
            What is known.
        rows : sequence of ndarray of shape (D,)
            Points proposed since then.
        number : int
            Of the proposal.
        """
        U = coordinates(history)
        scores = _scores(history)
        n_settled = next((at for at, score in enumerate(scores) if score == UNDER_WAY), len(scores))
        self._catch_up(history, U[:n_settled], scores[:n_settled])
        optimizer = _branched(self._optimizer, _seed(history, number))
        late = [at for at in range(n_settled, len(scores)) if scores[at] != UNDER_WAY]
        lies = [at for at in range(n_settled, len(scores)) if scores[at] == UNDER_WAY]
        told = [*scores[:n_settled], *(scores[at] for at in late)]
        points = [*(U[at] for at in (*late, *lies)), *rows]
        if points or not self.outlook.settings.steps:
            told += (len(lies) + len(rows)) * [UNDER_WAY]
            self._tell(optimizer, points, told, fit=True)
        return self._asked(optimizer)

    def _catch_up(self, history: History, U: Points, scores: Sequence[float]) -> None:
        """Tell the Optimizer the trials up to the first that is under way."""
        trials = [(row.tobytes(), score) for row, score in zip(U, scores, strict=True)]
        told = len(self._told)
        if repr(trials[:told]) != repr(self._told):
            self._start(history)
            told = 0
        for at in range(told, len(trials)):
            fit = self.outlook.settings.steps
            self._tell(self._optimizer, [U[at]], scores[: at + 1], fit=fit)
            self._told.append(trials[at])

    def _tell(
        self, optimizer: Any, points: Sequence[Points], scores: Sequence[float], *, fit: bool
    ) -> None:
        """Tell points, whose scores are the last ones; the others' losses may have changed."""
        losses = _losses(scores)
        n_known = len(optimizer.yi)
        optimizer.yi[:] = losses[:n_known]
        fit = fit and self.outlook.settings.models and bool(np.isfinite(scores).any())
        listed = self.outlook.listed(np.array(points)) if len(points) else []
        if scores:
            with _unheard(), _global_draws(len(scores)):
                optimizer.tell(listed, losses[n_known:], fit=fit)

    def _asked(self, optimizer: Any) -> Asked | None:
        covers = optimizer._n_initial_points > 0
        if not covers and not optimizer.models:
            return None
        with _unheard():
            asked = [optimizer.ask()]
        if not covers:
            others = optimizer.space.inverse_transform(np.vstack(optimizer.next_xs_))
            asked.extend(others)
        return Asked(self.outlook.snapped(asked), self.outlook, optimizer)


def _scores(history: History) -> list[float]:
    """Return what each trial counts with: NaN for a failure, `UNDER_WAY` if it is pending.

    A stopped trial counts with its mean so far, but not as better than the best before it.
    """
    scores: list[float] = []
    best = -np.inf
    for trial in history:
        if trial.status == "pending":
            scores.append(UNDER_WAY)
            continue
        score = min(trial.mean, best) if trial.status == "stopped" else trial.score
        best = max(best, trial.score) if trial.status == "complete" else best
        scores.append(score if np.isfinite(score) else np.nan)
    return scores


def _losses(scores: Sequence[float]) -> list[float]:
    """Return what skopt minimises (n,): failures as the worst known, points under way as the best.

    The constant liar "CL-min" of Ginsbourger, Le Riche and Carraro (2010), section 4.2.
    """
    y = np.array(scores, dtype=float)
    known = y[np.isfinite(y)]
    worst, best = (known.min(), known.max()) if len(known) else (0.0, 0.0)
    losses: list[float] = (-np.where(np.isnan(y), worst, np.where(np.isinf(y), best, y))).tolist()
    return losses


def _branched(optimizer: Any, seed: int) -> Any:
    """Return a copy that may be told more while the original stays as it is.

    ``Optimizer.copy`` would fit the surrogate anew and forget some of its parameters.
    """
    branch = copy.copy(optimizer)
    for name in ("Xi", "yi", "models"):
        setattr(branch, name, list(getattr(optimizer, name)))
    if hasattr(optimizer, "gains_"):
        branch.gains_ = np.copy(optimizer.gains_)
    branch.rng = np.random.RandomState(seed)
    branch.cache_ = {}
    return branch


def _seed(history: History, number: int) -> int:
    return int(history.generator(number).integers(LARGEST_SEED))


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep back skopt's warnings: of repeats, which are avoided here, and of its fits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _global_draws(seed: int) -> Iterator[None]:
    """Make what skopt draws from numpy's global generator, for "MES", repeatable and harmless."""
    state = np.random.get_state()
    np.random.set_state(np.random.RandomState(seed).get_state())
    try:
        yield
    finally:
        np.random.set_state(state)
