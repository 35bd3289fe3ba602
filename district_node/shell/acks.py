"""Tells agents what is committed, and asks them what the district wants to know: the two things that go down the bus. Reads state; decides nothing."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from contextlib import suppress

from citybrain import canonical_json
from citybrain.bus import topics
from citybrain.bus.port import Bus
from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.decider.command import Post
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import VerificationRequest
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.port import Store
from citybrain.wire.agent import encode_ack, encode_request_batch
from district_node.cores import intake
from district_node.cores.state import DistrictState

RETRY_S = 0.05  # the bus's window is full
ASK_AGAIN_S = 5.0  # a request that was not acknowledged
ASKED_AT_ONCE = 100
PEER = "agent/"

log = logging.getLogger(__name__)


class Acks:
    """Owed acknowledgements, one for each sender however many commits there were: absolute, so the newest says all."""

    def __init__(
        self, district: DistrictId, commit_loop: CommitLoop[DistrictState], bus: Bus
    ) -> None:
        self._district, self._commit_loop, self._bus = district, commit_loop, bus
        self._owed: dict[tuple[AgentId, int], None] = {}
        self._guard = threading.Lock()
        self._wake = _Wake()

    def owe(self, agent: AgentId, incarnation: int) -> None:
        """From any thread, after the commit."""
        with self._guard:
            self._owed[(agent, incarnation)] = None
        self._wake.set()

    async def run(self) -> None:
        self._wake.bind()
        while True:
            await self._wake.wait(None)
            while not self._pay():
                await asyncio.sleep(RETRY_S)

    def _pay(self) -> bool:
        """Publish what is owed; False when the bus has no room (what is left stays owed)."""
        with self._guard:
            owed, self._owed = list(self._owed), {}
        for at, (agent, incarnation) in enumerate(owed):
            ack = intake.ack_for(self._commit_loop.state.intake, agent, incarnation)
            if ack is None or self._bus.publish(
                topics.topic(self._district, agent, topics.ACK), encode_ack(ack)
            ):
                continue
            with self._guard:
                self._owed = dict.fromkeys(owed[at:]) | self._owed
            return (
                not self._bus.is_connected()
            )  # without a broker: owed until the agents say hello again
        return True


class Asker:
    """Sends the letters for agents that are there, in order, again until they are acknowledged."""

    def __init__(
        self,
        district: DistrictId,
        commit_loop: CommitLoop[DistrictState],
        store: Store,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self._district, self._commit_loop, self._store, self._bus, self._clock = (
            district,
            commit_loop,
            store,
            bus,
            clock,
        )
        self._sent: dict[AgentId, tuple[int, Instant]] = {}  # last position sent, and when
        self._wake = _Wake()
        commit_loop.on_commit(self._committed)

    def again(self, agent: AgentId) -> None:
        """The agent has just connected: what it has not acknowledged goes out at once."""
        self._sent.pop(agent, None)
        self._wake.set()

    async def run(self) -> None:
        self._wake.bind()
        while True:
            await self._wake.wait(1.0)
            for peer in self._store.peers():
                if peer.startswith(PEER):
                    self._ask(AgentId(peer.removeprefix(PEER)))

    def _ask(self, agent: AgentId) -> None:
        known = self._commit_loop.state.agents.get(agent)
        if known is None or not known.online:
            return
        letters = self._store.letters(to=f"{PEER}{agent}", after=0, limit=ASKED_AT_ONCE)
        if not letters or not self._is_due(agent, letters[-1].position):
            return
        requests = tuple(
            canonical_json.decode(letter.payload, VerificationRequest) for letter in letters
        )
        asked = RequestBatch(
            epoch=self._store.epoch(), first=letters[0].position, requests=requests
        )
        if self._bus.publish(
            topics.topic(self._district, agent, topics.REQUESTS), encode_request_batch(asked)
        ):
            self._sent[agent] = (letters[-1].position, self._clock.instant())

    def _is_due(self, agent: AgentId, last: int) -> bool:
        sent = self._sent.get(agent)
        return (
            sent is None
            or last > sent[0]
            or self._clock.instant() - sent[1] > ASK_AGAIN_S * SECOND_US
        )

    def _committed(self, _state: DistrictState, taken: Sequence[Committed]) -> None:
        if any(
            isinstance(c, Post) and c.to.startswith(PEER) for one in taken for c in one.commands
        ):
            self._wake.set()


class _Wake:
    """An event that any thread may set and one task waits for. Its loop is told once, however often it is set before the task looks."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()
        self._is_told = False

    def bind(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event.set()

    def set(self) -> None:
        if self._loop is not None and not self._is_told:
            self._is_told = True
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, within_s: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._event.wait()
        self._is_told = (
            False  # before the look, and before the event: what is set from here on is told again
        )
        self._event.clear()
