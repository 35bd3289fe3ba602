"""Speaks the street protocol over a bus: hello on every connect, batches out of the outbox, acks and requests in. All but the bus's callbacks on one thread."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from citybrain.bus.port import Bus, Message, Will
from citybrain.bus.topics import ACK, EVENTS, HELLO, REQUESTS, REQUESTS_ACK, STATUS, topic
from citybrain.clock import SECOND_US, Instant, Timestamp
from citybrain.domain.agent import Ack, AgentHello, AgentStatus, RequestBatch
from citybrain.domain.event import EventBatch, OutboxItem, VerificationRequest
from citybrain.errors import MalformedError, StoreFullError
from citybrain.ids import AgentId, DistrictId
from citybrain.wire.agent import (
    decode_ack,
    decode_request_batch,
    encode_agent_hello,
    encode_agent_status,
    encode_request_ack,
)
from citybrain.wire.event import encode_event_batch
from street_agent.outbox.courier import Courier
from street_agent.outbox.port import Outbox, Requests

GREET_AGAIN_S = 5.0
HELLO_EVERY_S = 60.0  # whatever was lost on the way, both sides find out within a minute what the other knows, though there is nothing to say

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The bus is (again) connected and its subscriptions stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acked:
    ack: Ack


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    asked: RequestBatch


News = Connected | Acked | Mail


def last_will(agent: AgentId, district: DistrictId, at: Timestamp, version: str) -> Will:
    """What the broker says when this agent vanishes."""
    dead = AgentStatus(
        agent=agent, online=False, at=at, version=version, outbox_rows=0, outbox_bytes=0, lost=0
    )
    return Will(topic=topic(district, agent, STATUS), payload=encode_agent_status(dead))


class Uplink:
    """`tell` is called on the bus's thread with what came in; hand it back to `take` on the thread that calls everything else."""

    def __init__(
        self,
        *,
        agent: AgentId,
        district: DistrictId,
        bus: Bus,
        outbox: Outbox,
        requests: Requests,
        tell: Callable[[News], None],
    ) -> None:
        self._agent, self._district, self._bus, self._outbox, self._requests, self._tell = (
            agent,
            district,
            bus,
            outbox,
            requests,
            tell,
        )
        self._courier = Courier(outbox, self._publish)
        self._was_connected = False
        self._hello_at: Instant | None = None  # when the last hello was said
        self._greeted_at: Instant | None = (
            None  # when a district that knew too little was told so last
        )
        self.malformed = 0  # messages from the district that were no messages of ours

    def start(self) -> None:
        """Begin to connect; the broker may be away."""
        self._bus.subscribe(topic(self._district, self._agent, ACK), self._on_ack)
        self._bus.subscribe(topic(self._district, self._agent, REQUESTS), self._on_asked)
        self._bus.on_connected(lambda: self._tell(Connected()))
        self._bus.start()

    @property
    def is_connected(self) -> bool:
        return self._bus.is_connected()

    def take(self, news: News, now: Instant) -> tuple[VerificationRequest, ...]:
        """Act on what came in; the requests that are to be answered."""
        match news:
            case Connected():
                self._greet(now)
            case Acked(ack=ack):
                self._courier.acknowledged(ack, now)
                self._tell_what_is_gone(ack, now)
            case Mail(asked=asked):
                return self._keep(asked)
        return ()

    def step(self, now: Instant, at: Timestamp) -> Instant | None:
        """Send what should leave now; when to call again at the latest."""
        if self._was_connected and not self._bus.is_connected():
            self._was_connected = False
            self._courier.disconnected()
        if (
            self._was_connected
            and self._hello_at is not None
            and now - self._hello_at >= HELLO_EVERY_S * SECOND_US
        ):
            self._say_hello(self._outbox.hello(self._agent), now)
        return self._courier.step(now, at)

    def say(self, status: AgentStatus) -> bool:
        """Publish the retained status; whether the bus took it."""
        return self._bus.publish(
            topic(self._district, self._agent, STATUS), encode_agent_status(status), retain=True
        )

    def stop(self) -> None:
        self._bus.stop()

    def _greet(self, now: Instant) -> None:
        self._was_connected = True
        self._say_hello(self._outbox.hello(self._agent), now)
        for ack in self._requests.request_acks():
            self._bus.publish(
                topic(self._district, self._agent, REQUESTS_ACK), encode_request_ack(ack)
            )
        self._courier.connected()

    def _tell_what_is_gone(self, ack: Ack, now: Instant) -> None:
        """A district that knows less than is kept here was put back from a backup: a hello lets it declare the gap now, not at the next connect."""
        hello = self._outbox.hello(self._agent)
        knows_less = ack.incarnation == hello.incarnation and ack.contiguous < hello.lowest_kept - 1
        if knows_less and (
            self._greeted_at is None or now - self._greeted_at > GREET_AGAIN_S * SECOND_US
        ):
            self._greeted_at = now
            self._say_hello(hello, now)

    def _say_hello(self, hello: AgentHello, now: Instant) -> None:
        """Retained: a district that starts anew (put back from a backup, perhaps) answers it with what it knows, though this agent has nothing to say."""
        self._hello_at = now
        self._bus.publish(
            topic(self._district, self._agent, HELLO), encode_agent_hello(hello), retain=True
        )

    def _keep(self, asked: RequestBatch) -> tuple[VerificationRequest, ...]:
        """Keep the requests durably, then say so. Those among them that are open still are to be answered."""
        try:
            ack = self._requests.keep_asked(asked)
        except StoreFullError as error:
            log.warning("requests of the district were not taken, it will ask again: %s", error)
            return ()
        self._bus.publish(topic(self._district, self._agent, REQUESTS_ACK), encode_request_ack(ack))
        named = {request.request for request in asked.requests}
        return tuple(
            request for request in self._requests.open_requests() if request.request in named
        )

    def _publish(self, items: tuple[OutboxItem, ...]) -> bool:
        batch = EventBatch(agent=self._agent, incarnation=self._outbox.incarnation, items=items)
        return self._bus.publish(
            topic(self._district, self._agent, EVENTS), encode_event_batch(batch)
        )

    def _on_ack(self, message: Message) -> None:
        try:
            self._tell(Acked(ack=decode_ack(message.payload)))
        except MalformedError as error:
            self._reject(message, error)

    def _on_asked(self, message: Message) -> None:
        try:
            self._tell(Mail(asked=decode_request_batch(message.payload)))
        except MalformedError as error:
            self._reject(message, error)

    def _reject(self, message: Message, error: MalformedError) -> None:
        self.malformed += 1
        log.warning("a message on %s was rejected: %s", message.topic, error)
