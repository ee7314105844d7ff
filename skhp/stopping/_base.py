"""What a stopping rule is, and how rules are joined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from ..exceptions import SettingError
from ..history import History

__all__ = ["AllOf", "AnyOf", "StoppingRule"]


class StoppingRule(ABC):
    """Gives a reason to end a search, or none."""

    @property
    def watches_clock(self) -> bool:
        """Whether the rule can hold without a new result, and so must be asked all the time."""
        return False

    def check(self, history: History) -> None:
        """Raise what is wrong if the rule can never hold in this search, before its first fit.

        Parameters
        ----------
        history : History
            As the search begins with it: its space, if there is one, and the folds of a trial.

        Raises
        ------
        SettingError
            Says what the rule needs.
        """
        return

    @abstractmethod
    def reason_to_stop(self, history: History) -> str | None:
        """Return why the search may end now, or None.

        Parameters
        ----------
        history : History
            What was tried; left untouched.
        """

    def __and__(self, other: StoppingRule) -> AllOf:
        return AllOf((self, _checked(other)))

    def __or__(self, other: StoppingRule) -> AnyOf:
        return AnyOf((self, _checked(other)))


def _checked(rule: object) -> StoppingRule:
    if not isinstance(rule, StoppingRule):
        raise SettingError(
            f"A stopping rule can only be joined to another stopping rule, got {rule!r}."
        )
    return rule


@dataclass(frozen=True)
class AnyOf(StoppingRule):
    """Holds as soon as one of its rules holds.

    Parameters
    ----------
    rules : tuple of StoppingRule
        Asked in order; the first reason is given.

    Examples
    --------
    >>> from skhp.stopping import NoImprovement, ScoreReached
    >>> NoImprovement(20) | ScoreReached(0.95)
    AnyOf(rules=(NoImprovement(patience=20, min_delta=0.0), ScoreReached(score=0.95)))
    """

    rules: tuple[StoppingRule, ...]

    @property
    def watches_clock(self) -> bool:
        return any(rule.watches_clock for rule in self.rules)

    def check(self, history: History) -> None:
        for rule in self.rules:
            rule.check(history)

    def reason_to_stop(self, history: History) -> str | None:
        reasons = (rule.reason_to_stop(history) for rule in self.rules)
        return next((reason for reason in reasons if reason is not None), None)


@dataclass(frozen=True)
class AllOf(StoppingRule):
    """Holds once all of its rules hold.

    Parameters
    ----------
    rules : tuple of StoppingRule
        Their reasons are joined by "and".

    Examples
    --------
    >>> from skhp.stopping import NoImprovement, ScoreReached
    >>> NoImprovement(5) & ScoreReached(0.9)
    AllOf(rules=(NoImprovement(patience=5, min_delta=0.0), ScoreReached(score=0.9)))
    """

    rules: tuple[StoppingRule, ...]

    @property
    def watches_clock(self) -> bool:
        return any(rule.watches_clock for rule in self.rules)

    def check(self, history: History) -> None:
        for rule in self.rules:
            rule.check(history)

    def reason_to_stop(self, history: History) -> str | None:
        reasons = [rule.reason_to_stop(history) for rule in self.rules]
        if any(reason is None for reason in reasons):
            return None
        return " and ".join(str(reason) for reason in reasons)
