"""Which pack is in force, as a value that a journal can hold."""

from citybrain.structs import Struct


class PackIdentity(Struct, frozen=True, kw_only=True):
    """`digest` (SHA-256, hex) covers the canonical content of every file: two folders of one
    content have one digest, whatever their comments and the order of their keys.
    """

    name: str
    version: str
    digest: str
