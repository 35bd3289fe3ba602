"""The agent's side of the street protocol where the district is not what it was."""

from citybrain.bus.memory import MemoryBroker
from citybrain.bus.topics import HELLO, topic
from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import VisibilityInterval
from citybrain.vocabulary import Visibility
from citybrain.wire.agent import decode_agent_hello
from street_agent.link.uplink import Acked, Connected, Uplink
from street_agent.outbox.memory import MemoryOutbox


def words(count):
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
    link = Uplink(
        agent="box",
        district="north",
        bus=broker.client("box"),
        outbox=outbox,
        requests=outbox,
        tell=lambda news: None,
    )
    link.start()
    broker.deliver()
    link.take(Connected(), 0)

    def acked(at_s, contiguous, *above):
        link.take(
            Acked(ack=Ack(incarnation=outbox.incarnation, contiguous=contiguous, above=above)),
            at_s * SECOND_US,
        )
        broker.deliver()
        return hellos

    return outbox, acked


def test_a_district_that_knows_less_than_is_kept_here_is_told_at_once_that_it_will_never_see_the_rest():
    outbox, acked = linked()
    outbox.put(words(9))
    assert len(acked(0, 6)) == 1, "the hello of the connection"
    hellos = acked(1, 2, SeqRange(first=7, last=7))
    assert [hello.lowest_kept for hello in hellos[1:]] == [8]
    assert len(acked(2, 2)) == 2, "not with every acknowledgement"
    assert len(acked(8, 2)) == 3


def test_holes_alone_are_no_reason_for_a_hello():
    outbox, acked = linked()
    outbox.put(words(9))
    assert len(acked(0, 0, SeqRange(first=4, last=9))) == 1


def test_a_district_that_starts_anew_hears_the_hello_of_a_quiet_agent():
    broker, late = MemoryBroker(), []
    outbox, acked = linked(broker)
    acked(0, 0)
    restored = broker.client("restored-district")
    restored.subscribe(
        topic("north", "box", HELLO),
        lambda message: late.append(decode_agent_hello(message.payload).incarnation),
    )
    restored.start()
    broker.deliver()
    assert late == [outbox.incarnation], (
        "its answer tells the agent whether it must say what is gone"
    )


def test_a_quiet_agent_says_hello_every_minute():
    broker, hellos = MemoryBroker(), []
    listener = broker.client("district")
    listener.subscribe(topic("north", "box", HELLO), hellos.append)
    listener.start()
    outbox = MemoryOutbox()
    link = Uplink(
        agent="box",
        district="north",
        bus=broker.client("box"),
        outbox=outbox,
        requests=outbox,
        tell=lambda news: None,
    )
    link.start()
    broker.deliver()
    link.take(Connected(), 0)
    for second in range(0, 181, 5):
        link.step(second * SECOND_US, 0)
        broker.deliver()
    assert len(hellos) == 4, "one for the connection, one for every minute"
