"""Sign-ins that are at the provider just now: bound to one browser, used once, few of one address.
Pure but for what it remembers, which is bounded.
"""

import hmac

from citybrain.clock import SECOND_US, Instant
from citybrain.people.oidc.errors import OidcRefusal, OidcRefusedError
from citybrain.people.oidc.limits import PENDING, PENDING_LIFE, PENDING_OF_ADDRESS
from citybrain.people.secret import hash_of
from citybrain.structs import Struct

LIFE_US = PENDING_LIFE.value * SECOND_US


class PendingSignIn(Struct, frozen=True, kw_only=True):
    """One of them. `browser` is the hash of what the browser's cookie holds, `goal` the page that
    it came for."""

    browser: str
    nonce: str
    verifier: str
    goal: str
    address: str
    begun_at: Instant


class PendingSignIns:
    """Those of one node, by the hash of their `state`."""

    def __init__(self) -> None:
        self._found: dict[str, PendingSignIn] = {}  # the oldest comes first

    def add(self, state: str, pending: PendingSignIn) -> None:
        """Remember one; where there are too many, another is forgotten."""
        self._forget_old(pending.begun_at)
        own = [key for key, one in self._found.items() if one.address == pending.address]
        if len(own) >= PENDING_OF_ADDRESS.value:
            del self._found[own[0]]
        elif len(self._found) >= PENDING.value:
            del self._found[self._oldest_of_most()]
        self._found[hash_of(state)] = pending

    def take(self, state: str, browser: str, now: Instant) -> PendingSignIn:
        """The one with this `state`, which is used up by it, whoever comes with it. Raises
        `OidcRefusedError` where there is none, or `browser` is not what its browser holds."""
        self._forget_old(now)
        pending = self._found.pop(hash_of(state), None)
        if pending is None:
            raise OidcRefusedError(
                OidcRefusal.UNKNOWN_STATE, "its state was made up, used before, or is too old"
            )
        if not hmac.compare_digest(hash_of(browser), pending.browser):
            raise OidcRefusedError(
                OidcRefusal.OTHER_BROWSER, "its state was given to another browser"
            )
        return pending

    def __len__(self) -> int:
        return len(self._found)

    def _forget_old(self, now: Instant) -> None:
        while self._found:
            key, oldest = next(iter(self._found.items()))
            if now - oldest.begun_at < LIFE_US:
                return
            del self._found[key]

    def _oldest_of_most(self) -> str:
        """Who fills the table makes room in it."""
        first: dict[str, str] = {}
        count: dict[str, int] = {}
        for key, one in self._found.items():
            first.setdefault(one.address, key)
            count[one.address] = count.get(one.address, 0) + 1
        return first[max(count, key=count.__getitem__)]
