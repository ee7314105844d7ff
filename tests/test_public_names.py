"""The names people may rely on, pinned: a change here is a change of the contract."""

import importlib

import pytest

PUBLIC: dict[str, list[str]] = {}


@pytest.mark.parametrize("module", PUBLIC)
def test_a_module_exports_exactly_these_names(module: str):
    assert sorted(importlib.import_module(module).__all__) == PUBLIC[module]


@pytest.mark.parametrize("module", PUBLIC)
def test_every_exported_name_exists(module: str):
    imported = importlib.import_module(module)
    assert [name for name in imported.__all__ if not hasattr(imported, name)] == []
