"""Runs skhp from the command line: ``python -m skhp --help``."""

from .command import main

if __name__ == "__main__":
    raise SystemExit(main())
