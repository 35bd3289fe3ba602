"""A district of production shells over a journal on disk and a broker in memory that lets anybody
publish: what an attacker on the network would send is sent to it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.bus.port import Bus
from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import TimerFired
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Committed
from citybrain.domain.agent import NO_PROOF, AgentHello, HelloProof
from citybrain.domain.event import Event, EventBatch, OutboxContent, OutboxItem
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.spans import Spans
from citybrain.vocabulary import Certainty, Phase, Severity, Urgency
from citybrain.wire.agent import decode_ack, encode_agent_hello
from citybrain.wire.event import encode_event_batch
from district_node.cores.state import DistrictState
from district_node.inputs import (
    AgentEnrolled,
    AgentRevoked,
    EnrolledBy,
    NodeStarted,
    Setup,
    UnitSetup,
)
from district_node.playbook import LocalizedName
from district_node.playbooks.load import load_playbooks
from district_node.shell.assembly import District, DistrictParts, decider_of
from district_node.shell.enrolment import HelloVerifier
from district_node.shell.metrics import DistrictMetrics
from district_node.shell.notice_log import NoticeLog
from district_node.shell.quarantine import FileQuarantine, read_quarantine

HERE = Point(lat=30.657, lon=104.086)
NAME = "riverside"


class AttackedDistrict:
    """As long as the block lasts; what it stored stays in `folder`. With a `verifier` it believes
    boxes that proved their names."""

    def __init__(
        self, folder: Path, *units: UnitSetup, verifier: HelloVerifier | None = None
    ) -> None:
        self._verifier = verifier
        self.folder, self.clock, self._ids = folder, SystemClock(), CountingIds()
        self._units = units
        self.broker, self.registry = MemoryBroker(), MetricsRegistry()
        self._acks, self._told = {}, {}
        self._settled = 0  # records that `settle` made
        self._fired = 0  # those of timers
        self._street = self.broker.client("anybody")
        self._street.subscribe(topics.all_agents(NAME, topics.ACK), self._on_ack)

    async def __aenter__(self) -> "AttackedDistrict":
        self.store = SqliteStore.open(self.folder / "journal.db", ids=self._ids)
        self.loop = CommitThread(decider_of(self.store), self.clock, self.store)
        self.loop.start()
        await asyncio.wrap_future(self.loop.submit(self._started()))
        bus = self.client("district")
        self.metrics = DistrictMetrics(self.registry, Spans("test"), self.clock, self._ids)
        self.loop.on_commit(self.metrics.committed)
        self.loop.on_commit(NoticeLog(self.clock))
        self.loop.on_commit(self._count_timers)
        self._bus = bus
        self.district = District(self._parts(bus))
        bus.start()
        self._street.start()
        self.broker.deliver()
        self.tasks = [asyncio.create_task(run()) for _, run in self.district.tasks()]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.loop.stop()
        self.store.close()
        self._bus.stop()

    def client(self, name: str) -> Bus:
        return self.broker.client(name)

    async def enrol(self, agent: str) -> None:
        """As a box whose certificate proves its name."""
        until = Timestamp(self.clock.now() + 86_400 * SECOND_US)
        how = EnrolledBy.CERTIFICATE
        enrolled = AgentEnrolled(agent=agent, how=how, serial="a1", key="k1", until=until)
        await asyncio.wrap_future(self.loop.submit(enrolled))

    # what is sent

    def publish(self, topic: str, payload: bytes) -> None:
        """The broker has it; it comes with the next `deliver`."""
        self._street.publish(topic, payload)

    def send(self, agent: str, leaf: str, payload: bytes) -> None:
        self.publish(topics.topic(NAME, agent, leaf), payload)
        self.broker.deliver()

    def say_hello(
        self,
        agent: str,
        *,
        incarnation: int = 7,
        next_seq: int = 1,
        lowest_unacked: int = 1,
        previous: int = 0,
        prove: Callable[[AgentHello], HelloProof] = lambda _: NO_PROOF,
    ) -> None:
        hello = AgentHello(
            agent=agent,
            incarnation=incarnation,
            lowest_unacked=lowest_unacked,
            next_seq=next_seq,
            previous=previous,
        )
        proved = replace(hello, proof=prove(hello))
        self.send(agent, topics.HELLO, encode_agent_hello(proved))

    def send_item(
        self, agent: str, seq: int, content: OutboxContent | None = None, *, incarnation: int = 7
    ) -> bytes:
        """One item in one message (an alarm, if no other is given); the message."""
        items = (OutboxItem(seq=seq, content=content or self.alarm(f"{agent}-{seq}")),)
        payload = encode_event_batch(EventBatch(agent=agent, incarnation=incarnation, items=items))
        self.send(agent, topics.EVENTS, payload)
        return payload

    def alarm(self, episode: str, severity: Severity = Severity.MODERATE) -> Event:
        return Event(
            episode=episode,
            kind=OBJECTS_INSIDE,
            phase=Phase.START,
            source="cam-1",
            rule="crowd",
            incident_kind="crowding",
            place=HERE,
            severity=severity,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            observed_at=self.clock.now(),
            error_ms=40.0,
            measurements={"count": 5.0},
            traceparent="",
        )

    # what came of it

    def acknowledged(self, agent: str, incarnation: int = 7) -> int | None:
        """Up to which number everything is acknowledged; None: nothing was ever answered."""
        return self._acks.get((agent, incarnation))

    def believed_instead(self, agent: str, incarnation: int) -> int | None:
        """Which outbox this one is told to name as the one before; 0: it is believed."""
        return self._told.get((agent, incarnation))

    def refused(self, reason: str) -> int:
        """How many messages were quarantined for `reason`."""
        return sum(message.reason == reason for message in read_quarantine(self.folder))

    @property
    def records(self) -> int:
        """Of what was sent: a slow machine's timers are none of it."""
        return self.loop.seq - self._settled - self._fired

    @property
    def intake(self):
        return self.loop.state.intake

    async def until(self, condition, what: str, within_s: float = 10.0) -> None:
        try:
            async with asyncio.timeout(within_s):
                while not condition():
                    self.broker.deliver()
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"not within {within_s} s: {what}") from None

    async def settle(self) -> None:
        """Until everything that was sent before is decided."""
        self.broker.deliver()
        while self.district.waiting_bytes:
            await asyncio.sleep(0.001)
        self._settled += 1
        await asyncio.wrap_future(self.loop.submit(AgentRevoked(agent="nobody", serial="0")))

    def _count_timers(self, _state: DistrictState, committed: Sequence[Committed]) -> None:
        self._fired += sum(type(one.input) is TimerFired for one in committed)

    def _started(self) -> NodeStarted:
        return NodeStarted(setup=_setup(self._units), proves_boxes=self._verifier is not None)

    def _on_ack(self, message) -> None:
        ack = decode_ack(message.payload)
        _, agent, _ = topics.parse(message.topic)
        self._acks[agent, ack.incarnation] = ack.contiguous
        self._told[agent, ack.incarnation] = ack.believed_instead

    def _parts(self, bus) -> DistrictParts:
        return DistrictParts(
            setup=_setup(self._units),
            commit_loop=self.loop,
            store=self.store,
            bus=bus,
            clock=self.clock,
            ids=self._ids,
            quarantine=FileQuarantine(self.folder, self.clock, on_message=self.metrics.quarantined),
            metrics=self.metrics,
            open_link=None,
            verifier=self._verifier,
        )


def _setup(units: tuple[UnitSetup, ...]) -> Setup:
    return Setup(
        district=NAME,
        name=LocalizedName(en="Riverside", zh="滨江"),
        centre=HERE,
        units=units,
        playbooks=load_playbooks(),
    )
