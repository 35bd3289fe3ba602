"""Attack 10: one sender floods, under one name or three hundred. What it may be slow for is itself:
another box's alarm, and a person's press, wait for few of its messages and for no backlog of them.

How long that takes is measured in `tests/bench/test_bench_flood.py`; here what is taken before.
"""

import asyncio
import logging
import threading
from itertools import cycle

import pytest
from attacked_district import NAME, AttackedDistrict

from citybrain.bus import topics
from citybrain.conditions import ConditionCode
from citybrain.domain.event import EventBatch, OutboxItem
from citybrain.structs import replace
from citybrain.vocabulary import Severity
from citybrain.wire.event import encode_event_batch
from district_node.cores import intake
from district_node.inputs import AgentPresenceChanged, BatchReceived
from district_node.limits import INGRESS_AHEAD, INGRESS_URGENT_BURST, NEW_NAMES
from district_node.shell.ingress import handover_bound
from district_node.shell.ingress.fair_queue import MESSAGE_BYTES

FLOOD, MADE_UP = 6_000, 300


class FloodedDistrict:
    """Notes whose messages are journaled, in their order, and what waits then. From the begin of a
    flood until `go_on` its journal stands still: how fast this machine is decides nothing."""

    def __init__(self, district):
        self.district, self.order, self.waiting = district, [], {}
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        district.loop.on_commit(self._committed)

    def _committed(self, _state, committed):
        waiting = self.district.district.waiting_bytes
        for one in committed:
            if isinstance(one.input, BatchReceived):
                self.order.append(one.input.agent)
                self.waiting.update({item.seq: waiting for item in one.input.items})
            elif isinstance(one.input, AgentPresenceChanged):
                self.order.append("press")
                self.waiting["press"] = waiting
        assert self._may_go_on.wait(60)

    def go_on(self):
        self._may_go_on.set()

    def messages(self, agents, severity):
        """Alternately of each agent."""
        names = cycle(agents)
        for n in range(FLOOD):
            agent = next(names)
            items = (OutboxItem(seq=n + 1, content=self.district.alarm(f"flood-{n}", severity)),)
            batch = EventBatch(agent=agent, incarnation=7, items=items)
            yield topics.topic(NAME, agent, topics.EVENTS), encode_event_batch(batch)

    async def flood(self, agents, severity=Severity.MODERATE):
        """All at once; the cost of one of its messages."""
        messages = list(self.messages(agents, severity))
        self._may_go_on.clear()
        for topic, payload in messages:
            self.district.publish(topic, payload)
        await asyncio.to_thread(self.district.broker.deliver)
        return len(messages[0][1]) + MESSAGE_BYTES

    async def taken_before(self, box, seq, severity=Severity.SEVERE):
        """How many other messages are journaled between the sending and the taking of one."""
        district, sent_at = self.district, len(self.order)
        alarm = district.alarm(f"{box}-{seq}", severity)
        district.send_item(box, seq, alarm)
        district.broker.deliver()
        self.go_on()
        await district.until(lambda: district.acknowledged(box) == seq, "it is taken", 60)
        return self.order.index(box, sent_at) - sent_at


@pytest.fixture(autouse=True)
def ahead(monkeypatch):
    """What is under way, small beside a flood that a test has time for."""
    limit = replace(INGRESS_AHEAD, value=256 * 1024)
    monkeypatch.setattr(handover_bound, "INGRESS_AHEAD", limit)
    return limit.value


def flooded(folder, attack):
    async def run():
        async with AttackedDistrict(folder) as district:
            await district.enrol("honest")
            district.say_hello("honest", next_seq=2)
            district.send_item("honest", 1)
            await district.until(lambda: district.acknowledged("honest") == 1, "it is known")
            await attack(FloodedDistrict(district))

    asyncio.run(run())


@pytest.mark.parametrize("called", [Severity.MODERATE, Severity.EXTREME])
@pytest.mark.parametrize("names", [1, MADE_UP])
def test_another_box_s_alarm_waits_for_what_is_under_way_and_for_no_backlog(
    tmp_path, ahead, called, names
):
    async def attack(flooded):
        cost = await flooded.flood([f"flooder-{n}" for n in range(names)], called)
        if names == 1:
            waiting = flooded.district.district.waiting_bytes
            assert waiting > FLOOD * cost / 3, "it waits for its turn"
        under_way = 3 * ahead / cost  # being committed, in the journal's queue, next
        assert await flooded.taken_before("honest", 2) < under_way + 1
        assert await flooded.taken_before("honest", 3, Severity.MINOR) < under_way + 2 * (
            1 + min(FLOOD, INGRESS_URGENT_BURST.value / cost) * (called is Severity.EXTREME)
        )

    flooded(tmp_path, attack)


def test_of_three_hundred_made_up_names_so_many_a_minute_are_enrolled(tmp_path):
    async def attack(flooded):
        await flooded.flood([f"flooder-{n}" for n in range(MADE_UP)])
        district = flooded.district
        await flooded.taken_before("honest", 2)
        enrolled = district.loop.state.enrolments.boxes
        assert len(enrolled) <= NEW_NAMES.value + 1, "and the honest one"
        assert district.registry.value("district_messages_dropped_total", reason="too_many_new")
        assert not district.refused("too_many_new"), "a made-up name fills no quarantine"

    flooded(tmp_path, attack)


def test_a_box_that_sends_a_long_backlog_itself_has_its_alarm_taken_before_it(tmp_path):
    async def attack(flooded):
        await flooded.flood(["honest"])
        district, last = flooded.district, FLOOD + 1
        district.send_item("honest", last, district.alarm("now", Severity.EXTREME))
        district.broker.deliver()
        flooded.go_on()
        await district.until(
            lambda: intake.has_received(district.loop.state.intake, "honest", 7, last),
            "it is taken",
            60,
        )
        assert flooded.waiting[last], "and its backlog waits"

    flooded(tmp_path, attack)


def test_what_comes_by_another_way_waits_for_what_is_under_way_alone(tmp_path, ahead):
    """A person's press, a letter of the city, a timer."""

    async def attack(flooded):
        cost, loop = await flooded.flood(["flooder"]), flooded.district.loop
        began = len(flooded.order)
        press = AgentPresenceChanged(agent="honest", online=False)
        submitted = loop.submit(press)
        flooded.go_on()
        await asyncio.wrap_future(submitted)
        assert flooded.waiting["press"]
        assert flooded.order.index("press") - began < 3 * ahead / cost

    flooded(tmp_path, attack)


def test_what_is_dropped_is_not_acknowledged_and_counts_when_it_comes_again(tmp_path, caplog):
    caplog.set_level(logging.WARNING)

    async def attack(flooded):
        district, large = flooded.district, bytes(200_000)
        topic = topics.topic(NAME, "flooder", topics.STATUS)
        while not district.registry.value(
            "district_messages_dropped_total", reason="queue_full"
        ) and not district.registry.value("district_messages_dropped_total", reason="over_rate"):
            district.publish(topic, large)
            district.broker.deliver()
        assert ConditionCode.SENDER_LIMITED in [
            one.code for one in district.district.conditions.lasting()
        ]
        assert await flooded.taken_before("honest", 2) == 0
        assert district.acknowledged("flooder") is None

    flooded(tmp_path, attack)
    lines = [r.message for r in caplog.records if "'flooder' is refused" in r.message]
    assert len([line for line in lines if "queue_full" in line or "over_rate" in line]) <= 2
