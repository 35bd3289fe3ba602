"""Randomness from one seed: an independent stream for every name.

Parts never share a stream. Leaving one fault out therefore changes no other draw, which is what
makes shrinking work. A stream's name is part of what a seed means: renaming one changes every
scenario that uses it.
"""

import hashlib
from random import Random  # noqa: TID251 - seeded here, for everything that is simulated


class RandomStreams:
    """`named(name)` starts the same stream for the same seed and name, whatever else was drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def named(self, name: str) -> Random:
        """A new generator at the start of its stream.

        Seeded by SHA-256, never by `hash`, which differs between processes.
        """
        return Random(int.from_bytes(hashlib.sha256(f"{self.seed}|{name}".encode()).digest()[:16]))


class RandomIds:
    """See `citybrain.ids.IdSource`: ids drawn from a seeded stream."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def token(self) -> str:
        return f"{self._rng.getrandbits(64):016x}"

    def number(self) -> int:
        return self._rng.getrandbits(62) | 1
