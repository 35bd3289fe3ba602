"""Errors across a call: this project's errors become a status on the server, and the status an `RpcError` at the caller. One table each way.

CityBrainError
├── NotFoundError          what was asked for by id is not here (NOT_FOUND)
├── NotAuthorizedError          the certificate's subject is somebody else (PERMISSION_DENIED)
└── ListenError    the address cannot be served on
"""

from collections.abc import Mapping

from grpc import StatusCode

from citybrain.errors import (
    BusError,
    CityBrainError,
    IllegalTriggerError,
    MalformedError,
    QueueFullError,
    RpcError,
    StoreBusyError,
    StoreCorruptError,
    StoreFullError,
)


class NotFoundError(CityBrainError):
    """What was asked for by id is not here."""


class NotAuthorizedError(CityBrainError):
    """The transport says that the sender is somebody else than the message says."""


class ListenError(CityBrainError):
    """The address cannot be served on."""


STATUS: Mapping[type[CityBrainError], StatusCode] = {
    MalformedError: StatusCode.INVALID_ARGUMENT,
    NotFoundError: StatusCode.NOT_FOUND,
    NotAuthorizedError: StatusCode.PERMISSION_DENIED,
    IllegalTriggerError: StatusCode.FAILED_PRECONDITION,
    QueueFullError: StatusCode.RESOURCE_EXHAUSTED,
    StoreFullError: StatusCode.RESOURCE_EXHAUSTED,
    StoreBusyError: StatusCode.UNAVAILABLE,
    StoreCorruptError: StatusCode.DATA_LOSS,
    BusError: StatusCode.UNAVAILABLE,
    CityBrainError: StatusCode.INTERNAL,
}

UNREACHED = "failed to connect"  # how gRPC begins when there was no connection at all

# Whether the same call may go through later. Whoever repeats an action repeats its request id.
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


def status_of(error: CityBrainError) -> StatusCode:
    """The status for `error`: that of its nearest ancestor in the table; a passed-on `RpcError` keeps its own."""
    if isinstance(error, RpcError) and error.code in StatusCode.__members__:
        return StatusCode[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def rpc_error(code: StatusCode, detail: str | None) -> RpcError:
    """What the caller gets."""
    if code is StatusCode.UNAVAILABLE and detail is not None and UNREACHED in detail:
        detail = f"nobody answers at this address. Is the node running, and is this the gRPC address in its configuration? ({detail.rpartition('last error: ')[2]})"
    return RpcError(code.name, detail or "the other side gave no reason", retry=RETRY[code])
