"""Where agents' messages come in: decoded, checked against their topic, handed to the journal; acknowledged only after the commit. Decides nothing.

Callbacks run on the bus's thread and on the journal's; neither is kept waiting. What the journal's queue has no room for is not acknowledged:
the agent's outbox has it and sends it again.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from citybrain.ack_ranges import covered
from citybrain.bus import topics
from citybrain.bus.port import Bus, Message, OnMessage
from citybrain.clock import Timestamp
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.agent import AgentStatus
from citybrain.domain.event import EventBatch, OutboxItem
from citybrain.errors import (
    InputRejectedError,
    MalformedError,
    NodeStoppingError,
    QueueFullError,
    StoreFullError,
)
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.port import Store
from citybrain.limits import MESSAGE_BYTES, SENDER_WINDOW
from citybrain.vocabulary import Phase
from citybrain.wire.agent import decode_agent_hello, decode_agent_status, decode_request_ack
from citybrain.wire.event import decode_event_batch
from district_node.cores import intake
from district_node.cores.state import DistrictState
from district_node.inputs import AgentPresenceChanged, BatchReceived, HelloReceived, ItemQuarantined
from district_node.limits import STATUS_AGENTS
from district_node.shell.acks import Acks
from district_node.shell.quarantine import Apart

TOO_MANY = "this district has too many boxes, or this box has had too many outboxes: enrol it anew under another name"

log = logging.getLogger(__name__)


class DoorMeter(Protocol):
    """What a door tells whoever measures it."""

    def message(self, outcome: str) -> None: ...

    def event_journaled(self, observed_at: Timestamp) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorParts:
    """What the door works with."""

    district: DistrictId
    commit_loop: CommitLoop[DistrictState]
    store: Store
    bus: Bus
    acks: Acks
    quarantine: Apart
    meters: DoorMeter


class Door:
    """`statuses` holds the last health message of each agent, for the screens."""

    def __init__(self, parts: DoorParts) -> None:
        self._parts = parts
        self._guard = threading.Lock()
        self._online: dict[AgentId, bool] = {}
        self._untold: set[AgentId] = set()  # whose presence the journal does not know yet
        self.statuses: dict[AgentId, AgentStatus] = {}
        self.on_status: Callable[[], None] = lambda: None
        self.on_greeting: Callable[[AgentId], None] = lambda _agent: None

    def subscribe(self) -> None:
        """Before the bus starts."""
        self._parts.commit_loop.on_commit(self._committed)
        for leaf, take in (
            (topics.EVENTS, self._said),
            (topics.HELLO, self._hello),
            (topics.STATUS, self._status),
            (topics.REQUESTS_ACK, self._asked_ack),
        ):
            self._parts.bus.subscribe(
                topics.all_agents(self._parts.district, leaf), self._checked(take)
            )

    def _checked(self, take: Callable[[AgentId, bytes], None]) -> OnMessage:
        def on_message(message: Message) -> None:
            sender = message.topic
            try:
                _, agent, _ = topics.parse(message.topic)
                sender = agent
                if len(message.payload) > MESSAGE_BYTES.value:
                    raise MalformedError(
                        "oversized", f"{len(message.payload)} bytes; at most {MESSAGE_BYTES.value}"
                    )
                take(agent, message.payload)
            except MalformedError as error:
                self._parts.meters.message("malformed")
                self._parts.quarantine.add(sender, error.reason, error.detail, message.payload)

        return on_message

    # events

    def _said(self, agent: AgentId, payload: bytes) -> None:
        batch = decode_event_batch(payload)
        _same(agent, batch.agent)
        state = self._parts.commit_loop.state
        fresh = tuple(item for item in batch.items if not _is_known(state, batch, item))
        if not fresh:  # all of it was taken before: say so again
            self._parts.meters.message("repeated")
            self._parts.acks.owe(agent, batch.incarnation)
            return
        self._submit(BatchReceived(agent=agent, incarnation=batch.incarnation, items=fresh))

    def _submit(self, said: BatchReceived) -> None:
        try:
            self._parts.commit_loop.offer(said, lambda outcome: self._taken(said, outcome))
        except (QueueFullError, NodeStoppingError):
            self._parts.meters.message("no_room")

    def _taken(self, said: BatchReceived, outcome: Committed | Exception) -> None:
        if isinstance(outcome, Committed):
            self._parts.meters.message("taken")
            for item in said.items:
                if (
                    item.event is not None
                    and item.event.phase is Phase.START
                    and not item.event.is_historical
                ):
                    self._parts.meters.event_journaled(item.event.observed_at)
            if (
                intake.sender_key(said.agent, said.incarnation)
                not in self._parts.commit_loop.state.intake.ack_ranges
            ):
                self._parts.quarantine.add(said.agent, "incarnations", TOO_MANY)
            self._parts.acks.owe(said.agent, said.incarnation)
        elif isinstance(outcome, InputRejectedError):
            self._set_apart(said, outcome)
        else:  # the store is full or the node stops: not acknowledged, so it comes again
            self._parts.meters.message("refused")

    def _set_apart(self, said: BatchReceived, error: InputRejectedError) -> None:
        """One item that no core can decide must not hold up its sender: the others go on one by one, it is declared spoiled."""
        if len(said.items) > 1:
            for item in said.items:
                self._submit(replace(said, items=(item,)))
            return
        self._parts.quarantine.add(said.agent, "undecidable", repr(error.error))
        span = covered(said.items[0])
        for seq in range(span.first, min(span.last, span.first + SENDER_WINDOW.value - 1) + 1):
            self._try(
                ItemQuarantined(
                    agent=said.agent,
                    incarnation=said.incarnation,
                    seq=seq,
                    reason=type(error.error).__name__,
                ),
                said,
            )

    def _try(self, spoiled: ItemQuarantined, said: BatchReceived) -> None:
        try:
            self._parts.commit_loop.submit(spoiled).add_done_callback(
                lambda _: self._parts.acks.owe(said.agent, said.incarnation)
            )
        except (QueueFullError, NodeStoppingError):
            self._parts.meters.message("no_room")

    # the link itself

    def _hello(self, agent: AgentId, payload: bytes) -> None:
        hello = decode_agent_hello(payload)
        _same(agent, hello.agent)
        self.on_greeting(agent)
        if not intake.teaches(self._parts.commit_loop.state.intake, hello):
            self._parts.acks.owe(agent, hello.incarnation)
            return
        try:
            answer = self._parts.commit_loop.submit(HelloReceived(hello=hello))
        except (QueueFullError, NodeStoppingError):
            return  # it says hello again after its resend time
        answer.add_done_callback(lambda _: self._parts.acks.owe(agent, hello.incarnation))

    def _status(self, agent: AgentId, payload: bytes) -> None:
        status = decode_agent_status(payload)
        _same(agent, status.agent)
        if agent in self.statuses or len(self.statuses) < STATUS_AGENTS.value:
            self.statuses[agent] = status
        else:
            return  # one more than a district has
        with self._guard:
            if self._online.get(agent) is not status.online:
                self._online[agent] = status.online
                self._untold.add(agent)
        self._tell_presence()
        self.on_status()

    def _tell_presence(self) -> None:
        """Hand over who came and went. What the journal cannot take now is told after its next commit: a box that is gone says so only once."""
        with self._guard:
            untold, self._untold = self._untold, set()
        for agent in sorted(untold):
            try:
                self._parts.commit_loop.offer(
                    AgentPresenceChanged(agent=agent, online=self._online[agent]),
                    partial(self._presence_taken, agent),
                )
            except (QueueFullError, NodeStoppingError) as error:
                self._presence_taken(agent, error)

    def _presence_taken(self, agent: AgentId, outcome: Committed | Exception) -> None:
        if isinstance(outcome, QueueFullError | StoreFullError):
            with self._guard:
                self._untold.add(agent)

    def _committed(self, _state: DistrictState, _taken: Sequence[Committed]) -> None:
        if self._untold:
            self._tell_presence()

    def _asked_ack(self, agent: AgentId, payload: bytes) -> None:
        ack = decode_request_ack(payload)
        if ack.epoch == self._parts.store.epoch():
            self._parts.store.discard_letters(to=f"agent/{agent}", upto=ack.contiguous)


def _same(topic_agent: AgentId, said_agent: AgentId) -> None:
    """Identity is the transport's."""
    if topic_agent != said_agent:
        raise MalformedError(
            "forged", f"the topic is of {topic_agent!r}, the message says it is from {said_agent!r}"
        )


def _is_known(state: DistrictState, batch: EventBatch, item: OutboxItem) -> bool:
    ack_ranges = state.intake.ack_ranges.get(intake.sender_key(batch.agent, batch.incarnation))
    span = covered(item)
    return ack_ranges is not None and ack_ranges.has_span(span.first, span.last)
