"""Whether a district's hello is admitted beside the stream that it may already have: one table.

The city hands out the number of the next hello in each welcome, and a district journals it before
anything else comes through that stream. So whoever presents the newest number holds the newest
store, and takes the place of a stream that has not ended yet. Any other number proves nothing: its
hello waits until the stream is silent, and then gets a fresh number. A number below one that was
presented before proves that the store went back in time.
"""

from collections.abc import Mapping
from enum import StrEnum

from citybrain.errors import MalformedError
from citybrain.ids import StoreEpoch
from citybrain.link.frames import Hello
from coordinator.cores.world import KnownDistrict


class CurrentStream(StrEnum):
    """The stream that the district has now."""

    NONE = "none"
    SILENT = "silent"
    ALIVE = "alive"
    OF_ANOTHER_STORE = "of_another_store"  # alive


class PresentedNumber(StrEnum):
    NEWEST = "newest"  # the one that the last welcome handed out
    OTHER = "other"  # none, one whose welcome was lost, or one that was never handed out
    PASSED = "passed"  # below one that this store presented before


class Admission(StrEnum):
    ADMIT = "admit"
    SUPERSEDE = "supersede"  # and the current stream ends
    REFUSE_SECOND = "refuse_second"
    REFUSE_OTHER_STORE = "refuse_other_store"
    REFUSE_OLD_STORE = "refuse_old_store"


C, N, A = CurrentStream, PresentedNumber, Admission
ADMISSIONS: Mapping[tuple[CurrentStream, PresentedNumber], Admission] = {
    (C.NONE, N.NEWEST): A.ADMIT,
    (C.NONE, N.OTHER): A.ADMIT,
    (C.NONE, N.PASSED): A.REFUSE_OLD_STORE,
    (C.SILENT, N.NEWEST): A.SUPERSEDE,
    (C.SILENT, N.OTHER): A.SUPERSEDE,
    (C.SILENT, N.PASSED): A.REFUSE_OLD_STORE,
    (C.ALIVE, N.NEWEST): A.SUPERSEDE,
    (C.ALIVE, N.OTHER): A.REFUSE_SECOND,
    (C.ALIVE, N.PASSED): A.REFUSE_OLD_STORE,
    (C.OF_ANOTHER_STORE, N.NEWEST): A.REFUSE_OTHER_STORE,
    (C.OF_ANOTHER_STORE, N.OTHER): A.REFUSE_OTHER_STORE,
    (C.OF_ANOTHER_STORE, N.PASSED): A.REFUSE_OTHER_STORE,
}
# admission: reason code and sentence
REFUSALS: Mapping[Admission, tuple[str, str]] = {
    Admission.REFUSE_SECOND: (
        "old_session",
        "district {district} has a stream that is alive, and this one does not present the number"
        " of its last welcome. It is admitted when that stream is silent",
    ),
    Admission.REFUSE_OTHER_STORE: (
        "two_stores",
        "a district {district} with another store is connected. Two nodes must not run under one"
        " district's name",
    ),
    Admission.REFUSE_OLD_STORE: (
        "rolled_back",
        "district {district} presents session {session}, and presented {presented} before: its"
        " store went back in time. Stop it, run `citybrain journal restored` on its journal.db,"
        " and start it again",
    ),
}


def presented_number(
    hello: Hello, known: KnownDistrict | None, city_epoch: StoreEpoch
) -> PresentedNumber:
    """What the number in `hello` proves of its store, as far as the journal knows that."""
    if known is None or known.epoch != hello.epoch:
        return PresentedNumber.OTHER
    is_of_this_city = hello.city_epoch == city_epoch
    if is_of_this_city and hello.session == known.session + 1:
        return PresentedNumber.NEWEST
    is_passed = is_of_this_city and hello.session < known.presented_session
    has_forgotten = hello.city_epoch is None and known.presented_session > 0
    return PresentedNumber.PASSED if is_passed or has_forgotten else PresentedNumber.OTHER


def proved_session(hello: Hello, known: KnownDistrict | None, city_epoch: StoreEpoch) -> int:
    """The number in `hello`, if this city handed it out to that store; else 0."""
    if known is None or known.epoch != hello.epoch or hello.city_epoch != city_epoch:
        return 0
    return hello.session if hello.session <= known.session + 1 else 0


def admit(current: CurrentStream, number: PresentedNumber) -> Admission:
    return ADMISSIONS[current, number]


def refusal(
    admission: Admission, hello: Hello, known: KnownDistrict | None
) -> MalformedError | None:
    """The error that a refused hello is answered with; None: it is admitted."""
    if admission not in REFUSALS:
        return None
    code, sentence = REFUSALS[admission]
    presented = known.presented_session if known is not None else 0
    detail = sentence.format(district=hello.district, session=hello.session, presented=presented)
    return MalformedError(code, f"{detail}.")
