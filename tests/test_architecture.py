"""The plan of the house: floors, contents pages and sizes, read from the source itself."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import joblib

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "skhp"

FLOORS = {
    6: {"nested"},
    5: {"search"},
    4.5: {"report"},
    4: {"defaults", "loop", "results"},
    3.5: {"_proposals", "_queue", "_verdicts"},  # the hands of the loop
    3.4: {"_early"},
    3: {
        "evaluation",
        "executors",
        "journal",
        "observers",
        "racing",
        "stopping",
        "strategies",
    },
    2: {
        "acquisition",
        "designs",
        "early_stopping",
        "objectives",
        "observed",
        "predicted",
        "presets",
        "resources",
        "reuse",
        "submodels",
        "surrogates",
    },
    1: {"history", "space"},
    0.5: {"_shelf"},
    0: {
        "_autolog",
        "_interrupts",
        "_kept_warnings",
        "_pickling",
        "_scratch",
        "_streams",
        "_sklearn",
        "_versions",
        "_warnings",
        "_written",
        "exceptions",
    },
    -1: {"_joblib"},
    -2: {"_system"},
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
BESIDE = {"__main__", "command", "export", "plotting", "testing"}
SHOWN = {("skhp/search/_shown.py", "plotting"), ("skhp/search/_shown.py", "export")}
REQUIRED = {"joblib", "numpy", "scipy", "sklearn", "skopt", "threadpoolctl"}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAY_PRINT = {
    "skhp/_versions.py",
    "skhp/command/_main.py",
    "skhp/command/_outcome.py",
    "skhp/command/_report.py",
    "skhp/observers/_line.py",
}
VAGUE_WORDS = re.compile(r"(^|_)(cook|handler|helper|manager|util)s?(_|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """One file of the package."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        """Folder or file directly under skhp/; empty for skhp/__init__.py."""
        inside = self.path.relative_to(HOUSE).with_suffix("").parts
        return "" if inside == ("__init__",) else inside[0]

    @property
    def package(self) -> tuple[str, ...]:
        """Dotted name of the package that relative imports start from."""
        return self.path.relative_to(ROOT).parent.parts


@dataclass(frozen=True)
class Import:
    """One imported module, absolute, with the names taken from it."""

    module: tuple[str, ...]
    names: tuple[str, ...]
    line: int


def read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text, filename=str(path)))


SOURCES = [read(path) for path in sorted(HOUSE.rglob("*.py"))]


def imports_of(source: Source, nodes: Iterator[ast.AST] | None = None) -> Iterator[Import]:
    for node in ast.walk(source.tree) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(tuple(alias.name.split(".")), (), node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = source.package[: len(source.package) - node.level + 1] if node.level else ()
            module = base + tuple(node.module.split(".") if node.module else ())
            yield Import(module, tuple(alias.name for alias in node.names), node.lineno)


def rooms_imported(source: Source) -> Iterator[tuple[str, int]]:
    for found in imports_of(source):
        if found.module[0] != "skhp":
            continue
        if len(found.module) > 1:
            yield found.module[1], found.line
        else:
            yield from ((name, found.line) for name in found.names)


def names_of_joblib(source: Source) -> Iterator[tuple[str, int]]:
    """Yield what is imported from joblib or taken from it, with its submodule if any."""
    for found in imports_of(source):
        if found.module[0] == "joblib":
            inside = ".".join(found.module[1:])
            names = [inside] if inside else found.names
            yield from ((name, found.line) for name in names)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "joblib":
            yield node.attr, node.lineno


def executed_on_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the statements that run when a module is imported, type checking left out."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from executed_on_import(node.orelse)
            continue
        yield node
        for inner in ("body", "orelse", "finalbody"):
            yield from executed_on_import(getattr(node, inner, []))
        for handler in getattr(node, "handlers", []):
            yield from executed_on_import(handler.body)


def functions_of(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def lines_without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        n_lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return n_lines


def only_assigns(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether this is a constructor in scikit-learn's idiom, one line for each parameter."""
    return node.name == "__init__" and all(
        isinstance(statement, (ast.Assign, ast.Expr)) for statement in node.body
    )


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = "" if handler.type is None else ast.unparse(handler.type)
    return handler.type is None or bool(re.search(r"\b(Base)?Exception\b", caught))


def test_there_is_a_house_to_inspect():
    assert SOURCES


