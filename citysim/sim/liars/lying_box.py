"""An enrolled box that says anything under its own name, and names others in its messages.

Its transport is its own: it writes its own topics and no other, as a broker's access list has it.
"""

import asyncio
from collections.abc import Callable
from random import Random  # noqa: TID251 - seeded

from citybrain.bus.port import Message
from citybrain.bus.topics import ACK, EVENTS, HELLO, REQUESTS, REQUESTS_ACK, ROOT, STATUS, topic
from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentHello, AgentStatus, RequestAck, RequestBatch
from citybrain.domain.event import EventBatch, OutboxItem
from citybrain.errors import MalformedError
from citybrain.ids import AgentId, DistrictId
from citybrain.structs import replace
from citybrain.wire.agent import (
    decode_request_batch,
    encode_agent_hello,
    encode_agent_status,
    encode_request_ack,
)
from citybrain.wire.event import encode_event_batch
from citysim.laws.ground_truth_log import ItemsStored
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.identities import Certificates, prover
from citysim.sim.liars.lies import Lies
from citysim.sim.net.mqtt import Mqtt

MEAN_PAUSE_S = 2.5  # between two things that it says
FLOOD = (20, 60)  # messages at once, seldom: within what a district's queue takes
FAR = (100, 2**40)  # numbers that it did not give yet
NUMBERS_MAX = 2**53 - 1


