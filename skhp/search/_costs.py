"""Whether a search counts what its candidates cost."""

from __future__ import annotations

from ..defaults import counts_costs
from ..exceptions import SettingError
from ..strategies import Strategy
from ._wishes import Wishes

__all__ = ["counting_costs"]


def counting_costs(strategy: Strategy, wishes: Wishes, *, costs: bool | None) -> Strategy:
    """Return the strategy, or the one that counts costs in its place where that is wished.

    Parameters
    ----------
    strategy : Strategy
        Of the search.
    wishes : Wishes
        Of the user.
    costs : bool or None
        The parameter of that name.

    Raises
    ------
    SettingError
        If costs are to be counted and cannot be, or would break what a seed promises.
    """
    is_seeded = wishes.random_state is not None
    if costs is None:
        counts = counts_costs(wishes.max_time, reproducible=is_seeded)
        return (strategy.frugal(wishes.max_time) if counts else None) or strategy
    if not costs:
        return strategy
    if is_seeded and wishes.journal is None:
        raise SettingError(
            "With a random_state a search is to be the same each time, but no two runs take the "
            "same time, which costs=True decides by. Name a journal, in which times are kept; or "
            "leave random_state or costs out."
        )
    frugal = strategy.frugal(wishes.max_time)
    if frugal is None:
        raise SettingError(
            f"costs=True needs a strategy that weighs improvement against seconds, which "
            f"{strategy!r} does not. Leave costs out, or let strategy be 'bayes' with the "
            "acquisition 'EI' and one score; refit=Pareto(...) weighs fit_time by itself."
        )
    return frugal
