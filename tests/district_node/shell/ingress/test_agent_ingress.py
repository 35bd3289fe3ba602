"""Between bus and gateway: the bus's thread only enqueues, the journal's queue stays short, and who
is limited is counted, logged and shown.
"""

import asyncio
import contextlib
import logging
import threading

import pytest

from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import ManualClock, later
from citybrain.conditions import ConditionCode, Conditions
from citybrain.decider.commit_loop import QueuedInput
from citybrain.decider.commit_thread import CommitThread
from citybrain.journal.memory import MemoryStore
from citybrain.refusal_log import RefusalLog
from district_node.inputs import AgentEnrolled, EnrolledBy
from district_node.limits import (
    INGRESS_AHEAD,
    INGRESS_BYTES,
    INGRESS_LIMITED,
)
from district_node.shell.assembly import decider_of
from district_node.shell.ingress.agent_ingress import AgentIngress
from district_node.shell.ingress.fair_queue import NEWCOMERS
from district_node.shell.ingress.limits import FLOOD, MUTED_FIRST

LARGE = bytes(100_000)


class Counted:
    def __init__(self):
        self.dropped = []

    def message_dropped(self, reason, count=1):
        self.dropped += [reason] * count


class Rig:
    """An ingress between a broker in memory and a commit thread that is not started: what is handed
    to the journal stays in its queue."""

    def __init__(self, **options):
        self.clock, self.broker, self.metrics = ManualClock(), MemoryBroker(), Counted()
        store = MemoryStore()
        self.commit_loop = CommitThread(decider_of(store), self.clock, store)
        self.conditions = Conditions(self.clock)
        self.handled, self.threads = [], set()
        self.street, bus = self.broker.client("street"), self.broker.client("district")
        self.bus = bus
        self.ingress = AgentIngress(
            commit_loop=self.commit_loop,
            bus=bus,
            clock=self.clock,
            conditions=self.conditions,
            metrics=self.metrics,
            refusals=RefusalLog(self.clock),
            **options,
        )
        for leaf in topics.UP:
            self.ingress.subscribe(topics.all_agents("riverside", leaf), self.handle)
        bus.start()
        self.street.start()
        self.broker.deliver()

    def handle(self, message):
        self.threads.add(threading.current_thread().name)
        if message.payload == b"fails":
            raise RuntimeError("it cannot be handled")
        self.handled.append(message)

    def send(self, leaf=topics.EVENTS, payload=b"", agent="box-1"):
        self.street.publish(topics.topic("riverside", agent, leaf), payload)
        self.broker.deliver()

    def believe(self, agent):
        """As a box whose certificate proves its name."""
        until = later(self.clock.now(), 86_400)
        enrolled = AgentEnrolled(agent=agent, how=EnrolledBy.CERTIFICATE, serial="a1", until=until)
        self.commit_loop.run_group([QueuedInput(input=enrolled, on_done=lambda _: None)])

    def flood(self):
        while not self.metrics.dropped:
            self.send(payload=LARGE, agent="flooder")


@contextlib.asynccontextmanager
async def running(run):
    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


def test_what_comes_is_handled_by_a_thread_of_its_own_in_order_and_not_by_the_bus_s():
    async def go():
        rig = Rig()
        rig.send(payload=b"before the start")
        async with running(rig.ingress.run_on_thread):
            await until(lambda: rig.handled)
            for n in range(100):
                rig.send(payload=bytes([n]))
            await until(lambda: len(rig.handled) == 101)
        assert [m.payload for m in rig.handled[1:]] == [bytes([n]) for n in range(100)]
        assert rig.threads == {"agent-ingress"}
        assert not any(t.name == "agent-ingress" for t in threading.enumerate())

    asyncio.run(go())


def test_without_threads_the_event_loop_handles_it_alike():
    async def go():
        rig = Rig()
        async with running(rig.ingress.run_on_loop):
            rig.send(payload=b"1")
            await until(lambda: len(rig.handled) == 1)
            rig.send(payload=b"2")
            await until(lambda: len(rig.handled) == 2)
        assert rig.threads == {threading.current_thread().name}

    asyncio.run(go())


def test_a_message_on_which_the_gateway_fails_ends_nothing(caplog):
    async def go():
        rig = Rig()
        async with running(rig.ingress.run_on_thread):
            rig.send(payload=b"fails")
            rig.send(payload=b"good")
            await until(lambda: rig.handled)

    asyncio.run(go())
    assert "handling a message on citybrain/v1/riverside/box/box-1/events failed" in caplog.text


def test_a_hello_comes_before_the_events_that_wait():
    async def go():
        rig = Rig()
        for _ in range(20):
            rig.send(payload=b"event")
        rig.send(topics.STATUS)
        rig.send(topics.HELLO)
        async with running(rig.ingress.run_on_thread):
            await until(lambda: len(rig.handled) == 22)
        leaves = [topics.parse(message.topic)[2] for message in rig.handled]
        assert leaves == [topics.HELLO, *[topics.EVENTS] * 20, topics.STATUS]

    asyncio.run(go())


@pytest.mark.parametrize("run", ["run_on_thread", "run_on_loop"])
def test_no_more_is_handed_over_than_the_journal_takes_soon(run):
    async def go():
        rig = Rig()
        rig.commit_loop.submit("waits for a commit thread that never starts")
        for _ in range(20):
            rig.send(payload=LARGE)
        async with running(getattr(rig.ingress, run)):
            await until(lambda: len(rig.handled) >= 3)
            assert len(rig.handled) * len(LARGE) < INGRESS_AHEAD.value + len(LARGE)
            assert rig.ingress.waiting > 18 * len(LARGE) - INGRESS_AHEAD.value

    asyncio.run(go())


