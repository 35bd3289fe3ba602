"""The agent's side of the street protocol when the district has lost or forgotten something."""

from citybrain.bus.memory import MemoryBroker
from citybrain.bus.topics import EVENTS, HELLO, topic
from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack, HelloProof, SeqRange
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


def receive_ack(outbox, link, at_s, believed_instead):
    ack = Ack(incarnation=outbox.incarnation, contiguous=0, believed_instead=believed_instead)
    link.handle(AckReceived(ack=ack), at_s * SECOND_US, at_s * SECOND_US)


def asking():
    """A link whose district may believe another outbox of its box; what it published."""
    broker, hellos, batches = MemoryBroker(), [], []
    listener = broker.client("district")
    for leaf, found in ((HELLO, hellos), (EVENTS, batches)):
        listener.subscribe(topic("north", "box", leaf), lambda m, f=found: f.append(m.payload))
    listener.start()
    outbox = MemoryOutbox()
    link = DistrictLink(
        agent="box",
        district="north",
        bus=broker.client("box"),
        outbox=outbox,
        requests=outbox,
        post=lambda received: None,
        prove=lambda hello: HelloProof(claims=str(hello.previous).encode()),
    )
    link.start()
    broker.deliver()
    link.handle(LinkConnected(), 0, 0)

    def step(at_s):
        link.step(at_s * SECOND_US, at_s * SECOND_US)
        broker.deliver()
        return [decode_agent_hello(hello) for hello in hellos], batches

    return outbox, link, step


def test_a_box_that_lost_its_outbox_asks_first_and_then_names_the_one_before():
    outbox, link, step = asking()
    hellos, _ = step(0)
    assert [(h.previous, h.proof.claims) for h in hellos] == [(0, b"0")]
    receive_ack(outbox, link, 1, believed_instead=77)
    hellos, _ = step(1)
    assert [h.previous for h in hellos] == [0, 77]
    assert hellos[-1].proof.claims == b"77", "the new hello is proved, not the first one"
    assert outbox.hello("box").previous == 77, "it is stored"


def test_while_another_outbox_is_believed_the_hello_is_repeated_and_then_all_is_sent_again():
    outbox, link, step = asking()
    outbox.put(intervals(3))
    step(0)
    _, batches = step(1)
    assert batches
    receive_ack(outbox, link, 1, believed_instead=77)
    receive_ack(outbox, link, 2, believed_instead=77)
    assert len(step(2)[0]) == 2, "not for each answer"
    assert len(step(8)[0]) == 3, "an operator may have to allow it: it asks every few seconds"
    before = len(batches)
    receive_ack(outbox, link, 9, believed_instead=0)
    step(9)
    step(10)
    assert len(batches) > before, "what was not taken before is sent again"
    assert len(step(30)[0]) == 3, "and no hello more than each minute"