def test_every_room_stands_on_a_floor():
    rooms = {source.room for source in SOURCES} - {""}
    assert rooms <= set(FLOOR_OF) | BESIDE


def test_imports_only_go_down_the_floors():
    offences = [
        f"{source.name}:{line} on floor {FLOOR_OF[source.room]} imports {room}"
        for source in SOURCES
        if source.room in FLOOR_OF
        for room, line in rooms_imported(source)
        if FLOOR_OF.get(room, -2) > FLOOR_OF[source.room]
    ]
    assert offences == []


def test_siblings_on_a_floor_do_not_import_each_other():
    offences = [
        f"{source.name}:{line} imports its sibling {room}"
        for source in SOURCES
        if source.room in FLOOR_OF
        for room, line in rooms_imported(source)
        if room != source.room and FLOOR_OF.get(room) == FLOOR_OF[source.room]
    ]
    assert offences == []


def test_nothing_in_the_house_imports_what_stands_beside_it_but_the_face_that_shows_it():
    offences = [
        f"{source.name}:{line} imports {room}"
        for source in SOURCES
        if source.room not in BESIDE
        for room, line in rooms_imported(source)
        if room in BESIDE and (source.name, room) not in SHOWN
    ]
    assert offences == []


def test_importing_skhp_needs_nothing_but_the_required_dependencies():
    allowed = REQUIRED | {"skhp"} | set(sys.stdlib_module_names)
    offences = [
        f"{source.name}:{found.line} imports {found.module[0]} at module level"
        for source in SOURCES
        for found in imports_of(source, executed_on_import(source.tree.body))
        if found.module[0] not in allowed
    ]
    assert offences == []


def test_private_names_of_scikit_learn_enter_through_one_door():
    offences = [
        f"{source.name}:{found.line} imports {'.'.join(found.module)} {' '.join(found.names)}"
        for source in SOURCES
        if source.room != "_sklearn"
        for found in imports_of(source)
        if found.module[0] == "sklearn"
        if any(part.startswith("_") for part in (*found.module, *found.names))
    ]
    assert offences == []


def test_joblib_enters_by_its_public_names_but_for_one_door():
    offences = [
        f"{source.name}:{line} uses {name}"
        for source in SOURCES
        if source.name != "skhp/_joblib.py"
        for name, line in names_of_joblib(source)
        if name not in joblib.__all__
    ]
    assert offences == []


SYSTEM_CALLS = re.compile(
    r"os\.(chown|fork\w*|get\w*[gup]id|getpgrp|kill\w*|nice|posix_spawn\w*|register_at_fork|sched_\w+"
    r"|set\w*[gup]id|spawn\w+|statvfs|sysconf|umask|uname|wait[p34]\w*|wait)"
    r"|signal\.(SIG(?!INT|TERM|_IGN|_DFL)\w+|alarm|setitimer|sigwait\w*|pthread_\w+)"
    r"|sys\.platform|mmap\.[MP]\w+"
)
SYSTEM_MODULES = {"fcntl", "grp", "msvcrt", "pwd", "resource", "winreg", "_winapi"}
SYSTEM_PATHS = re.compile(r"/(proc|dev|sys)(/|$)")
ANYWHERE = {"os.getpid", "os.getppid", "mmap.PAGESIZE"}
"""What all systems have, though not always with the same meaning."""


