"""Weights & Biases, offline: what it writes is read back from its own files."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skhp.observers import WeightsAndBiases
from tests.observers.searches import OUTCOMES, fitted

wandb = pytest.importorskip("wandb")
pytestmark = pytest.mark.trackers

BLOCK = 32768
HEADER = 7


def records_of(path: Path) -> Iterator[Any]:
    """Read a run: a log in the format of LevelDB, in blocks, behind a header of its own."""
    from wandb.proto.wandb_internal_pb2 import Record

    data, at, parts = path.read_bytes(), HEADER, b""
    while at + HEADER <= len(data):
        if BLOCK - at % BLOCK < HEADER:
            at += BLOCK - at % BLOCK
            continue
        _, length, kind = struct.unpack_from("<IHB", data, at)
        parts += data[at + HEADER : at + HEADER + length]
        at += HEADER + length
        if kind in (1, 4):  # whole, or the last part
            yield Record.FromString(parts)
            parts = b""


def values_of(items: Any) -> dict[str, Any]:
    return {one.key or "/".join(one.nested_key): json.loads(one.value_json) for one in items}


class Read:
    """What a run holds."""

    def __init__(self, path: Path) -> None:
        self.steps: list[dict[str, Any]] = []
        self.summary: dict[str, Any] = {}
        self.config: dict[str, Any] = {}
        self.run: Any = None
        self.exit_code: int | None = None
        self.artifacts: list[str] = []
        for record in records_of(path):
            kind = record.WhichOneof("record_type")
            if kind == "history":
                self.steps.append(values_of(record.history.item))
            elif kind == "summary":
                self.summary.update(values_of(record.summary.update))
            elif kind == "config":
                self.config.update(values_of(record.config.update))
            elif kind == "run":
                self.run = self.run or record.run
                self.config.update(values_of(record.run.config.update))
            elif kind == "artifact":
                self.artifacts.append(record.artifact.name)
            elif kind == "exit":
                self.exit_code = record.exit.exit_code


def runs(folder: Path) -> list[Read]:
    """All runs by name, once W&B's own process has written their ends."""
    while True:
        found = [Read(path) for path in folder.glob("wandb/offline-run-*/run-*.wandb")]
        if found and all(run.exit_code is not None for run in found):
            return sorted(found, key=lambda run: run.run.display_name)
        time.sleep(0.05)


def test_a_search_is_one_run_with_a_step_for_each_trial(tmp_path: Path):
    search = fitted(WeightsAndBiases("skhp", mode="offline", dir=str(tmp_path)), timeout=1.0)
    [run] = runs(tmp_path)
    steps = [step for step in run.steps if "number" in step]
    assert [step["status"] for step in steps] == OUTCOMES
    assert [step["param_layers"] for step in steps] == ["(8,)", "(8, 8)", "(8,)", "(16,)", "(8,)"]
    assert [step["mean_test_score"] for step in steps[:2]] == list(
        search.cv_results_["mean_test_score"][:2]
    )
    assert steps[-1]["best_score_so_far"] == search.best_score_
    assert run.summary["best_layers"] == "(8, 8)"
    assert run.summary["stop_reason"] == search.stop_reason_
    assert run.config["search"]["n_iter"] == 5
    assert run.exit_code == 0


def test_the_run_has_a_table_and_parallel_coordinates(tmp_path: Path):
    fitted(WeightsAndBiases("skhp", mode="offline", dir=str(tmp_path)))
    [run] = runs(tmp_path)
    tables = list(tmp_path.rglob("*.table.json"))
    table = json.loads(tables[0].read_text(encoding="utf-8"))
    position = table["columns"].index("status")
    assert [row[position] for row in table["data"]] == OUTCOMES[:-1]
    assert "parallel-coordinates" in json.dumps([run.config, run.steps])


@pytest.mark.parametrize("wanted", [True, False])
def test_the_page_of_the_search_is_logged_if_wanted(tmp_path: Path, wanted: bool):
    pytest.importorskip("matplotlib")
    fitted(WeightsAndBiases("skhp", mode="offline", dir=str(tmp_path), report=wanted))
    runs(tmp_path)
    assert bool(list(tmp_path.rglob("report_*.html"))) == wanted


def test_each_trial_is_a_run_of_a_group_if_wanted(tmp_path: Path):
    fitted(
        WeightsAndBiases("skhp", mode="offline", dir=str(tmp_path), name="moods", per_trial=True)
    )
    found = runs(tmp_path)
    assert [run.run.display_name for run in found] == [f"trial-00{number}" for number in range(4)]
    assert {run.run.run_group for run in found} == {"moods"}
    assert [run.summary["status"] for run in found] == OUTCOMES[:-1]
    assert [run.exit_code for run in found] == [0, 0, 1, 0]
    assert found[0].config["layers"] == "(8,)"
    assert [step["fold"] for step in found[0].steps] == [0, 1, 2]


def test_an_active_run_is_used_and_stays_open(tmp_path: Path):
    quiet = wandb.Settings(console="off", silent=True)
    with wandb.init(project="mine", mode="offline", dir=str(tmp_path), settings=quiet) as mine:
        fitted(WeightsAndBiases())
        assert wandb.run is mine
        mine.log({"mine": 1.0})
    [run] = runs(tmp_path)
    assert sum("number" in step for step in run.steps) == 4
    assert run.steps[-1]["mine"] == 1.0


def test_the_best_estimator_is_an_artifact_if_wanted(tmp_path: Path):
    fitted(WeightsAndBiases("skhp", mode="offline", dir=str(tmp_path), models=True))
    [run] = runs(tmp_path)
    assert f"best-estimator-{run.run.run_id}" in run.artifacts
