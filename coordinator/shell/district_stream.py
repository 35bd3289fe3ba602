"""One district's stream at the city's end: the inputs that its frames become, and the letters that
it is sent. Decides nothing.
"""

import logging
from collections.abc import AsyncIterator
from typing import Protocol

from citybrain.clock import Clock, Timestamp
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.errors import MalformedError
from citybrain.journal.port import Store
from citybrain.link.effects import JournalGap, JournalLetter, JournalRefusal
from citybrain.link.exchange import Start
from citybrain.link.frames import Frame, Greeting, Hello
from citybrain.link.outbound import Page, Stored
from citybrain.link.resume import ResumeDecision, negotiate, positions_of
from citybrain.link.role import Role
from citybrain.link.session import LinkSession
from citybrain.link.stored_letters import stored_letter
from citybrain.wire.link import encode_down_letter
from coordinator.cores.saga_letters import peer
from coordinator.cores.state import CityState
from coordinator.cores.world import KnownDistrict
from coordinator.errors import OutOfOrderError
from coordinator.formats import LETTERS
from coordinator.inputs import (
    CityInput,
    DistrictLetterQuarantined,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    LetterRefusedByDistrict,
)
from coordinator.shell import link_inputs

CURE = "Stop it, run `citybrain journal restored` on its journal.db, and start it again."
ROLLED_BACK = {
    ResumeDecision.PEER_STORE_ROLLED_BACK: (
        "district {hello.district} comes with letter {hello.up_next} next and the city's letters"
        " up to {hello.down_acked}, and this city knows its letters up to {journaled}: its store"
        " went back in time. " + CURE
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

    def admit(self, stream: "DistrictStream") -> int:
        """Make `stream` its district's only one; its session. Raises what refuses it."""
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
        return link_inputs.lost(self.hello, self.number, self.session.link.liveness.last_seen_at)

    async def confirm(self, greeting: Greeting) -> Start:
        hello, known = self.hello, self._known()
        own = link_inputs.own_positions(
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
        await self._districts.submit(link_inputs.connected(hello, known, own, session=self.number))
        journaled, next_position = self.positions()
        return Start(
            send_after=resumption.send_after,
            journaled=journaled,
            acknowledged=journaled,
            next_position=next_position,
            welcome=link_inputs.welcome(
                own, session=self.number, journaled=journaled, next_position=next_position
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
        return link_inputs.letter_received(self.hello, letter)

    def gap_input(self, gap: JournalGap) -> DistrictLetterQuarantined:
        return link_inputs.letter_quarantined(self.hello, gap)

    def refusal_input(self, refusal: JournalRefusal) -> LetterRefusedByDistrict:
        log.error(
            "letter %d to district %s is refused and withdrawn: %s",
            refusal.position,
            self.hello.district,
            refusal.reason,
        )
        return link_inputs.letter_refused(self.hello, refusal)

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
        self._districts.report(link_inputs.lost(self.hello, self.number, last_seen_at))

    def peer_returned(self) -> None:
        self._districts.report(DistrictReturned(district=self.hello.district, session=self.number))

    def _known(self) -> KnownDistrict | None:
        return self._districts.commit_loop.state.world.districts.get(self.hello.district)

    def _discarded(self) -> int:
        first = self._store.letters(to=self._peer, after=0, limit=1)
        return (first[0].position if first else self._store.next_position(self._peer)) - 1


async def _with_first(first: Frame, following: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
    yield first
    async for frame in following:
        yield frame
