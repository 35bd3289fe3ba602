"""An outbox, a courier and a link that loses, repeats, reorders and breaks: everything arrives, once."""

import random  # noqa: TID251 - seeded, so that a failing seed can be run again

import pytest

from citybrain.ack_ranges import AckRanges, covered
from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack
from citybrain.errors import StoreFullError
from citybrain.vocabulary import Severity
from street_agent.outbox.courier import HISTORICAL_S, TRY_AGAIN_US, Courier
from street_agent.outbox.memory import MemoryOutbox


class Wire:
    """Takes what is published, or refuses."""

    def __init__(self):
        self.messages, self.takes = [], True

    def publish(self, items):
        if self.takes:
            self.messages.append(items)
        return self.takes


@pytest.fixture
def outbox():
    return MemoryOutbox()


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def courier(outbox, wire):
    return Courier(outbox, wire.publish)


def sent_seqs(wire):
    return [said.seq for message in wire.messages for said in message]


def test_nothing_leaves_before_there_is_a_connection(outbox, wire, courier, an_event):
    outbox.put([an_event(1, Severity.SEVERE)])
    assert courier.step(0, 0) is None
    assert wire.messages == []


def test_the_backlog_goes_behind_what_is_live(outbox, wire, courier, an_event):
    outbox.put([an_event(number) for number in range(1200)])
    courier.connected()
    outbox.put([an_event(1), an_event(2, Severity.EXTREME)])
    courier.step(0, 0)
    assert sent_seqs(wire)[:3] == [1202, 1201, 1]
    assert sorted(sent_seqs(wire)) == list(range(1, 1203))
    assert all(len(message) <= 50 for message in wire.messages)


def test_an_acknowledgement_takes_rows_out_and_nothing_is_sent_twice(
    outbox, wire, courier, an_event
):
    outbox.put([an_event(number) for number in range(30)])
    courier.connected()
    courier.step(0, 0)
    assert courier.acknowledged(Ack(incarnation=outbox.incarnation, contiguous=30), 1000) == 30
    courier.step(SECOND_US, 0)
    assert sorted(sent_seqs(wire)) == list(range(1, 31))
    assert outbox.stats().rows == 0


def test_where_nothing_is_unsent_no_rows_are_looked_for_until_something_is_put_or_the_link_was_away(
    outbox, wire, courier, an_event
):
    looked = []
    pending = outbox.pending
    outbox.pending = lambda lane, limit: looked.append(lane) or pending(lane, limit)
    outbox.put([an_event(number) for number in range(10)])
    courier.connected()
    courier.step(0, 0)
    looked.clear()
    courier.step(1, 0)
    assert looked == []
    outbox.put([an_event(11, Severity.SEVERE)])
    courier.step(2, 0)
    assert sent_seqs(wire)[10:] == [11]
    courier.connected()
    courier.step(3, 0)
    assert sorted(sent_seqs(wire)[11:]) == list(range(1, 12))


def test_what_waits_for_company_or_for_room_is_not_forgotten(outbox, wire, courier, an_event):
    courier.connected()
    outbox.put([an_event(1)])
    courier.step(0, 0)
    assert wire.messages == []
    courier.step(TRY_AGAIN_US, 0)
    assert sent_seqs(wire) == [1]
    wire.takes = False
    outbox.put([an_event(2, Severity.SEVERE)])
    courier.step(TRY_AGAIN_US, 0)
    wire.takes = True
    courier.step(TRY_AGAIN_US, 0)
    assert sent_seqs(wire) == [1, 2]


def test_an_ack_of_another_incarnation_opens_and_closes_nothing(outbox, wire, courier, an_event):
    outbox.put([an_event(number) for number in range(30)])
    courier.connected()
    courier.step(0, 0)
    assert courier.acknowledged(Ack(incarnation=outbox.incarnation + 1, contiguous=30), 1000) == 0
    assert courier.state.outstanding == 30


def test_a_transport_without_room_is_tried_again_and_order_holds(outbox, wire, courier, an_event):
    outbox.put([an_event(number) for number in range(120)])
    courier.connected()
    wire.takes = False
    assert courier.step(0, 0) == TRY_AGAIN_US
    wire.takes = True
    courier.step(TRY_AGAIN_US, 0)
    assert sent_seqs(wire) == list(range(1, 121))


def test_what_is_not_acknowledged_goes_again_after_its_time(outbox, wire, courier, an_event):
    outbox.put([an_event(number) for number in range(12)])
    courier.connected()
    wake = courier.step(0, 0)
    courier.acknowledged(Ack(incarnation=outbox.incarnation, contiguous=4), 1000)
    courier.step(wake, 0)
    assert [[said.seq for said in message] for message in wire.messages] == [
        list(range(1, 13)),
        list(range(5, 13)),
    ]


