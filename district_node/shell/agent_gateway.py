"""Takes agents' messages off the bus: decoded, checked against their topic and for whether their
sender is believed, offered to the journal, and acknowledged only after the commit. Decides nothing.

Callbacks run on the ingress' thread and on the journal's; neither is kept waiting. What the
journal's queue has no room for is not acknowledged: the agent's outbox has it and sends it again.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

from citybrain.ack_ranges import covered
from citybrain.bus import topics
from citybrain.bus.port import Message, OnMessage
from citybrain.clock import Clock, Timestamp
from citybrain.decider.command import Notice
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import AsRead, Committed
from citybrain.domain.agent import NO_PROOF, AgentHello, AgentStatus
from citybrain.domain.event import Event, EventBatch, OutboxItem
from citybrain.errors import (
    InputRejectedError,
    MalformedError,
    NodeStoppingError,
    QueueFullError,
    StoreFullError,
)
from citybrain.identity.errors import HelloRefusedError
from citybrain.ids import AgentId, DistrictId
from citybrain.journal.port import Store
from citybrain.refusal_log import RefusalLog
from citybrain.structs import replace
from citybrain.vocabulary import Phase, Severity
from citybrain.wire.agent import decode_agent_hello, decode_agent_status, decode_request_ack
from citybrain.wire.event import UnreadableItem, decode_event_batch, decode_readable_items
from district_node.cores import intake
from district_node.cores.incidents.answer_refusal import ANSWER_REFUSALS
from district_node.cores.state import DistrictState
from district_node.inputs import (
    NOT_NOTED,
    AgentRevoked,
    BatchReceived,
    HelloReceived,
    ItemQuarantined,
    SkewMeasured,
)
from district_node.limits import AGENTS, STATUS_AGENTS
from district_node.shell.ack_publisher import AckPublisher
from district_node.shell.enrolment import REFUSED, Enrolment
from district_node.shell.ingress.message_checks import ensure_same_sender, ensure_within_size
from district_node.shell.ingress.presence import presence_of
from district_node.shell.quarantine import Quarantine
from district_node.shell.sender_clocks import SenderClocks

ALARMS = (Severity.EXTREME, Severity.SEVERE)
TOO_MANY = "this district has too many boxes: enrol this one in another district"


class AgentMessages(Protocol):
    """Where agents' messages come from: `AgentIngress`, or a bus."""

    def subscribe(self, topic_filter: str, on_message: OnMessage) -> None: ...


class AgentGatewayMetrics(Protocol):
    """What a gateway counts."""

    def message(self, result: str) -> None: ...

    def event_journaled(self, observed_at: Timestamp) -> None: ...


