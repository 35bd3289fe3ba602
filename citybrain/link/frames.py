"""The frames of one stream between two ends: what travels, not what it means to either end.

A letter travels encoded, so that a letter that its receiver cannot read still has a position.
"""

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import DistrictId, StoreEpoch
from citybrain.structs import Struct


class Hello(Struct, frozen=True, kw_only=True):
    """The first frame of the end that opened the stream: a district."""

    district: DistrictId
    name: str
    centre: Point
    epoch: StoreEpoch  # of its store
    session: int  # the number that the city handed out for this hello; 0: none
    up_next: int  # the position that its next new letter will get
    down_acked: int  # the last position of the city's log that it has journaled
    city_epoch: StoreEpoch | None = None  # the city's store that `down_acked` and `session` are of
    case_code: str = ""  # that the numbers of its cases begin with; "": it gives none


class Welcome(Struct, frozen=True, kw_only=True):
    """The city's answer to a `Hello`, once that is journaled."""

    epoch: StoreEpoch
    up_acked: int  # the last position of the district's log that the city has journaled
    down_next: int  # the position that its next new letter for the district will get
    next_session: int  # for the district's next hello
    forgotten_upto: int = 0  # see `link.past`
    is_first: bool = False  # this store of the city has never met the district
    case_code_shared_with: str = ""  # names of districts that have the same one; "": none has
    reads_sources: bool = False  # it knows the letter `SourcesReport`; an older city refuses it


class LetterFrame(Struct, frozen=True, kw_only=True):
    """A letter of the sender's log. `after` is the position before it in the stream."""

    position: int
    after: int
    payload: bytes


class LetterGap(Struct, frozen=True, kw_only=True):
    """The sender withdrew the letter at `position`: nothing will ever come in its place."""

    position: int
    after: int
    reason: str


class Acknowledged(Struct, frozen=True, kw_only=True):
    """The last position of the peer's log that this end has journaled."""

    position: int


class LetterRefused(Struct, frozen=True, kw_only=True):
    """This end can never journal the letter at `position`; `after` is the last one that it has."""

    position: int
    after: int
    reason: str


class Heartbeat(Struct, frozen=True, kw_only=True):
    """Every 2 s both ways; `echo` is the peer's last `at`, which bounds the clocks' offset."""

    at: Timestamp
    echo: Timestamp | None = None


class UnknownFrame(Struct, frozen=True, kw_only=True):
    """A frame of a kind that this version does not know, of a newer peer. It is passed over."""


Greeting = Hello | Welcome
Frame = (
    Hello
    | Welcome
    | LetterFrame
    | LetterGap
    | Acknowledged
    | LetterRefused
    | Heartbeat
    | UnknownFrame
)
