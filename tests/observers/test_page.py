"""The page about trackers: all of its code runs, that which needs their packages too."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "trackers.md"
BLOCK = re.compile(r"^```py(?:thon)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.trackers


def test_the_blocks_of_the_page_run_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for package in ("mlflow", "wandb", "tensorboard", "optuna", "plotly", "pandas"):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "page"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", message=".*the search goes on without it")
        for block in BLOCK.finditer(text):
            above = text[: block.start(1)].count("\n")
            exec(compile("\n" * above + block.group(1), str(PAGE), "exec"), names)
