"""Errors across a call: the server turns this project's errors into a status, the caller turns the
status into an `RpcError`. One table each way; the public API's own is
`citybrain.api.problem_types`, whose details say more than a status.

CityBrainError
├── NotFoundError         no such id here (NOT_FOUND)
├── NotAuthorizedError    whoever calls may not, and why (PERMISSION_DENIED)
└── ListenError           the address cannot be served on
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from grpc import StatusCode

from citybrain.api.problem import STATUS_METADATA, Problem, rpc_error_in, status_details
from citybrain.api.problem_types import NOT_PERMITTED
from citybrain.errors import (
    BusError,
    CityBrainError,
    IllegalTriggerError,
    MalformedError,
    NodeStoppingError,
    QueueFullError,
    RpcError,
    StoreBusyError,
    StoreCorruptError,
    StoreFullError,
)


class CallRefusal(StrEnum):
    """Why a call is refused before it is looked at."""

    UNNAMED = "unnamed"  # the certificate holds no name of ours
    OTHER_CITY = "other_city"
    REVOKED = "revoked"
    EXPIRED = "expired"  # since the connection was made
    NO_RIGHT = "no_right"  # the table of methods has no line for this role
    NOT_ITS_OWN = "not_its_own"  # the message names somebody else than the certificate


# of a caller who is known: what HTTP calls the same
NOT_PERMITTED_CALLS = frozenset({CallRefusal.NO_RIGHT, CallRefusal.NOT_ITS_OWN})


class NotFoundError(CityBrainError):
    """No such id here."""


class NotAuthorizedError(CityBrainError):
    """Whoever calls may not do so; `reason` is a code of `CallRefusal`."""

    def __init__(self, reason: CallRefusal, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{detail} ({reason})")


class ListenError(CityBrainError):
    """The address cannot be served on."""


STATUS: Mapping[type[CityBrainError], StatusCode] = {
    MalformedError: StatusCode.INVALID_ARGUMENT,
    NotFoundError: StatusCode.NOT_FOUND,
    NotAuthorizedError: StatusCode.PERMISSION_DENIED,
    IllegalTriggerError: StatusCode.FAILED_PRECONDITION,
    QueueFullError: StatusCode.RESOURCE_EXHAUSTED,
    StoreFullError: StatusCode.RESOURCE_EXHAUSTED,
    NodeStoppingError: StatusCode.UNAVAILABLE,
    StoreBusyError: StatusCode.UNAVAILABLE,
    StoreCorruptError: StatusCode.DATA_LOSS,
    BusError: StatusCode.UNAVAILABLE,
    CityBrainError: StatusCode.INTERNAL,
}

UNREACHED = "failed to connect"  # in gRPC's detail when there was no connection at all
OVERSIZED = "larger than max"  # in gRPC's detail when it let a message not through

NO_ANSWER = (
    "no answer at this address. Is the node running, and is this the gRPC address in its"
    " configuration?"
)
ENDED_EARLY = (
    "what answers ended the connection before a word. If it has certificates, this side needs one"
    " that is not over: join here (`citybrain login TOKEN`, or `citybrain district|city join TOKEN`"
    " of a node)."
)
# what a connection failed for, in gRPC's own words: what that means and what to do
HANDSHAKES: Mapping[str, str] = {
    "Hostname Verification": "the certificate of what answers is for another host. Ask under a"
    " name that it holds, or make its token with --host as it is asked for here, and join again.",
    "certificate has expired": "the certificate of what answers is over. Its node renews it by"
    " itself if it reaches the authority; its log says what keeps it from that.",
    "CERTIFICATE_VERIFY_FAILED": "what answers has no certificate of the authority that is trusted"
    " here. Is this the address of a node of this city? Then the identity here is of another one:"
    " join this one (`citybrain login TOKEN`).",
    "WRONG_VERSION_NUMBER": "what answers has no certificates (lab mode), and this side has. Join"
    " there as well; for a lab on this machine ask with an empty --identity.",
    "Socket closed": ENDED_EARLY,
    "Connection reset": ENDED_EARLY,  # the same, heard a moment later
}

# Whether the same call may succeed later, by the status alone. A repeated action has the same
# request id.
RETRY: Mapping[StatusCode, bool] = {
    code: code
    in (
        StatusCode.UNAVAILABLE,
        StatusCode.RESOURCE_EXHAUSTED,
        StatusCode.DEADLINE_EXCEEDED,
        StatusCode.ABORTED,
    )
    for code in StatusCode
}


class Refusal(NamedTuple):
    """What a caller hears of an error. `metadata` goes behind the last reply."""

    code: StatusCode
    detail: str
    metadata: tuple[tuple[str, bytes], ...] = ()


def refusal_of(error: CityBrainError) -> Refusal:
    """The status and the sentence; peers of our own need no more. Whom a right is missing is told
    so in the public API's words, too."""
    metadata: tuple[tuple[str, bytes], ...] = ()
    if isinstance(error, NotAuthorizedError) and error.reason in NOT_PERMITTED_CALLS:
        problem = Problem(type=NOT_PERMITTED, detail=str(error))
        metadata = ((STATUS_METADATA, status_details(problem)),)
    return Refusal(status_of(error), str(error), metadata)


def status_of(error: CityBrainError) -> StatusCode:
    """The status of the nearest ancestor in the table; an `RpcError` keeps its own."""
    if isinstance(error, RpcError) and error.code in StatusCode.__members__:
        return StatusCode[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def rpc_error(
    code: StatusCode, detail: str | None, trailing: Iterable[tuple[str, object]] | None = None
) -> RpcError:
    """What the caller gets. `trailing`: the metadata behind the last reply."""
    for key, value in trailing or ():
        if key == STATUS_METADATA and isinstance(value, bytes) and (said := rpc_error_in(value)):
            return said
    if code is StatusCode.UNAVAILABLE and detail is not None and UNREACHED in detail:
        last_error = detail.rpartition("last error: ")[2]
        means = (text for sign, text in HANDSHAKES.items() if sign in last_error)
        detail = f"{next(means, NO_ANSWER)} ({last_error})"
    is_oversized = code is StatusCode.RESOURCE_EXHAUSTED and OVERSIZED in (detail or "")
    retry = RETRY[code] and not is_oversized
    return RpcError(code.name, detail or "the other side gave no reason", retry=retry)
