"""Bayesian search for a front of several objectives, or within bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..history import History
from ..objectives import Objectives
from ..surrogates import GaussianProcess, OutputTransform, Surrogate
from ._base import Strategy
from ._bayes_model import Modeller
from ._bayes_proposals import proposed
from ._pareto_guide import SeveralObjectives

__all__ = ["ParetoBayes"]


@dataclass(frozen=True)
class ParetoBayes(Strategy):
    """Bayesian optimisation of several objectives, or within bounds.

    Each objective and each bounded value has a model of its own.  With two objectives the point is
    proposed of which the front is expected to gain the largest hypervolume (Emmerich et al. 2011);
    with more, random weights join them into one (ParEGO, Knowles 2006); with one the improvement
    counts.  All of that counts with the chance that the bounds are kept (Gardner et al. 2014).
    What is under way counts as seen at its predicted values.  Where `refit` is a
    `skhp.results.Pareto`, "bayes" stands for this strategy.

    Parameters
    ----------
    objectives : Objectives
        What counts, and its bounds.
    surrogate : Surrogate, optional
        Model of each objective; `GaussianProcess` by default.
    n_initial : int, optional
        As for `Bayes`.
    exploration : float
        As for `Bayes`.

    References
    ----------
    M. Emmerich, A. Deutz, J. W. Klinkenberg: Hypervolume-based Expected Improvement: Monotonicity
    Properties and Exact Computation, CEC 2011.
    J. Knowles: ParEGO, IEEE Transactions on Evolutionary Computation 10, 2006.
    J. Gardner, M. Kusner, Z. Xu, K. Weinberger, J. Cunningham: Bayesian Optimization with
    Inequality Constraints, ICML 2014.

    Examples
    --------
    >>> from skhp.history import History
    >>> from skhp.objectives import Objectives
    >>> from skhp.space import Space
    >>> history = History(Space.read({"C": (1e-3, 1e3, "log-uniform")}))
    >>> [params] = ParetoBayes(Objectives(("score", "fit_time"))).propose(history, 1)
    >>> 1e-3 <= params["C"] <= 1e3
    True
    """

    objectives: Objectives
    surrogate: Surrogate | None = None
    n_initial: int | None = None
    exploration: float = 0.0
    _modeller: Modeller = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        modeller = Modeller(self.surrogate or GaussianProcess(), OutputTransform())
        object.__setattr__(self, "_modeller", modeller)

    def propose(self, history: History, n: int) -> list[dict[str, Any]]:
        guide = SeveralObjectives(history, self._modeller, self.objectives)
        return proposed(history, guide, n, n_initial=self.n_initial, exploration=self.exploration)
