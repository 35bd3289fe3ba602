"""Every way in which a request of the public API is refused, and what each means for its caller:
one table for both tiers, gRPC and HTTP, their clients and their description.

What a node decided, yes or no, is an `Outcome`. Here is what was never decided: requests that
cannot be, and nodes that cannot take one in.
"""

from citybrain.api.errors import (
    FaultError,
    FileCutError,
    FileLateError,
    FileLostError,
    InvalidRequestError,
    NoSuchResourceError,
    NotPermittedError,
    RequestTooLargeError,
    TooManyWatchesError,
)
from citybrain.errors import (
    CityBrainError,
    InputRejectedError,
    MalformedError,
    NodeStoppingError,
    QueueFullError,
    StoreFullError,
)
from citybrain.feed.errors import FeedError, TooManyViewsError
from citybrain.structs import Struct


class ProblemType(Struct, frozen=True, kw_only=True):
    """One way to be refused. `code`: a gRPC status; `reason`: the same as a code for programs.

    `retry_after_s`: the refusal is passing: nothing was done, and after so many seconds the same
    request, with its `request_id`, may be sent again. None: it is final. `detail`: what the caller
    is told; "": the error's own sentence, which is of his request alone.
    """

    reason: str
    code: str
    http: int
    title: str
    meaning: str
    detail: str = ""
    retry_after_s: int | None = None

    @property
    def is_passing(self) -> bool:
        return self.retry_after_s is not None

    @property
    def is_fault(self) -> bool:
        """Whether the node is to blame; its log says why, its callers get a reference."""
        return self.code == "INTERNAL"


INVALID = ProblemType(
    reason="invalid_request",
    code="INVALID_ARGUMENT",
    http=400,
    title="The request cannot be",
    meaning="The fields that cannot be are listed, each with a cure.",
)
FOREIGN = ProblemType(
    reason="foreign_origin",
    code="PERMISSION_DENIED",
    http=403,
    title="Not from another site",
    meaning="A browser sent it from a page of another site. Programs name no origin.",
)
MISDIRECTED = ProblemType(
    reason="foreign_host",
    code="PERMISSION_DENIED",
    http=421,
    title="Not under this name",
    meaning="The request asked for a host that is not this server; `allowed_hosts` adds names.",
)
NOT_SIGNED_IN = ProblemType(
    reason="not_signed_in",
    code="UNAUTHENTICATED",
    http=401,
    title="Sign in first",
    meaning="It has no session that stands, and no token of a program. See the recipe of a client."
    " HTTP alone: by gRPC a caller is proved by its certificate, or has no connection.",
)
NOT_PERMITTED = ProblemType(
    reason="not_permitted",
    code="PERMISSION_DENIED",
    http=403,
    title="Not with these roles",
    meaning="None of the caller's roles has the method, or the unit is not the device's own.",
)
NOT_HTTP = ProblemType(
    reason="not_http",
    code="INVALID_ARGUMENT",
    http=400,
    title="This is no HTTP",
    meaning="What came in cannot be read as an HTTP request.",
)
NOT_FOUND = ProblemType(
    reason="not_found",
    code="NOT_FOUND",
    http=404,
    title="There is no such thing",
    meaning="Nothing of that id, or no such path, is here.",
)
METHOD = ProblemType(
    reason="method_not_allowed",
    code="UNIMPLEMENTED",
    http=405,
    title="Not with this method",
    meaning="The path takes other HTTP methods; the header Allow lists them.",
)
FILE_LOST = ProblemType(
    reason="file_lost",
    code="DATA_LOSS",
    http=410,
    title="The file is not whole any more",
    meaning="The node's disk has lost the file or a part of it. A backup may have it.",
)
TOO_LATE = ProblemType(
    reason="too_late",
    code="DEADLINE_EXCEEDED",
    http=408,
    title="The request did not come in time",
    meaning="Its head or body took too long to come in whole. Nothing was done.",
)
NO_LENGTH = ProblemType(
    reason="no_length",
    code="INVALID_ARGUMENT",
    http=411,
    title="The length is missing",
    meaning="A body is sent whole, with its content-length.",
)
TOO_LARGE = ProblemType(
    reason="too_large",
    code="RESOURCE_EXHAUSTED",
    http=413,
    title="The request is too large",
    meaning="The request is beyond `api_request_bytes`, a file beyond `api_file_bytes`. Send less.",
)
NOT_JSON = ProblemType(
    reason="not_json",
    code="INVALID_ARGUMENT",
    http=415,
    title="Bodies are JSON",
    meaning="The content-type is not application/json.",
)
NOT_A_FILE = ProblemType(
    reason="not_a_file",
    code="INVALID_ARGUMENT",
    http=415,
    title="The body is the file",
    meaning="A file is sent as it is: no form, no content-encoding.",
)
HEAD_TOO_LARGE = ProblemType(
    reason="head_too_large",
    code="INVALID_ARGUMENT",
    http=431,
    title="The head is too large",
    meaning="Its head is beyond `web_head_bytes`. Send fewer or shorter headers.",
)
OVERLOADED = ProblemType(
    reason="overloaded",
    code="RESOURCE_EXHAUSTED",
    http=503,
    title="There is no room just now",
    meaning="A bounded queue of the node, or its number of views, has no room just now.",
    detail="The node has no room for it just now. Nothing was done.",
    retry_after_s=1,
)
STOPPING = ProblemType(
    reason="stopping",
    code="UNAVAILABLE",
    http=503,
    title="The node is stopping",
    meaning="The node is stopping, or starts anew.",
    detail="The node is stopping. Nothing was done.",
    retry_after_s=5,
)
DISK_FULL = ProblemType(
    reason="disk_full",
    code="RESOURCE_EXHAUSTED",
    http=507,
    title="The disk is full",
    meaning="The node cannot write: its disk is full. It goes on by itself once there is room.",
    detail="The node's disk is full. Nothing was done.",
    retry_after_s=10,
)
UNDECIDABLE = ProblemType(
    reason="undecidable",
    code="INTERNAL",
    http=500,
    title="The node could not decide it",
    meaning="A fault of the node: it could not decide this request and would not a second time.",
    detail="The node could not decide it. Nothing was done, and the same request would fail again.",
)
FAILED = ProblemType(
    reason="failed",
    code="INTERNAL",
    http=500,
    title="The node could not do it",
    meaning="A fault of the node. Whether anything was done, the same `request_id` tells.",
    detail="The node failed over it.",
)

