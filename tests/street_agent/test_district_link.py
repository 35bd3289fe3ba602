"""The agent's side of the street protocol when the district has lost or forgotten something."""

from citybrain.bus.memory import MemoryBroker
from citybrain.bus.topics import HELLO, topic
from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import VisibilityInterval
from citybrain.vocabulary import Visibility
from citybrain.wire.agent import decode_agent_hello
from street_agent.district_link import AckReceived, DistrictLink, LinkConnected
from street_agent.outbox.memory import MemoryOutbox


def intervals(count):
    return [
        VisibilityInterval(
            source="cam", visibility=Visibility.OBSERVED, reason="", since=n, until=None
        )
        for n in range(count)
    ]


def linked(broker=None):
    broker, hellos = broker or MemoryBroker(), []
    listener = broker.client("district")
    listener.subscribe(
        topic("north", "box", HELLO),
        lambda message: hellos.append(decode_agent_hello(message.payload)),
    )
    listener.start()
    outbox = MemoryOutbox()
    link = DistrictLink(
        agent="box",
        district="north",
        bus=broker.client("box"),
        outbox=outbox,
        requests=outbox,
        post=lambda received: None,
    )
    link.start()
    broker.deliver()
    link.handle(LinkConnected(), 0, 0)

    def after_ack(at_s, contiguous, *above):
        link.handle(
            AckReceived(
                ack=Ack(incarnation=outbox.incarnation, contiguous=contiguous, above=above)
            ),
            at_s * SECOND_US,
            0,
        )
        broker.deliver()
        return hellos

    return outbox, after_ack


def test_a_district_that_knows_less_than_is_stored_gets_a_hello_at_once():
    outbox, after_ack = linked()
    outbox.put(intervals(9))
    assert len(after_ack(0, 6)) == 1, "the hello of the connection"
    hellos = after_ack(1, 2, SeqRange(first=7, last=7))
    assert [hello.lowest_unacked for hello in hellos[1:]] == [8]
    assert len(after_ack(2, 2)) == 2, "not with every acknowledgement"
    assert len(after_ack(8, 2)) == 3


def test_holes_alone_cause_no_hello():
    outbox, after_ack = linked()
    outbox.put(intervals(9))
    assert len(after_ack(0, 0, SeqRange(first=4, last=9))) == 1


def test_a_restored_district_receives_the_hello_of_a_quiet_agent():
    broker, late = MemoryBroker(), []
    outbox, after_ack = linked(broker)
    after_ack(0, 0)
    restored = broker.client("restored-district")
    restored.subscribe(
        topic("north", "box", HELLO),
        lambda message: late.append(decode_agent_hello(message.payload).incarnation),
    )
    restored.start()
    broker.deliver()
    assert late == [outbox.incarnation], (
        "its answer tells the agent whether it must declare what is lost"
    )


def test_a_quiet_agent_repeats_its_hello_every_minute():
    broker, hellos = MemoryBroker(), []
    listener = broker.client("district")
    listener.subscribe(topic("north", "box", HELLO), hellos.append)
    listener.start()
    outbox = MemoryOutbox()
    link = DistrictLink(
        agent="box",
        district="north",
        bus=broker.client("box"),
        outbox=outbox,
        requests=outbox,
        post=lambda received: None,
    )
    link.start()
    broker.deliver()
    link.handle(LinkConnected(), 0, 0)
    for second in range(0, 181, 5):
        link.step(second * SECOND_US, 0)
        broker.deliver()
    assert len(hellos) == 4, "one for the connection, one for every minute"
