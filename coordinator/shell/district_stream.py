"""One district's stream at the city's end: the inputs that its frames become, what the city answers
to its hello, and the letters that it is sent. Decides nothing.

The functions are pure: the stream, the simulator's model and tests use them alike.
"""

import logging
from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.clock import Clock, Timestamp
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.errors import MalformedError
from citybrain.ids import DistrictId, StoreEpoch
from citybrain.journal.port import Store
from citybrain.link.effects import JournalGap, JournalLetter, JournalRefusal
from citybrain.link.exchange import Start
from citybrain.link.frames import Frame, Greeting, Hello, Welcome
from citybrain.link.outbound import Page, Stored
from citybrain.link.past import KnownStore, OnPast, forgotten_upto, seen_by_city
from citybrain.link.resume import Positions, ResumeDecision, negotiate, positions_of
from citybrain.link.role import Role
from citybrain.link.session import LinkSession
from citybrain.link.stored_letters import stored_letter
from citybrain.wire.link import decode_up_letter, encode_down_letter
from coordinator.cores.order_saga import peer
from coordinator.cores.state import CityState
from coordinator.cores.world import KnownDistrict
from coordinator.errors import OutOfOrderError
from coordinator.formats import LETTERS
from coordinator.inputs import (
    CityInput,
    DistrictConnected,
    DistrictLetterQuarantined,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    LetterRefusedByDistrict,
)
from coordinator.shell.admission import proved_session

CURE = "Stop it, run `citybrain journal restored` on its journal.db, and start it again."
ROLLED_BACK = {
    ResumeDecision.PEER_STORE_ROLLED_BACK: (
        "district {hello.district} comes with letter {hello.up_next} next and the city's letters"
        " up to {hello.down_acked}, and this city knows its letters up to {journaled}: its store"
        " went back in time. " + CURE + " Where it did not, letters that it never had were deleted"
        " from this city's store: do that here."
    ),
    ResumeDecision.OWN_STORE_ROLLED_BACK: (
        "district {hello.district} has the city's letters up to {hello.down_acked}, and they were"
        " never written here: the city's store went back in time without saying so. " + CURE
    ),
}

log = logging.getLogger(__name__)


class StreamRegistry(Protocol):
    """What a stream needs of the place where all districts' streams are held."""

    commit_loop: CommitLoop[CityState]
    store: Store
    clock: Clock
    role: Role
    on_past: OnPast

    def admit(self, stream: "DistrictStream") -> int:
        """Make `stream` its district's only one; its session. Raises what refuses it."""
        ...

    def note_codes(self, district: DistrictId) -> str:
        """Tell the city which districts have one code; the names of those that share this one's."""
        ...

    async def submit(self, new_input: CityInput) -> Committed: ...

    def report(self, change: DistrictLost | DistrictReturned) -> None: ...


