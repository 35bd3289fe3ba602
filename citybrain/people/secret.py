"""Secrets that a node gives out (a session's id, a program's token, a link): 256 random bits of
text, of which the node keeps a hash alone.
"""

import hashlib

from citybrain.ids import IdSource

DIGITS = 64  # hexadecimal: 256 bits


def new_secret(ids: IdSource) -> str:
    """64 hexadecimal digits of `ids`, which is the operating system's randomness in a node."""
    return "".join(ids.token() for _ in range(4))


def hash_of(secret: str) -> str:
    """What is kept of `secret`. So many random bits need no slow hash: nobody tries them all."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
