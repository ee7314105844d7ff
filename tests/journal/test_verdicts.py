"""Where two runs of one search disagree on a trial, the file holds the first verdict, whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from skhp.exceptions import JournalError, JournalWarning
from skhp.history import Fold, History, Trial
from skhp.journal import Identity, Journal

PARAMS = {"C": 1.0}


class Run:
    """A search that is carried out by hand."""

    def __init__(self, path: Path, params: Any = None) -> None:
        self.journal = Journal(path, Identity("search", {"data": 1}), n_splits=3, seed=0)
        self.history = History(None, n_splits=3)
        self.params = params or PARAMS
        self.history.add(self.params)

    def fit(self, *folds: int) -> None:
        for index in folds:
            fold = Fold(index, {"score": 0.5})
            trial = self.history.record(0, fold)
            self.journal.on_fold_end(self.history, trial, fold)
        if trial.status == "complete":
            self.journal.on_trial_end(self.history, trial)

    def stop(self) -> None:
        trial = self.history.stop(self.history[0], "no chance left")
        self.journal.on_trial_end(self.history, trial)


@contextmanager
def two_runs(path: Path, **of_second: Any) -> Iterator[tuple[Run, Run]]:
    first, second = Run(path), Run(path, **of_second)
    yield first, second
    first.journal.close()
    second.journal.close()


def held(path: Path) -> Trial:
    run = Run(path)
    history = History(None, n_splits=3)
    run.journal.restore(history, lambda stored: PARAMS, n_iter=10)
    run.journal.close()
    return history[0]


def test_a_trial_that_was_given_up_stays_so(tmp_path: Path):
    with two_runs(tmp_path / "journal.db") as (first, second):
        first.fit(0, 1)
        second.fit(0, 1)
        first.stop()
        second.fit(2)
    trial = held(tmp_path / "journal.db")
    assert (trial.status, len(trial.folds)) == ("stopped", 2)


def test_a_trial_that_was_completed_stays_so(tmp_path: Path):
    with two_runs(tmp_path / "journal.db") as (first, second):
        first.fit(0)
        second.fit(0, 1, 2)
        first.stop()
    trial = held(tmp_path / "journal.db")
    assert (trial.status, len(trial.folds)) == ("complete", 3)


def test_who_comes_second_with_other_params_writes_nothing(tmp_path: Path):
    with two_runs(tmp_path / "journal.db", params={"C": 2.0}) as (first, second):
        first.fit(0)
        with pytest.warns(JournalWarning, match="another run of the same search"):
            second.fit(0)
        second.fit(1, 2)
    trial = held(tmp_path / "journal.db")
    assert (trial.status, len(trial.folds)) == ("pending", 1)


def test_params_that_do_not_fit_their_fingerprint_are_not_taken(tmp_path: Path):
    path = tmp_path / "journal.db"
    run = Run(path, params={"C": print})  # no literal says what it is
    run.fit(0)
    run.journal.close()
    again = Run(path)
    with pytest.raises(JournalError, match="trial 0 .*no params of this search have its"):
        again.journal.restore(History(None, n_splits=3), lambda stored: {"C": 2.0}, n_iter=1)
    again.journal.close()


def test_plain_params_are_read_as_they_were_however_the_space_decodes_them(tmp_path: Path):
    path = tmp_path / "journal.db"
    run = Run(path, params={"C": 0.1, "kind": ("a", None)})
    run.fit(0)
    run.journal.close()
    again, history = Run(path), History(None, n_splits=3)
    again.journal.restore(history, lambda stored: {"C": 0.1 + 1e-17, "kind": "b"}, n_iter=1)
    again.journal.close()
    assert history[0].params == {"C": 0.1, "kind": ("a", None)}
