"""The gateway on the bus: acknowledges after the commit, one bad message harms no other."""

import asyncio

import pytest
from api_values import SOURCE
from principals import CREW

from citybrain import canonical_json
from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.agent import AgentHello, AgentStatus, RequestAck
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import EventBatch, OutboxItem
from citybrain.errors import StoreFullError
from citybrain.ids import CountingIds
from citybrain.journal.memory import Boundary, MemoryStore
from citybrain.refusal_log import RefusalLog
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.spans import Spans
from citybrain.vocabulary import CrewAction
from citybrain.wire.agent import (
    decode_ack,
    decode_request_batch,
    encode_agent_hello,
    encode_agent_status,
    encode_request_ack,
)
from citybrain.wire.event import encode_event_batch
from citybrain.wire.v1 import event_pb2
from district_node.cores.agents.known_agent import KnownSource
from district_node.inputs import BatchReceived, CrewAnswered, NodeStarted
from district_node.shell.ack_publisher import AckPublisher
from district_node.shell.agent_gateway import AgentGateway
from district_node.shell.assembly import decider_of
from district_node.shell.enrolment import Enrolment
from district_node.shell.metrics import DistrictMetrics
from district_node.shell.quarantine import FileQuarantine, read_quarantine
from district_node.shell.request_publisher import RequestPublisher


class Bench:
    """A gateway between a broker in memory and a real commit thread."""

    def __init__(self, folder, scenario):
        self.scenario, self.folder = scenario, folder
        clock = SystemClock()
        self.broker = MemoryBroker()
        self.store = MemoryStore()
        self.commit_loop = CommitThread(decider_of(self.store), clock, self.store)
        self.bus = self.broker.client("district")
        self.agent = self.broker.client("box-1")
        self.received = []
        for leaf in topics.DOWN:
            self.agent.subscribe(topics.topic("riverside", "box-1", leaf), self.received.append)
        self.quarantine = FileQuarantine(folder, clock)
        self.acks = AckPublisher("riverside", self.commit_loop, self.bus, clock=clock, epoch="e-1")
        self.requests = RequestPublisher(
            "riverside", self.commit_loop, self.store, self.bus, clock, self.quarantine
        )
        self.registry = MetricsRegistry()
        metrics = DistrictMetrics(self.registry, Spans("test"), clock, CountingIds())
        self.gateway = AgentGateway(
            "riverside",
            commit_loop=self.commit_loop,
            store=self.store,
            bus=self.bus,
            acks=self.acks,
            enrolment=Enrolment(self.commit_loop, clock, None),
            quarantine=self.quarantine,
            metrics=metrics,
            refusals=RefusalLog(clock),
            clock=clock,
        )
        self.gateway.subscribe()
        self.gateway.on_hello = self.requests.resend

    async def __aenter__(self):
        self.commit_loop.start()
        await asyncio.wrap_future(
            self.commit_loop.submit(NodeStarted(setup=self.scenario.state.setup))
        )
        self.bus.start()
        self.agent.start()
        self.broker.deliver()
        self.tasks = [
            asyncio.create_task(self.acks.run()),
            asyncio.create_task(self.requests.run()),
        ]
        return self

    async def __aexit__(self, *_):
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)
        self.commit_loop.stop()

    def send(self, leaf, payload, agent="box-1"):
        self.agent.publish(topics.topic("riverside", agent, leaf), payload)
        self.broker.deliver()

    def send_event(self, *seqs, agent="box-1", **changes):
        items = tuple(
            OutboxItem(seq=seq, content=self.scenario.event(episode=f"e{seq}", **changes))
            for seq in seqs
        )
        self.send(
            topics.EVENTS, encode_event_batch(EventBatch(agent=agent, incarnation=7, items=items))
        )

    async def until(self, condition, what):
        try:
            async with asyncio.timeout(60):
                while not condition():
                    self.broker.deliver()
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"not within 60 s: {what}") from None

    def last_ack(self):
        found = [decode_ack(m.payload) for m in self.received if m.topic.endswith("/ack")]
        return found[-1] if found else None


def status(at, *, online=True, rows_kept=0, sources=()):
    return encode_agent_status(
        AgentStatus(
            agent="box-1",
            online=online,
            at=at,
            software_version="1",
            outbox_rows=rows_kept,
            outbox_bytes=0,
            lost=0,
            sources=sources,
        )
    )


@pytest.fixture
def started(scenario):
    return scenario.start(scenario.a_unit("riverside-1"))


def test_an_event_is_acknowledged_when_it_is_in_the_journal(tmp_path, started):
    async def go():
        async with Bench(tmp_path, started) as bench:
            bench.send_event(1, 2, 4)
            await bench.until(bench.last_ack, "an acknowledgement")
            ack = bench.last_ack()
            assert (ack.contiguous, [(s.first, s.last) for s in ack.above]) == (2, [(4, 4)])
            assert bench.commit_loop.state.intake.counters.items == 3

    asyncio.run(go())


