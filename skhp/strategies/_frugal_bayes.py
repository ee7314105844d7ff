"""Bayesian search that counts what a trial costs: improvement per second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..acquisition import LogExpectedImprovement
from ..exceptions import SettingError
from ..history import History
from ..space import Space
from ..surrogates import GaussianProcess, OutputTransform, Surrogate
from ._base import Strategy
from ._bayes_belief import Beliefs
from ._bayes_guide import OneScore
from ._bayes_model import Modeller
from ._bayes_proposals import given_up, proposed
from ._frugal_guide import PerSecond

__all__ = ["FrugalBayes"]


@dataclass(frozen=True)
class FrugalBayes(Strategy):
    """Bayesian optimisation that values the expected improvement per second.

    A second model predicts the logarithm of the seconds that a trial takes, from those of the
    trials before; ``log EI - alpha * log(seconds)`` is maximised.  The exponent `alpha` falls from
    1 to 0 while the budget is used up, so that what is dear is left for later, not left out
    (Lee et al. 2020, sec. 3.1).  In a search that is to be reproducible the budget is that of
    trials; in others whichever of trials and seconds is nearer to its end.

    Where a search may count costs, "bayes" stands for this strategy.

    Parameters
    ----------
    max_time : float, optional
        Seconds that the search may take.
    surrogate : Surrogate, optional
        Model of the score; `GaussianProcess` by default.
    n_initial : int, optional
        As for `Bayes`.
    exploration : float
        As for `Bayes`.
    beliefs : dict, optional
        As for `Bayes`.

    Raises
    ------
    SettingError
        If `max_time` is not positive.

    References
    ----------
    E. H. Lee, V. Perrone, C. Archambeau, M. Seeger: Cost-aware Bayesian Optimization,
    arXiv:2003.10870, 2020.

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": (1e-3, 1e3, "log-uniform")}), n_expected=50)
    >>> [params] = FrugalBayes().propose(history, 1)
    >>> 1e-3 <= params["C"] <= 1e3
    True
    """

    max_time: float | None = field(default=None, compare=False)
    surrogate: Surrogate | None = None
    n_initial: int | None = None
    exploration: float = 0.0
    beliefs: Mapping[str, Any] | None = None
    _modeller: Modeller = field(init=False, repr=False, compare=False)
    _beliefs: Beliefs = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.max_time is not None and not self.max_time > 0:
            raise SettingError(f"max_time must be positive, got {self.max_time!r}.")
        surrogate = self.surrogate or GaussianProcess()
        modeller = Modeller(surrogate, OutputTransform())
        object.__setattr__(self, "_modeller", modeller)
        object.__setattr__(self, "_beliefs", Beliefs(self.beliefs or {}))

    def check(self, space: Space) -> None:
        self._beliefs.within(space)

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        guide = PerSecond(self._score(history), history, 1.0 - self._used(history))
        return proposed(history, guide, n, n_initial=self.n_initial, exploration=self.exploration)

    def gives_up(self, history: History, hint: dict[str, Any]) -> bool:
        return given_up(self._score(history), hint)

    def _score(self, history: History) -> OneScore:
        belief = self._beliefs.within(history.space)
        return OneScore(history, self._modeller, LogExpectedImprovement(), belief)

    def _used(self, history: History) -> float:
        """Return which part of the budget is used up."""
        by_trials = len(history) / history.n_expected if history.n_expected else 0.0
        by_clock = 0.0
        if self.max_time is not None and not history.reproducible:
            by_clock = history.elapsed / self.max_time
        return min(1.0, max(by_trials, by_clock))
