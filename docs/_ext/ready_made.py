"""Writes the ready-made spaces as tables, from the code that searches them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from skhp.presets._preset import Preset, Ready, Subject
from skhp.presets._registry import TOPICS
from skhp.space import Choice, Either, Fixed, Integer, Layers, Ordered, Real, Space, When

SHAPES = {"constant": "all alike", "funnel": "narrowing", "free": "each its own"}
HEAD = "| estimator | parameter | values |\n| --- | --- | --- |"


def write(page: Path) -> None:
    """Write one table per topic and size."""
    parts: list[str] = []
    for topic, presets in TOPICS.items():
        parts += [f"## {topic}", "", HEAD]
        parts += [line for names, preset in alike(presets) for line in rows(names, preset)]
        parts.append("")
    page.write_text("\n".join(parts) + "\n", encoding="utf-8")


def alike(presets: Mapping[str, Ready]) -> Iterator[tuple[list[str], Preset]]:
    """Yield each different space with the names of the estimators that it is for."""
    found: dict[str, tuple[list[str], Preset]] = {}
    for name, ready in presets.items():
        preset = ready(Subject(name))
        shown = repr((preset.core, preset.wide, preset.good))
        found.setdefault(shown, ([], preset))[0].append(name)
    yield from found.values()


def rows(names: list[str], preset: Preset) -> Iterator[str]:
    """Yield the rows of a space: the core, what the wide size adds, what is tried first."""
    shown = "<br>".join(f"`{name}`" for name in names)
    for entries, size in ((preset.core, ""), (preset.wide, " (wide)")):
        for name, dimension in entries.items():
            if dimension is not None:
                yield f"| {shown} | `{name}`{size} | {said(name, dimension)} |"
                shown = ""
    for good in preset.good:
        values = ", ".join(f"{name}={value!r}" for name, value in good.items())
        yield f"| {shown} | *tried early* | `{values}` |"
        shown = ""


def said(name: str, dimension: Any) -> str:
    """Say in words what a dimension holds."""
    if isinstance(dimension, list) and isinstance(dimension[0], When):
        return "<br>".join(said(name, one) for one in dimension)
    if isinstance(dimension, When):
        values = " or ".join(code(value) for value in dimension.listed)
        return f"{said(name, dimension.dimension)}, if `{dimension.parent}` is {values}"
    if isinstance(dimension, tuple | list):
        dimension = Space.read({name: dimension}).parameters[0].dimension
    if isinstance(dimension, Either):
        return f"{listed(dimension.specials)}, or {said(name, dimension.dimension)}"
    if isinstance(dimension, Real | Integer):
        scale = ", log scale" if dimension.log else ""
        return f"{short(dimension.low)} to {short(dimension.high)}{scale}"
    if isinstance(dimension, Ordered):
        return f"{listed(dimension.values)}, in this order"
    if isinstance(dimension, Choice):
        return listed(dimension.values)
    if isinstance(dimension, Layers):
        low, high = dimension.depth
        return (
            f"{low} to {high} layers of {dimension.width[0]} to {dimension.width[1]} units, "
            f"{SHAPES[dimension.shape]}"
        )
    return code(dimension.value if isinstance(dimension, Fixed) else dimension)


def listed(values: Any) -> str:
    return ", ".join(code(value) for value in values)


def code(value: Any) -> str:
    return f"`{short(value)}`"


def short(value: Any) -> str:
    return repr(float(f"{value:.4g}")) if isinstance(value, float) else repr(value)
