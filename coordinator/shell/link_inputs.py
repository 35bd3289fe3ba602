"""What a district's frames become in the city's journal, and what the city answers to a hello.
Pure: the streams, the simulator's model and tests use it alike.
"""

from citybrain.clock import Timestamp
from citybrain.ids import StoreEpoch
from citybrain.link.effects import JournalGap, JournalLetter, JournalRefusal
from citybrain.link.frames import Hello, Welcome
from citybrain.link.resume import Positions
from citybrain.wire.link import decode_up_letter
from coordinator.cores.world import KnownDistrict
from coordinator.inputs import (
    DistrictConnected,
    DistrictLetterQuarantined,
    DistrictLetterReceived,
    DistrictLost,
    LetterRefusedByDistrict,
)
from coordinator.shell.admission import proved_session


def own_positions(
    hello: Hello,
    known: KnownDistrict | None,
    *,
    epoch: StoreEpoch,
    next_position: int,
    discarded: int,
) -> Positions:
    """What the city knows as `hello` comes; `known`: its district as journaled."""
    is_same = known is not None and known.epoch == hello.epoch
    return Positions(
        epoch=epoch,
        next=next_position,
        discarded=discarded,
        discarded_before=known.discarded_before if known is not None and is_same else None,
        peer_epoch=known.epoch if known is not None else None,
        journaled=known.up_acked if known is not None and is_same else 0,
    )


def connected(
    hello: Hello, known: KnownDistrict | None, own: Positions, *, session: int
) -> DistrictConnected:
    """A hello that is admitted as `session`."""
    return DistrictConnected(
        district=hello.district,
        name=hello.name,
        centre=hello.centre,
        epoch=hello.epoch,
        session=session,
        presented_session=proved_session(hello, known, own.epoch),
        discarded=own.discarded,
        up_next=hello.up_next,
        down_acked=hello.down_acked,
    )


def welcome(own: Positions, *, session: int, journaled: int, next_position: int) -> Welcome:
    """The answer to a hello, once it is journaled as `session`."""
    return Welcome(
        epoch=own.epoch,
        up_acked=journaled,
        down_next=next_position,
        next_session=session + 1,
    )


def lost(hello: Hello, session: int, last_seen_at: Timestamp) -> DistrictLost:
    """The stream of `session` is silent or over."""
    return DistrictLost(district=hello.district, session=session, last_seen_at=last_seen_at)


def letter_received(hello: Hello, letter: JournalLetter) -> DistrictLetterReceived:
    """Raises `MalformedError` for a letter that cannot be read."""
    return DistrictLetterReceived(
        district=hello.district,
        epoch=hello.epoch,
        position=letter.position,
        after=letter.after,
        letter=decode_up_letter(letter.payload),
    )


def letter_quarantined(hello: Hello, gap: JournalGap) -> DistrictLetterQuarantined:
    return DistrictLetterQuarantined(
        district=hello.district,
        epoch=hello.epoch,
        position=gap.position,
        after=gap.after,
        reason=gap.reason,
    )


def letter_refused(hello: Hello, refusal: JournalRefusal) -> LetterRefusedByDistrict:
    return LetterRefusedByDistrict(
        district=hello.district, position=refusal.position, reason=refusal.reason
    )