def test_what_a_full_disk_refused_is_not_acknowledged_and_counts_when_it_comes_again(
    tmp_path, started
):
    def full(boundary):
        if boundary is Boundary.BEFORE:
            raise StoreFullError("no room")

    async def go():
        async with Bench(tmp_path, started) as bench:
            bench.store.faults = full
            bench.send_event(1)
            await bench.until(
                lambda: bench.registry.value("district_messages_total", result="refused") == 1,
                "it is refused",
            )
            assert bench.last_ack() is None
            bench.store.faults = None
            bench.send_event(1)
            await bench.until(bench.last_ack, "an acknowledgement after the recovery")
            assert bench.commit_loop.state.intake.counters.items == 1

    asyncio.run(go())


def test_forged_malformed_and_oversized_are_quarantined_by_reason_and_sender(tmp_path, started):
    async def go():
        async with Bench(tmp_path, started) as bench:
            bench.send_event(1, agent="box-2")
            bench.send(topics.EVENTS, b"\xff\xff\xff")
            bench.send(topics.EVENTS, b"\x00" * 300_000)
            bench.send(
                topics.HELLO,
                encode_agent_hello(
                    AgentHello(agent="box-2", incarnation=7, lowest_unacked=1, next_seq=1)
                ),
            )
            bench.send_event(1)
            await bench.until(bench.last_ack, "the good message is taken")
            assert bench.quarantine.by_reason["forged"] == 2
            assert bench.quarantine.by_reason["oversized"] == 1
            assert bench.quarantine.count == 4
            assert {row.sender for row in read_quarantine(tmp_path)} == {"box-1"}
            assert bench.commit_loop.state.intake.counters.items == 1

    asyncio.run(go())


def test_one_item_that_no_core_can_decide_is_quarantined_and_the_others_take_effect(
    tmp_path, started
):
    async def go():
        async with Bench(tmp_path, started) as bench:
            good = started.event(episode="good")
            bad = replace(started.event(episode="bad"), severity="Nonsense")
            items = (
                OutboxItem(seq=1, content=good),
                OutboxItem(seq=2, content=bad),
                OutboxItem(seq=3, content=replace(good, episode="also-good")),
            )
            bench.gateway._submit(BatchReceived(agent="box-1", incarnation=7, items=items))
            await bench.until(
                lambda: (ack := bench.last_ack()) is not None and ack.contiguous == 3,
                "all three are acknowledged",
            )
            counters = bench.commit_loop.state.intake.counters
            assert (counters.items, counters.quarantined_items) == (2, 1)
            assert bench.quarantine.by_reason["undecidable"] == 1

    asyncio.run(go())


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda item: item.ClearField("content"), "empty"),  # of a kind that only a newer one knows
        (lambda item: setattr(item.event, "observed_at", -1), "time"),
        (lambda item: setattr(item.event.place, "lat", 200.0), "place"),
    ],
)
def test_one_item_that_cannot_be_read_holds_up_neither_the_others_nor_its_sender(
    tmp_path, started, spoil, reason
):
    async def go():
        async with Bench(tmp_path, started) as bench:
            events = [started.event(episode=f"e{seq}") for seq in (1, 2, 3)]
            items = tuple(OutboxItem(seq=n, content=e) for n, e in enumerate(events, start=1))
            message = event_pb2.EventBatch.FromString(
                encode_event_batch(EventBatch(agent="box-1", incarnation=7, items=items))
            )
            spoil(message.items[1])
            payload = message.SerializeToString()
            for _ in range(2):  # sent again before it was acknowledged: counted once
                bench.send(topics.EVENTS, payload)
            await bench.until(
                lambda: (ack := bench.last_ack()) is not None and ack.contiguous == 3,
                "all three are acknowledged",
            )
            counters = bench.commit_loop.state.intake.counters
            assert (counters.items, counters.quarantined_items) == (2, 1)
            assert bench.quarantine.by_reason[reason] >= 1
            found = read_quarantine(tmp_path)
            assert {(row.sender, row.detail.split(":")[0]) for row in found} == {
                ("box-1", "item 2")
            }
            bench.send(topics.EVENTS, payload)
            assert bench.quarantine.count == len(found), "what is in is quarantined once"

    asyncio.run(go())


