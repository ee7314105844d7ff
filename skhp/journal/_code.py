"""What a piece of compiled code says, whichever line of whichever file it was written on."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

__all__ = ["Uses", "text_of", "uses_of"]

WHERE_WRITTEN = {"__doc__", "__firstlineno__", "__static_attributes__"}
"""Names in the body of a class that say nothing about what the class does."""

SIGNIFICANT_FLAGS = (
    inspect.CO_VARARGS
    | inspect.CO_VARKEYWORDS
    | inspect.CO_GENERATOR
    | inspect.CO_COROUTINE
    | inspect.CO_ASYNC_GENERATOR
)

LOADS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_ATTR", "LOAD_METHOD"}
ATTRIBUTE_LOADS = {"LOAD_ATTR", "LOAD_METHOD"}
GLOBAL_LOADS = {"LOAD_GLOBAL", "LOAD_NAME"}
NAME_STORES = {"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_DEREF", "DELETE_DEREF"}

MUTATORS = {
    *("add", "append", "appendleft", "clear", "discard", "extend", "fill", "insert", "pop"),
    *("popitem", "popleft", "remove", "reverse", "setdefault", "sort", "update"),
}
"""Methods after which a list, dict, set or array is another one."""

LEAVES_ALONE = {"COPY_FREE_VARS", "EXTENDED_ARG", "KW_NAMES", "MAKE_CELL", "NOP", "PRECALL"}
"""Instructions that do nothing to what lies on the stack."""

CONTAINER_DEPTH = {"STORE_SUBSCR": 2, "DELETE_SUBSCR": 2, "STORE_SLICE": 3}
"""How deep in the stack lies what is written into."""


@dataclass(frozen=True)
class Uses:
    """The names that code uses, those of the functions inside it included.

    Parameters
    ----------
    chains : frozenset of tuple of str
        A global and the attributes that are read from it, as in ``("np", "linalg", "norm")``.
    imports : frozenset of (int, str, tuple of str)
        Level, module and names of the imports inside it.
    written : frozenset of str
        Globals, attributes and variables of enclosing functions that it changes.
    """

    chains: frozenset[tuple[str, ...]]
    imports: frozenset[tuple[int, str, tuple[str, ...]]]
    written: frozenset[str]


@lru_cache(maxsize=4096)
def text_of(code: CodeType) -> str:
    """Return signature and instructions as a text that is the same in any process."""
    head = (
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags & SIGNIFICANT_FLAGS,
        code.co_varnames,
        code.co_cellvars,
        code.co_freevars,
        code.co_exceptiontable,
    )
    lines = [f"{step.opname} {_shown(step.argval)}" for step in _steps(code)]
    return "\n".join([repr(head), *lines])


def _shown(value: Any) -> str:
    if isinstance(value, CodeType):
        return f"code {value.co_name} ({text_of(value)})"
    if isinstance(value, frozenset):  # in another order in another process
        return f"set {sorted(map(_shown, value))}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))})"
    return repr(value)


def _steps(code: CodeType) -> Iterator[dis.Instruction]:
    """Yield the instructions, without those that note where a class was written."""
    held: dis.Instruction | None = None
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME" and step.argval in WHERE_WRITTEN:
            held = None
            continue
        if held is not None:
            yield held
        held = step
    if held is not None:
        yield held


@lru_cache(maxsize=4096)
def uses_of(code: CodeType) -> Uses:
    """Return the names that code uses."""
    reader = _Reader()
    for step in dis.get_instructions(code):
        reader.read(step)
    inner = [uses_of(one) for one in code.co_consts if isinstance(one, CodeType)]
    return Uses(
        frozenset(map(tuple, reader.chains)).union(*(one.chains for one in inner)),
        frozenset(reader.imports).union(*(one.imports for one in inner)),
        frozenset(reader.written).union(*(one.written for one in inner)),
    )


@dataclass
class _Reader:
    """Follows the names on the stack, line by line; branches are read as if all were taken."""

    chains: list[list[str]] = field(default_factory=list)
    imports: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    stack: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    is_chain: bool = False

    def read(self, step: dis.Instruction) -> None:
        name = step.opname
        if name in GLOBAL_LOADS:
            self.chains.append([step.argval])
        elif name in ATTRIBUTE_LOADS and self.is_chain:
            self.chains[-1].append(step.argval)
        elif name == "IMPORT_NAME":
            level, names = self.constants[-2:]
            self.imports.append((level, step.argval, tuple(names or ())))
        self._note_writing(step)
        self.is_chain = name in GLOBAL_LOADS or (name in ATTRIBUTE_LOADS and self.is_chain)
        self.constants = [*self.constants[-1:], step.argval]
        self._move(step)

    def _note_writing(self, step: dis.Instruction) -> None:
        name = step.opname
        if name in NAME_STORES or name in ("STORE_ATTR", "DELETE_ATTR") and self._at(1) != "self":
            self.written.add(step.argval)
        elif name in ATTRIBUTE_LOADS and step.argval in MUTATORS:
            self._write(1)
        elif name in CONTAINER_DEPTH:
            self._write(CONTAINER_DEPTH[name])

    def _at(self, depth: int) -> Any:
        return self.stack[-depth] if depth <= len(self.stack) else None

    def _write(self, depth: int) -> None:
        if (owner := self._at(depth)) not in (None, "self"):
            self.written.add(owner)

    def _move(self, step: dis.Instruction) -> None:
        """Do to the stack what the instruction does, as far as names are concerned."""
        name, arg = step.opname, step.arg or 1
        if name == "SWAP" and arg <= len(self.stack):
            self.stack[-1], self.stack[-arg] = self.stack[-arg], self.stack[-1]
            return
        if name == "COPY":
            self.stack.append(self._at(arg))
            return
        effect = dis.stack_effect(step.opcode, step.arg, jump=False)
        del self.stack[max(0, len(self.stack) + min(effect, 0)) :]
        self.stack += [None] * effect
        if not self.stack or name in LEAVES_ALONE or name.startswith(("STORE", "DELETE", "POP")):
            return
        self.stack[-1] = step.argval if name in LOADS else None
        if name.startswith("LOAD_FAST"):  # one variable, or two at once
            loaded = step.argval if isinstance(step.argval, tuple) else (step.argval,)
            for depth, variable in enumerate(reversed(loaded[-effect:]), start=1):
                self.stack[-depth] = variable if variable == "self" else None