def test_who_is_limited_is_counted_logged_and_shown_until_a_minute_later(caplog):
    caplog.set_level(logging.WARNING)

    async def go():
        rig = Rig()
        rig.flood()
        for _ in range(5):
            rig.send(payload=LARGE, agent="flooder")
        rig.believe("box-1")
        rig.clock.advance(1)
        rig.send()
        assert rig.metrics.dropped == ["queue_full"] * 6
        assert [one.code for one in rig.conditions.lasting()] == [ConditionCode.SENDER_LIMITED]
        assert rig.ingress.waiting < INGRESS_BYTES.value
        async with running(rig.ingress.run_on_thread):
            await until(lambda: not rig.ingress.waiting)
            rig.clock.advance(INGRESS_LIMITED.value - 2)
            assert rig.conditions.lasting()
            rig.clock.advance(2)
            rig.send()
            await until(lambda: not rig.conditions.lasting())

    asyncio.run(go())
    lines = [r.message for r in caplog.records if "queue_full" in r.message]
    assert len(lines) == 1
    assert f"{NEWCOMERS!r} is refused: queue_full" in lines[0], "no certificate proves its name"


def alarm():
    """A live one, in a message that is too large for what is left."""
    return b"\x40\x01\x58" + b"\x8a\x01" + LARGE


def test_behind_a_dropped_message_its_sender_s_next_are_passed_over_before_they_are_read():
    rig = Rig()
    rig.flood()
    waiting, before = rig.ingress.waiting, len(rig.metrics.dropped)
    for _ in range(1_000):
        rig.send(payload=b"small", agent="flooder")
    assert rig.ingress.waiting == waiting
    rig.send(payload=alarm(), agent="flooder")
    assert rig.ingress.waiting > waiting, "an alarm of it has a reserve of its own"
    rig.clock.advance(1)
    rig.send(payload=b"small", agent="flooder")
    assert len(rig.metrics.dropped) == before + 1_001, "counted all the same, and looked at again"


def test_while_a_sender_s_excess_is_passed_over_another_s_messages_are_not():
    rig = Rig()
    rig.believe("box-1")
    rig.flood()
    waiting = rig.ingress.waiting
    rig.send(payload=b"small", agent="box-1")
    assert rig.ingress.waiting > waiting
    rig.believe("flooder")
    rig.send(payload=b"small", agent="flooder")
    assert rig.ingress.waiting > waiting + 2 * len(b"small"), "it is not a newcomer any more"


def test_once_its_alarms_are_dropped_too_they_are_passed_over_as_well():
    rig = Rig()
    while not rig.metrics.dropped:
        rig.send(payload=alarm(), agent="shouter")
    waiting, before = rig.ingress.waiting, len(rig.metrics.dropped)
    for _ in range(10):
        rig.send(payload=alarm(), agent="shouter")
    assert (rig.ingress.waiting, len(rig.metrics.dropped)) == (waiting, before)
    rig.clock.advance(1)
    rig.send(payload=alarm(), agent="shouter")
    assert len(rig.metrics.dropped) == before + 11


def test_of_names_that_may_not_begin_nothing_waits_but_their_presence():
    rig = Rig(may_begin=lambda agent: agent != "made-up")
    for _ in range(100):
        for leaf in (topics.EVENTS, topics.HELLO):
            rig.send(leaf, payload=alarm(), agent="made-up")
    assert not rig.ingress.waiting
    rig.send(topics.STATUS, agent="made-up")
    rig.send(agent="box-1")
    assert rig.ingress.waiting
    rig.clock.advance(1)
    rig.send(agent="box-1")
    assert rig.metrics.dropped == ["too_many_new"] * 200


def test_a_flood_is_muted_and_others_are_read_meanwhile(caplog):
    async def go():
        rig = Rig()
        rig.believe("box-1")
        rig.believe("flooder")
        async with running(rig.ingress.run_on_loop):
            for _ in range(3):
                rig.send(agent="box-1")
                for _ in range(FLOOD.value):
                    rig.send(topics.STATUS, agent="flooder")
                rig.clock.advance(1)
            rig.send(agent="box-1")
            assert [one.code for one in rig.conditions.lasting()] == [ConditionCode.SENDER_LIMITED]
            await until(lambda: not rig.ingress.waiting)
            heard = len(rig.handled)
            for agent in ("flooder", "stranger", "box-1"):
                rig.send(agent=agent)
            await until(lambda: len(rig.handled) > heard)
            assert [one.topic.split("/")[4] for one in rig.handled[heard:]] == ["box-1"]
            rig.clock.advance(MUTED_FIRST.value)
            rig.send(agent="box-1")  # in production the wait ends by itself
            await until(lambda: len(rig.handled) > heard + 1)
            rig.send(agent="flooder")
            await until(lambda: len(rig.handled) > heard + 2)
        assert rig.metrics.dropped == ["muted"]

    asyncio.run(go())
    (line,) = [r.message for r in caplog.records if "muted" in r.message]
    assert "'flooder' is refused: muted: others wait behind it" in line


def of_whom(topic):
    return topic.split("/")[topics.AGENT_LEVEL]


def test_what_a_run_that_was_killed_while_it_muted_has_left_is_dropped_once():
    async def go():
        rig = Rig()
        rig.believe("box-1")
        selected = []
        rig.bus.select = lambda _, topics: selected.append(topics and [*map(of_whom, topics)])
        async with running(rig.ingress.run_on_loop):
            for n in range(1, 4):
                rig.send()
                await until(lambda n=n: len(rig.handled) == n)
        assert selected == [["+", "box-1"], None] * len(topics.UP)

    asyncio.run(go())
