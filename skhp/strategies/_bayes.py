"""Bayesian search: proposes where a model of the score promises most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..acquisition import Acquisition, LogExpectedImprovement
from ..exceptions import SettingError
from ..history import History
from ..objectives import Objectives
from ..space import Space
from ..surrogates import GaussianProcess, OutputTransform, Surrogate
from ._base import Strategy
from ._bayes_belief import Beliefs
from ._bayes_guide import OneScore
from ._bayes_model import Modeller
from ._bayes_proposals import given_up, proposed
from ._frugal_bayes import FrugalBayes
from ._pareto_bayes import ParetoBayes

__all__ = ["Bayes"]


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
    beliefs : dict, optional
        Where the best is believed to lie, by the names of parameters: a distribution of
        ``scipy.stats``, or of choices a dict from them to weights, 1 where none is given.  It
        multiplies what is expected of a point, with the n-th trial by its power 4 / n, so that
        results overrule it (piBO, Hvarfner et al. 2022).

    Raises
    ------
    SettingError
        If the surrogate or the acquisition is no such object, or a number makes no sense.

    References
    ----------
    C. Hvarfner, D. Stoll, A. Souza, M. Lindauer, F. Hutter, L. Nardi: piBO: Augmenting Acquisition
    Functions with User Beliefs for Bayesian Optimization, ICLR 2022.

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": (1e-3, 1e3, "log-uniform")}))
    >>> [params] = Bayes().propose(history, 1)
    >>> 1e-3 <= params["C"] <= 1e3
    True

    Somebody who has tuned such models before says so:

    >>> from scipy.stats import loguniform
    >>> Bayes(beliefs={"C": loguniform(1, 100), "kernel": {"rbf": 4}}).beliefs["kernel"]
    {'rbf': 4}
    """

    surrogate: Surrogate | None = None
    acquisition: Acquisition | None = None
    n_initial: int | None = None
    exploration: float = 0.0
    beliefs: Mapping[str, Any] | None = None
    _modeller: Modeller = field(init=False, repr=False, compare=False)
    _beliefs: Beliefs = field(init=False, repr=False, compare=False)

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
        object.__setattr__(self, "_beliefs", Beliefs(self.beliefs or {}))

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        guide = self._guide(history)
        return proposed(history, guide, n, n_initial=self.n_initial, exploration=self.exploration)

    def gives_up(self, history: History, hint: dict[str, Any]) -> bool:
        return given_up(self._guide(history), hint)

    def _guide(self, history: History) -> OneScore:
        acquisition = self.acquisition or LogExpectedImprovement()
        belief = self._beliefs.within(history.space)
        return OneScore(history, self._modeller, acquisition, belief)

    def check(self, space: Space) -> None:
        self._beliefs.within(space)

    def seeking(self, objectives: Objectives) -> ParetoBayes:
        if self.beliefs:
            raise SettingError("refit=Pareto(...) follows no beliefs. Leave them out.")
        if not isinstance(self.acquisition, LogExpectedImprovement | None):
            raise SettingError(
                f"refit=Pareto(...) has acquisitions of its own, got {self.acquisition!r}. Leave "
                "the acquisition out."
            )
        return ParetoBayes(objectives, self.surrogate, self.n_initial, self.exploration)

    def frugal(self, max_time: float | None = None) -> FrugalBayes | None:
        if not isinstance(self.acquisition, LogExpectedImprovement | None):
            return None
        return FrugalBayes(max_time, self.surrogate, self.n_initial, self.exploration, self.beliefs)
