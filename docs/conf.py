"""Settings of the pages; without a network they are built without links to others' pages."""

import logging
import os
import re
import sys
import tomllib
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE / "_ext")]
os.environ.setdefault("MPLBACKEND", "Agg")
warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")

_settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
project = "skhp"
author = "skhp developers"
copyright = "skhp developers"
release = version = _settings["project"]["version"]

extensions = [
    "matplotlib.sphinxext.plot_directive",
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "changelog.d", "examples", "generated/*.md"]
suppress_warnings = ["config.cache"]  # the gallery's settings hold objects without a text form
default_role = "literal"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

intersphinx_mapping = {
    "python": ("https://docs.python.org/3/", None),
    "numpy": ("https://numpy.org/doc/stable/", None),
    "scipy": ("https://docs.scipy.org/doc/scipy/", None),
    "sklearn": ("https://scikit-learn.org/stable/", None),
}
intersphinx_timeout = 5  # seconds

plot_include_source = True
plot_html_show_source_link = False
plot_html_show_formats = False
plot_formats = [("png", 110)]
plot_rcparams = {"figure.constrained_layout.use": True}

html_theme = "furo"
html_title = f"skhp {version}"
html_static_path = ["_static"]
html_css_files = ["skhp.css"]
html_copy_source = False
html_show_sphinx = False

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "filename_pattern": "/plot_",
    "within_subsection_order": "gallery_order.QuickstartFirst",  # by name, so that it is pickled
    "copyfile_regex": r".*\.rst",
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "min_reported_time": 1,
    "reset_modules": ("matplotlib",),
    "plot_gallery": "True",
    "default_thumb_file": str(HERE / "_static" / "regret.png"),  # of examples that are not run
}


def write_unreleased() -> None:
    """Gather the fragments of changelog.d on one page, which docs/changelog.md includes."""
    kinds = [kind["directory"] for kind in _settings["tool"]["towncrier"]["type"]]
    lines = []
    for kind in kinds:
        fragments = sorted((HERE / "changelog.d").glob(f"*.{kind}.md"))
        if fragments:
            lines += ["", f"### {kind.capitalize()}", ""]
            lines += [f"- {path.read_text(encoding='utf-8').strip()}" for path in fragments]
    page = HERE / "generated" / "unreleased.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text("\n".join(lines or ["Nothing yet."]) + "\n", encoding="utf-8")


def write_ready_made() -> None:
    """Write the ready-made spaces as tables, which docs/what_can_i_tune.md includes."""
    from ready_made import write

    write(HERE / "generated" / "ready_made.md")


class WithoutNetwork(logging.Filter):
    """Makes a note of the warning that others' pages are out of reach, which has no type."""

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("failed to reach any of the inventories"):
            record.levelno, record.levelname = logging.INFO, "INFO"
        return True


def without_terms(app, what, name, obj, options, lines: list[str]) -> None:
    """Unlink the terms of scikit-learn's glossary in docstrings that searches inherit."""
    lines[:] = [re.sub(r":term:(`[^`]+`)", r"\1", line) for line in lines]


def setup(app) -> None:
    logging.getLogger("sphinx.sphinx.ext.intersphinx").addFilter(WithoutNetwork())
    app.connect("autodoc-process-docstring", without_terms)


write_unreleased()
write_ready_made()
