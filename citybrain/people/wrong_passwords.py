"""Counts wrong passwords by account and by address: whoever guesses is not listened to for a while.
Pure but for what it remembers, which is bounded. An account that does not exist is counted as one
that does: a lock-out tells nobody which there are.
"""

from citybrain.clock import SECOND_US, Instant
from citybrain.people.limits import WRONG_PASSWORD_KEYS, WRONG_PASSWORDS

WINDOW_US = 300 * SECOND_US


class WrongPasswords:
    """How often each key (a name, or an address) was wrong in the five minutes since its first."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Instant, int]] = {}  # the last one wrong comes last

    def note(self, key: str, now: Instant) -> None:
        """`key` sends a password. Say `forgive` where it was the right one: counted before it was
        checked, a hundred at once are not a hundred trials."""
        since, count = self._current(key, now)
        self._found.pop(key, None)
        self._found[key] = (since, count + 1)
        if len(self._found) > WRONG_PASSWORD_KEYS.value:
            del self._found[next(iter(self._found))]

    def forgive(self, key: str, now: Instant) -> None:
        """What `note` counted last was the right password, or none was checked."""
        since, count = self._current(key, now)
        if count > 1:
            self._found[key] = (since, count - 1)
        else:
            self._found.pop(key, None)

    def is_blocked(self, key: str, now: Instant) -> bool:
        """Whether `key` was wrong too often."""
        return self._current(key, now)[1] >= WRONG_PASSWORDS.value

    def __len__(self) -> int:
        return len(self._found)

    def _current(self, key: str, now: Instant) -> tuple[Instant, int]:
        since, count = self._found.get(key, (now, 0))
        return (since, count) if now - since < WINDOW_US else (now, 0)