def test_what_a_full_disk_did_not_let_go_of_goes_again_until_it_can(
    outbox, wire, courier, an_event
):
    outbox.put([an_event(number) for number in range(12)])
    courier.connected()
    wake = courier.step(0, 0)
    outbox.faults = full
    assert courier.acknowledged(Ack(incarnation=outbox.incarnation, contiguous=12), 1000) == 0
    outbox.faults = None
    courier.step(wake, 0)
    assert [len(message) for message in wire.messages] == [12, 12]
    assert (
        courier.acknowledged(Ack(incarnation=outbox.incarnation, contiguous=12), wake + 1000) == 12
    )


def full(_boundary):
    raise StoreFullError("no room")


def test_a_reconnect_sends_all_that_is_kept_again(outbox, wire, courier, an_event):
    outbox.put([an_event(number) for number in range(12)])
    for _ in range(2):
        courier.connected()
        courier.step(0, 0)
        courier.disconnected()
    assert sent_seqs(wire) == list(range(1, 13)) * 2


def test_an_event_that_leaves_long_after_it_was_seen_says_that_it_is_history(
    outbox, wire, courier, an_event
):
    at = 1000 * SECOND_US
    outbox.put(
        [
            an_event(1, Severity.SEVERE, observed_at=at - (HISTORICAL_S + 1) * SECOND_US),
            an_event(2, Severity.SEVERE, observed_at=at),
        ]
    )
    courier.connected()
    courier.step(0, at)
    assert [said.event.is_historical for said in wire.messages[0]] == [True, False]


def test_rows_that_became_markers_while_in_flight_are_closed_by_their_markers(wire, an_event):
    outbox = MemoryOutbox(cap_bytes=64 * 1024)
    courier = Courier(outbox, wire.publish)
    courier.connected()
    outbox.put([an_event(number) for number in range(100)])
    courier.step(0, 0)
    outbox.put([an_event(number, Severity.SEVERE) for number in range(300)])
    ack_ranges, now = AckRanges(), 0
    for _ in range(20):
        now = courier.step(now, 0) or now
    for message in wire.messages[-20:] + wire.messages:
        for said in message:
            ack_ranges = ack_ranges.take(said)[0]
    courier.acknowledged(ack_ranges.ack(outbox.incarnation), now)
    assert ack_ranges == AckRanges(contiguous=400)
    assert outbox.stats().rows == courier.state.outstanding == 0


@pytest.mark.parametrize("seed", range(12))
def test_over_a_bad_link_with_crashes_everything_arrives_once(seed, an_event):
    chance = random.Random(seed)
    outbox = MemoryOutbox(cap_bytes=chance.choice([64 * 1024, 16 * 1024 * 1024]))
    wire = Wire()
    courier = Courier(outbox, wire.publish)
    ack_ranges, taken, flying, acks = AckRanges(), [], [], []
    put, now = 0, 0
    severities = [Severity.MINOR, Severity.MODERATE, Severity.SEVERE]
    for step in range(600):
        stormy = step < 400
        now += chance.randrange(1, 2 * SECOND_US)
        if stormy and chance.random() < 0.5:
            put += len(
                outbox.put(
                    [
                        an_event(number, chance.choice(severities))
                        for number in range(chance.randrange(1, 30))
                    ]
                )
            )
        if stormy and chance.random() < 0.03:
            outbox = outbox.crash()
            courier, flying, acks = Courier(outbox, wire.publish), [], []
        elif chance.random() < (0.05 if stormy else 0.0):
            courier.disconnected()
        elif chance.random() < 0.2 or step == 400:
            courier.connected()
        wire.takes = not stormy or chance.random() < 0.8
        courier.step(now, 0)
        flying += [message for message in wire.messages if not stormy or chance.random() < 0.7]
        wire.messages.clear()
        chance.shuffle(flying)
        for message in flying[: chance.randrange(0, 8)] if stormy else flying:
            for said in message:
                ack_ranges, is_new = ack_ranges.take(said)
                if is_new:
                    taken.append(said)
        flying = [message for message in flying if chance.random() < 0.1]  # some come again
        acks.append(ack_ranges.ack(outbox.incarnation))
        courier.acknowledged(chance.choice(acks) if stormy else acks[-1], now)
        acks = acks[-5:]
    assert ack_ranges == AckRanges(contiguous=put)
    assert outbox.stats().rows == 0
    events = [said.seq for said in taken if said.event]
    assert len(events) == len(set(events))
    lost = sum(loss.count for said in taken if said.gap for loss in said.gap.losses)
    assert lost <= outbox.stats().lost
    assert put <= len(events) + outbox.stats().lost
    assert sum(covered(said).last - covered(said).first + 1 for said in taken) >= put
