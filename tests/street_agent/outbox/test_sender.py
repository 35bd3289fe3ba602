"""An outbox, its sender and a link that loses, repeats, reorders and breaks: everything arrives,
once."""

import random  # noqa: TID251 - seeded, so that a failing seed can be run again

import pytest

from citybrain.ack_ranges import AckRanges, covered
from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack
from citybrain.domain.event import Event, Gap
from citybrain.errors import StoreFullError
from citybrain.vocabulary import Severity
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.sender import HISTORICAL_S, RETRY_US, OutboxSender


class Transport:
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
def transport():
    return Transport()


@pytest.fixture
def sender(outbox, transport):
    return OutboxSender(outbox, transport.publish)


def sent_seqs(transport):
    return [item.seq for message in transport.messages for item in message]


def test_nothing_is_sent_before_there_is_a_connection(outbox, transport, sender, an_event):
    outbox.put([an_event(1, Severity.SEVERE)])
    assert sender.step(0, 0) is None
    assert transport.messages == []


def test_the_backlog_is_sent_after_live_items(outbox, transport, sender, an_event):
    outbox.put([an_event(number) for number in range(1200)])
    sender.on_connected()
    outbox.put([an_event(1), an_event(2, Severity.EXTREME)])
    sender.step(0, 0)
    assert sent_seqs(transport)[:3] == [1202, 1201, 1]
    assert sorted(sent_seqs(transport)) == list(range(1, 1203))
    assert all(len(message) <= 50 for message in transport.messages)


def test_an_ack_removes_rows_and_nothing_is_sent_twice(outbox, transport, sender, an_event):
    outbox.put([an_event(number) for number in range(30)])
    sender.on_connected()
    sender.step(0, 0)
    assert sender.on_ack(Ack(incarnation=outbox.incarnation, contiguous=30), 1000) == 30
    sender.step(SECOND_US, 0)
    assert sorted(sent_seqs(transport)) == list(range(1, 31))
    assert outbox.stats().rows == 0


def test_with_nothing_unsent_no_rows_are_fetched_until_a_put_or_a_reconnect(
    outbox, transport, sender, an_event
):
    fetched = []
    pending = outbox.pending
    outbox.pending = lambda wanted, limit: fetched.append(wanted) or pending(wanted, limit)
    outbox.put([an_event(number) for number in range(10)])
    sender.on_connected()
    sender.step(0, 0)
    fetched.clear()
    sender.step(1, 0)
    assert fetched == []
    outbox.put([an_event(11, Severity.SEVERE)])
    sender.step(2, 0)
    assert sent_seqs(transport)[10:] == [11]
    sender.on_connected()
    sender.step(3, 0)
    assert sorted(sent_seqs(transport)[11:]) == list(range(1, 12))


def test_lingering_and_refused_rows_are_sent_later(outbox, transport, sender, an_event):
    sender.on_connected()
    outbox.put([an_event(1)])
    sender.step(0, 0)
    assert transport.messages == []
    sender.step(RETRY_US, 0)
    assert sent_seqs(transport) == [1]
    transport.takes = False
    outbox.put([an_event(2, Severity.SEVERE)])
    sender.step(RETRY_US, 0)
    transport.takes = True
    sender.step(RETRY_US, 0)
    assert sent_seqs(transport) == [1, 2]


def test_an_ack_of_another_incarnation_changes_nothing(outbox, transport, sender, an_event):
    outbox.put([an_event(number) for number in range(30)])
    sender.on_connected()
    sender.step(0, 0)
    assert sender.on_ack(Ack(incarnation=outbox.incarnation + 1, contiguous=30), 1000) == 0
    assert sender.state.outstanding == 30


def test_a_transport_without_room_is_tried_again_in_the_same_order(
    outbox, transport, sender, an_event
):
    outbox.put([an_event(number) for number in range(120)])
    sender.on_connected()
    transport.takes = False
    assert sender.step(0, 0) == RETRY_US
    transport.takes = True
    sender.step(RETRY_US, 0)
    assert sent_seqs(transport) == list(range(1, 121))


def test_unacknowledged_items_are_resent_after_the_timeout(outbox, transport, sender, an_event):
    outbox.put([an_event(number) for number in range(12)])
    sender.on_connected()
    wake = sender.step(0, 0)
    sender.on_ack(Ack(incarnation=outbox.incarnation, contiguous=4), 1000)
    sender.step(wake, 0)
    assert [[item.seq for item in message] for message in transport.messages] == [
        list(range(1, 13)),
        list(range(5, 13)),
    ]


