"""The link of a small world: production's exchange at both ends, for one handshake, one letter or
one silence at a time.

A search keeps no stream between two steps: where both ends stand follows from what is journaled.
The letters under way are in the world's queues, in order, and a stream that breaks loses none for
good; acknowledgements take no time, and no queue is as long as a window. So each step sets both
ends up as they stand then. Positions are those of the receiver's state, which stands for every
state that differs from it in such numbers alone; sessions are such numbers too, so whom the city
admits is not explored here.
"""

from collections.abc import Mapping
from typing import NamedTuple

from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.domain.link import DownLetter, UpLetter
from citybrain.geo import Point
from citybrain.ids import DistrictId, StoreEpoch
from citybrain.link.effects import JournalLetter, PeerLost
from citybrain.link.exchange import Exchange, Start, opened
from citybrain.link.frames import Greeting, Hello, LetterFrame, Welcome
from citybrain.link.liveness import ClockReading
from citybrain.link.outbound import Sendable
from citybrain.link.resume import Positions, Resumption, negotiate, positions_of
from citybrain.link.role import ACCEPTOR, OPENER, SILENCE_S, Role
from citybrain.wire.link import encode_down_letter, encode_up_letter
from citysim.explore.model.worlds import SmallDistrict, epoch_of
from coordinator.cores.world import KnownDistrict
from coordinator.inputs import DistrictConnected, DistrictLetterReceived, DistrictLost
from coordinator.shell import district_stream as of_city
from district_node.cores.state import DistrictState
from district_node.inputs import CityLetterReceived, CityLinkChanged
from district_node.shell import city_stream as of_district

START = ClockReading(instant=Instant(0), at=Timestamp(0))
AFTER_SILENCE = Instant(round((SILENCE_S + 1) * SECOND_US))
# what an end is greeted with that is set up as it stands in the middle of a stream
GREETINGS: Mapping[type, Greeting] = {
    Welcome: Welcome(epoch=StoreEpoch("c"), up_acked=0, down_next=1, next_session=2),
    Hello: Hello(
        district=DistrictId("d"),
        name="d",
        centre=Point(lat=0.0, lon=0.0),
        epoch=StoreEpoch("d"),
        session=0,
        up_next=1,
        down_acked=0,
    ),
}


def hello_of(district: SmallDistrict) -> Hello:
    """Who sends the letters of a stream of `district`."""
    return Hello(
        district=DistrictId(district.name),
        name=district.name,
        centre=district.place,
        epoch=epoch_of(district.name),
        session=0,
        up_next=1,
        down_acked=0,
    )


class Handshake(NamedTuple):
    """What both ends journal as a stream begins."""

    connected: DistrictConnected
    link_up: CityLinkChanged


def handshake(
    state: DistrictState, known: KnownDistrict | None, *, epoch: StoreEpoch, city_epoch: StoreEpoch
) -> Handshake:
    """The district opens a stream. `known`: what the city has journaled of it."""
    session = known.session + 1 if known is not None else 1
    up_acked = known.up_acked if known is not None else 0
    own = of_district.own_positions(state, epoch=epoch, next_position=up_acked + 1, discarded=0)
    hello = of_district.hello(state, own)
    opener = opened(OPENER, START, hello).exchange
    acceptor = opened(ACCEPTOR, START).exchange.on_frame(hello, START).exchange
    of_peer = of_city.own_positions(
        hello, known, epoch=city_epoch, next_position=hello.down_acked + 1, discarded=0
    )
    resumption = _resumption(of_peer, hello, city_epoch)
    welcome = of_city.welcome(
        of_peer, session=session, journaled=up_acked, next_position=of_peer.next
    )
    start = Start(
        send_after=resumption.send_after,
        journaled=up_acked,
        acknowledged=up_acked,
        next_position=of_peer.next,
        welcome=welcome,
    )
    answer = acceptor.on_confirmed(start, START).frames[0]
    assert isinstance(answer, Welcome), answer
    opener.on_frame(answer, START)
    _resumption(own, answer, epoch)
    return Handshake(
        connected=of_city.connected(hello, known, of_peer, session=session),
        link_up=of_district.link_up(answer, own),
    )


def letter_up(hello: Hello, position: int, letter: UpLetter) -> DistrictLetterReceived:
    """A letter of the district arrives, as the next of its stream."""
    carried = _carried(OPENER, ACCEPTOR, position, encode_up_letter(letter))
    return of_city.letter_received(hello, carried)


def letter_down(position: int, letter: DownLetter) -> CityLetterReceived:
    """A letter of the city arrives, as the next of its stream."""
    carried = _carried(ACCEPTOR, OPENER, position, encode_down_letter(letter))
    return of_district.letter_received(carried)


def silence(hello: Hello, session: int, at: Timestamp) -> tuple[DistrictLost, CityLinkChanged]:
    """Nothing arrives at either end any more; the city last saw the district at `at`."""
    received = ClockReading(instant=Instant(0), at=at)
    later = ClockReading(instant=AFTER_SILENCE, at=at)
    (lost,) = _established(ACCEPTOR, received).on_tick(later).effects
    assert isinstance(lost, PeerLost), lost
    ended = _established(OPENER, received).on_tick(later).exchange
    assert ended.is_peer_silent, ended
    return of_city.stream_lost(hello, session, lost.last_seen_at), of_district.link_down(
        ended.end_reason
    )


def _carried(sender: Role, receiver: Role, position: int, payload: bytes) -> JournalLetter:
    """The letter that follows those before `position` in its sender's log, at the far end."""
    out = _established(sender, START, send_after=position - 1, next_position=position + 1)
    page = out.wanted
    assert page is not None, out
    (frame,) = out.on_letters(page, (Sendable(position=position, payload=payload),)).frames
    assert isinstance(frame, LetterFrame), frame
    into = _established(receiver, START, journaled=position - 1)
    (effect,) = into.on_frame(frame, START).effects
    assert isinstance(effect, JournalLetter), effect
    return effect


def _established(
    role: Role,
    now: ClockReading,
    *,
    send_after: int = 0,
    next_position: int = 1,
    journaled: int = 0,
) -> Exchange:
    start = Start(
        send_after=send_after,
        journaled=journaled,
        acknowledged=journaled,
        next_position=next_position,
    )
    greeted = opened(role, now).exchange.on_frame(GREETINGS[role.awaits], now).exchange
    return greeted.on_confirmed(start, now).exchange


def _resumption(own: Positions, greeting: Greeting, epoch: StoreEpoch) -> Resumption:
    resumption = negotiate(own, positions_of(greeting, epoch))
    assert isinstance(resumption, Resumption), resumption
    return resumption
