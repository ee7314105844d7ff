"""The line in which a search says how it stands, and the lines of its log."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import skhp.observers
from skhp.history import Fold, History
from skhp.observers import Console, Progress
from tests.processes import PATIENCE, running, said_by

TERMINAL = """\
import os, sys, termios

from sklearn.dummy import DummyClassifier
from sklearn.model_selection import KFold

from skhp import GridSearchCV
from tests.observers.test_console import SPACE

terminal, *widths = sys.argv[1:]
if terminal:
    os.dup2(os.open(terminal, os.O_RDWR), 1)
for width in map(int, widths):
    if terminal:
        termios.tcsetwinsize(1, (24, width))
    print("width", width)
    model = DummyClassifier(strategy="constant", constant=0)
    GridSearchCV(model, SPACE, cv=2, verbose=1, refit=False).fit([[0], [0], [1], [1]], [0, 1, 0, 1])
print("end", flush=True)
"""

SPACE = {
    "constant": [0, 1],
    "strategy": ["constant"],
    "random_state": [np.random.RandomState(0)],
}
WIDTHS = (25, 60, 80, 400)


class Clock:
    """Goes on when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """A console, and a search that it is told of fold by fold."""

    def __init__(self, n_expected: int | None = 4, n_splits: int = 2, **settings: Any) -> None:
        self.out = io.StringIO()
        self.clock = Clock()
        self.history = History(None, n_splits=n_splits, n_expected=n_expected)
        self.console = Console(file=self.out, clock=self.clock, **settings)
        self.console.on_search_start(self.history)

    def fold(self, number: int, index: int, score: float = 0.5, seconds: float = 0.0) -> None:
        while len(self.history) <= number:
            self.history.add({"C": float(len(self.history))})
        fold = Fold(index, {"score": score}, fit_time=seconds)
        trial = self.history.record(number, fold)
        self.console.on_fold_end(self.history, trial, fold)
        if trial.status != "pending":
            self.console.on_trial_end(self.history, trial)

    def said_after(self, seconds: float, n_running: int = 1) -> str:
        """Return what is said when the clock has gone on so far."""
        before = len(self.out.getvalue())
        self.clock.now += seconds
        self.console.on_wait(self.history, n_running)
        return self.out.getvalue()[before:].rstrip("\n")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a terminal is sent by searches in several widths."""
    ours, theirs = pty.openpty()
    folder = tmp_path_factory.mktemp("terminal")
    with running(TERMINAL, folder, os.ttyname(theirs), *WIDTHS, COLUMNS="") as process:
        sent = b""
        while not sent.endswith(b"end\r\n"):
            ready, _, _ = select.select([ours], [], [], PATIENCE)
            assert ready and process.poll() in (None, 0), sent.decode()
            sent += os.read(ours, 4096)
        said_by(process)
    os.close(ours)
    os.close(theirs)
    return sent.decode()


def screen(sent: str) -> list[str]:
    """Return what stands on a terminal: ``\\r`` goes to the start of the line, to write over it."""
    lines = []
    for line in sent.split("\r\n"):
        cells: list[str] = []
        for text in line.split("\r"):
            cells[: len(text)] = text
        lines.append("".join(cells).rstrip())
    return lines


def part_of(text: str, width: int) -> str:
    """Return what belongs to one of the widths."""
    return text.partition(f"width {width}\r\n")[2].partition("width ")[0].partition("end\r\n")[0]


@pytest.mark.parametrize("width", WIDTHS)
def test_in_a_terminal_the_line_is_drawn_anew_and_never_too_wide(shown: str, width: int):
    part = part_of(shown, width).partition("\r\n")[2]
    drawn = [text for text in re.split(r"[\r\n]+", part) if text.strip()]
    assert len(drawn) >= 2
    assert all("candidates" in text and len(text) < width for text in drawn)


@pytest.mark.parametrize("width", WIDTHS)
def test_in_a_terminal_nothing_is_left_but_how_it_ended(shown: str, width: int):
    first, *rest, nothing = screen(part_of(shown, width))
    assert first == "Fitting 2 folds for each of 2 candidates, totalling 4 fits"
    assert nothing == ""
    [last] = rest
    assert last.startswith("2/2 candidates")


def test_long_params_are_shortened_to_the_terminal(shown: str):
    lasts = {width: screen(part_of(shown, width))[1] for width in WIDTHS}
    assert lasts[25] == "2/2 candidates"
    assert lasts[80].endswith("best 0.5 (#0)")
    assert "RandomState" in lasts[400]


def test_in_a_pipe_there_is_no_control_character(tmp_path: Path):
    with running(TERMINAL, tmp_path, "", 80) as process:
        said = said_by(process)
    assert not set(said) & set("\r\x1b\b")
    _, first, last, end = said.splitlines()
    assert first.startswith("Fitting 2 folds")
    assert re.match(r"2/2 candidates, 4/4 fits in .* s \(all candidates tried\), best", last)
    assert end == "end"


def test_a_log_has_a_line_every_ten_seconds():
    stage = Stage()
    assert stage.said_after(9.9) == ""
    assert stage.said_after(0.2) == "0/4 candidates, 0/8 fits, 1 running"
    assert stage.said_after(9.9) == ""
    assert stage.said_after(0.2) != ""


def test_the_line_counts_what_is_done_runs_failed_and_was_given_up():
    stage = Stage()
    stage.fold(0, 0, np.nan)
    stage.fold(0, 1, np.nan)
    stage.fold(1, 0, 0.75)
    stage.fold(1, 1, 1.25)
    stage.fold(2, 0)
    stopped = stage.history.stop(stage.history[2], "no chance left")
    stage.console.on_trial_end(stage.history, stopped)
    stage.fold(3, 0)
    said = stage.said_after(10.1, n_running=3)
    counts, _, rest = said.partition(", 1 failed, ")
    assert counts == "3/4 candidates, 6/7 fits, 3 running, 1 given up"
    assert rest == "0.0 s left, best 1.0 (#1): {'C': 1.0}"


def test_time_left_is_known_before_the_first_candidate_is_complete():
    stage = Stage()
    stage.fold(0, 0, seconds=60.0)
    assert ", 7.0 min left" in stage.said_after(10.1)


def test_time_left_is_divided_among_the_fits_that_run_at_once():
    stage = Stage(n_splits=8)
    stage.said_after(0.0, n_running=2)
    stage.fold(0, 0, seconds=60.0)
    assert ", 15.5 min left" in stage.said_after(10.1, n_running=2)


def test_time_left_is_no_more_than_max_time_leaves():
    stage = Stage(max_time=3600.0)
    assert ", 60.0 min left" in stage.said_after(10.1)
    stage.fold(0, 0, seconds=3600.0)
    assert ", 60.0 min left" in stage.said_after(10.1)


def test_what_an_earlier_run_has_done_counts_as_done():
    earlier = Stage()
    earlier.fold(0, 0, seconds=60.0)
    earlier.fold(0, 1, seconds=60.0)
    earlier.fold(1, 0, seconds=60.0)
    earlier.console.on_search_start(earlier.history)
    assert earlier.said_after(10.1).startswith("1/4 candidates, 3/8 fits, 1 running, best 0.5")
    earlier.fold(1, 1, seconds=60.0)
    assert ", 4.0 min left" in earlier.said_after(10.1)


def test_a_search_that_does_not_know_its_end_says_what_is_done():
    stage = Stage(n_expected=None)
    stage.fold(0, 0)
    assert stage.said_after(10.1).startswith("0 candidates, 1 fits, 1 running")


def test_what_is_printed_is_read_by_python_as_it_was():
    stage = Stage(n_expected=1, n_splits=1)
    params = {"max_features": 1.0, "name": 'it\'s "so"', "layers": (16, 0.5), "C": 1e-5}
    trial = stage.history.record(stage.history.add(params).number, Fold(0, {"score": 1.0}))
    for observer in (stage.console, Progress(file=stage.out)):
        stage.out.truncate(0)
        observer.on_trial_end(stage.history, trial)
        observer.on_search_end(stage.history, "n_iter reached")
        written = re.search(r"\{.*\}", stage.out.getvalue())
        assert written is not None
        assert eval(written.group()) == params
        assert type(eval(written.group())["max_features"]) is float


def test_a_stream_that_knows_few_characters_is_given_no_others():
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    history = History(None, n_expected=1)
    console = Console(file=out)
    console.on_search_start(history)
    params = {"name": "\N{SNOWMAN}\udc80"}
    trial = history.record(history.add(params).number, Fold(0, {"score": 1.0}))
    console.on_trial_end(history, trial)
    console.on_search_end(history, "n_iter reached")
    out.flush()
    assert b"\\u2603" in out.buffer.getvalue()


def test_without_a_stream_nothing_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdout", None)
    history, console = History(None, n_expected=1), skhp.observers.Console()
    console.on_search_start(history)
    console.on_wait(history, 1)
    console.on_search_end(history, "interrupted")


def test_with_a_line_for_each_fit_no_progress_is_said():
    stage = Stage(shows_progress=False)
    stage.fold(0, 0)
    assert stage.said_after(100.0) == ""
    stage.console.on_search_end(stage.history, "interrupted")
    assert stage.out.getvalue().startswith("Fitting 2 folds for each of 4 candidates")
    assert stage.out.getvalue().count("\n") == 1