def test_rows_that_a_full_disk_did_not_remove_are_resent_until_it_can(
    outbox, transport, sender, an_event
):
    outbox.put([an_event(number) for number in range(12)])
    sender.on_connected()
    wake = sender.step(0, 0)
    outbox.faults = full
    assert sender.on_ack(Ack(incarnation=outbox.incarnation, contiguous=12), 1000) == 0
    outbox.faults = None
    sender.step(wake, 0)
    assert [len(message) for message in transport.messages] == [12, 12]
    assert sender.on_ack(Ack(incarnation=outbox.incarnation, contiguous=12), wake + 1000) == 12


def full(_boundary):
    raise StoreFullError("no room")


def test_a_reconnect_resends_everything_stored(outbox, transport, sender, an_event):
    outbox.put([an_event(number) for number in range(12)])
    for _ in range(2):
        sender.on_connected()
        sender.step(0, 0)
        sender.on_disconnected()
    assert sent_seqs(transport) == list(range(1, 13)) * 2


def test_an_event_sent_long_after_it_was_observed_is_marked_historical(
    outbox, transport, sender, an_event
):
    at = 1000 * SECOND_US
    outbox.put(
        [
            an_event(1, Severity.SEVERE, observed_at=at - (HISTORICAL_S + 1) * SECOND_US),
            an_event(2, Severity.SEVERE, observed_at=at),
        ]
    )
    sender.on_connected()
    sender.step(0, at)
    assert [item.content.is_historical for item in transport.messages[0]] == [True, False]


def test_rows_that_became_gaps_while_in_flight_are_closed_by_their_gaps(transport, an_event):
    outbox = MemoryOutbox(cap_bytes=64 * 1024)
    sender = OutboxSender(outbox, transport.publish)
    sender.on_connected()
    outbox.put([an_event(number) for number in range(100)])
    sender.step(0, 0)
    outbox.put([an_event(number, Severity.SEVERE) for number in range(300)])
    ack_ranges, now = AckRanges(), 0
    for _ in range(20):
        now = sender.step(now, 0) or now
    for message in transport.messages[-20:] + transport.messages:
        for item in message:
            ack_ranges = ack_ranges.take(item)[0]
    sender.on_ack(ack_ranges.ack(outbox.incarnation), now)
    assert ack_ranges == AckRanges(contiguous=400)
    assert outbox.stats().rows == sender.state.outstanding == 0


@pytest.mark.parametrize("seed", range(12))
def test_over_a_bad_link_with_crashes_everything_arrives_once(seed, an_event):
    chance = random.Random(seed)
    outbox = MemoryOutbox(cap_bytes=chance.choice([64 * 1024, 16 * 1024 * 1024]))
    transport = Transport()
    sender = OutboxSender(outbox, transport.publish)
    ack_ranges, taken, in_transit, acks = AckRanges(), [], [], []
    put, now = 0, 0
    severities = [Severity.MINOR, Severity.MODERATE, Severity.SEVERE]
    for step in range(600):
        is_fault_phase = step < 400
        now += chance.randrange(1, 2 * SECOND_US)
        if is_fault_phase and chance.random() < 0.5:
            put += len(
                outbox.put(
                    [
                        an_event(number, chance.choice(severities))
                        for number in range(chance.randrange(1, 30))
                    ]
                )
            )
        if is_fault_phase and chance.random() < 0.03:
            outbox = outbox.crash()
            sender, in_transit, acks = OutboxSender(outbox, transport.publish), [], []
        elif chance.random() < (0.05 if is_fault_phase else 0.0):
            sender.on_disconnected()
        elif chance.random() < 0.2 or step == 400:
            sender.on_connected()
        transport.takes = not is_fault_phase or chance.random() < 0.8
        sender.step(now, 0)
        in_transit += [
            message for message in transport.messages if not is_fault_phase or chance.random() < 0.7
        ]
        transport.messages.clear()
        chance.shuffle(in_transit)
        for message in in_transit[: chance.randrange(0, 8)] if is_fault_phase else in_transit:
            for item in message:
                ack_ranges, is_new = ack_ranges.take(item)
                if is_new:
                    taken.append(item)
        in_transit = [message for message in in_transit if chance.random() < 0.1]  # some come again
        acks.append(ack_ranges.ack(outbox.incarnation))
        sender.on_ack(chance.choice(acks) if is_fault_phase else acks[-1], now)
        acks = acks[-5:]
    assert ack_ranges == AckRanges(contiguous=put)
    assert outbox.stats().rows == 0
    events = [item.seq for item in taken if isinstance(item.content, Event)]
    assert len(events) == len(set(events))
    lost = sum(
        loss.count
        for item in taken
        if isinstance(item.content, Gap)
        for loss in item.content.losses
    )
    assert lost <= outbox.stats().lost
    assert put <= len(events) + outbox.stats().lost
    assert sum(covered(item).last - covered(item).first + 1 for item in taken) >= put
