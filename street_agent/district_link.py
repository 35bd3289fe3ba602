"""The street protocol over a bus: hello on every connect, batches out of the outbox, acks and
requests in. All but the bus's callbacks runs on one thread."""

import logging
from collections.abc import Callable
from typing import assert_never

from citybrain.bus.port import Bus, Message, Will
from citybrain.bus.topics import (
    ACK,
    EVENTS,
    HELLO,
    REQUESTS,
    REQUESTS_ACK,
    SERIES,
    STATUS,
    topic,
)
from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.domain.agent import (
    NO_PROOF,
    Ack,
    AgentHello,
    AgentStatus,
    HelloProof,
    RequestBatch,
)
from citybrain.domain.event import EventBatch, Gap, OutboxItem, VerificationRequest
from citybrain.domain.series import SeriesBatch
from citybrain.errors import MalformedError, StoreFullError
from citybrain.ids import AgentId, DistrictId
from citybrain.structs import Struct, replace
from citybrain.wire.agent import (
    decode_ack,
    decode_request_batch,
    encode_agent_hello,
    encode_agent_status,
    encode_request_ack,
)
from citybrain.wire.event import encode_event_batch
from citybrain.wire.series import encode_series_batch
from street_agent.outbox.port import Outbox, RequestStore
from street_agent.outbox.sender import OutboxSender

REPEAT_HELLO_S = 5.0
# Whatever was lost on the way, both sides find out within a minute what the other knows, though
# there is nothing to send.
HELLO_EVERY_S = 60.0

log = logging.getLogger(__name__)


class LinkConnected(Struct, frozen=True, kw_only=True):
    """The bus is (again) connected and its subscriptions stand."""


class AckReceived(Struct, frozen=True, kw_only=True):
    """The district acknowledged what it has committed."""

    ack: Ack


class RequestsReceived(Struct, frozen=True, kw_only=True):
    """The district requests verifications."""

    batch: RequestBatch


LinkInput = LinkConnected | AckReceived | RequestsReceived


def no_proof(_hello: AgentHello) -> HelloProof:
    """Of a box that has not joined."""
    return NO_PROOF


def last_will(agent: AgentId, district: DistrictId, at: Timestamp, version: str) -> Will:
    """What the broker publishes when this agent vanishes."""
    offline = AgentStatus(
        agent=agent,
        online=False,
        at=at,
        software_version=version,
        outbox_rows=0,
        outbox_bytes=0,
        lost=0,
    )
    return Will(topic=topic(district, agent, STATUS), payload=encode_agent_status(offline))


