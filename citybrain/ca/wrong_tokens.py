"""Counts wrong tokens by address: whoever guesses is not listened to for a while. Pure but for what
it remembers, which is bounded.
"""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.enrolment.limits import WRONG_TOKEN_ADDRESSES, WRONG_TOKENS

WINDOW_US = 300 * SECOND_US


class WrongTokens:
    """How often each address was wrong in its current five minutes."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Timestamp, int]] = {}  # the last one wrong comes last

    def note(self, address: str, now: Timestamp) -> None:
        """`address` sent a wrong token."""
        since, count = self._current(address, now)
        self._found.pop(address, None)
        self._found[address] = (since, count + 1)
        if len(self._found) > WRONG_TOKEN_ADDRESSES.value:
            del self._found[next(iter(self._found))]

    def is_blocked(self, address: str, now: Timestamp) -> bool:
        """Whether `address` was wrong too often."""
        return self._current(address, now)[1] >= WRONG_TOKENS.value

    def _current(self, address: str, now: Timestamp) -> tuple[Timestamp, int]:
        since, count = self._found.get(address, (now, 0))
        return (since, count) if now - since < WINDOW_US else (now, 0)
