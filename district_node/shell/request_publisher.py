"""Publishes the district's requests to its agents until they are acknowledged. Reads the store's
letters; decides nothing.
"""

import logging
from collections.abc import Sequence

from citybrain.bus import topics
from citybrain.bus.port import Bus
from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.decider.command import Post
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import VerificationRequest
from citybrain.errors import CityBrainError
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.port import Letter, Store
from citybrain.wire.agent import encode_request_batch
from district_node.cores.state import DistrictState
from district_node.formats import LETTERS
from district_node.shell.quarantine import Quarantine
from district_node.shell.thread_event import ThreadEvent

POLL_S = 1.0  # how often the letters are read when no commit posts one
RESEND_S = 5.0  # a request that was not acknowledged
BATCH_MAX = 100  # requests of one message
PEER = "agent/"

log = logging.getLogger(__name__)


class RequestPublisher:
    """Sends each agent that is online its letters in order, again until they are acknowledged."""

    def __init__(
        self,
        district: DistrictId,
        commit_loop: CommitLoop[DistrictState],
        store: Store,
        bus: Bus,
        clock: Clock,
        quarantine: Quarantine,
    ) -> None:
        self._district, self._commit_loop = district, commit_loop
        self._store, self._bus, self._clock = store, bus, clock
        self._quarantine = quarantine
        self._sent: dict[AgentId, tuple[int, Instant]] = {}  # last position sent, and when
        self._wake = ThreadEvent()
        commit_loop.on_commit(self._committed)

    def resend(self, agent: AgentId) -> None:
        """The agent has just connected: send what it has not acknowledged at once."""
        self._sent.pop(agent, None)
        self._wake.set()

    async def run(self) -> None:
        self._wake.bind()
        while True:
            await self._wake.wait(POLL_S)
            for peer in self._store.peers():
                if peer.startswith(PEER):
                    self._publish(AgentId(peer.removeprefix(PEER)))

    def _publish(self, agent: AgentId) -> None:
        known = self._commit_loop.state.agents.get(agent)
        if known is None or not known.online:
            return
        letters = self._store.letters(to=f"{PEER}{agent}", after=0, limit=BATCH_MAX)
        requests = self._readable(letters)
        if not requests or not self._is_due(agent, letters[len(requests) - 1].position):
            return
        batch = RequestBatch(
            epoch=self._store.epoch(), first=letters[0].position, requests=requests
        )
        topic = topics.topic(self._district, agent, topics.REQUESTS)
        if self._bus.publish(topic, encode_request_batch(batch)):
            self._sent[agent] = (letters[len(requests) - 1].position, self._clock.instant())

    def _readable(self, letters: tuple[Letter, ...]) -> tuple[VerificationRequest, ...]:
        """The requests up to the first letter that is none. Where that is the first of all it is
        set apart: its position goes, and those behind it follow with the next batch."""
        requests: list[VerificationRequest] = []
        for letter in letters:
            try:
                requests.append(_request_in(letter))
            except (CityBrainError, ValueError) as error:
                if not requests:
                    self._set_apart(letter, str(error.__cause__ or error))
                break
        return tuple(requests)

    def _set_apart(self, letter: Letter, why: str) -> None:
        detail = f"letter {letter.position} to {letter.to} cannot be sent and is set apart: {why}"
        log.error(detail)
        self._quarantine.add(letter.to, "unsendable", detail, letter.payload)
        self._store.discard_letters(to=letter.to, upto=letter.position)
        self._wake.set()

    def _is_due(self, agent: AgentId, last: int) -> bool:
        sent = self._sent.get(agent)
        if sent is None:
            return True
        position, sent_at = sent
        return last > position or self._clock.instant() - sent_at > RESEND_S * SECOND_US

    def _committed(self, _state: DistrictState, committed: Sequence[Committed]) -> None:
        if any(
            isinstance(command, Post) and command.to.startswith(PEER)
            for one in committed
            for command in one.commands
        ):
            self._wake.set()


def _request_in(letter: Letter) -> VerificationRequest:
    """Raises what decoding raises, and `ValueError` for a letter of another kind."""
    found = LETTERS.decode(letter.kind, letter.version, letter.payload)
    if not isinstance(found, VerificationRequest):
        raise ValueError(f"a {letter.kind} is no request")  # noqa: TRY004 - of a row, not of ours
    return found
