"""Every extra that a message or a page names can be installed."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
SOURCES = sorted((ROOT / "skhp").rglob("*.py"))
PAGES = [*SOURCES, *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]


def _raised(path: Path) -> list[tuple[str, str]]:
    """Return package and extra of each `MissingExtraError` with literal arguments."""
    return [
        (ast.literal_eval(call.args[0]), ast.literal_eval(call.args[1]))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "MissingExtraError"
        and all(isinstance(one, ast.Constant) for one in call.args)
    ]


def test_an_extra_that_an_error_names_installs_what_is_missing():
    raised = [one for path in SOURCES for one in _raised(path)]
    assert len(raised) > 4
    for package, extra in raised:
        listed = [re.split(r"[^\w.-]", one)[0] for one in EXTRAS[extra]]
        assert package.partition(".")[0] in listed, (package, extra)


def test_what_a_sampler_needs_is_installed_by_the_extra_that_is_named():
    from skhp.strategies._optuna import NEEDS

    for package, extra in NEEDS.values():
        assert any(one.startswith(package) for one in EXTRAS[extra])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_extra_that_a_page_names_is_there(path: Path):
    for named in re.findall(r"skhp\[([\w, -]+)\]", path.read_text()):
        assert set(re.split(r"\s*,\s*", named)) <= set(EXTRAS)
