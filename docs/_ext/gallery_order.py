"""Orders the examples: what people begin with, then by name."""

from __future__ import annotations

FIRST = "plot_quickstart.py"


class QuickstartFirst:
    """Sort key of files, made by sphinx-gallery for a folder."""

    def __init__(self, src_dir: str) -> None:
        self.src_dir = src_dir

    def __call__(self, filename: str) -> tuple[bool, str]:
        return filename != FIRST, filename

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
