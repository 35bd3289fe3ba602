"""A burst: twenty boxes report for a quarter of an hour ten times as much as a busy district does,
by a real broker to a district process, everybody by a certificate. What was acknowledged is counted
in the district's journal.

One box alone may not send so much: what is over its share is dropped, and comes again for hours.
"""

import time

import pytest
from bench_rows import row
from district_process import DISTRICT, DistrictProcess, an_event
from identity_broker import IdentityBroker, until

from citybrain.ack_ranges import ack_ranges_of
from citybrain.bus import topics
from citybrain.domain.agent import AgentHello
from citybrain.domain.event import EventBatch, OutboxItem
from citybrain.enrolment.folder import read_identity
from citybrain.enrolment.hello_proof import prove
from citybrain.geo import Point
from citybrain.journal.sqlite import SqliteStore
from citybrain.random_ids import RandomIds
from citybrain.structs import replace
from citybrain.vocabulary import Phase
from citybrain.wire.agent import decode_ack, encode_agent_hello
from citybrain.wire.event import encode_event_batch
from district_node.shell.assembly import decider_of

pytestmark = [pytest.mark.bench, pytest.mark.nightly]

BOXES, BURST_S, A_SECOND, BATCH, WINDOW = 20, 900.0, 5_000, 50, 5_000
AGAIN_S, DRAIN_S = 10.0, 600.0


def item(number, seq):
    """Of a box with one camera; of ten events of a rule one starts, eight update, one ends."""
    phase = {0: Phase.START, 9: Phase.END}.get(seq % 10, Phase.UPDATE)
    event = an_event(
        episode=f"e{number}-{seq // 10}",
        phase=phase,
        source=f"cam-{number}",
        place=Point(lat=30.657 + number * 0.003, lon=104.086),
    )
    return OutboxItem(seq=seq, content=event)


class BurstingBox:
    """As an outbox sends: a window that is not acknowledged, what is not acknowledged again."""

    def __init__(self, number, broker):
        self._number, self._name = number, f"box-{number}"
        self._bus = broker.bus(f"box/{self._name}")
        self._bus.subscribe(topics.topic(DISTRICT, self._name, topics.ACK), self._acknowledged)
        self._bus.start()
        until(self._bus.is_connected)
        self.contiguous, self._sent, self._moved_at = 0, 0, time.perf_counter()
        self._identity = read_identity(broker.joined(f"box/{self._name}"))
        self.say_hello()

    def say_hello(self):
        hello = AgentHello(agent=self._name, incarnation=7, lowest_unacked=1, next_seq=1)
        proof = prove(self._identity, hello, DISTRICT)
        self._publish(topics.HELLO, encode_agent_hello(replace(hello, proof=proof)))

    def send_up_to(self, seq):
        """What there is of it that the window has room for."""
        if time.perf_counter() - self._moved_at > AGAIN_S and self.contiguous < self._sent:
            self._sent, self._moved_at = self.contiguous, time.perf_counter()
        while self._sent < seq and self._sent - self.contiguous < WINDOW:
            last = min(self._sent + BATCH, seq)
            items = tuple(item(self._number, n) for n in range(self._sent + 1, last + 1))
            batch = encode_event_batch(EventBatch(agent=self._name, incarnation=7, items=items))
            if not self._publish(topics.EVENTS, batch):
                return
            self._sent = last

    def _publish(self, leaf, payload):
        return self._bus.publish(topics.topic(DISTRICT, self._name, leaf), payload)

    def _acknowledged(self, message):
        ack = decode_ack(message.payload)
        if ack.incarnation == 7 and (known := ack_ranges_of(ack).contiguous) > self.contiguous:
            self.contiguous, self._moved_at = known, time.perf_counter()


def taken_by(node):
    """How many events the district's journal has."""
    store = SqliteStore.open(node.journal, ids=RandomIds())
    try:
        return decider_of(store).state.intake.counters.items
    finally:
        store.close()


def burst(node, broker):
    """How many events there were, the most that were not acknowledged, and for how long after."""
    node.start()
    boxes = [BurstingBox(number, broker) for number in range(BOXES)]
    first, most_behind = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - first) < BURST_S:
        each = int(A_SECOND / BOXES * elapsed)
        for box in boxes:
            box.send_up_to(each)
        most_behind = max(most_behind, sum(each - box.contiguous for box in boxes))
        time.sleep(0.002)
    each, over = int(A_SECOND / BOXES * BURST_S), time.perf_counter()
    while waiting := sum(each - box.contiguous for box in boxes):
        assert time.perf_counter() - over < DRAIN_S, f"{waiting:,} wait"
        for box in boxes:
            box.send_up_to(each)
        time.sleep(0.002)
    return each * BOXES, most_behind, time.perf_counter() - over


@pytest.mark.timeout(3_000)
def test_a_burst_loses_nothing(tmp_path):
    began = time.perf_counter()
    with IdentityBroker(tmp_path / "at-broker", log_denied=False) as broker:
        node = DistrictProcess(tmp_path, broker.port)
        identity = tmp_path / "riverside" / "identity"
        broker.authority.joined("district/riverside", identity, hosts=["127.0.0.1"])
        try:
            total, most_behind, drained_s = burst(node, broker)
            assert node.stop() == 0
            lost = total - taken_by(node)
        finally:
            if node.process.poll() is None:
                node.kill()
    print(
        f"\n{total:,} events in {BURST_S:.0f} s: {lost} lost, at most {most_behind:,} behind, all"
        f" acknowledged {drained_s:.1f} s after the end"
    )
    row(
        f"10 x burst, {A_SECOND:,} events/s for {BURST_S / 60:.0f} min",
        goal="0 lost",
        ours=f"{lost} lost, at most {most_behind:,} behind, drained {drained_s:.1f} s later",
        held=lost == 0,
        seconds=time.perf_counter() - began,
    )
    assert lost == 0
