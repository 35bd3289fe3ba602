"""One stream to the city at the district's end: what the district presents, the inputs that the
city's frames become, and the letters that it is sent. Decides nothing.

The functions that make values are pure: the stream, the simulator's model and tests use them alike.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.clock import Timestamp
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import UpLetter
from citybrain.errors import QueueFullError
from citybrain.ids import StoreEpoch
from citybrain.journal.port import Store
from citybrain.link.effects import JournalGap, JournalLetter, JournalRefusal
from citybrain.link.exchange import Start
from citybrain.link.frames import Greeting, Hello, Welcome
from citybrain.link.outbound import Page, Stored
from citybrain.link.past import OnPast, ignore_past, seen_by_district
from citybrain.link.resume import Positions, ResumeDecision, negotiate, positions_of
from citybrain.link.session import FULL_PAUSE_S
from citybrain.link.stored_letters import stored_letter
from citybrain.structs import replace
from citybrain.wire.link import decode_down_letter, encode_up_letter
from district_node.cores.decision_draft import CITY
from district_node.cores.numbering.case_numbers import code_of
from district_node.cores.state import DistrictState
from district_node.errors import LinkBrokenError, OutOfOrderError
from district_node.formats import LETTERS
from district_node.inputs import (
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    LetterRefusedByCity,
)
from district_node.naming.gazetteer import Gazetteer
from district_node.naming.shown_names import ShownNames
from district_node.shell.quarantine import Quarantine

OnCode = Callable[[str], None]  # a sentence; "": all is well
REASON_CHARS = 200  # of why the link is down
CURE = "Run `citybrain journal restored` on {whose} journal.db while its node is stopped."
ROLLED_BACK = {
    ResumeDecision.PEER_STORE_ROLLED_BACK: (
        "the city's store went back in time without saying so. "
        + CURE.format(whose="the city's")
        + " Where it did not, letters that it never had were deleted from this district's store:"
        " run it on this district's."
    ),
    ResumeDecision.OWN_STORE_ROLLED_BACK: (
        "this district's store went back in time without saying so: the city has letters that were"
        " never written here. " + CURE.format(whose="this district's")
    ),
}

log = logging.getLogger(__name__)


def ignore_code(_detail: str) -> None:
    """Where nobody is told."""


class CityStream:
    """See `citybrain.link.port.LinkEnd`."""

    def __init__(
        self,
        commit_loop: CommitLoop[DistrictState],
        store: Store,
        quarantine: Quarantine,
        *,
        on_confirmed: Callable[[], None],
        on_past: OnPast = ignore_past,
        on_code: OnCode = ignore_code,
        gazetteer: Gazetteer | None = None,
    ) -> None:
        self._on_past, self._on_code = on_past, on_code
        self._commit_loop, self._store, self._quarantine = commit_loop, store, quarantine
        self._on_confirmed = on_confirmed
        self._names = ShownNames(lambda: commit_loop.state, gazetteer=gazetteer)
        self._own = own_positions(
            commit_loop.state,
            epoch=store.epoch(),
            next_position=store.next_position(CITY),
            discarded=self._discarded(),
        )
        self.hello = hello(commit_loop.state, self._own)

    async def confirm(self, greeting: Greeting) -> Start:
        assert isinstance(greeting, Welcome), "the exchange lets nothing else through"
        resumption = negotiate(self._own, positions_of(greeting, self._own.epoch))
        if isinstance(resumption, ResumeDecision):
            raise LinkBrokenError(ROLLED_BACK[resumption])
        await submit(self._commit_loop, link_up(greeting, self._own))
        self._on_confirmed()
        if seen := seen_by_district(greeting, self._own.peer_epoch):
            self._on_past(*seen)
        self._on_code(code_shared(self._commit_loop.state, greeting))
        journaled, next_position = self.positions()
        return Start(
            send_after=resumption.send_after,
            journaled=journaled,
            acknowledged=resumption.take_after,
            next_position=next_position,
        )

    def positions(self) -> tuple[int, int]:
        return self._commit_loop.state.city.down_acked, self._store.next_position(CITY)

    def stored(self, page: Page) -> tuple[Stored, ...]:
        refused = {r.position: r.reason for r in self._commit_loop.state.city.refused}
        letters = self._store.letters(to=CITY, after=page.after, limit=page.limit)
        return tuple(stored_letter(letter, LETTERS, self._encoded, refused) for letter in letters)

    def letter_input(self, letter: JournalLetter) -> CityLetterReceived:
        return letter_received(letter)

    def gap_input(self, gap: JournalGap) -> CityLetterQuarantined:
        return letter_quarantined(gap)

    def refusal_input(self, refusal: JournalRefusal) -> LetterRefusedByCity:
        detail = f"letter {refusal.position} to the city is refused and withdrawn: {refusal.reason}"
        log.error(detail)
        kept = self._store.letters(to=CITY, after=refusal.position - 1, limit=1)
        payload = kept[0].payload if kept and kept[0].position == refusal.position else b""
        self._quarantine.add(CITY, "letter_refused", detail, payload)
        return letter_refused(refusal)

    def is_out_of_order(self, error: Exception) -> bool:
        return isinstance(error, OutOfOrderError)

    def rejected(self, letter: JournalLetter, reason: str) -> None:
        detail = f"letter {letter.position} of the city is refused: {reason}"
        log.error(detail)
        self._quarantine.add(CITY, reason.partition(":")[0], detail, letter.payload)

    def discard(self, upto: int) -> None:
        self._store.discard_letters(to=CITY, upto=upto)

    def peer_lost(self, last_seen_at: Timestamp) -> None:
        """This end ends a silent stream instead."""

    def peer_returned(self) -> None:
        """This end ends a silent stream instead."""

    def _encoded(self, letter: UpLetter) -> bytes:
        """With what people call the place of an incident, for the city's screen: no decision
        depends on it, and so it is in no letter that was decided."""
        if isinstance(letter, IncidentReport):
            letter = replace(letter, place_name=self._names.of_place(letter.place))
        return encode_up_letter(letter)

    def _discarded(self) -> int:
        first = self._store.letters(to=CITY, after=0, limit=1)
        return (first[0].position if first else self._store.next_position(CITY)) - 1


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
        case_code=code_of(state.setup),
    )


def code_shared(state: DistrictState, welcome: Welcome) -> str:
    """What the city says of the letters of this district's numbers, as a sentence; "": nothing."""
    if not welcome.case_code_shared_with:
        return ""
    return (
        f"the city has another district whose case numbers begin with {code_of(state.setup)}:"
        f" {welcome.case_code_shared_with}. One number may mean two cases. Give one of the two"
        " another `code` in its district.toml, and start it again."
    )


def link_up(welcome: Welcome, own: Positions) -> CityLinkChanged:
    """A city with another store epoch is read from its beginning: the core takes care of it."""
    return CityLinkChanged(
        up=True,
        epoch=welcome.epoch,
        session=welcome.next_session,
        discarded=own.discarded,
        reads_sources=welcome.reads_sources,
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


async def submit(commit_loop: CommitLoop[DistrictState], change: CityLinkChanged) -> Committed:
    """Journal it; waits while the journal's queue is full."""
    while True:
        try:
            answer = commit_loop.submit(change)
        except QueueFullError:
            await asyncio.sleep(FULL_PAUSE_S)
            continue
        return await asyncio.wrap_future(answer)
