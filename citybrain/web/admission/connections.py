"""How many connections a server holds, in all and from one address. Bookkeeping only: opens and
closes none.

One address never gets more than its share, and the last places are kept for addresses that hold
few: who takes all he can get does not lock the others out.
"""

import ipaddress

from citybrain.web import limits
from citybrain.web.admission.refusals import Refusal

SUBSCRIBER_BITS = 64  # who is given one IPv6 address is given a whole /64 of them


class ConnectionTable:
    """The connections of one server by address. Not for several threads."""

    def __init__(self) -> None:
        self._held: dict[str, int] = {}
        self.total = 0

    def admit(self, address: str) -> Refusal | None:
        """Take a place for a connection from `address`; None, or why there is none."""
        key = sharing(address)
        held = self._held.get(key, 0)
        if held >= limits.ADDRESS_CLIENTS.value:
            return Refusal.ADDRESS_FULL
        is_reserved = self.total >= limits.CLIENTS.value - limits.RESERVED_CLIENTS.value
        if is_reserved and held >= limits.FEW_CLIENTS.value:
            return Refusal.ADDRESS_FULL
        if self.total >= limits.CLIENTS.value:
            return Refusal.SERVER_FULL
        self._held[key] = held + 1
        self.total += 1
        return None

    def release(self, address: str) -> None:
        """Give back a place that `admit` gave."""
        key = sharing(address)
        held = self._held[key] - 1
        self.total -= 1
        if held:
            self._held[key] = held
        else:
            del self._held[key]


def sharing(address: str) -> str:
    """What shares one share with `address`: itself, or its IPv6 subscriber's network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, SUBSCRIBER_BITS), strict=False))
