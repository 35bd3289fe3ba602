"""How long to wait before the next attempt: exponential, bounded, with jitter, so that a thousand
boxes do not reconnect at one instant.
"""

from citybrain.ids import IdSource


class Backoff:
    """Waits of `first_s`, twice that … up to `max_s`, each shortened at random by up to a half."""

    def __init__(self, *, first_s: float, max_s: float, ids: IdSource) -> None:
        self._first_s, self._max_s, self._ids = first_s, max_s, ids
        self._attempts = 0

    @property
    def attempts(self) -> int:
        """Waits since the last attempt that succeeded."""
        return self._attempts

    def next_s(self) -> float:
        """The wait before the next attempt."""
        whole = min(self._max_s, self._first_s * 2.0 ** min(self._attempts, 30))
        self._attempts += 1
        return whole * (0.5 + 0.5 * self._ids.number() / 2**63)

    def reset(self) -> None:
        """The attempt succeeded."""
        self._attempts = 0