class AgentGateway:
    """`statuses` holds the last health message of each agent, for the screens."""

    def __init__(
        self,
        district: DistrictId,
        *,
        commit_loop: CommitLoop[DistrictState],
        store: Store,
        bus: AgentMessages,
        acks: AckPublisher,
        enrolment: Enrolment,
        quarantine: Quarantine,
        metrics: AgentGatewayMetrics,
        refusals: RefusalLog,
        clock: Clock,
    ) -> None:
        self._district, self._commit_loop, self._store = district, commit_loop, store
        self._bus, self._acks, self._quarantine, self._metrics = bus, acks, quarantine, metrics
        self._refusals, self._guard, self._clock = refusals, threading.Lock(), clock
        self._enrolment = enrolment
        self._sender_clocks = SenderClocks(
            clock, known_us=self._journaled_skew_us, submit=self._submit_skew
        )
        # the last hello of each agent: what a gap may reach to, though no record says so yet
        self._hellos: dict[AgentId, AgentHello] = {}
        self._declaring: dict[AgentId, AgentHello] = {}  # those of them that wait for their commit
        self._online: dict[AgentId, bool] = {}
        self._unjournaled: set[AgentId] = set()  # whose presence the journal does not know yet
        self._placed: set[AgentId] = set()  # who said where its sources stand, in this run
        self.statuses: dict[AgentId, AgentStatus] = {}
        self.on_status: Callable[[], None] = lambda: None
        self.on_hello: Callable[[AgentId], None] = lambda _agent: None

    def subscribe(self) -> None:
        """Before the bus starts."""
        self._commit_loop.on_commit(self._committed)
        for leaf, take in (
            (topics.EVENTS, self._batch),
            (topics.HELLO, self._hello),
            (topics.STATUS, self._status),
            (topics.REQUESTS_ACK, self._request_ack),
        ):
            self._bus.subscribe(topics.all_agents(self._district, leaf), self._checked(take))

    def _checked(self, take: Callable[[AgentId, bytes], Timestamp | None]) -> OnMessage:
        """`take` gives the time that the sender says it is, where it says so."""

        def on_message(message: Message) -> None:
            sender = message.topic
            try:
                _, agent, _ = topics.parse(message.topic)
                sender = agent
                ensure_within_size(message.payload)
                at = take(agent, message.payload)
                if at and not message.retained:  # what the broker had stored was said before
                    self._sender_clocks.add_sample(agent, at)
            except MalformedError as error:
                self._metrics.message("malformed")
                self._refuse(sender, error.reason, error.detail, message.payload)

        return on_message

    # events

    def _batch(self, agent: AgentId, payload: bytes) -> None:
        received_at = self._clock.now()
        try:
            batch, unreadable = decode_event_batch(payload), tuple[UnreadableItem, ...]()
        except MalformedError:  # one such item must not hold up its sender either
            batch, unreadable = decode_readable_items(payload)
        ensure_same_sender(agent, batch.agent)
        if not self._is_believed(agent, batch.incarnation, payload):
            return
        known = self._commit_loop.state.intake
        for item in unreadable:
            if not intake.has_received(known, agent, batch.incarnation, item.seq):
                self._quarantine_unreadable(batch, item, payload)
        fresh = intake.unreceived(known, agent, batch.incarnation, batch.items)
        taken = self._allowed(batch, fresh, payload)
        if taken:
            self._submit(
                BatchReceived(
                    agent=agent,
                    incarnation=batch.incarnation,
                    items=taken,
                    received_at=received_at,
                )
            )
        elif not fresh:  # all of it is committed already: acknowledge it again
            self._metrics.message("duplicate")
            self._acks.schedule(agent, batch.incarnation)

    def _is_believed(self, agent: AgentId, incarnation: int, payload: bytes) -> bool:
        reason = self._enrolment.refusal(agent, incarnation)
        if not reason:
            return True
        self._metrics.message("refused")
        reason = self._enrolment.worth_saying(reason, agent, incarnation, self._hellos.get(agent))
        if reason:
            self._refuse(agent, reason, REFUSED[reason], payload)
        return False

    def _allowed(
        self, batch: EventBatch, fresh: tuple[OutboxItem, ...], payload: bytes
    ) -> tuple[OutboxItem, ...]:
        """Those of `fresh` that the core will take. A gap beyond the hellos in the journal needs
        the last one there first."""
        known, agent = self._commit_loop.state.intake, batch.agent
        incarnation = batch.incarnation
        if intake.are_plain(known, agent, incarnation, fresh):
            return fresh
        hello = self._hellos.get(agent)
        next_seq = hello.next_seq if hello and hello.incarnation == incarnation else 0
        taken: list[OutboxItem] = []
        is_beyond = False
        for item in fresh:
            reason = intake.refusal(known, agent, incarnation, item, next_seq=next_seq)
            if reason:
                self._metrics.message("refused")
                self._refuse(agent, reason, f"item {item.seq} of {incarnation}", payload)
            else:
                taken.append(item)
                is_beyond = is_beyond or intake.needs_hello(known, agent, incarnation, item)
        if hello is not None and is_beyond and not self._declare(hello):
            return ()
        return tuple(taken)

    def _declare(self, hello: AgentHello) -> bool:
        """Journal a hello for a gap that comes behind it; whether it could be submitted."""
        if self._declaring.get(hello.agent) == hello:
            return True
        try:
            answer = self._commit_loop.submit(HelloReceived(hello=hello))
        except (QueueFullError, NodeStoppingError):
            self._metrics.message("queue_full")
            return False
        self._declaring[hello.agent] = hello
        answer.add_done_callback(lambda _: self._declaring.pop(hello.agent, None))
        return True

    def _refuse(self, sender: str, reason: str, detail: str, payload: bytes = b"") -> None:
        self._quarantine.add(sender, reason, detail, payload)
        self._refusals.add(sender, reason, detail)

    def _submit(self, batch: BatchReceived) -> None:
        try:
            done = partial(self._batch_done, batch)
            self._commit_loop.submit_with_callback(AsRead(batch), done)
        except (QueueFullError, NodeStoppingError):
            self._metrics.message("queue_full")

    def _batch_done(self, batch: BatchReceived, outcome: Committed | Exception) -> None:
        if isinstance(outcome, Committed):
            self._batch_committed(batch)
            self._refuse_answers(outcome)
        elif isinstance(outcome, InputRejectedError):
            self._quarantine_items(batch, outcome)
        else:  # the store is full or the node stops: not acknowledged, so it comes again
            self._metrics.message("refused")

    def _batch_committed(self, batch: BatchReceived) -> None:
        self._metrics.message("committed")
        is_urgent = False
        for item in batch.items:
            event = item.content
            if not isinstance(event, Event) or event.is_historical:
                continue
            is_urgent = is_urgent or event.severity in ALARMS
            if event.phase is Phase.START:
                self._metrics.event_journaled(event.observed_at)
        sender = intake.SenderKey(batch.agent, batch.incarnation)
        if sender not in self._commit_loop.state.intake.ack_ranges:
            self._refuse(batch.agent, "incarnations", TOO_MANY)
        is_first = is_urgent and self._enrolment.is_settled(batch.agent)
        self._acks.schedule(batch.agent, batch.incarnation, is_urgent=is_first)

    def _refuse_answers(self, committed: Committed) -> None:
        """Of whom nobody asked: the core did not take them."""
        for command in committed.commands:
            if type(command) is Notice and command.code in ANSWER_REFUSALS:
                self._refuse(command.subject, command.code, command.detail)

    def _quarantine_items(self, batch: BatchReceived, error: InputRejectedError) -> None:
        """One item that no core can decide must not hold up its sender: the others are submitted
        one by one, and the number of this one is taken."""
        if len(batch.items) > 1:
            for item in batch.items:
                self._submit(replace(batch, items=(item,)))
            return
        self._refuse(batch.agent, "undecidable", repr(error.error))
        numbers = covered(batch.items[0])
        self._submit_quarantined(
            ItemQuarantined(
                agent=batch.agent,
                incarnation=batch.incarnation,
                seq=numbers.first,
                last=numbers.last,
                reason=type(error.error).__name__,
            )
        )

    def _quarantine_unreadable(
        self, batch: EventBatch, item: UnreadableItem, payload: bytes
    ) -> None:
        self._metrics.message("malformed")
        self._refuse(batch.agent, item.reason, f"item {item.seq}: {item.detail}", payload)
        self._submit_quarantined(
            ItemQuarantined(
                agent=batch.agent,
                incarnation=batch.incarnation,
                seq=item.seq,
                reason=item.reason,
            )
        )

    def _submit_quarantined(self, item: ItemQuarantined) -> None:
        try:
            self._commit_loop.submit(item).add_done_callback(
                lambda _: self._acks.schedule(item.agent, item.incarnation)
            )
        except (QueueFullError, NodeStoppingError):
            self._metrics.message("queue_full")

    # the link itself

    def _hello(self, agent: AgentId, payload: bytes) -> Timestamp | None:
        said = decode_agent_hello(payload)
        ensure_same_sender(agent, said.agent)
        # one that says the same as the last but for the time is the same
        hello = replace(said, proof=NO_PROOF, at=NOT_NOTED)
        try:
            self._enrolment.admit(said)
            self.on_hello(agent)
            self._keep_hello(hello)
            self._enrolment.take(hello, partial(self._acks.schedule, agent, hello.incarnation))
        except HelloRefusedError as error:
            self._metrics.message("refused")
            self._refuse(agent, error.reason, error.detail, payload)
            return None
        except (QueueFullError, NodeStoppingError):
            return None  # it says hello again after its resend time
        return said.at

    def _keep_hello(self, hello: AgentHello) -> None:
        self._hellos.pop(hello.agent, None)  # the newest stands last
        if len(self._hellos) >= AGENTS.value:  # it comes again within a minute
            self._hellos.pop(next(iter(self._hellos)))
        self._hellos[hello.agent] = hello

    def _status(self, agent: AgentId, payload: bytes) -> Timestamp | None:
        status = decode_agent_status(payload)
        ensure_same_sender(agent, status.agent)
        if self._enrolment.refusal(agent):  # one a second: its hello says why
            self._metrics.message("refused")
            with self._guard:
                self._online.pop(agent, None)  # it is journaled anew once the box is believed
            return None
        if agent not in self.statuses and not self._has_room_for_status():
            return None  # one more than a district has
        self.statuses[agent] = status
        with self._guard:
            says_where = bool(status.sources) and agent not in self._placed
            if self._online.get(agent) is not status.online or says_where:
                self._online[agent] = status.online
                self._unjournaled.add(agent)
                self._placed.update([agent] if says_where else [])
        self._submit_presence()
        self.on_status()
        return status.at if status.online else None  # a last will was written long before

    def _journaled_skew_us(self, agent: AgentId) -> int | None:
        known = self._commit_loop.state.agents.get(agent)
        return None if known is None else known.skew_us

    def _submit_skew(self, measured: SkewMeasured) -> None:
        with suppress(QueueFullError, NodeStoppingError):  # it is measured again
            self._commit_loop.submit(measured)

    def _has_room_for_status(self) -> bool:
        """One that never sent an item, or is believed no more, makes room."""
        if len(self.statuses) < STATUS_AGENTS.value:
            return True
        known = self._commit_loop.state.intake.incarnations
        refusal = self._enrolment.refusal
        spare = next((one for one in self.statuses if one not in known or refusal(one)), None)
        if spare is None:
            return False
        del self.statuses[spare]
        with self._guard:
            self._online.pop(spare, None)
            self._unjournaled.discard(spare)
            self._placed.discard(spare)
        return True

    def _submit_presence(self) -> None:
        """Submit who connected or disconnected; nothing of who was revoked meanwhile. What the
        journal has no room for is submitted later: an agent that is gone says so only once."""
        with self._guard:
            unjournaled, self._unjournaled = self._unjournaled, set()
            online = {who: self._online[who] for who in unjournaled if who in self._online}
        for agent, is_online in sorted(online.items()):
            changed = presence_of(agent, self.statuses.get(agent), is_online=is_online)
            try:
                self._commit_loop.submit_with_callback(changed, partial(self._presence_done, agent))
            except (QueueFullError, NodeStoppingError) as error:
                self._presence_done(agent, error)

    def _presence_done(self, agent: AgentId, outcome: Committed | Exception) -> None:
        if isinstance(outcome, QueueFullError | StoreFullError):
            with self._guard:
                self._unjournaled.add(agent)

    def _committed(self, _state: DistrictState, committed: Sequence[Committed]) -> None:
        for one in committed:
            if type(one.input) is AgentRevoked:  # by which it is offline, whatever it said last
                with self._guard:
                    self._online.pop(one.input.agent, None)
        if self._unjournaled:
            self._submit_presence()

    def _request_ack(self, agent: AgentId, payload: bytes) -> None:
        ack = decode_request_ack(payload)
        if ack.epoch == self._store.epoch() and not self._enrolment.refusal(agent):
            self._store.discard_letters(to=f"agent/{agent}", upto=ack.contiguous)
