"""TensorBoard: what is written is what its own server shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from skhp.observers import TensorBoard
from tests.observers.searches import OUTCOMES, fitted

pytest.importorskip("tensorboard")
pytestmark = pytest.mark.trackers

STATES = {"complete": "STATUS_SUCCESS"}


@pytest.fixture
def searched(tmp_path: Path) -> Any:
    return fitted(TensorBoard(tmp_path), timeout=1.0)


def events_of(folder: Path) -> Iterator[Any]:
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    for path in sorted(folder.glob("events.*")):
        yield from EventFileLoader(str(path)).Load()


def test_a_trial_has_its_fold_scores_as_a_series(searched: Any, tmp_path: Path):
    [folder] = tmp_path.glob("search-*/trial-001")
    found = [
        (event.step, value.tensor.float_val[0])
        for event in events_of(folder)
        for value in event.summary.value
        if value.tag == "fold_test_score"
    ]
    assert found == [
        (index, pytest.approx(searched.cv_results_[f"split{index}_test_score"][1]))
        for index in range(3)
    ]


def test_the_tab_shows_params_metrics_and_states(searched: Any, tmp_path: Path):
    from tensorboard import program

    board = program.TensorBoard()
    board.configure(argv=["", "--logdir", str(tmp_path), "--port", "0", "--load_fast", "false"])
    [name] = [folder.name for folder in tmp_path.glob("search-*")]
    url = f"{board.launch()}experiment/defaultExperimentId/data/plugin/hparams/"
    metrics = [{"name": {"tag": "mean_test_score", "group": ""}}]
    asked = {
        "experimentName": name,
        "allowedStatuses": ["STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"],
        "colParams": [{"metric": one["name"]} for one in metrics],
        "startIndex": 0,
        "sliceSize": 100,
    }
    experiment = answer(url + "experiment", {"experimentName": name})
    assert {one["name"] for one in experiment["hparamInfos"]} == {"x", "mood", "layers", "rate"}
    groups = answer(url + "session_groups", asked)["sessionGroups"]
    shown = {group["hparams"]["x"]: group for group in groups}
    assert set(shown) == {0.5, 0.6, 0.7, 0.1, 0.8}
    for x, outcome in zip((0.5, 0.6, 0.7, 0.1, 0.8), OUTCOMES, strict=True):
        [session] = shown[x]["sessions"]
        assert session["status"] == STATES.get(outcome, "STATUS_FAILURE")
    assert shown[0.6]["hparams"]["layers"] == "(8, 8)"


def answer(url: str, asked: dict[str, Any]) -> Any:
    body = json.dumps(asked).encode()
    with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=60) as page:
        return json.load(page)
