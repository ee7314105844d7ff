"""What every test shares: reproducible examples and a display that opens no window."""

import os

from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile("skhp", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("skhp")
