"""Observers by name, looked up before the first fit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from skhp import GridSearchCV
from skhp.exceptions import MissingExtraError, SettingError
from skhp.observers import MLflow, OptunaStudy, TensorBoard, WeightsAndBiases, read_observers
from tests.observers.estimators import Moody
from tests.observers.searches import X, y

PACKAGES = {
    "mlflow": (MLflow, "mlflow"),
    "optuna": (OptunaStudy, "optuna"),
    "tensorboard": (TensorBoard, "tensorboard.plugins.hparams.summary_v2"),
    "wandb": (WeightsAndBiases, "wandb"),
}


class NeverFits(Moody):
    """Says so if it is fitted."""

    def fit(self, X: Any, y: Any) -> Moody:
        raise AssertionError("it was fitted")


def test_progress_is_found_by_its_name(capsys: pytest.CaptureFixture[str]):
    GridSearchCV(Moody(), {"x": [0.1, 0.2]}, cv=2, observers=["progress"]).fit(X, y)
    assert "best so far" in capsys.readouterr().out


def test_an_unknown_name_gives_those_that_exist():
    search = GridSearchCV(
        NeverFits(), {"x": [0.1, 0.2]}, error_score="raise", observers=["neptune"]
    )
    with pytest.raises(SettingError, match="'neptune'.*mlflow, optuna, progress, tensorboard"):
        search.fit(X, y)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_missing_package_names_the_extra_before_the_first_fit(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, PACKAGES[name][1], None)
    search = GridSearchCV(NeverFits(), {"x": [0.1, 0.2]}, error_score="raise", observers=[name])
    with pytest.raises(MissingExtraError, match=rf"skhp\[{name}\]"):
        search.fit(X, y)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_name_stands_for_its_tracker(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kind, package = PACKAGES[name]
    pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    assert [type(one) for one in read_observers([name])] == [kind]