class DistrictLink:
    """`post` is called on the bus's thread with what came in; hand it to `handle` on the thread
    that calls everything else."""

    def __init__(
        self,
        *,
        agent: AgentId,
        district: DistrictId,
        bus: Bus,
        outbox: Outbox,
        requests: RequestStore,
        post: Callable[[LinkInput], None],
        prove: Callable[[AgentHello], HelloProof] = no_proof,
    ) -> None:
        self._agent, self._district, self._bus = agent, district, bus
        self._outbox, self._requests, self._post = outbox, requests, post
        self._prove = prove
        self._sender = OutboxSender(outbox, self._publish_items)
        self._was_connected = False
        self._hello_at: Instant | None = None  # when the last hello was published
        self._now, self._at = Instant(0), Timestamp(0)  # of the present step
        self._declared = (0, 0)  # incarnation and next number of the last hello
        # When a district that knew too little was last sent a hello because of it.
        self._repeated_at: Instant | None = None
        self._is_believed = True  # as far as this box was told
        self.malformed = 0  # messages from the district that could not be decoded

    def start(self) -> None:
        """Begin to connect; the broker may be away."""
        self._bus.subscribe(topic(self._district, self._agent, ACK), self._on_ack)
        self._bus.subscribe(topic(self._district, self._agent, REQUESTS), self._on_requests)
        self._bus.on_connected(lambda: self._post(LinkConnected()))
        self._bus.start()

    @property
    def is_connected(self) -> bool:
        return self._bus.is_connected()

    @property
    def is_believed(self) -> bool:
        """Whether the district takes this outbox, as far as it said."""
        return self._is_believed

    def broker_problem(self) -> str:
        """See `Bus.problem`."""
        return self._bus.problem()

    def handle(
        self, received: LinkInput, now: Instant, at: Timestamp
    ) -> tuple[VerificationRequest, ...]:
        """Act on what came in; the requests that are to be answered."""
        self._at = at
        match received:
            case LinkConnected():
                self._on_connected(now)
                return ()
            case AckReceived(ack=ack):
                self._sender.on_ack(ack, now)
                self._follow(ack, now)
                self._declare_lost_numbers(ack, now)
                return ()
            case RequestsReceived(batch=batch):
                return self._store_requests(batch)
            case _:
                assert_never(received)

    def step(self, now: Instant, at: Timestamp) -> Instant | None:
        """Send what is due now; when to call again at the latest."""
        self._now, self._at = now, at
        if self._was_connected and not self._bus.is_connected():
            self._was_connected = False
            self._sender.on_disconnected()
        every_s = HELLO_EVERY_S if self._is_believed else REPEAT_HELLO_S
        if (
            self._was_connected
            and self._hello_at is not None
            and now - self._hello_at >= every_s * SECOND_US
        ):
            self._publish_hello(self._outbox.hello(self._agent), now)
        return self._sender.step(now, at)

    def publish_status(self, status: AgentStatus) -> bool:
        """Publish the retained status; whether the bus took it."""
        return self._bus.publish(
            topic(self._district, self._agent, STATUS), encode_agent_status(status), retain=True
        )

    def publish_series(self, batch: SeriesBatch) -> bool:
        """Publish a point a minute of what is counted and read; whether the bus took it."""
        return self._bus.publish(
            topic(self._district, self._agent, SERIES), encode_series_batch(batch)
        )

    def stop(self) -> None:
        self._bus.stop()

    def _on_connected(self, now: Instant) -> None:
        self._was_connected = True
        self._publish_hello(self._outbox.hello(self._agent), now)
        for ack in self._requests.request_acks():
            self._bus.publish(
                topic(self._district, self._agent, REQUESTS_ACK), encode_request_ack(ack)
            )
        self._sender.on_connected()

    def _follow(self, ack: Ack, now: Instant) -> None:
        """A district that believes another outbox of this box wants a hello that names it. Once
        this one is believed, what was sent before and not taken is sent again."""
        if ack.incarnation != self._outbox.incarnation:
            return
        was_believed, self._is_believed = self._is_believed, not ack.believed_instead
        if self._is_believed:
            if not was_believed and self._was_connected:
                log.info("the district takes this outbox now")
                self._sender.on_connected()
            return
        hello = self._outbox.hello(self._agent)
        is_named = hello.previous == ack.believed_instead
        if not is_named:
            try:
                self._outbox.follow(ack.believed_instead)
            except StoreFullError as error:
                log.warning("the hello cannot name the outbox before yet: %s", error)
                return
            hello = self._outbox.hello(self._agent)
        if not is_named or self._is_repeat_due(now):
            self._repeated_at = now
            self._publish_hello(hello, now)

    def _is_repeat_due(self, now: Instant) -> bool:
        last = self._repeated_at
        return last is None or now - last > REPEAT_HELLO_S * SECOND_US

    def _declare_lost_numbers(self, ack: Ack, now: Instant) -> None:
        """A district that knows less than is stored here was restored from a backup: a hello lets
        it declare the gap now, not at the next connect."""
        hello = self._outbox.hello(self._agent)
        knows_less = (
            ack.incarnation == hello.incarnation and ack.contiguous < hello.lowest_unacked - 1
        )
        if knows_less and self._is_repeat_due(now):
            self._repeated_at = now
            self._publish_hello(hello, now)

    def _publish_hello(self, hello: AgentHello, now: Instant) -> None:
        """Retained: a district that starts anew (restored from a backup, perhaps) answers it with
        what it knows, though this agent has nothing to send."""
        self._hello_at, self._declared = now, (hello.incarnation, hello.next_seq)
        said = replace(hello, at=self._at)
        self._bus.publish(
            topic(self._district, self._agent, HELLO),
            encode_agent_hello(replace(said, proof=self._prove(said))),
            retain=True,
        )

    def _store_requests(self, batch: RequestBatch) -> tuple[VerificationRequest, ...]:
        """Store the requests durably, then acknowledge them. Those among them that are still open
        are to be answered."""
        try:
            ack = self._requests.store_requests(batch)
        except StoreFullError as error:
            log.warning("requests of the district were not stored, it sends them again: %s", error)
            return ()
        self._bus.publish(topic(self._district, self._agent, REQUESTS_ACK), encode_request_ack(ack))
        named = {request.request for request in batch.requests}
        return tuple(
            request for request in self._requests.open_requests() if request.request in named
        )

    def _publish_items(self, items: tuple[OutboxItem, ...]) -> bool:
        """A gap is believed up to the number that a hello declared: one that reaches further is
        sent after another hello."""
        if any(isinstance(i.content, Gap) and not self._is_declared(i.content) for i in items):
            self._publish_hello(self._outbox.hello(self._agent), self._now)
        batch = EventBatch(agent=self._agent, incarnation=self._outbox.incarnation, items=items)
        return self._bus.publish(
            topic(self._district, self._agent, EVENTS), encode_event_batch(batch)
        )

    def _is_declared(self, gap: Gap) -> bool:
        incarnation, next_seq = self._declared
        return incarnation == self._outbox.incarnation and gap.last < next_seq

    def _on_ack(self, message: Message) -> None:
        try:
            self._post(AckReceived(ack=decode_ack(message.payload)))
        except MalformedError as error:
            self._reject(message, error)

    def _on_requests(self, message: Message) -> None:
        try:
            self._post(RequestsReceived(batch=decode_request_batch(message.payload)))
        except MalformedError as error:
            self._reject(message, error)

    def _reject(self, message: Message, error: MalformedError) -> None:
        self.malformed += 1
        log.warning("a message on %s was rejected: %s", message.topic, error)
