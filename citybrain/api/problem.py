"""What went wrong with a request, as gRPC and HTTP say it: two encodings of one table,
`problem_types`, and how a client reads the first.

gRPC: `google.rpc.Status` with `ErrorInfo`, `BadRequest`, `RetryInfo` where it passes and
`RequestInfo` where the node's log has more. HTTP: a problem document (RFC 9457).
"""

import json

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs
from google.rpc import code_pb2, error_details_pb2, status_pb2

from citybrain.api.errors import FaultError, InvalidRequestError, Violation
from citybrain.api.problem_types import INVALID, ProblemType, type_of
from citybrain.errors import CityBrainError, RpcError
from citybrain.feed.errors import FeedError
from citybrain.structs import Struct

DOMAIN = "citybrain"
PROBLEM_JSON = "application/problem+json"
STATUS_METADATA = "grpc-status-details-bin"


# fields of a feed's spec: what the API calls them
FEED_FIELDS = {"filters": "filter", "limit": "page_size"}


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong: its type, a sentence, the fields that cannot be, and under what reference
    the node's log has more ("": it has not)."""

    type: ProblemType
    detail: str
    violations: tuple[Violation, ...] = ()
    reference: str = ""


def problem_of(error: CityBrainError) -> Problem:
    """The problem that `error` is to a client. Of errors that are not of his request, the table's
    words: an error's own may name files, addresses and other people's data."""
    found = type_of(error)
    reference = error.reference if isinstance(error, FaultError) else ""
    detail = found.detail or str(error)
    if reference:
        detail = f"{detail} Its log has more under the reference {reference}."
    violations: tuple[Violation, ...] = ()
    match error:
        case InvalidRequestError():
            violations = error.violations
        case FeedError() if found is INVALID:
            violations = (feed_violation(error),)
    return Problem(type=found, detail=detail, violations=violations, reference=reference)


def rpc_error_of(problem: Problem) -> RpcError:
    """What `problem` is to the program that called by gRPC."""
    return RpcError(
        problem.type.code,
        problem.detail,
        retry=problem.type.is_passing,
        reason=problem.type.reason,
        retry_after_s=float(problem.type.retry_after_s or 0),
    )


def feed_violation(error: FeedError) -> Violation:
    """The violation that an error of a list's own checks is; its message is what and cure."""
    what, _, cure = str(error).partition(". ")
    field = FEED_FIELDS.get(error.field, error.field)
    return Violation(field=field, what=what.rstrip("."), cure=cure or "Give another.")


def status_details(problem: Problem) -> bytes:
    """The bytes of `grpc-status-details-bin`."""
    kind = problem.type
    status = status_pb2.Status(code=code_pb2.Code.Value(kind.code), message=problem.detail)
    status.details.add().Pack(
        error_details_pb2.ErrorInfo(reason=kind.reason.upper(), domain=DOMAIN)
    )
    if problem.violations:
        status.details.add().Pack(
            error_details_pb2.BadRequest(
                field_violations=[
                    error_details_pb2.BadRequest.FieldViolation(
                        field=v.field, description=f"{v.what}. {v.cure}"
                    )
                    for v in problem.violations
                ]
            )
        )
    if kind.retry_after_s is not None:
        delay = error_details_pb2.RetryInfo()
        delay.retry_delay.FromSeconds(kind.retry_after_s)
        status.details.add().Pack(delay)
    if problem.reference:
        status.details.add().Pack(error_details_pb2.RequestInfo(request_id=problem.reference))
    payload: bytes = status.SerializeToString()
    return payload


def rpc_error_in(payload: bytes) -> RpcError | None:
    """What a client raises for the status whose `grpc-status-details-bin` this is; None where it is
    of another domain or cannot be read, and the status alone has to do."""
    info, delay = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    try:
        status = status_pb2.Status.FromString(payload)
        details = [d for d in status.details if not d.Unpack(info)]
        is_passing = any(d.Unpack(delay) for d in details)
        code = code_pb2.Code.Name(status.code)
    except (DecodeError, ValueError):
        return None
    if info.domain != DOMAIN:
        return None
    return RpcError(
        code,
        status.message,
        retry=is_passing,
        reason=info.reason.lower(),
        retry_after_s=delay.retry_delay.seconds + delay.retry_delay.nanos / 1e9,
    )


def problem_json(problem: Problem) -> bytes:
    """The body of an `application/problem+json`."""
    kind = problem.type
    return json.dumps(
        {
            "type": f"urn:problem-type:{DOMAIN}:{kind.reason}",
            "title": kind.title,
            "status": kind.http,
            "detail": problem.detail,
            "reason": kind.reason,
            "reference": problem.reference,
            "violations": [
                {"field": v.field, "what": v.what, "cure": v.cure} for v in problem.violations
            ],
        },
        ensure_ascii=False,
    ).encode()
