"""A burst: a box reports for a quarter of an hour ten times as much as a busy district does, by
a real broker to a district process. What was acknowledged is counted in the district's journal.
"""

import time

import pytest
from bench_rows import row
from district_process import DISTRICT, DistrictProcess, an_event, until

from citybrain.ack_ranges import ack_ranges_of
from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.domain.agent import AgentHello
from citybrain.domain.event import EventBatch, OutboxItem
from citybrain.geo import Point
from citybrain.journal.sqlite import SqliteStore
from citybrain.random_ids import RandomIds
from citybrain.vocabulary import Phase
from citybrain.wire.agent import decode_ack, encode_agent_hello
from citybrain.wire.event import encode_event_batch
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports
from district_node.shell.assembly import decider_of

pytestmark = [pytest.mark.bench, pytest.mark.nightly]

BURST_S, A_SECOND, BATCH, WINDOW = 900.0, 5_000, 50, 100_000
AGAIN_S, DRAIN_S = 5.0, 600.0


def item(seq):
    """Sixteen cameras; of ten events of a rule one starts, eight update, one ends."""
    camera, phase = seq % 16, {0: Phase.START, 9: Phase.END}.get(seq // 16 % 10, Phase.UPDATE)
    event = an_event(
        episode=f"e{camera}-{seq // 160}",
        phase=phase,
        source=f"cam-{camera}",
        place=Point(lat=30.657 + camera * 0.003, lon=104.086),
    )
    return OutboxItem(seq=seq, content=event)


class BurstingBox:
    """As an outbox sends: a window that is not acknowledged, what is not acknowledged again."""

    def __init__(self, port):
        self._bus = PahoBus(
            BusConfig(host="127.0.0.1", port=port, client_id="box-1"), ids=RandomIds()
        )
        self._bus.subscribe(topics.topic(DISTRICT, "box-1", topics.ACK), self._acknowledged)
        self._bus.start()
        until(self._bus.is_connected, "the box reaches the broker")
        self.contiguous, self._sent, self._moved_at = 0, 0, time.perf_counter()
        hello = AgentHello(agent="box-1", incarnation=7, lowest_unacked=1, next_seq=1)
        self._bus.publish(
            topics.topic(DISTRICT, "box-1", topics.HELLO), encode_agent_hello(hello), retain=True
        )

    def send_up_to(self, seq):
        """What there is of it that the window has room for."""
        if time.perf_counter() - self._moved_at > AGAIN_S and self.contiguous < self._sent:
            self._sent, self._moved_at = self.contiguous, time.perf_counter()
        while self._sent < seq and self._sent - self.contiguous < WINDOW:
            last = min(self._sent + BATCH, seq)
            items = tuple(item(number) for number in range(self._sent + 1, last + 1))
            batch = encode_event_batch(EventBatch(agent="box-1", incarnation=7, items=items))
            if not self._bus.publish(topics.topic(DISTRICT, "box-1", topics.EVENTS), batch):
                return
            self._sent = last

    def close(self):
        self._bus.stop()

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


@pytest.mark.timeout(3_000)
def test_a_burst_loses_nothing(tmp_path):
    began = time.perf_counter()
    broker = BrokerProcess(port=free_ports(1)[0], folder=tmp_path).start()
    node = DistrictProcess(tmp_path, broker.port)
    try:
        node.start()
        box = BurstingBox(broker.port)
        first, most_behind = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - first) < BURST_S:
            there_are = int(A_SECOND * elapsed)
            box.send_up_to(there_are)
            most_behind = max(most_behind, there_are - box.contiguous)
            time.sleep(0.002)
        total, over = int(A_SECOND * BURST_S), time.perf_counter()
        while box.contiguous < total:
            assert time.perf_counter() - over < DRAIN_S, f"{total - box.contiguous:,} wait"
            box.send_up_to(total)
            time.sleep(0.002)
        drained_s = time.perf_counter() - over
        box.close()
        assert node.stop() == 0
        lost = total - taken_by(node)
    finally:
        if node.process.poll() is None:
            node.kill()
        broker.kill()
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
