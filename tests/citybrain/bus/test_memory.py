"""The in-memory broker does nothing until told to, and loses, repeats and reorders on request.
What it shares with paho is in tests/contract.
"""

import pytest

from citybrain.bus.memory import OFFLINE_QUEUE, MemoryBroker
from citybrain.bus.port import Will


def listener(broker, client_id, topic_filter="#"):
    got = []
    client = broker.client(client_id)
    client.subscribe(topic_filter, got.append)
    client.start()
    return client, got


def payloads(got):
    return [message.payload for message in got]


@pytest.fixture
def broker():
    return MemoryBroker()


def speaker(broker, will=None):
    client = broker.client("speaker", will=will)
    client.start()
    broker.deliver()
    return client


def test_nothing_happens_before_it_is_delivered(broker):
    client, got = listener(broker, "subscriber")
    assert not client.is_connected()
    assert broker.pending() == 1
    tx = speaker(broker)
    assert client.is_connected()
    assert tx.publish("a", b"1")
    assert got == []
    assert broker.deliver() == 1
    assert payloads(got) == [b"1"]


def test_steps_can_be_taken_in_any_order(broker):
    _, got = listener(broker, "subscriber")
    tx = speaker(broker)
    for n in range(4):
        tx.publish("a", bytes([n]))
    for index in (2, 0, 1, 0):
        assert broker.deliver_one(index)
    assert payloads(got) == [b"\x02", b"\x00", b"\x03", b"\x01"]
    assert not broker.deliver_one()


def test_an_index_past_the_end_wraps_round(broker):
    _, got = listener(broker, "subscriber")
    tx = speaker(broker)
    for n in range(3):
        tx.publish("a", bytes([n]))
    broker.deliver_one(4)
    assert payloads(got) == [b"\x01"]
    broker.deliver()
    assert payloads(got) == [b"\x01", b"\x00", b"\x02"]


@pytest.mark.parametrize(("delivery_count", "arrives"), [(0, 0), (1, 1), (3, 3)])
def test_a_message_is_lost_or_repeated_on_request(delivery_count, arrives):
    broker = MemoryBroker(delivery_count=lambda _client_id, _message: delivery_count)
    _, got = listener(broker, "subscriber")
    speaker(broker).publish("a", b"x")
    broker.deliver()
    assert payloads(got) == [b"x"] * arrives


def test_a_limit_bounds_a_delivery_that_feeds_itself(broker):
    tx = broker.client("echo")
    tx.subscribe("a", lambda m: tx.publish("a", m.payload))
    tx.start()
    broker.deliver()
    tx.publish("a", b"x")
    assert broker.deliver(limit=50) == 50


def test_a_cut_client_is_offline_until_healed_and_gets_what_it_missed(broker):
    client, got = listener(broker, "subscriber")
    tx = speaker(broker)
    broker.disconnect("subscriber")
    assert not client.is_connected()
    assert not client.publish("b", b"no")
    tx.publish("a", b"1")
    broker.deliver()
    assert got == []
    broker.reconnect("subscriber")
    broker.deliver()
    assert client.is_connected()
    assert payloads(got) == [b"1"]


def test_the_will_of_a_cut_client_is_published_and_kept(broker):
    _, got = listener(broker, "subscriber", "status/#")
    speaker(broker, Will(topic="status/speaker", payload=b"gone"))
    broker.disconnect("speaker")
    broker.deliver()
    assert payloads(got) == [b"gone"]
    _, late = listener(broker, "late", "status/#")
    broker.deliver()
    assert [(m.payload, m.retained) for m in late] == [(b"gone", True)]


def test_an_empty_retained_message_removes_what_was_kept(broker):
    tx = speaker(broker)
    tx.publish("status", b"up", retain=True)
    tx.publish("status", b"", retain=True)
    _, late = listener(broker, "late")
    broker.deliver()
    assert late == []


