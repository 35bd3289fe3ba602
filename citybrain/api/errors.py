"""What is wrong with a request of the public API. `problem` translates these for gRPC and HTTP.

CityBrainError
├── InvalidRequestError      fields that cannot be: all of them at once
├── RequestTooLargeError     more bytes than a request may have
├── NoSuchResourceError      nothing of that id here
├── TooManyWatchesError      its caller watches as much as one may
├── NotPermittedError        the caller's roles have the method, and not for this thing
├── FileLateError            a file did not come in whole within its time
├── FileCutError             a file's sender broke off in the middle of it
├── FileLostError            the bytes of a file are not whole any more
└── FaultError               the node's own fault: the log has it under a reference
"""

from citybrain.errors import CityBrainError
from citybrain.limits import Limit
from citybrain.structs import Struct


class Violation(Struct, frozen=True, kw_only=True):
    """One field that cannot be: its name with dots, what is wrong, and what would be right."""

    field: str
    what: str
    cure: str


class InvalidRequestError(CityBrainError):
    """A request with fields that cannot be, every one listed. Nothing was done."""

    def __init__(self, *violations: Violation) -> None:
        self.violations = violations
        lines = [f"{v.field or 'the request'}: {v.what}. {v.cure}" for v in violations]
        super().__init__(" ".join(lines))


class RequestTooLargeError(CityBrainError):
    """A request of more bytes than `limit`. It was not read, and nothing was done."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(
            f"a request has at most {limit.value} {limit.unit} ({limit.reason}). Send less."
        )


class NoSuchResourceError(CityBrainError):
    """Nothing of that id here. `resource` is the kind of thing, `key` the id."""

    def __init__(self, resource: str, key: str, cure: str) -> None:
        self.resource, self.key = resource, key
        super().__init__(f"there is no {resource} {key!r} here. {cure}")


class TooManyWatchesError(CityBrainError):
    """The caller watches as many windows as one may. Nothing was begun."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(
            f"one caller watches at most {limit.value} {limit.unit} ({limit.reason}). Close a"
            " screen, or end a stream."
        )


class NotPermittedError(CityBrainError):
    """The caller may call the method, and not for this thing. The message says why."""


class FileLateError(CityBrainError):
    """A file did not come in whole within `limit`. Nothing of it was kept."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(
            f"the file did not come in whole within {limit.value} {limit.unit} ({limit.reason})."
            " Nothing was kept: send it again, or a smaller one."
        )


class FileCutError(CityBrainError):
    """A file whose sender broke off: nothing of it was kept, and nobody hears this."""

    def __init__(self) -> None:
        super().__init__("the file did not come whole: its sender broke off. Send it again.")


class FileLostError(CityBrainError):
    """A file that is known cannot be given out whole. The message says what became of it."""


class FaultError(CityBrainError):
    """The node failed over a request by a fault of its own. `cause` is for its log alone, which has
    it under `reference`; a caller gets the reference.
    """

    def __init__(self, cause: Exception, reference: str) -> None:
        self.cause, self.reference = cause, reference
        super().__init__(f"the node failed over a request, see {reference} in its log")