PROBLEM_TYPES: tuple[ProblemType, ...] = (
    INVALID,
    NOT_HTTP,
    FOREIGN,
    MISDIRECTED,
    NOT_SIGNED_IN,
    NOT_PERMITTED,
    NOT_FOUND,
    METHOD,
    FILE_LOST,
    TOO_LATE,
    NO_LENGTH,
    TOO_LARGE,
    HEAD_TOO_LARGE,
    NOT_JSON,
    NOT_A_FILE,
    OVERLOADED,
    STOPPING,
    DISK_FULL,
    UNDECIDABLE,
    FAILED,
)
# the first that fits
TYPES_OF_ERRORS: tuple[tuple[type[CityBrainError], ProblemType], ...] = (
    (InvalidRequestError, INVALID),
    (MalformedError, INVALID),
    (NoSuchResourceError, NOT_FOUND),
    (NotPermittedError, NOT_PERMITTED),
    (RequestTooLargeError, TOO_LARGE),
    (FileLateError, TOO_LATE),
    (FileCutError, TOO_LATE),
    (FileLostError, FILE_LOST),
    (TooManyViewsError, OVERLOADED),
    (TooManyWatchesError, OVERLOADED),
    (FeedError, INVALID),
    (QueueFullError, OVERLOADED),
    (StoreFullError, DISK_FULL),
    (NodeStoppingError, STOPPING),
    (InputRejectedError, UNDECIDABLE),
    (CityBrainError, FAILED),
)


def type_of(error: Exception) -> ProblemType:
    """The way in which `error` refuses a request; what is none of ours is a fault of the node."""
    cause = error.cause if isinstance(error, FaultError) else error
    return next((found for kind, found in TYPES_OF_ERRORS if isinstance(cause, kind)), FAILED)
