"""The errors and warnings of skhp.

::

    SkhpError
    ├── SpaceError (ValueError)          a search space that cannot be read
    ├── SettingError (ValueError)        a parameter of a search that makes no sense
    ├── MissingExtraError (ImportError)  an optional dependency that is not installed
    ├── JournalError (ValueError)        a journal that cannot be read or written
    └── StrategyError (RuntimeError)     a strategy that does not keep its contract

    SkhpWarning (UserWarning)
    ├── ProposalWarning                  a strategy fell back to a simpler proposal
    ├── StrategyNotice                   another optimizer proposes than usual; nothing is wrong
    ├── SpaceExhaustedWarning            fewer candidates exist than were asked for
    ├── SearchInterruptedWarning         the search ended before its budget was used
    ├── ObserverWarning                  an observer failed and was left out
    ├── JournalWarning                   a journal is not written, or not gone on from
    └── WorkerWarning                    a worker died, or was ended for its limits
"""

__all__ = [
    "JournalError",
    "JournalWarning",
    "MissingExtraError",
    "ObserverWarning",
    "ProposalWarning",
    "SearchInterruptedWarning",
    "SettingError",
    "SkhpError",
    "SkhpWarning",
    "SpaceError",
    "SpaceExhaustedWarning",
    "StrategyError",
    "StrategyNotice",
    "WorkerWarning",
]


class SkhpError(Exception):
    """Base class of every error that skhp raises on its own account."""


class SpaceError(SkhpError, ValueError):
    """A search space that cannot be read, or params that lie outside it."""


class SettingError(SkhpError, ValueError):
    """A parameter of a search whose value makes no sense."""


class MissingExtraError(SkhpError, ImportError):
    """An optional dependency that is not installed.

    Parameters
    ----------
    package : str
        What could not be imported.
    extra : str
        The extra of skhp that installs it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra)
        self.package = package
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"{self.package} is not installed. Install it together with skhp: "
            f'pip install "skhp[{self.extra}]"'
        )


class JournalError(SkhpError, ValueError):
    """A journal that cannot be written, or a file that is none."""


class StrategyError(SkhpError, RuntimeError):
    """A strategy that returned what no search can run."""


class SkhpWarning(UserWarning):
    """Base class of every warning that skhp gives on its own account."""


class ProposalWarning(SkhpWarning):
    """A strategy could not do what it was made for and proposed something simpler."""


class StrategyNotice(SkhpWarning):
    """Settings decided what proposes the candidates; nothing is wrong."""


class SpaceExhaustedWarning(SkhpWarning):
    """The space holds fewer candidates than the search was asked to try."""


class SearchInterruptedWarning(SkhpWarning):
    """The search ended before its budget was used; what was finished is kept."""


class ObserverWarning(SkhpWarning):
    """An observer failed; the search went on without it."""


class JournalWarning(SkhpWarning):
    """A journal could not be written, or does not hold what it seems to hold."""


class WorkerWarning(SkhpWarning):
    """A worker died or was ended for going over its limits."""