class DistrictStream:
    """See `citybrain.link.port.LinkEnd`. `number` is the stream's session; 0: not admitted."""

    def __init__(self, districts: StreamRegistry, hello: Hello) -> None:
        self._districts, self.hello = districts, hello
        self._store, self._peer = districts.store, peer(hello.district)
        self.number = 0
        self.session = LinkSession(
            districts.role, self, journal=districts.commit_loop, clock=districts.clock, hello=None
        )

    @property
    def acknowledged(self) -> int:
        """How far the district has journaled the city's log."""
        return self.session.link.outbound.acknowledged

    @property
    def end_reason(self) -> str:
        return self.session.link.end_reason

    async def run(self, incoming: AsyncIterator[Frame]) -> None:
        """Until it ends; `incoming` is what follows the hello."""
        await self.session.run(_with_first(self.hello, incoming))

    def lost(self) -> DistrictLost:
        """That this stream is silent or over."""
        return stream_lost(self.hello, self.number, self.session.link.liveness.last_seen_at)

    async def confirm(self, greeting: Greeting) -> Start:
        hello, known = self.hello, self._known()
        own = own_positions(
            hello,
            known,
            epoch=self._store.epoch(),
            next_position=self._store.next_position(self._peer),
            discarded=self._discarded(),
        )
        resumption = negotiate(own, positions_of(greeting, own.epoch))
        if isinstance(resumption, ResumeDecision):
            detail = ROLLED_BACK[resumption].format(hello=hello, journaled=own.journaled)
            raise MalformedError("rolled_back", detail)
        self.number = self._districts.admit(self)
        await self._districts.submit(connected(hello, known, own, session=self.number))
        store = known_store(known)
        if seen := seen_by_city(hello, store, own.epoch):
            self._districts.on_past(*seen)
        journaled, next_position = self.positions()
        return Start(
            send_after=resumption.send_after,
            journaled=journaled,
            acknowledged=journaled,
            next_position=next_position,
            welcome=welcome(
                own,
                session=self.number,
                journaled=journaled,
                next_position=next_position,
                forgotten=forgotten_upto(hello, store),
                is_first=known is None,
                case_code_shared_with=self._districts.note_codes(hello.district),
            ),
        )

    def positions(self) -> tuple[int, int]:
        known = self._known()
        is_same = known is not None and known.epoch == self.hello.epoch
        journaled = known.up_acked if known is not None and is_same else 0
        return journaled, self._store.next_position(self._peer)

    def stored(self, page: Page) -> tuple[Stored, ...]:
        known = self._known()
        refused = {r.position: r.reason for r in known.refused} if known is not None else {}
        letters = self._store.letters(to=self._peer, after=page.after, limit=page.limit)
        return tuple(
            stored_letter(letter, LETTERS, encode_down_letter, refused) for letter in letters
        )

    def letter_input(self, letter: JournalLetter) -> DistrictLetterReceived:
        return letter_received(self.hello, letter)

    def gap_input(self, gap: JournalGap) -> DistrictLetterQuarantined:
        return letter_quarantined(self.hello, gap)

    def refusal_input(self, refusal: JournalRefusal) -> LetterRefusedByDistrict:
        log.error(
            "letter %d to district %s is refused and withdrawn: %s",
            refusal.position,
            self.hello.district,
            refusal.reason,
        )
        return letter_refused(self.hello, refusal)

    def is_out_of_order(self, error: Exception) -> bool:
        return isinstance(error, OutOfOrderError)

    def rejected(self, letter: JournalLetter, reason: str) -> None:
        log.error(
            "letter %d of district %s is refused: %s. It begins with %s",
            letter.position,
            self.hello.district,
            reason,
            letter.payload[:64].hex(),
        )

    def discard(self, upto: int) -> None:
        self._store.discard_letters(to=self._peer, upto=upto)

    def peer_lost(self, last_seen_at: Timestamp) -> None:
        self._districts.report(stream_lost(self.hello, self.number, last_seen_at))

    def peer_returned(self) -> None:
        self._districts.report(DistrictReturned(district=self.hello.district, session=self.number))

    def _known(self) -> KnownDistrict | None:
        return self._districts.commit_loop.state.world.districts.get(self.hello.district)

    def _discarded(self) -> int:
        first = self._store.letters(to=self._peer, after=0, limit=1)
        return (first[0].position if first else self._store.next_position(self._peer)) - 1


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
        case_code=hello.case_code,
    )


def known_store(known: KnownDistrict | None) -> KnownStore | None:
    return None if known is None else KnownStore(epoch=known.epoch, up_acked=known.up_acked)


def welcome(
    own: Positions,
    *,
    session: int,
    journaled: int,
    next_position: int,
    forgotten: int = 0,
    is_first: bool = False,
    case_code_shared_with: str = "",
) -> Welcome:
    """The answer to a hello, once it is journaled as `session`."""
    return Welcome(
        epoch=own.epoch,
        up_acked=journaled,
        down_next=next_position,
        next_session=session + 1,
        forgotten_upto=forgotten,
        is_first=is_first,
        case_code_shared_with=case_code_shared_with,
        reads_sources=True,
    )


def stream_lost(hello: Hello, session: int, last_seen_at: Timestamp) -> DistrictLost:
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


async def _with_first(first: Frame, following: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
    yield first
    async for frame in following:
        yield frame
