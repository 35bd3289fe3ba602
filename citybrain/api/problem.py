"""What went wrong with a request, as gRPC and HTTP say it: one table of errors, two encodings.

gRPC: `google.rpc.Status` with `ErrorInfo` and `BadRequest`. HTTP: a problem document (RFC 9457).
"""

import json

from google.rpc import code_pb2, error_details_pb2, status_pb2

from citybrain.api.errors import InvalidRequestError, NoSuchResourceError, Violation
from citybrain.errors import (
    CityBrainError,
    MalformedError,
    NodeStoppingError,
    QueueFullError,
    StoreFullError,
)
from citybrain.feed.errors import FeedError, TooManyViewsError
from citybrain.structs import Struct

DOMAIN = "citybrain"
PROBLEM_JSON = "application/problem+json"
STATUS_METADATA = "grpc-status-details-bin"


class Family(Struct, frozen=True, kw_only=True):
    """One family of errors. `code`: a gRPC status; `reason`: a code for programs."""

    code: str
    http: int
    reason: str
    title: str


INVALID = Family(
    code="INVALID_ARGUMENT", http=400, reason="invalid_request", title="The request cannot be"
)
NOT_FOUND = Family(code="NOT_FOUND", http=404, reason="not_found", title="There is no such thing")
METHOD = Family(
    code="UNIMPLEMENTED", http=405, reason="method_not_allowed", title="Not with this method"
)
FOREIGN = Family(
    code="PERMISSION_DENIED", http=403, reason="foreign_origin", title="Not from another site"
)
NOT_JSON = Family(code="INVALID_ARGUMENT", http=415, reason="not_json", title="Bodies are JSON")
NO_LENGTH = Family(
    code="INVALID_ARGUMENT", http=411, reason="no_length", title="The length is missing"
)
TOO_LARGE = Family(
    code="INVALID_ARGUMENT", http=413, reason="too_large", title="The body is too large"
)
OVERLOADED = Family(
    code="RESOURCE_EXHAUSTED", http=503, reason="overloaded", title="There is no room just now"
)
DISK_FULL = Family(
    code="RESOURCE_EXHAUSTED", http=507, reason="disk_full", title="The disk is full"
)
STOPPING = Family(code="UNAVAILABLE", http=503, reason="stopping", title="The node is stopping")
FAILED = Family(code="INTERNAL", http=500, reason="failed", title="The node could not do it")

# the first that fits
FAMILIES: tuple[tuple[type[CityBrainError], Family], ...] = (
    (InvalidRequestError, INVALID),
    (MalformedError, INVALID),
    (NoSuchResourceError, NOT_FOUND),
    (TooManyViewsError, OVERLOADED),
    (FeedError, INVALID),
    (QueueFullError, OVERLOADED),
    (StoreFullError, DISK_FULL),
    (NodeStoppingError, STOPPING),
    (CityBrainError, FAILED),
)
# fields of a feed's spec: what the API calls them
FEED_FIELDS = {"filters": "filter", "limit": "page_size"}


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong: its family, a sentence, and the fields that cannot be."""

    family: Family
    detail: str
    violations: tuple[Violation, ...] = ()


def problem_of(error: CityBrainError) -> Problem:
    """The problem that `error` is to a client."""
    family = next(family for kind, family in FAMILIES if isinstance(error, kind))
    match error:
        case InvalidRequestError():
            return Problem(family=family, detail=str(error), violations=error.violations)
        case FeedError() if family is INVALID:
            return Problem(family=family, detail=str(error), violations=(feed_violation(error),))
        case _:
            return Problem(family=family, detail=str(error))


def feed_violation(error: FeedError) -> Violation:
    """The violation that an error of a list's own checks is; its message is what and cure."""
    what, _, cure = str(error).partition(". ")
    field = FEED_FIELDS.get(error.field, error.field)
    return Violation(field=field, what=what.rstrip("."), cure=cure or "Give another.")


def status_details(problem: Problem) -> bytes:
    """The bytes of `grpc-status-details-bin`."""
    family = problem.family
    status = status_pb2.Status(code=code_pb2.Code.Value(family.code), message=problem.detail)
    status.details.add().Pack(
        error_details_pb2.ErrorInfo(reason=family.reason.upper(), domain=DOMAIN)
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
    payload: bytes = status.SerializeToString()
    return payload


def problem_json(problem: Problem) -> bytes:
    """The body of an `application/problem+json`."""
    family = problem.family
    return json.dumps(
        {
            "type": f"urn:problem-type:{DOMAIN}:{family.reason}",
            "title": family.title,
            "status": family.http,
            "detail": problem.detail,
            "reason": family.reason,
            "violations": [
                {"field": v.field, "what": v.what, "cure": v.cure} for v in problem.violations
            ],
        },
        ensure_ascii=False,
    ).encode()
