"""The journal: a file with every finished fold, from which a search goes on after a break."""

from ._fingerprint import fingerprint
from ._identity import Identity
from ._journal import Journal
from ._rows import StoredTrial

__all__ = ["Identity", "Journal", "StoredTrial", "fingerprint"]
