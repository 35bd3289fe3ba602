"""A box that proved its name by a signed hello: a pure value."""

from citybrain.clock import Timestamp
from citybrain.ids import AgentId
from citybrain.structs import Struct


class ProvedBox(Struct, frozen=True, kw_only=True):
    """Who signed a hello."""

    agent: AgentId
    serial: str  # of the certificate, hexadecimal
    key: str  # SHA-256 of the key
    until: Timestamp  # the end of the certificate
