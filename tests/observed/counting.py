"""A space that counts what it is asked."""

from skhp.space import Space


class CountingSpace:
    """Answers as the space it wraps, and counts the params and points that are looked at."""

    def __init__(self, spaces, **more):
        self._space = Space.read(spaces, **more)
        self.n_encoded = 0
        self.n_identified = 0

    def __getattr__(self, name):
        return getattr(self._space, name)

    def encode(self, params):
        self.n_encoded += len(params)
        return self._space.encode(params)

    def models(self, U):
        self.n_identified += len(U)
        return self._space.models(U)
