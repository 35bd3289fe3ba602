"""One acknowledgement a sender, however many commits there were; those of alarms first."""

from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import ManualClock
from citybrain.decider.commit_thread import CommitThread
from citybrain.journal.memory import MemoryStore
from citybrain.wire.agent import decode_ack
from district_node.shell.ack_publisher import AckPublisher
from district_node.shell.assembly import decider_of


def test_alarms_are_acknowledged_before_what_waited_longer_and_each_sender_once():
    broker, store, epochs = MemoryBroker(), MemoryStore(), set()
    bus, street = broker.client("district"), broker.client("street")
    acknowledged = []

    def take(message):
        acknowledged.append(topics.parse(message.topic)[1])
        epochs.add(decode_ack(message.payload).epoch)

    street.subscribe(topics.all_agents("riverside", topics.ACK), take)
    clock = ManualClock()
    commit_loop = CommitThread(decider_of(store), clock, store)
    acks = AckPublisher("riverside", commit_loop, bus, clock=clock, epoch="e-1")
    bus.start()
    street.start()
    broker.deliver()
    for name in ("box-1", "box-2", "box-1", "box-3"):
        acks.schedule(name, 7)
    acks.schedule("box-3", 7, is_urgent=True)
    assert acks.flush()
    broker.deliver()
    assert acknowledged == ["box-3", "box-1", "box-2"]
    assert epochs == {"e-1"}, "each says whose word it is"


class FullBus:
    """Takes so many messages and no more."""

    def __init__(self, room):
        self.room, self.published = room, []

    def is_connected(self):
        return True

    def publish(self, topic, _payload, *, retain=False):
        if not self.room:
            return False
        self.room -= 1
        self.published.append(topics.parse(topic)[1])
        return True


def test_one_that_found_no_room_keeps_its_place_whatever_alarms_come_after_it():
    store, bus, clock = MemoryStore(), FullBus(room=1), ManualClock()
    commit_loop = CommitThread(decider_of(store), clock, store)
    acks = AckPublisher("riverside", commit_loop, bus, clock=clock, epoch="e-1")
    for name in ("box-1", "box-2"):
        acks.schedule(name, 7, is_urgent=True)
    acks.schedule("box-3", 7)
    assert not acks.flush()
    for n in range(300):
        acks.schedule(f"made-up-{n}", 7, is_urgent=True)
    acks.schedule("box-4", 7)
    bus.room = 1_000
    assert acks.flush()
    assert bus.published[:3] == ["box-1", "box-2", "made-up-0"]
    assert bus.published[-2:] == ["box-3", "box-4"]
