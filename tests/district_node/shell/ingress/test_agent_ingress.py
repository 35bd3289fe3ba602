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
from citybrain.clock import ManualClock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.decider.commit_thread import CommitThread
from citybrain.journal.memory import MemoryStore
from citybrain.refusal_log import RefusalLog
from district_node.limits import INGRESS_AHEAD, INGRESS_BYTES, INGRESS_LIMITED
from district_node.shell.assembly import decider_of
from district_node.shell.ingress.agent_ingress import AgentIngress
from district_node.shell.ingress.fair_queue import NEWCOMERS

LARGE = bytes(100_000)


class Counted:
    def __init__(self):
        self.dropped = []

    def message_dropped(self, reason):
        self.dropped.append(reason)


class Rig:
    """An ingress between a broker in memory and a commit thread that is not started: what is handed
    to the journal stays in its queue."""

    def __init__(self):
        self.clock, self.broker, self.metrics = ManualClock(), MemoryBroker(), Counted()
        store = MemoryStore()
        self.commit_loop = CommitThread(decider_of(store), self.clock, store)
        self.conditions = Conditions(self.clock)
        self.handled, self.threads = [], set()
        self.street, bus = self.broker.client("street"), self.broker.client("district")
        self.ingress = AgentIngress(
            commit_loop=self.commit_loop,
            bus=bus,
            clock=self.clock,
            conditions=self.conditions,
            metrics=self.metrics,
            refusals=RefusalLog(self.clock),
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
        assert rig.metrics.dropped == ["queue_full"] * 6
        assert [one.code for one in rig.conditions.lasting()] == [ConditionCode.SENDER_LIMITED]
        assert rig.ingress.waiting < INGRESS_BYTES.value
        async with running(rig.ingress.run_on_thread):
            await until(lambda: not rig.ingress.waiting)
            assert rig.conditions.lasting()
            rig.clock.advance(INGRESS_LIMITED.value)
            rig.send()
            await until(lambda: not rig.conditions.lasting())

    asyncio.run(go())
    lines = [r.message for r in caplog.records if "queue_full" in r.message]
    assert len(lines) == 1
    assert f"{NEWCOMERS!r} is refused: queue_full" in lines[0], "no certificate proves its name"
