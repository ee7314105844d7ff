"""What a search that has kept predictions can be asked, and what it needs for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone

from .. import _sklearn
from ..early_stopping import with_count
from ..exceptions import SettingError
from ..predicted import METHODS, Question, TestedRows, target_of
from ..results import (
    Choice,
    HonestScore,
    OutOfFold,
    bootstrapped_score,
    corrected_for_luck,
    tabulated,
)
from ._wishes import Wishes

__all__ = ["AnswersFromPredictions", "as_set", "candidate_of", "out_of_fold", "question_of"]

Params = dict[str, Any]


def question_of(wishes: Wishes, y: Any, *, scorer: Any) -> Question | None:
    """Return what each fold's model is asked about its test rows, None if nothing is kept.

    Parameters
    ----------
    wishes : Wishes
        Of the user.
    y : array-like or None
        The target.
    scorer : callable
        Of the search.

    Raises
    ------
    SettingError
        If the estimator cannot be asked, or makes no ensemble that could be scored.
    """
    wished, ensemble, estimator = wishes.keep_predictions, wishes.ensemble, wishes.estimator
    if not wished and ensemble is None:
        return None
    methods: Sequence[str] = (wished,) if isinstance(wished, str) else METHODS
    if ensemble is not None and not wished:
        methods = ("predict_proba", "predict")  # labels are the better votes
    # The last step of a pipeline may be put there by the params of a candidate.
    if not any(hasattr(estimator, one) for one in methods) and not hasattr(estimator, "steps"):
        raise SettingError(
            f"Predictions of {type(estimator).__name__} cannot be kept: it has no "
            f"{' or '.join(methods)}. Leave keep_predictions out"
            f"{', or set it to True' if isinstance(wished, str) else ''}."
        )
    target = target_of(estimator, y)
    if ensemble is not None:
        ensemble.check_use(target, estimator, scorer, y=y)
    return Question(target, methods)


class AnswersFromPredictions(_sklearn.BaseSearchCV):  # type: ignore[misc]
    """A search that answers from predictions of rows that models had not seen."""

    _out_of_fold: OutOfFold | None = None
    _choice: Choice | None = None
    _as_set: Callable[[Params], Params] | None = None

    def predictions(self, index: int | None = None) -> Any:
        """Return what a candidate predicts for each row, by models that had not seen the row.

        Parameters
        ----------
        index : int, optional
            Its row in ``cv_results_``; None takes ``best_index_``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_columns), or a list of these
            Aligned with the rows of `X`: NaN where a row was never tested, the mean where it was
            tested more than once.  Of a classifier with ``predict_proba`` the probability of each
            class of the target, sorted; a class that a fold did not know has 0.  With ``predict``
            alone 1 for the class that is predicted, so that ``classes_[values.argmax(axis=1)]``
            are the labels.  A list with one array for each output, where there are several.
            Else what ``decision_function`` or ``predict`` gives.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        SettingError
            If predictions were not kept, or not of this candidate.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.metrics import confusion_matrix
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> from skhp import GridSearchCV
        >>> X, y = load_iris(return_X_y=True)
        >>> search = GridSearchCV(
        ...     DecisionTreeClassifier(random_state=0), {"max_depth": [1, 3]}, keep_predictions=True
        ... ).fit(X, y)
        >>> confusion_matrix(y, search.classes_[search.predictions().argmax(axis=1)]).tolist()
        [[50, 0, 0], [0, 47, 3], [0, 3, 47]]
        """
        kept = self._kept_predictions()
        trials = tabulated(self.history_)
        row = range(len(trials))[self.best_index_ if index is None else index]
        found = kept.of(trials[row])
        if found is None:
            raise SettingError(
                f"No predictions were kept of the candidate in row {row} of cv_results_: its fits "
                "failed, it did not get the full resource, or it does not give them."
            )
        return kept.shown(found)

    def honest_score(self, *, confidence: float = 0.95) -> HonestScore:
        """Return what the choice of this search would score on new rows, and how sure that is.

        ``best_score_`` is too high, since it is the highest of many.  Here rows are drawn with
        replacement, the choice is made again on these (the best candidate, what a rule takes, or
        the ensemble), and what is chosen is scored on the rows that were not drawn, by predictions
        that were kept: nothing is fitted.  For rules such as "posterior_mean" and callables each
        fold is scored by its drawn rows, which takes some seconds.  Searches without predictions
        get what the scores of folds tell (Tibshirani & Tibshirani 2009), without an interval.

        Parameters
        ----------
        confidence : float
            Of the interval.

        Returns
        -------
        HonestScore
            ``score``, ``low``, ``high``, and ``method``, which says how they were found.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        SettingError
            If there are several metrics, or the scorer needs more than predictions.

        References
        ----------
        I. Tsamardinos, E. Greasidou, G. Borboudakis: Bootstrapping the Out-of-sample Predictions
        for Efficient and Accurate Cross-validation, Machine Learning 107, 2018.
        """
        _sklearn.check_is_fitted(self, "history_")
        if not 0 < confidence < 1:
            raise SettingError(f"confidence must lie between 0 and 1, got {confidence!r}.")
        if self.multimetric_:
            raise SettingError("honest_score needs one metric, got several. Fit with one.")
        wishes, kept = Wishes.of(self), self._out_of_fold
        if kept is None or kept.y is None or not kept.candidates(self.history_):
            return corrected_for_luck(self.history_, confidence)
        return bootstrapped_score(
            kept,
            self.history_,
            scorer=self.scorer_,
            rule=self._choice or wishes.ensemble,
            confidence=confidence,
        )

    def _candidate(self, row: int) -> Any:
        """Return the estimator with the params of a row of ``cv_results_``, not fitted."""
        results = self.cv_results_
        params = results["params"][row]
        params = params if self._as_set is None else self._as_set(params)
        return candidate_of(self.estimator, params, results, row)

    def _kept_predictions(self) -> OutOfFold:
        _sklearn.check_is_fitted(self, "history_")
        if self._out_of_fold is None:
            raise SettingError(
                "No predictions were kept. Fit the search with keep_predictions=True."
            )
        return self._out_of_fold


def candidate_of(estimator: Any, params: Params, results: Mapping[str, Any], row: int) -> Any:
    """Return an estimator with params, not fitted, to be given all rows.

    Parameters
    ----------
    estimator : estimator object
        Left as it is.
    params : dict
        As ``set_params`` takes them.
    results : mapping
        ``cv_results_``.
    row : int
        Whose early stopping, if there was any, says how many iterations it has.
    """
    made = clone(estimator).set_params(**clone(params, safe=False))
    counts = results.get("median_best_iteration")
    return made if counts is None else with_count(made, counts[row])


def out_of_fold(
    question: Question | None, rows: TestedRows, y: Any, *, weight: Any = None
) -> OutOfFold | None:
    """Return the data side of the predictions that a search keeps, None if it keeps none."""
    if question is None:
        return None
    codes = None if question.target.kind == "other" else question.target.codes(y)
    weights = None if weight is None else np.asarray(weight, dtype=np.float64)
    return OutOfFold(question.target, rows, codes, weights)


def as_set(
    best_params: Callable[[Params], Params],
    prepare: Callable[[Params], Params] | None,
    params: Params,
) -> Params:
    """Return what ``set_params`` takes for params of ``cv_results_``."""
    params = best_params(params)
    return params if prepare is None else prepare(params)
