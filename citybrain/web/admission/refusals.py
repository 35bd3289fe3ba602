"""What an HTTP server refused, by reason: counted every time, logged without letting a flood fill
the log.
"""

import logging
from collections.abc import Callable
from enum import StrEnum

from citybrain.web import limits

log = logging.getLogger(__name__)

Count = Callable[[str], None]


class Refusal(StrEnum):
    """Why a connection or a request was refused. The value is the metric's label."""

    SERVER_FULL = "server_full"
    ADDRESS_FULL = "address_full"
    HANDSHAKE_LATE = "handshake_late"
    HEAD_LATE = "head_late"
    HEAD_TOO_LARGE = "head_too_large"
    BODY_LATE = "body_late"
    NOT_HTTP = "not_http"
    READER_STALLED = "reader_stalled"
    FOREIGN_HOST = "foreign_host"
    FOREIGN_ORIGIN = "foreign_origin"
    UNREADABLE_PATH = "unreadable_path"
    NOT_SIGNED_IN = "not_signed_in"
    UNKNOWN_TOKEN = "unknown_token"
    OTHER_UNIT = "other_unit"
    NOT_PERMITTED = "not_permitted"
    PASSED_ON = "passed_on"


WORDS = {
    Refusal.SERVER_FULL: "all places for connections are taken",
    Refusal.ADDRESS_FULL: "its address holds as many connections as one may",
    Refusal.HANDSHAKE_LATE: "its TLS handshake did not end in time",
    Refusal.HEAD_LATE: "its request's head did not come in time",
    Refusal.HEAD_TOO_LARGE: "its request's head is too large",
    Refusal.BODY_LATE: "its request's body did not come in time",
    Refusal.NOT_HTTP: "it sent no HTTP",
    Refusal.READER_STALLED: "it did not read its answer",
    Refusal.FOREIGN_HOST: "it asked for a name that is not this server's",
    Refusal.FOREIGN_ORIGIN: "a page of another site sent it",
    Refusal.UNREADABLE_PATH: "it asked for a path that is no text",
    Refusal.NOT_SIGNED_IN: "it has not signed in, or its session has ended",
    Refusal.UNKNOWN_TOKEN: "its token was never given out, or was revoked",
    Refusal.OTHER_UNIT: "a crew's device asked for what is not its unit's",
    Refusal.NOT_PERMITTED: "the role of whoever asks may not do this",
    Refusal.PASSED_ON: "a proxy passed it on, and nobody signs in here",
}


class Refusals:
    """Counts and logs refusals. All methods on the server's own event loop."""

    def __init__(self, count: Count | None = None) -> None:
        """`count` is called with the reason of each refusal."""
        self._count = count
        self._logged_at: dict[Refusal, float] = {}
        self._unlogged: dict[Refusal, int] = {}

    def add(self, reason: Refusal, address: str, *, now_s: float, detail: str = "") -> None:
        """One refusal of what came from `address`. `now_s` is the event loop's time."""
        if self._count is not None:
            self._count(reason.value)
        last = self._logged_at.get(reason)
        if last is not None and now_s - last < limits.REFUSAL_LOG.value:
            self._unlogged[reason] = self._unlogged.get(reason, 0) + 1
            return
        self._logged_at[reason] = now_s
        log.warning(
            "refused an HTTP client at %s (%s): %s%s; %d more since the last such line",
            address or "an unknown address",
            reason.value,
            WORDS[reason],
            f" ({ascii(detail)[:120]})" if detail else "",
            self._unlogged.pop(reason, 0),
        )