def test_a_broker_that_forgets_loses_sessions_and_retained_messages(broker):
    client, got = listener(broker, "subscriber")
    tx = speaker(broker)
    tx.publish("kept", b"1", retain=True)
    tx.publish("a", b"2")
    broker.crash(lose_state=True)
    assert not client.is_connected()
    assert not tx.publish("a", b"3")
    assert broker.deliver() == 0
    broker.restart()
    broker.deliver()
    assert client.is_connected()
    tx.publish("a", b"4")
    broker.deliver()
    assert payloads(got) == [b"4"]


def test_a_broker_that_remembers_still_loses_what_was_on_its_way(broker):
    _, got = listener(broker, "subscriber")
    tx = speaker(broker)
    tx.publish("kept", b"1", retain=True)
    broker.crash(lose_state=False)
    broker.restart()
    broker.deliver()
    assert [(m.payload, m.retained) for m in got] == [(b"1", True)]


def test_the_queue_for_an_absent_client_is_bounded_and_drops_the_newest(broker):
    _, got = listener(broker, "subscriber")
    tx = speaker(broker)
    broker.disconnect("subscriber")
    for n in range(OFFLINE_QUEUE.value + 5):
        tx.publish("a", str(n).encode())
    broker.deliver()
    broker.reconnect("subscriber")
    broker.deliver()
    assert len(got) == OFFLINE_QUEUE.value
    assert got[-1].payload == str(OFFLINE_QUEUE.value - 1).encode()


def test_a_newer_client_of_the_same_name_takes_the_session_over(broker):
    older, got_older = listener(broker, "subscriber")
    tx = speaker(broker)
    newer, got_newer = listener(broker, "subscriber")
    broker.deliver()
    tx.publish("a", b"1")
    broker.deliver()
    assert (older.is_connected(), newer.is_connected()) == (False, True)
    assert (payloads(got_older), payloads(got_newer)) == ([], [b"1"])


def test_a_scheduler_that_carries_out_one_step_an_announcement_leaves_none_waiting():
    announced = []
    broker = MemoryBroker(on_pending=lambda: announced.append(1))
    listener(broker, "subscriber")
    tx = broker.client("speaker", will=Will(topic="status", payload=b"gone"))
    tx.start()
    done = carried_out(broker, announced)
    tx.publish("kept", b"1", retain=True)
    tx.publish("a", b"2")
    done += carried_out(broker, announced)
    broker.disconnect("speaker")
    broker.disconnect("subscriber")
    done += carried_out(broker, announced)
    broker.reconnect("subscriber")
    done += carried_out(broker, announced)
    broker.crash(lose_state=True)
    broker.restart()
    done += carried_out(broker, announced)
    assert (
        done == 2 + 2 + 1 + 1 + 3 + 2
    )  # connections, messages, the will, the connection and what waited and was kept, connections
    assert not broker.deliver_one()


def carried_out(broker, announced):
    count = 0
    while announced:
        announced.pop()
        assert broker.deliver_one()
        count += 1
    assert broker.pending() == 0
    return count


def test_steps_may_be_carried_out_in_another_order(broker):
    _, got = listener(broker, "subscriber")
    tx = speaker(broker)
    for payload in (b"1", b"2", b"3"):
        tx.publish("a", payload)
    broker.deliver_one(1)
    broker.deliver_one(1)
    broker.deliver_one(0)
    assert payloads(got) == [b"2", b"3", b"1"]


def test_a_client_whose_process_died_does_not_come_back_with_the_broker_but_its_successor_does(
    broker,
):
    _, got = listener(broker, "subscriber", "status/#")
    dead = speaker(broker, Will(topic="status/speaker", payload=b"gone"))
    broker.kill("speaker")
    broker.kill("speaker")
    broker.restart()
    broker.deliver()
    assert payloads(got) == [b"gone"]
    assert not dead.is_connected()
    assert not dead.publish("status/speaker", b"I live")
    assert speaker(broker).is_connected()


def test_a_process_that_starts_behind_a_cut_connects_when_it_is_healed(broker):
    client = speaker(broker)
    broker.disconnect("speaker")
    broker.kill("speaker")
    client = broker.client("speaker")
    client.start()
    broker.deliver()
    broker.restart()
    broker.deliver()
    assert not client.is_connected()
    broker.reconnect("speaker")
    broker.deliver()
    assert client.is_connected()
