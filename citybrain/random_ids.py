"""Identifiers from the operating system's randomness, for composition roots alone."""

import secrets


class RandomIds:
    """The `IdSource` of production: the operating system's randomness."""

    def token(self) -> str:
        return secrets.token_hex(8)

    def number(self) -> int:
        return secrets.randbelow(2**63 - 1) + 1
