"""Rebuilds the study of Optuna that a history stands for."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..exceptions import MissingExtraError
from ..history import History, Trial
from ..observed import coordinates
from ._optuna_questions import Question, questions_of

__all__ = ["Replay", "optuna_module", "reseeded"]

LARGEST_SEED: Final = 2**31 - 1

WITHOUT_NOTES: Final = ("GPSampler", "RandomSampler", "TPESampler")
"""Samplers to which a trial is its params and its value; others keep notes of their own on it."""


def optuna_module() -> Any:
    """Return Optuna.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import optuna
    except ModuleNotFoundError as error:
        raise MissingExtraError("optuna", "optuna") from error
    return optuna


def reseeded(sampler: Any, generator: np.random.Generator) -> Any:
    """Return a copy of a sampler, every generator in it seeded anew."""
    fresh = copy.deepcopy(sampler)
    _reseed(fresh, generator)
    return fresh


def _reseed(sampler: Any, generator: np.random.Generator) -> None:
    for name, value in sorted(vars(sampler).items()):
        seed = int(generator.integers(LARGEST_SEED))
        if isinstance(getattr(value, "rng", None), np.random.RandomState):
            value.rng.seed(seed)
        elif isinstance(value, np.random.RandomState):
            value.seed(seed)
        elif isinstance(value, np.random.Generator):
            setattr(sampler, name, np.random.default_rng(seed))
        elif isinstance(value, optuna_module().samplers.BaseSampler):
            _reseed(value, generator)


class Replay:
    """A study that was told the trials of a history, as if it had run them.

    Parameters
    ----------
    history : History
        What is known; left untouched.
    sampler : optuna.samplers.BaseSampler
        Of this study alone.
    rows : sequence of ndarray of shape (D,)
        Points proposed since then.
    """

    def __init__(
        self, history: History, sampler: Any, *, rows: Sequence[NDArray[np.float64]]
    ) -> None:
        self.history = history
        self.space = history.space
        self.questions = questions_of(history.space)
        self.points = np.vstack([coordinates(history), *rows])
        complete = [trial.score for trial in history.complete]
        self.worst = min(complete) if complete else None
        with _quiet():
            self.study = optuna_module().create_study(direction="maximize", sampler=sampler)
            if type(sampler).__name__ in WITHOUT_NOTES:
                self._add()
            else:
                self._run()

    def ask(self, number: int) -> NDArray[np.float64]:
        """Return the snapped point (D,) that the sampler suggests for a trial."""
        with _quiet():
            _reseed(self.study.sampler, self._generator(number))
            return self._answered(self.study.ask())

    def _generator(self, number: int) -> np.random.Generator:
        """Return a generator of its own for each time a trial is asked for."""
        return np.random.default_rng([self.history.seed, number, len(self.study.trials)])

    def _answered(self, trial: Any) -> NDArray[np.float64]:
        """Ask for every parameter that turns out to be active."""
        row = self.space.snap(np.full((1, self.space.n_columns), 0.5))
        asked: set[int] = set()
        while True:
            active = self.space.active(row)[0]
            question = next(
                (one for one in self.questions if active[one.column] and one.column not in asked),
                None,
            )
            if question is None:
                point: NDArray[np.float64] = self.space.snap(row)[0]
                return point
            asked.add(question.column)
            row[0, question.column] = question.unit(question.suggested(trial))

    def _asked(self, at: int) -> list[tuple[Question, Any]]:
        """Return the questions that a point answers, with its answers."""
        row = self.points[at]
        active = self.space.active(row[np.newaxis])[0]
        asked = [question for question in self.questions if active[question.column]]
        return [(question, question.answer(row[question.column])) for question in asked]

    def _add(self) -> None:
        """Add every trial as it is."""
        trial_module = optuna_module().trial
        for at in range(len(self.points)):
            asked = self._asked(at)
            outcome: dict[str, Any] = {"state": trial_module.TrialState.RUNNING}
            if at < len(self.history):
                outcome = self._outcome(self.history[at]) or outcome
            self.study.add_trial(
                trial_module.create_trial(
                    params={question.name: answer for question, answer in asked},
                    distributions={question.name: question.distribution for question, _ in asked},
                    **outcome,
                )
            )

    def _run(self) -> None:
        """Ask for every trial, so that the sampler takes its notes, and put its params in place.

        Trial i is asked for when those up to i - k were told, k being how many trials have been
        opened since the first that is under way: what the sampler knew when it proposed it.
        """
        pending = [trial.number for trial in self.history.pending]
        n_settled = min(pending, default=len(self.history))
        ahead = len(self.points) - n_settled
        asked: list[Any] = []
        for at in range(len(self.points)):
            self._tell(asked, at - ahead - 1)
            answers = {question.name: answer for question, answer in self._asked(at)}
            self.study.enqueue_trial(answers)
            _reseed(self.study.sampler, self._generator(at))
            trial = self.study.ask()
            # asking for these is what makes a sampler take notes
            _ = trial.relative_params
            self._answered(trial)
            asked.append(trial)
        for at in range(len(self.history)):
            self._tell(asked, at)

    def _tell(self, asked: list[Any], at: int) -> None:
        """Tell what came of a trial, unless that was done or is not known."""
        if at < 0 or asked[at] is None:
            return
        outcome = self._outcome(self.history[at])
        if outcome is None:
            return
        for step, value in outcome.get("intermediate_values", {}).items():
            asked[at].report(value, step)
        try:
            self.study.tell(asked[at], outcome.get("value"), state=outcome["state"])
        except RuntimeError:
            # a sampler that has nothing more to suggest stops a loop that is not run here
            pass
        asked[at] = None

    def _outcome(self, trial: Trial) -> dict[str, Any] | None:
        """Return state and value of a trial, None while it is under way."""
        states = optuna_module().trial.TrialState
        if trial.status == "pending":
            return None
        if trial.status == "complete":
            return {"state": states.COMPLETE, "value": trial.score}
        if trial.status == "stopped" and np.isfinite(trial.mean):
            step = len(trial.folds)
            return {"state": states.PRUNED, "intermediate_values": {step: trial.mean}}
        if self.worst is None:
            return {"state": states.FAIL}
        return {"state": states.COMPLETE, "value": self.worst}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what Optuna logs about a study that is only rebuilt, and that it may change."""
    optuna = optuna_module()
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(max(level, optuna.logging.ERROR))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(level)
