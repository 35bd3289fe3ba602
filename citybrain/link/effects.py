"""What an exchange wants done, in this order, by its driver: `session`, or the
simulated link of `citysim.explore`."""

from citybrain.clock import Timestamp
from citybrain.link.frames import Greeting
from citybrain.structs import Struct


class ConfirmGreeting(Struct, frozen=True, kw_only=True):
    """Accept or refuse the peer's greeting and journal it, then `on_confirmed`; no other frame
    before that."""

    greeting: Greeting


class JournalLetter(Struct, frozen=True, kw_only=True):
    """Put a letter of the peer into the journal's queue. One that can never be journaled, because
    it cannot be read or no core can decide it: `on_rejected` with the same numbers.
    """

    position: int
    after: int
    payload: bytes
    round: int


class JournalGap(Struct, frozen=True, kw_only=True):
    """Put into the journal's queue that the peer withdrew a letter."""

    position: int
    after: int
    reason: str
    round: int


class JournalRefusal(Struct, frozen=True, kw_only=True):
    """Journal that an own letter was refused, then `on_withdrawn`."""

    position: int
    reason: str


class DiscardLetters(Struct, frozen=True, kw_only=True):
    """The peer has journaled the own log up to here."""

    upto: int


class PeerLost(Struct, frozen=True, kw_only=True):
    """The peer fell silent; the stream stays."""

    last_seen_at: Timestamp


class PeerReturned(Struct, frozen=True, kw_only=True):
    """Frames of the peer come in again."""


Effect = (
    ConfirmGreeting
    | JournalLetter
    | JournalGap
    | JournalRefusal
    | DiscardLetters
    | PeerLost
    | PeerReturned
)
