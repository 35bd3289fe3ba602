"""Where two logs go on when a stream begins: two tables over what each end knows of the other.

A store that went back in time gets a new epoch (`citybrain journal restored`), and its peer then
reads its log from the beginning. One that went back without saying so contradicts what its peer
remembers: such a stream is refused, and the message names the cure.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from citybrain.ids import StoreEpoch
from citybrain.link.frames import Greeting, Hello, Welcome
from citybrain.structs import Struct


class Positions(Struct, frozen=True, kw_only=True):
    """What one end knows when a stream begins."""

    epoch: StoreEpoch  # of the own store
    next: int  # the position that the next new own letter will get
    discarded: int  # own letters up to here are acknowledged, and are kept no more
    # … as that stood when these two stores met for the first time; None: they have not met
    discarded_before: int | None
    peer_epoch: StoreEpoch | None  # the peer's store as last journaled; None: never met
    journaled: int  # the last position of that store's log that is in the own journal


class PeerPositions(Struct, frozen=True, kw_only=True):
    """What the peer's greeting says."""

    epoch: StoreEpoch
    next: int
    acked: int  # the last position of this end's log that it has journaled …
    acked_epoch: StoreEpoch | None  # … of this store


class Resumption(Struct, frozen=True, kw_only=True):
    """The own log goes on behind `send_after`, the peer's behind `take_after`."""

    send_after: int
    take_after: int


class StoreMatch(StrEnum):
    """Whether one end remembers the store that the other has now."""

    SAME = "same"
    OTHER = "other"


class Acked(StrEnum):
    """The peer's mark on the own log."""

    KEPT = "kept"  # everything behind it is still here
    DISCARDED = "discarded"  # something behind it was acknowledged by this very store
    UNWRITTEN = "unwritten"  # it was never written


class LogLength(StrEnum):
    """The peer's log against the own mark on it."""

    LONGER = "longer"
    SHORTER = "shorter"  # what is in the journal here was never written there


class ResumeDecision(StrEnum):
    CONTINUE = "continue"
    RESTART = "restart"
    OWN_STORE_ROLLED_BACK = "own_store_rolled_back"
    PEER_STORE_ROLLED_BACK = "peer_store_rolled_back"


K, A, D = StoreMatch, Acked, ResumeDecision
# (what the peer knows, what is known of the peer, the peer's mark): how the own log goes on
OWN_LOG: Mapping[tuple[StoreMatch, StoreMatch, Acked], ResumeDecision] = {
    (K.SAME, K.SAME, A.KEPT): D.CONTINUE,
    (K.SAME, K.SAME, A.DISCARDED): D.PEER_STORE_ROLLED_BACK,
    (K.SAME, K.SAME, A.UNWRITTEN): D.OWN_STORE_ROLLED_BACK,
    (K.SAME, K.OTHER, A.KEPT): D.CONTINUE,
    (K.SAME, K.OTHER, A.DISCARDED): D.CONTINUE,
    (K.SAME, K.OTHER, A.UNWRITTEN): D.OWN_STORE_ROLLED_BACK,
    (K.OTHER, K.SAME, A.KEPT): D.RESTART,
    (K.OTHER, K.SAME, A.DISCARDED): D.RESTART,
    (K.OTHER, K.SAME, A.UNWRITTEN): D.RESTART,
    (K.OTHER, K.OTHER, A.KEPT): D.RESTART,
    (K.OTHER, K.OTHER, A.DISCARDED): D.RESTART,
    (K.OTHER, K.OTHER, A.UNWRITTEN): D.RESTART,
}
# (what is known of the peer, its log): how the peer's log goes on
PEER_LOG: Mapping[tuple[StoreMatch, LogLength], ResumeDecision] = {
    (K.SAME, LogLength.LONGER): D.CONTINUE,
    (K.SAME, LogLength.SHORTER): D.PEER_STORE_ROLLED_BACK,
    (K.OTHER, LogLength.LONGER): D.RESTART,
    (K.OTHER, LogLength.SHORTER): D.RESTART,
}


def positions_of(greeting: Greeting, own_epoch: StoreEpoch) -> PeerPositions:
    """What the peer's greeting says. The city answers for the store that greeted it."""
    match greeting:
        case Hello():
            return PeerPositions(
                epoch=greeting.epoch,
                next=greeting.up_next,
                acked=greeting.down_acked,
                acked_epoch=greeting.city_epoch,
            )
        case Welcome():
            return PeerPositions(
                epoch=greeting.epoch,
                next=greeting.down_next,
                acked=greeting.up_acked,
                acked_epoch=own_epoch,
            )
        case _:
            assert_never(greeting)


def negotiate(own: Positions, peer: PeerPositions) -> Resumption | ResumeDecision:
    """Where both logs continue; or the decision for which the stream is refused."""
    known_there = StoreMatch.SAME if peer.acked_epoch == own.epoch else StoreMatch.OTHER
    known_here = StoreMatch.SAME if own.peer_epoch == peer.epoch else StoreMatch.OTHER
    sends = OWN_LOG[known_there, known_here, _mark(own, peer)]
    is_longer = peer.next > own.journaled
    takes = PEER_LOG[known_here, LogLength.LONGER if is_longer else LogLength.SHORTER]
    for decision in (sends, takes):
        if decision in (
            ResumeDecision.OWN_STORE_ROLLED_BACK,
            ResumeDecision.PEER_STORE_ROLLED_BACK,
        ):
            return decision
    return Resumption(
        send_after=peer.acked if sends is ResumeDecision.CONTINUE else 0,
        take_after=own.journaled if takes is ResumeDecision.CONTINUE else 0,
    )


def _mark(own: Positions, peer: PeerPositions) -> Acked:
    if peer.acked >= own.next:
        return Acked.UNWRITTEN
    was_acknowledged_here = (
        own.discarded_before is not None and own.discarded > own.discarded_before
    )
    is_missing = was_acknowledged_here and peer.acked < own.discarded
    return Acked.DISCARDED if is_missing else Acked.KEPT