def test_a_hello_is_answered_with_what_is_committed(tmp_path, started):
    async def go():
        async with Bench(tmp_path, started) as bench:
            bench.send(
                topics.HELLO,
                encode_agent_hello(
                    AgentHello(agent="box-1", incarnation=7, lowest_unacked=1, next_seq=1)
                ),
            )
            await bench.until(bench.last_ack, "an acknowledgement")
            assert bench.last_ack().contiguous == 0
            records = bench.commit_loop.seq
            bench.received.clear()
            bench.send(
                topics.HELLO,
                encode_agent_hello(
                    AgentHello(agent="box-1", incarnation=7, lowest_unacked=1, next_seq=1)
                ),
            )
            await bench.until(bench.last_ack, "an acknowledgement again")
            assert bench.commit_loop.seq == records, "it taught nothing, so it is no record"

    asyncio.run(go())


def test_presence_and_places_are_journaled_and_health_is_only_shown(tmp_path, started):
    now = started.clock.now()

    async def go():
        async with Bench(tmp_path, started) as bench:
            boxes = lambda: bench.commit_loop.state.agents  # noqa: E731 - of the newest state
            bench.send(topics.STATUS, status(now))
            await bench.until(lambda: boxes().get("box-1") and boxes()["box-1"].online, "it came")
            bench.send(topics.STATUS, status(now, sources=(SOURCE,)))
            await bench.until(lambda: boxes()["box-1"].places, "it says where it stands")
            known, box = KnownSource(is_camera=True, view_cone=SOURCE.view_cone), boxes()["box-1"]
            assert (*box.places.values(), *box.sources.values()) == (SOURCE.place, known)
            records = bench.commit_loop.seq
            for kept in range(5):
                bench.send(topics.STATUS, status(now, rows_kept=kept, sources=(SOURCE,)))
            assert bench.gateway.statuses["box-1"].outbox_rows == kept
            assert bench.commit_loop.seq == records
            bench.send(topics.STATUS, status(now, online=False))
            await bench.until(lambda: not boxes()["box-1"].online, "it is gone")

    asyncio.run(go())


def test_receipt_is_journaled_and_a_senders_clock_is_measured_by_what_it_says(tmp_path, started):
    async def go():
        async with Bench(tmp_path, started) as bench:
            clock = SystemClock()
            bench.send(topics.STATUS, status(clock.now()))
            await bench.until(
                lambda: bench.commit_loop.state.agents.get("box-1"), "the agent is known"
            )
            skew_us = -3_600 * 1_000_000

            def is_measured():
                bench.send(topics.STATUS, status(clock.now() + skew_us))
                known = bench.commit_loop.state.agents["box-1"]
                return abs(known.skew_us - skew_us) < 1_000_000

            await bench.until(is_measured, "it is measured")
            before = clock.now()
            bench.send_event(1)
            await bench.until(bench.last_ack, "an acknowledgement")
            (record,) = [r for r in bench.store.records() if r.kind == "batch_received"]
            received = canonical_json.decode(record.payload, BatchReceived)
            assert before <= received.received_at <= record.at

    asyncio.run(go())


def test_a_camera_is_asked_until_its_agent_has_the_request(tmp_path, started):
    async def go():
        async with Bench(tmp_path, started) as bench:
            online = AgentStatus(
                agent="box-1",
                online=True,
                at=started.clock.now(),
                software_version="1",
                outbox_rows=0,
                outbox_bytes=0,
                lost=0,
            )
            bench.send_event(1)
            await bench.until(bench.last_ack, "the event is taken")
            order = bench.commit_loop.state.roster.orders[
                bench.commit_loop.state.roster.units["riverside-1"].order
            ]
            for action in (CrewAction.ACCEPT, CrewAction.ARRIVE, CrewAction.FINISH):
                answer = CrewAnswer(
                    request=f"p-{action}",
                    unit="riverside-1",
                    order=order.order,
                    assignment_number=1,
                    action=action,
                )
                await asyncio.wrap_future(
                    bench.commit_loop.submit(CrewAnswered(answer=answer, principal=CREW))
                )
            assert bench.store.peers() == ("agent/box-1", "city")
            assert not [m for m in bench.received if m.topic.endswith("/requests")], (
                "it is not there yet"
            )
            bench.send(topics.STATUS, encode_agent_status(online))
            bench.send(
                topics.HELLO,
                encode_agent_hello(
                    AgentHello(agent="box-1", incarnation=7, lowest_unacked=2, next_seq=2)
                ),
            )
            await bench.until(
                lambda: [m for m in bench.received if m.topic.endswith("/requests")], "it is asked"
            )
            asked = decode_request_batch(
                next(m for m in bench.received if m.topic.endswith("/requests")).payload
            )
            assert (asked.first, asked.requests[0].rule) == (1, "crowd")
            bench.send(
                topics.REQUESTS_ACK,
                encode_request_ack(RequestAck(epoch="another-store", contiguous=1)),
            )
            assert "agent/box-1" in bench.store.peers()
            bench.send(
                topics.REQUESTS_ACK, encode_request_ack(RequestAck(epoch=asked.epoch, contiguous=1))
            )
            assert "agent/box-1" not in bench.store.peers()

    asyncio.run(go())
