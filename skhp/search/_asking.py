"""What a fitted search can be asked beside its best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import _sklearn
from ..answers import Answers
from ..history import History
from ..space import Space

__all__ = ["Asking", "listed"]


class Asking:
    """Methods of a search that a model of its scores answers."""

    def predict_score(self, params: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Any:
        """Return the score that params would have, and how sure that is, without a fit.

        Parameters
        ----------
        params : dict or list of dict
            Inside the space of the search.

        Returns
        -------
        mean, std : float, or ndarray of shape (n,) for a list
            In the units of the score; the uncertainty is that of the mean over endless folds.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        SpaceError
            If params lie outside the space.
        SettingError
            If no trial is complete.
        """
        if isinstance(params, Mapping):
            mean, std = self._answers().predict([params])
            return float(mean[0]), float(std[0])
        return self._answers().predict(params)

    def expected_best(self) -> tuple[dict[str, Any], float]:
        """Return the params with the highest expected score in the whole space, tried or not.

        Returns
        -------
        params : dict
            As ``set_params`` takes them.
        mean : float
            The score expected of them.
        """
        return self._answers().expected_best()

    def importance(self, *, interactions: bool = False) -> dict[str, float]:
        """Return what share of the score's variance over the space each parameter explains.

        Parameters
        ----------
        interactions : bool
            Whether the share includes what a parameter explains only together with others.

        Returns
        -------
        dict of str to float
            Highest first; `skhp.plotting.ImportanceDisplay` draws it.

        References
        ----------
        F. Hutter, H. Hoos, K. Leyton-Brown: An Efficient Approach for Assessing Hyperparameter
        Importance, ICML 2014.
        """
        return self._answers().importance(interactions=interactions)

    def _answers(self) -> Answers:
        _sklearn.check_is_fitted(self, "history_")
        history: History = self.history_  # type: ignore[attr-defined]
        return Answers.of(history, self._modelled_space(history))

    def _modelled_space(self, history: History) -> Space:
        """Return the space in which trials are compared; an error if there is none."""
        space: Space = history.space
        return space


def listed(grids: Any) -> Any:
    """Return scikit-learn's grids or distributions with lists for tuples, which are ranges here.

    Parameters
    ----------
    grids : dict or list of dict
        Left as they are.
    """
    if isinstance(grids, Mapping):
        return {
            name: list(values) if isinstance(values, tuple) else values
            for name, values in grids.items()
        }
    return [listed(grid) for grid in grids]
