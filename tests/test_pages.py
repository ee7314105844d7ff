"""The code on the pages people read first runs as it stands there."""

import re
import sys
import tomllib
import warnings
from pathlib import Path
from types import ModuleType

import pytest

import skhp.plotting

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
OUTPUT = re.compile(r"\n\n```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"-?\d[\d.]*(?:e[+-]?\d+)?")
PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if BLOCK.search(page.read_text(encoding="utf-8"))
]


def by_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def words(output: str) -> list[str]:
    """Return what is printed without its numbers, which differ in digits between machines."""
    return NUMBER.sub("#", output).split()


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_the_blocks_of_a_page_run_one_after_the_other(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    text = page.read_text(encoding="utf-8")
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)  # so that its classes can be pickled
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for block in BLOCK.finditer(text):
            above = text[: block.start(1)].count("\n")  # so that a traceback names the page's line
            code = compile("\n" * above + block.group(1), str(page), "exec")
            capsys.readouterr()
            exec(code, vars(module))
            shown = OUTPUT.match(text, block.end())
            if shown:
                assert words(capsys.readouterr().out) == words(shown.group(1))


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("*.md"))], ids=by_name
)
def test_a_link_to_a_file_leads_somewhere(page: Path):
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    places = [link for link in links if not link.startswith("gallery/")]
    assert [link for link in places if not (page.parent / link).exists()] == []


def test_every_display_has_its_picture_on_the_page_of_plots():
    text = (ROOT / "docs" / "plots.rst").read_text(encoding="utf-8")
    displays = [name for name in skhp.plotting.__all__ if name.endswith("Display")]
    assert [name for name in displays if f"   {name}.from_" not in text] == []


def test_links_of_the_readme_lead_somewhere_from_the_package_index_too():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    page = settings["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    assert [part["path"] for part in page["fragments"]] == ["README.md"]
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for change in page["substitutions"]:
        text = re.sub(change["pattern"], change["replacement"], text)
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    source = settings["project"]["urls"]["Source"]
    own = [link.removeprefix(f"{source}/blob/main/") for link in links if source in link]
    assert own
    assert [link for link in own if not (ROOT / link.split("#")[0]).exists()] == []