class LyingBox:
    """`begin` it once; `fall_silent` ends it for good. `others`: the honest boxes that it names;
    `outbox_of`: which outbox of one is believed, as if it had heard that."""

    def __init__(
        self,
        agent: AgentId,
        district: DistrictId,
        *,
        lies: Lies,
        others: tuple[AgentId, ...],
        outbox_of: Callable[[AgentId], int],
        certificates: Certificates,
        mqtt: Mqtt,
        loop: VirtualTimeLoop,
        rng: Random,
        now: Callable[[], Timestamp],
    ) -> None:
        self.agent, self.district = agent, district
        self._lies, self._others, self._loop, self._rng, self._now = lies, others, loop, rng, now
        self._outbox_of = outbox_of
        self._prove = prover(agent, district, certificates)
        self._bus = mqtt.client(f"{ROOT.replace('/', '-')}-agent-{district}-{agent}")
        self._bus.subscribe(topic(district, agent, ACK), lambda _: None)
        self._bus.subscribe(topic(district, agent, REQUESTS), self._on_requests)
        self._outbox = rng.getrandbits(62) | 1
        self._next_seq = {self._outbox: 1}
        self._asked: RequestBatch | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.said: list[ItemsStored] = []  # under its own name

    def begin(self) -> None:
        """It joins as every box does, and then begins."""
        self._bus.start()
        self._hello(self._outbox, next_seq=1)
        self._status()
        self._arm()

    def fall_silent(self) -> None:
        """Its network is gone; what it began is left to others."""
        if self._timer is not None:
            self._timer.cancel()
        self._send(STATUS, self._status_message(online=False))
        self._bus.stop()

    def _arm(self) -> None:
        pause_s = self._rng.expovariate(1 / MEAN_PAUSE_S)
        self._timer = self._loop.call_later(pause_s, self._lie)

    def _lie(self) -> None:
        (lie,) = self._rng.choices(
            (
                self._say,
                self._declare,
                self._name_another,
                self._status,
                self._acknowledge,
                self._flood,
                self._noise,
            ),
            (10, 3, 3, 1, 1, 0.5, 1),
        )
        lie()
        self._arm()

    def _say(self) -> None:
        """One or a few items, in the order of numbers or not."""
        rng, incarnation = self._rng, self._incarnation()
        items = []
        for _ in range(rng.choice((1, 1, 1, 3))):
            seq = self._number(incarnation)
            is_gap = rng.random() < 0.1
            content = self._lies.gap(seq) if is_gap else self._lies.item(self._now())
            items.append(OutboxItem(seq=seq, content=content))
        self._send_items(incarnation, tuple(items))

    def _declare(self) -> None:
        """A hello: what its outbox holds, if it has that outbox."""
        next_seq = self._rng.choice((1, self._rng.randrange(1, 5_000), NUMBERS_MAX))
        lowest = min(next_seq, self._rng.choice((1, 1, self._rng.randrange(1, 3_000))))
        self._hello(self._incarnation(), next_seq=next_seq, lowest=lowest)

    def _name_another(self) -> None:
        """What another box would say, on its own topic: a transport that proves it says otherwise.

        Or what an honest box said already, under a number of that box.
        """
        rng, other = self._rng, self._rng.choice(self._others)
        made_up = rng.choice((1, rng.getrandbits(62) | 1))
        incarnation = rng.choice((self._outbox_of(other) or made_up, made_up))
        seq = rng.randrange(1, 40)
        if rng.random() < 0.3:
            hello = AgentHello(
                agent=other, incarnation=incarnation, lowest_unacked=seq, next_seq=seq + 4_000
            )
            self._send_hello(hello)
            return
        items = (OutboxItem(seq=seq, content=self._lies.item(self._now())),)
        batch = EventBatch(agent=other, incarnation=incarnation, items=items)
        self._send(EVENTS, encode_event_batch(batch))

    def _status(self) -> None:
        self._send(STATUS, self._status_message(online=self._rng.random() < 0.8))

    def _acknowledge(self) -> None:
        """Requests that it has, and some that it was never sent."""
        if self._asked is not None:
            upto = self._asked.first + self._rng.choice((0, len(self._asked.requests), 10**6))
            ack = RequestAck(epoch=self._asked.epoch, contiguous=upto)
            self._send(REQUESTS_ACK, encode_request_ack(ack))

    def _flood(self) -> None:
        for _ in range(self._rng.randint(*FLOOD)):
            incarnation = self._outbox
            seq = self._rng.randrange(1, self._next_seq[incarnation] + 1)
            item = OutboxItem(seq=seq, content=self._lies.item(self._now()))
            self._send_items(incarnation, (item,))

    def _noise(self) -> None:
        self._send(self._rng.choice((EVENTS, HELLO, STATUS)), self._rng.randbytes(40))

    def _incarnation(self) -> int:
        """Mostly that of its outbox."""
        if self._rng.random() < 0.85:
            return self._outbox
        made_up = self._rng.choice((*self._next_seq, self._rng.getrandbits(62) | 1))
        self._next_seq.setdefault(made_up, 1)
        return made_up

    def _number(self, incarnation: int) -> int:
        """Mostly the next one; else one that it gave before, or far from having given."""
        rng, upcoming = self._rng, self._next_seq[incarnation]
        (seq,) = rng.choices(
            (upcoming, rng.randrange(1, upcoming + 1), rng.randrange(*FAR)), (8, 1, 0.5)
        )
        if seq == upcoming:
            self._next_seq[incarnation] = upcoming + 1
        return seq

    def _send_items(self, incarnation: int, items: tuple[OutboxItem, ...]) -> None:
        seqs = tuple(item.seq for item in items)
        self.said.append(
            ItemsStored(agent=self.agent, incarnation=incarnation, seqs=seqs, at=self._now())
        )
        batch = EventBatch(agent=self.agent, incarnation=incarnation, items=items)
        self._send(EVENTS, encode_event_batch(batch))

    def _hello(self, incarnation: int, *, next_seq: int, lowest: int = 1) -> None:
        """Signed by its own key. Another outbox than the last goes on the chain or not."""
        previous = self._rng.choice((self._outbox, 0, self._rng.getrandbits(62) | 1))
        self._send_hello(
            AgentHello(
                agent=self.agent,
                incarnation=incarnation,
                lowest_unacked=lowest,
                next_seq=next_seq,
                previous=previous if incarnation != self._outbox else 0,
                at=self._lies.odd_time(self._now()),
            )
        )

    def _send_hello(self, hello: AgentHello) -> None:
        proved = replace(hello, proof=self._prove(hello))
        self._send(HELLO, encode_agent_hello(proved))

    def _status_message(self, *, online: bool) -> bytes:
        return encode_agent_status(
            AgentStatus(
                agent=self.agent,
                online=online,
                at=self._lies.odd_time(self._now()),
                software_version="liar",
                outbox_rows=0,
                outbox_bytes=0,
                lost=0,
            )
        )

    def _send(self, leaf: str, payload: bytes) -> None:
        self._bus.publish(topic(self.district, self.agent, leaf), payload)

    def _on_requests(self, message: Message) -> None:
        try:
            self._asked = decode_request_batch(message.payload)
        except MalformedError:
            return  # it is no judge of others