def uses_of_the_system(source: Source) -> Iterator[tuple[str, int]]:
    """Yield what only some operating systems have, with its line; prose is left out."""
    prose = {
        id(node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            if SYSTEM_CALLS.fullmatch(name) and name not in ANYWHERE:
                yield name, node.lineno
        elif (
            isinstance(node, ast.Constant)
            and id(node) not in prose
            and SYSTEM_PATHS.match(str(node.value))
        ):
            yield str(node.value), node.lineno
    for found in imports_of(source):
        if found.module[0] in SYSTEM_MODULES:
            yield found.module[0], found.line
        if found.names and found.module in (("os",), ("signal",)):
            yield f"from {found.module[0]}", found.line


def test_what_only_some_operating_systems_have_enters_by_one_door():
    offences = [
        f"{source.name}:{line} uses {name}"
        for source in SOURCES
        if source.name != "skhp/_system.py"
        for name, line in uses_of_the_system(source)
    ]
    assert offences == []


def test_the_init_of_a_folder_is_a_contents_page():
    offences = []
    for source in SOURCES:
        if source.path.name != "__init__.py":
            continue
        allowed = {"__all__", "__version__"} if source.room == "" else {"__all__"}
        docstring, *rest = source.tree.body or [ast.Pass()]
        if ast.get_docstring(source.tree) is None:
            offences.append(f"{source.name} has no docstring")
            rest = [docstring, *rest]
        for node in rest:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            if isinstance(node, ast.Assign) and {ast.unparse(t) for t in node.targets} <= allowed:
                continue
            offences.append(f"{source.name}:{node.lineno} is neither an import nor __all__")
    assert offences == []


def test_every_module_says_what_it_is_for():
    assert [source.name for source in SOURCES if not ast.get_docstring(source.tree)] == []


def test_no_file_is_longer_than_one_idea():
    sizes = {source.name: source.text.count("\n") for source in SOURCES}
    assert {name: n for name, n in sizes.items() if n > MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen():
    offences = [
        f"{source.name}:{node.lineno} {node.name} has {lines_without_docstring(node)} lines"
        for source in SOURCES
        for node in functions_of(source)
        if lines_without_docstring(node) > MAX_FUNCTION_LINES and not only_assigns(node)
    ]
    assert offences == []


def test_nothing_prints_but_the_observers_made_for_it():
    offences = [
        f"{source.name}:{node.lineno}"
        for source in SOURCES
        if source.name not in MAY_PRINT
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write")
    ]
    assert offences == []


def test_every_warning_is_given_where_the_user_s_line_is_found():
    offences = [
        f"{source.name}:{node.lineno}"
        for source in SOURCES
        if source.name != "skhp/_warnings.py"
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "warnings")
        or (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("warnings.warn", "warnings.warn_explicit")
        )
    ]
    assert offences == []


def test_no_work_is_left_as_a_note():
    note = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    offences = [
        f"{source.name}:{number}"
        for source in SOURCES
        for number, line in enumerate(source.text.splitlines(), 1)
        if note.search(line)
    ]
    assert offences == []


def test_no_error_is_swallowed_in_silence():
    offences = [
        f"{source.name}:{node.lineno}"
        for source in SOURCES
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        if node.type is None
        or (is_broad(node) and all(isinstance(s, (ast.Pass, ast.Continue)) for s in node.body))
    ]
    assert offences == []


def test_names_are_words_of_the_glossary():
    named = [
        (source, name)
        for source in SOURCES
        for name in (
            *source.path.relative_to(HOUSE).with_suffix("").parts,
            *(
                node.name
                for node in ast.walk(source.tree)
                if isinstance(node, (ast.FunctionDef, ast.ClassDef))
            ),
        )
    ]
    words = [
        (source.name, name, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)) for source, name in named
    ]
    assert [(where, name) for where, name, word in words if VAGUE_WORDS.search(word)] == []


def test_no_global_random_state_is_touched():
    offences = [
        f"{source.name}:{node.lineno} calls {ast.unparse(node.func)}"
        for source in SOURCES
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        if re.fullmatch(
            r"(np|numpy)\.random\.(seed|rand|randn|randint|random|choice|shuffle|permutation|normal"
            r"|uniform)|random\.(seed|random|randint|choice|shuffle|uniform)",
            ast.unparse(node.func),
        )
    ]
    assert offences == []


def test_nothing_takes_a_search_of_any_kind_and_reaches_for_its_privates():
    offences = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in SOURCES
        if source.room not in BESIDE
        for node in functions_of(source)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if argument.arg == "search"
        if argument.annotation is None or ast.unparse(argument.annotation) == "Any"
    ]
    assert offences == []


KINDS = (
    "BayesSearchCV",
    "GridSearchCV",
    "HalvingGridSearchCV",
    "HalvingRandomSearchCV",
    "HalvingSearchCV",
    "RandomizedSearchCV",
)


def test_a_kind_of_search_is_a_description_not_a_class_with_overrides():
    trees = {source.name: source.tree for source in SOURCES if source.room == "search"}
    machine = methods_of(trees["skhp/search/_base.py"], "Search")
    offences = [
        f"{name} {kind}.{method}"
        for name, tree in trees.items()
        for kind in KINDS
        for method in methods_of(tree, kind)
        if method in machine - {"_describe"}
    ]
    assert offences == ["skhp/search/_bayes.py BayesSearchCV.fit"]  # it takes skopt's callbacks


def methods_of(tree: ast.Module, name: str) -> set[str]:
    return {
        method.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == name
        for method in node.body
        if isinstance(method, ast.FunctionDef)
    }
