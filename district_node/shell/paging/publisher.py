"""Sends the pages that the journal's store holds, each until its channel has taken it, it is not
wanted any more, or its time is over. Reads letters; decides nothing.

A letter leaves the store only after what became of its page is in the journal. A kill in between
sends it once more, under the same id.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence

from citybrain.bus.backoff import Backoff
from citybrain.clock import Clock, later
from citybrain.decider.command import Post
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.page import Channel, PageLetter
from citybrain.errors import CityBrainError
from citybrain.ids import IdSource
from citybrain.journal.port import Letter, Store
from citybrain.structs import replace
from district_node.cores.flows.paging.steps import PAGES
from district_node.cores.state import DistrictState
from district_node.formats import LETTERS
from district_node.inputs import PageDelivered, PageFailed
from district_node.naming.gazetteer import Gazetteer
from district_node.naming.shown_names import ShownNames
from district_node.paging.limits import PAGE_RETRY_TIME, PAGES_AT_ONCE, PAGES_WAITING
from district_node.paging.progress import UNSENT, page_in
from district_node.shell.paging.port import PageNotSentError, PageSender
from district_node.shell.thread_event import ThreadEvent

POLL_S = 1.0  # how often the letters are read when no commit posts one
RETRY_FIRST_S, RETRY_MAX_S = 2.0, 300.0
JOURNAL_RETRY_S = 1.0  # what the journal could not take in just then

log = logging.getLogger(__name__)


class PagePublisher:
    """`run` until cancelled. Pages are independent of one another: one that fails waits alone."""

    def __init__(
        self,
        commit_loop: CommitLoop[DistrictState],
        store: Store,
        sender: PageSender,
        *,
        clock: Clock,
        ids: IdSource,
        retry_s: float = RETRY_FIRST_S,
        gazetteer: Gazetteer | None = None,
    ) -> None:
        """`retry_s`: before the second attempt; each later wait is twice as long. `gazetteer`: see
        `ShownNames`."""
        self._commit_loop, self._store, self._sender = commit_loop, store, sender
        self._clock, self._ids, self._retry_s = clock, ids, retry_s
        self._begun: dict[int, bool] = {}  # by position: whether it is done
        self._turns: defaultdict[Channel, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(PAGES_AT_ONCE.value)
        )
        self._names = ShownNames(lambda: commit_loop.state, gazetteer=gazetteer)
        self._wake = ThreadEvent()
        commit_loop.on_commit(self._committed)

    async def run(self) -> None:
        self._wake.bind()
        async with asyncio.TaskGroup() as group:
            while True:
                await self._wake.wait(POLL_S)
                self._discard_done()
                for letter in self._store.letters(to=PAGES, after=0, limit=PAGES_WAITING.value):
                    if letter.position not in self._begun:
                        self._begun[letter.position] = False
                        group.create_task(self._carry(letter), name=f"page {letter.position}")

    async def _carry(self, letter: Letter) -> None:
        try:
            page = LETTERS.decode(letter.kind, letter.version, letter.payload)
            if isinstance(page, PageLetter):
                name = self._names.of_place(page.place)
                await self._send_until_over(replace(page, place_name=name))
        except (CityBrainError, ValueError) as error:  # a letter of the store that is none
            log.warning("letter %d for %s cannot be read: %s", letter.position, PAGES, error)
        self._begun[letter.position] = True
        self._wake.set()

    async def _send_until_over(self, letter: PageLetter) -> None:
        backoff = Backoff(first_s=self._retry_s, max_s=RETRY_MAX_S, ids=self._ids)
        while self._is_wanted(letter):
            try:
                async with self._turns[letter.channel]:
                    if not self._is_wanted(letter):
                        return
                    await self._sender.send(letter, self._commit_loop.state.setup.paging.pages)
            except PageNotSentError as error:
                if await self._note_failure(letter, error, is_first=backoff.attempts == 0):
                    return
                await asyncio.sleep(backoff.next_s())
            else:
                await self._journal(PageDelivered(page=letter.page, incident=letter.incident))
                return

    async def _note_failure(
        self, letter: PageLetter, error: PageNotSentError, *, is_first: bool
    ) -> bool:
        """Whether the page is given up."""
        is_over = self._clock.now() >= later(letter.at, PAGE_RETRY_TIME.value)
        is_final = error.final or is_over
        if is_first or is_final:
            log.warning("page %s by %s: %s", letter.page, letter.channel, error.reason)
            await self._journal(
                PageFailed(
                    page=letter.page,
                    incident=letter.incident,
                    reason=error.reason,
                    is_final=is_final,
                )
            )
        return is_final

    async def _journal(self, answer: PageDelivered | PageFailed) -> None:
        """Until it is in the journal: a page is not sent again for want of room there."""
        while True:
            try:
                await asyncio.wrap_future(self._commit_loop.submit(answer))
            except CityBrainError as error:
                log.info("what became of page %s waits: %s", answer.page, error)
                await asyncio.sleep(JOURNAL_RETRY_S)
            else:
                return

    def _is_wanted(self, letter: PageLetter) -> bool:
        """What is in the journal says whether it was sent, and whether it is wanted still."""
        incident = self._commit_loop.state.incidents.get(letter.incident)
        page = page_in(incident.paging, letter.page) if incident is not None else None
        return page is not None and page.state in UNSENT

    def _discard_done(self) -> None:
        """From the front, as letters go."""
        done = 0
        for position in sorted(self._begun):
            if not self._begun[position]:
                break
            done = position
        if not done:
            return
        self._store.discard_letters(to=PAGES, upto=done)
        self._begun = {one: state for one, state in self._begun.items() if one > done}

    def _committed(self, _state: DistrictState, committed: Sequence[Committed]) -> None:
        if any(
            isinstance(command, Post) and command.to == PAGES
            for one in committed
            for command in one.commands
        ):
            self._wake.set()
