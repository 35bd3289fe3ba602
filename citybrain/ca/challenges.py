"""Challenges for renewal: what a key must sign now. The port remembers none of them, so nobody can
make it forget one: it recognises its own by a key that lives as long as the process.
"""

import hashlib
import hmac

from citybrain.clock import SECOND_US, Timestamp
from citybrain.enrolment.limits import CHALLENGE_SECONDS
from citybrain.ids import IdSource


class Challenges:
    """Makes challenges and recognises them again."""

    def __init__(self, ids: IdSource) -> None:
        self._ids = ids
        self._key = (ids.token() + ids.token()).encode()

    def challenge(self, serial: str, now: Timestamp) -> str:
        """A text for the holder of certificate `serial` to sign."""
        content = f"{now}.{self._ids.token()}"
        return f"{content}.{self._mark(serial, content)}"

    def is_current(self, serial: str, challenge: str, now: Timestamp) -> bool:
        """Whether this is ours, for `serial`, and less than a minute old."""
        content, _, mark = challenge.rpartition(".")
        if not challenge.isascii() or not hmac.compare_digest(mark, self._mark(serial, content)):
            return False
        at = int(content.partition(".")[0])
        return 0 <= now - at <= CHALLENGE_SECONDS.value * SECOND_US

    def _mark(self, serial: str, content: str) -> str:
        text = f"{serial} {content}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
