"""Chance from one seed: an independent stream for every name, so that one fault taken away leaves all the others' luck as it was."""

import hashlib
from random import Random  # noqa: TID251 - one seed is one story


class Dice:
    """`of(name)` is always the same stream for the same seed and name, whatever else was drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, name: str) -> Random:
        """A stream of its own. Seeded by SHA-256, never by `hash` (which differs between runs)."""
        return Random(int.from_bytes(hashlib.sha256(f"{self.seed}|{name}".encode()).digest()[:16]))


class DiceIds:
    """An `IdSource` of the simulator: ids by chance from a stream, the same for the same seed."""

    def __init__(self, stream: Random) -> None:
        self._stream = stream

    def token(self) -> str:
        return f"{self._stream.getrandbits(64):016x}"

    def number(self) -> int:
        return self._stream.getrandbits(62) | 1
