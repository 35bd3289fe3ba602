"""What a district presents to the city, and what the city's frames become in the district's
journal. Pure: the stream, the simulator's model and tests use it alike.
"""

from citybrain.ids import StoreEpoch
from citybrain.link.effects import JournalGap, JournalLetter, JournalRefusal
from citybrain.link.frames import Hello, Welcome
from citybrain.link.resume import Positions
from citybrain.wire.link import decode_down_letter
from district_node.cores.state import DistrictState
from district_node.inputs import (
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    LetterRefusedByCity,
)

REASON_CHARS = 200  # of why the link is down


def own_positions(
    state: DistrictState, *, epoch: StoreEpoch, next_position: int, discarded: int
) -> Positions:
    """What the district knows as it opens a stream."""
    return Positions(
        epoch=epoch,
        next=next_position,
        discarded=discarded,
        discarded_before=state.city.discarded_before,
        peer_epoch=state.city.epoch,
        journaled=state.city.down_acked,
    )


def hello(state: DistrictState, own: Positions) -> Hello:
    return Hello(
        district=state.setup.district,
        name=f"{state.setup.name.en} {state.setup.name.zh}",
        centre=state.setup.centre,
        epoch=own.epoch,
        session=state.city.session,
        up_next=own.next,
        down_acked=own.journaled,
        city_epoch=own.peer_epoch,
    )


def link_up(welcome: Welcome, own: Positions) -> CityLinkChanged:
    """A city with another store epoch is read from its beginning: the core takes care of it."""
    return CityLinkChanged(
        up=True,
        epoch=welcome.epoch,
        session=welcome.next_session,
        discarded=own.discarded,
    )


def link_down(reason: str) -> CityLinkChanged:
    return CityLinkChanged(up=False, reason=reason[:REASON_CHARS])


def letter_received(letter: JournalLetter) -> CityLetterReceived:
    """Raises `MalformedError` for a letter that cannot be read."""
    return CityLetterReceived(
        position=letter.position, after=letter.after, letter=decode_down_letter(letter.payload)
    )


def letter_quarantined(gap: JournalGap) -> CityLetterQuarantined:
    return CityLetterQuarantined(position=gap.position, after=gap.after, reason=gap.reason)


def letter_refused(refusal: JournalRefusal) -> LetterRefusedByCity:
    return LetterRefusedByCity(position=refusal.position, reason=refusal.reason)
