"""What the user says of early stopping."""

from __future__ import annotations

from dataclasses import dataclass

from ..exceptions import SettingError

__all__ = ["EarlyStopping"]


@dataclass(frozen=True)
class EarlyStopping:
    """Ends a fit of boosting once rows that it does not learn from gain nothing any more.

    These rows are split off the training rows of each fold, never off its test rows: as many of
    each class, whole groups where the search was given groups, the last rows where the folds are
    those of `TimeSeriesSplit`.  They pass through the first steps of a pipeline, which do not learn
    from them either.  The model of a fold has as many iterations as were best for them, and the
    refit on all rows has the median of these numbers over the folds of the best candidate; how
    many a candidate may have at most says its number of estimators or iterations, as ever.

    Parameters
    ----------
    rounds : int
        So many iterations in a row without a gain end the fit.
    validation_fraction : float
        The share of a fold's training rows that is split off, above 0 and below 1.
    random_state : int
        Root of the generators that draw them; every candidate has the same ones.

    Examples
    --------
    >>> from sklearn.ensemble import HistGradientBoostingClassifier
    >>> from skhp import EarlyStopping, GridSearchCV
    >>> search = GridSearchCV(
    ...     HistGradientBoostingClassifier(max_iter=1000, random_state=0),
    ...     {"learning_rate": [0.03, 0.1, 0.3]},
    ...     early_stopping=EarlyStopping(rounds=20),
    ... )
    >>> search.early_stopping
    EarlyStopping(rounds=20, validation_fraction=0.1, random_state=0)
    """

    rounds: int = 50
    validation_fraction: float = 0.1
    random_state: int = 0

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise SettingError(f"rounds must be at least 1, got {self.rounds!r}.")
        if not 0 < self.validation_fraction < 1:
            raise SettingError(
                "validation_fraction must lie between 0 and 1, got "
                f"{self.validation_fraction!r}. Give the share of the rows, such as 0.1."
            )
