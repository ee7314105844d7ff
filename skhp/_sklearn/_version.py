"""Which scikit-learn this is."""

import sklearn

__all__ = ["HAS_CALLBACKS", "VERSION"]

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
HAS_CALLBACKS = VERSION >= (1, 9)
