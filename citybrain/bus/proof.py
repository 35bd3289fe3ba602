"""Whether a broker lets a client speak and listen, proved by the client's own messages to itself: a
broker may grant a subscription that it will never serve. Sends nothing; time comes in.
"""

from citybrain.clock import SECOND_US, Instant
from citybrain.ids import IdSource
from citybrain.limits import Limit

PROOF_SECONDS = Limit(
    name="bus_proof_seconds",
    value=5,
    unit="s",
    reason="a message to itself takes a round trip; a wrong name is to be said within 10 s",
    fate="the connection counts as none, with the reason; the client asks again as often",
)
PROOF_EVERY = Limit(
    name="bus_proof_every",
    value=60,
    unit="s",
    reason="rules may change while a connection stands, and a reader alone would not notice",
    fate="the client proves again what it may",
)


class TopicProof:
    """The proofs of one connection after another. At most one message is under way."""

    def __init__(self, ids: IdSource) -> None:
        self._ids = ids
        self._awaited: bytes | None = None
        self._sent_at: Instant | None = None  # None: there is no connection to prove anything of
        self._is_doubted = False

    def begin(self, now: Instant) -> bytes:
        """What to send to oneself now."""
        self._awaited, self._sent_at, self._is_doubted = self._ids.token().encode(), now, False
        return self._awaited

    def end(self) -> None:
        """The connection ended; what is still under way proves nothing of the next one."""
        self._awaited = self._sent_at = None

    def has_come_back(self, payload: bytes) -> bool:
        """Whether `payload` is what was sent last, for the first time."""
        if payload != self._awaited:
            return False
        self._awaited = None
        return True

    def is_overdue(self, now: Instant) -> bool:
        """Whether what was sent should have come back."""
        return self._awaited is not None and self._waited(now, PROOF_SECONDS)

    def is_due(self, now: Instant) -> bool:
        """Whether to prove it anew: after a while, and soon where it is doubted."""
        wait = PROOF_SECONDS if self._is_doubted else PROOF_EVERY
        return self._awaited is None and self._waited(now, wait)

    def doubt(self) -> bool:
        """Something was denied: prove it anew soon. False where that is doubted already."""
        was_doubted, self._is_doubted = self._is_doubted, True
        return not was_doubted

    def _waited(self, now: Instant, limit: Limit) -> bool:
        return self._sent_at is not None and now - self._sent_at >= limit.value * SECOND_US
