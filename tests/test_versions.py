"""A report of a fault says which versions were at work."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import skhp

PROJECT = tomllib.loads(
    (Path(__file__).resolve().parents[1] / "pyproject.toml").read_text(encoding="utf-8")
)["project"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0] for requirement in requirements}


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What is printed, by name."""
    try:
        metadata.version("skhp")
    except metadata.PackageNotFoundError:
        pytest.skip("skhp is on the path, but not installed")
    skhp.show_versions()
    lines = [line.partition(": ") for line in capsys.readouterr().out.splitlines()]
    return {name.strip(): value.strip() for name, _, value in lines}


def test_versions_of_python_and_of_what_is_required_are_shown(shown: dict[str, str]):
    for name in names(PROJECT["dependencies"]):
        assert shown[name] == metadata.version(name)
    assert shown["skhp"] == metadata.version("skhp")
    assert "python" in shown and "machine" in shown


def test_what_an_extra_needs_is_shown_also_if_it_is_missing(shown: dict[str, str]):
    for name in names(PROJECT["optional-dependencies"]["optuna"]):
        assert re.fullmatch(r"not installed|\d+[.\w]+", shown[name])


def test_tools_of_contributors_are_left_out(shown: dict[str, str]):
    assert not {"towncrier", "furo", "hypothesis"} & set(shown)
