"""Writes a space down for people."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from ._layout import Layout
from ._parameters import Gate

if TYPE_CHECKING:
    from ._space import Space

_WIDEST: Final = 100


def as_text(space: Space) -> str:
    """Return one line a parameter."""
    lines = [f"Space of {_counted(len(space.names), 'parameter')}"]
    lines[0] += f" in {len(space.quotas)} sub-spaces" if len(space.quotas) > 1 else ""
    for name, meaning, condition in _rows(space):
        lines.append(f"  {name}: {_short(meaning)}" + (f", when {condition}" if condition else ""))
    if space.constraints:
        lines.append(f"  {_counted(len(space.constraints), 'constraint')}")
    return "\n".join(lines)


def as_html(space: Space) -> str:
    """Return a table with one row a parameter."""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_short(cell))}</td>" for cell in row) + "</tr>"
        for row in _rows(space)
    )
    head = "<tr><th>parameter</th><th>values</th><th>when</th></tr>"
    caption = escape(as_text(space).splitlines()[0])
    if space.constraints:
        caption += f", {_counted(len(space.constraints), 'constraint')}"
    return f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{body}</tbody></table>"


def _rows(space: Space) -> list[tuple[str, str, str]]:
    """Return name, values and condition of each parameter."""
    rows = [
        (parameter.name, repr(parameter.dimension), _conditions(parameter.gates, space.layout))
        for parameter in space.parameters
        if parameter.name
    ]
    for relation in space.derived:
        rows.append((relation.name, "derived", _conditions(relation.gates, space.layout)))
    return rows


def _conditions(gates: Sequence[Gate], layout: Layout) -> str:
    return " and ".join(" or ".join(_alternatives(gate, layout)) for gate in gates)


def _alternatives(gate: Gate, layout: Layout) -> list[str]:
    shown = []
    for k, codes in gate:
        parent = layout.parameters[k]
        levels = parent.dimension.levels(None)[sorted(codes)]
        values = parent.dimension.decode(levels)
        what = parent.name or "sub-space"
        one = f"{what} is {values[0]!r}"
        shown.append(one if len(values) == 1 else f"{what} in {values!r}")
    return shown


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 3]}..."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
