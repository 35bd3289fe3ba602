"""Attacks 3, 8 and 14: one message in a box's name that makes its events vanish, made-up outboxes
that leave no room for a true one, and a few bytes that become thousands of records.

Who may speak in whose name is the broker's to prove; here somebody speaks who may.
"""

import asyncio
import logging

import pytest
from attacked_district import AttackedDistrict

from citybrain.bus import topics
from citybrain.domain.agent import AgentStatus
from citybrain.domain.console import AgentAction, AgentVerb
from citybrain.domain.event import Gap
from citybrain.domain.principal import Role, unauthenticated
from citybrain.wire.agent import encode_agent_status
from citybrain.wire.v1 import event_pb2
from district_node.inputs import AgentActed, ItemQuarantined
from district_node.limits import AGENTS, INCARNATIONS, NEW_OUTBOXES, STATUS_AGENTS

FAR = 4_000


def attacked(folder, attack):
    async def run():
        async with AttackedDistrict(folder) as district:
            await attack(district)

    asyncio.run(run())


def gap(first, last):
    return Gap(first=first, last=last, reason="outbox_full", losses=())


# 3: a gap over numbers that the box has not given yet


def test_a_gap_beyond_the_hello_of_its_box_is_refused_and_its_events_are_taken(tmp_path, caplog):
    caplog.set_level(logging.WARNING)

    async def attack(district):
        district.say_hello("box-1", next_seq=2)
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        district.send_item("box-1", 2, gap(2, FAR))
        await district.until(lambda: district.refused("gap_beyond_hello"), "it is refused")
        before = district.records
        for _ in range(50):
            district.send_item("box-1", 2, gap(2, FAR))
        assert district.records == before, "what is refused makes no record"
        district.send_item("box-1", 2)
        await district.until(lambda: district.acknowledged("box-1") == 2, "the true event")
        assert district.intake.counters.items == 2
        assert district.intake.counters.lost == 0

    attacked(tmp_path, attack)
    lines = [r.message for r in caplog.records if "gap_beyond_hello" in r.message]
    assert len(lines) == 1, "a log line says it, and not one for each message"
    assert "'box-1' is refused" in lines[0]


def test_a_gap_that_overtakes_its_hello_is_taken_when_it_comes_again(tmp_path):
    async def attack(district):
        district.send_item("box-1", 1, gap(1, 9))
        await district.until(lambda: district.refused("gap_beyond_hello"), "not yet")
        district.say_hello("box-1", next_seq=10)
        district.send_item("box-1", 1, gap(1, 9))
        await district.until(lambda: district.acknowledged("box-1") == 9, "it is declared")
        assert district.intake.counters.lost == 9

    attacked(tmp_path, attack)


# 14: amplification


@pytest.mark.parametrize(("first", "last"), [(0, 20_000), (1, 20_000), (1, 2**53 - 1)])
def test_a_gap_is_one_record_at_most_however_many_numbers_it_spans(tmp_path, first, last):
    message = event_pb2.EventBatch(version=1, agent="box-1", incarnation=7)
    message.items.add(seq=first).gap.CopyFrom(event_pb2.Gap(first=first, last=last, reason="x"))
    payload = message.SerializeToString()
    assert len(payload) < 60

    async def attack(district):
        district.say_hello("box-1", next_seq=last + 1)
        await district.settle()
        before, messages = district.records, 20
        for _ in range(messages):
            district.send("box-1", topics.EVENTS, payload)
        district.send_item("box-2", 1)
        await district.until(lambda: district.acknowledged("box-2") == 1, "the others go on")
        await district.settle()  # the others do not wait for what box-1 sent before them
        assert district.records - before <= messages + 2, "one a message, a hello, the other's"
        before = district.records
        for _ in range(messages):
            district.send("box-1", topics.EVENTS, payload)
        district.send_item("box-2", 2)
        await district.until(lambda: district.acknowledged("box-2") == 2, "the others go on")
        await district.settle()
        assert district.records == before + 1, "what is known already makes none"
        assert len(district.intake.ack_ranges) <= 2
        ranges = district.intake.ack_ranges.get(("box-1", 7))
        assert ranges is None or len(ranges.above) == 0

    attacked(tmp_path, attack)


def test_an_item_that_no_core_can_decide_is_one_record_with_all_its_numbers(tmp_path):
    async def attack(district):
        district.say_hello("box-1", next_seq=20_001)
        district.send_item("box-1", 1, gap(1, 20_000))
        await district.until(lambda: district.acknowledged("box-1") == 20_000, "declared")
        item = ItemQuarantined(agent="box-1", incarnation=7, seq=20_001, last=40_000, reason="x")
        before = district.records
        await asyncio.wrap_future(district.loop.submit(item))
        assert district.records == before + 1
        assert district.intake.ack_ranges["box-1", 7].contiguous == 20_000, "beyond its hello"

    attacked(tmp_path, attack)


# 8: made-up outboxes


def test_made_up_outboxes_with_items_make_no_record_and_displace_nothing(tmp_path, caplog):
    caplog.set_level(logging.WARNING)

    async def attack(district):
        district.say_hello("box-1", next_seq=2)
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        before = district.records
        for incarnation in range(1_000, 1_000 + 2 * INCARNATIONS.value):
            district.say_hello("box-1", incarnation=incarnation, next_seq=99, lowest_unacked=50)
            district.send_item("box-1", 1, incarnation=incarnation)
            district.send_item("box-1", 1, incarnation=incarnation + 5_000)
        await district.settle()
        assert district.records == before
        assert district.refused("incarnation")
        assert district.intake.incarnations["box-1"] == (7,)
        district.say_hello("box-1", incarnation=8)  # its outbox was replaced: it asks
        await district.until(lambda: district.believed_instead("box-1", 8) == 7, "it is answered")
        district.say_hello("box-1", incarnation=8, previous=7)
        district.send_item("box-1", 1, incarnation=8)
        await district.until(lambda: district.acknowledged("box-1", 8) == 1, "it is taken")
        assert district.believed_instead("box-1", 8) == 0
        district.send_item("box-1", 2)
        await district.until(lambda: district.acknowledged("box-1") == 2, "the one before too")

    attacked(tmp_path, attack)
    lines = [r.message for r in caplog.records if "is refused: incarnation" in r.message]
    assert len(lines) == 1, "a log line says it, and not one for each message"


def test_whoever_names_the_last_outbox_again_and_again_waits_for_an_operator(tmp_path):
    last = 100 + NEW_OUTBOXES.value

    async def attack(district):
        district.send_item("box-1", 1, incarnation=100)
        await district.until(lambda: district.acknowledged("box-1", 100) == 1, "it is taken")
        for incarnation in range(101, 101 + 2 * INCARNATIONS.value):
            district.say_hello("box-1", incarnation=incarnation, previous=incarnation - 1)
            await district.settle()
        assert district.intake.incarnations["box-1"] == tuple(range(100, last + 1))
        before = district.records
        for incarnation in range(9_000, 9_064):
            district.say_hello("box-1", incarnation=incarnation, previous=last)
            district.send_item("box-1", 1, incarnation=incarnation)
        await district.settle()
        assert district.records == before, "that it waits is one record"
        district.send_item("box-1", 2, incarnation=100)
        await district.until(lambda: district.acknowledged("box-1", 100) == 2, "the true one")
        action = AgentAction(
            request="a-1", operator="Li Na", agent="box-1", verb=AgentVerb.ALLOW_OUTBOX
        )
        principal = unauthenticated("Li Na", Role.OPERATOR)
        await asyncio.wrap_future(
            district.loop.submit(AgentActed(action=action, principal=principal))
        )
        district.say_hello("box-1", incarnation=8, previous=last)
        district.send_item("box-1", 1, incarnation=8)
        await district.until(lambda: district.acknowledged("box-1", 8) == 1, "it is let in")

    attacked(tmp_path, attack)


def test_made_up_boxes_that_say_that_they_are_there_leave_room_for_true_ones(tmp_path):
    def status(agent):
        return encode_agent_status(
            AgentStatus(
                agent=agent,
                online=True,
                at=1,
                software_version="x",
                outbox_rows=0,
                outbox_bytes=0,
                lost=0,
            )
        )

    async def attack(district):
        district.send_item("box-1", 1)
        district.send("box-1", topics.STATUS, status("box-1"))
        await district.until(lambda: district.acknowledged("box-1") == 1, "the box is taken")
        for number in range(STATUS_AGENTS.value + 10):
            district.send(f"made-up-{number}", topics.STATUS, status(f"made-up-{number}"))
        district.send_item("box-2", 1)
        district.send("box-2", topics.STATUS, status("box-2"))
        await district.until(
            lambda: "box-2" in district.loop.state.agents, "a true box that comes later"
        )
        agents = district.loop.state.agents
        assert "box-1" in agents
        assert len(agents) <= AGENTS.value
        shown = {one.agent for one in district.district.runtime_status.agents()}
        assert {"box-1", "box-2"} <= shown and len(shown) <= STATUS_AGENTS.value

    attacked(tmp_path, attack)


def test_what_overtakes_a_hello_after_a_restore_is_no_attack_and_said_once(tmp_path):
    """The backup knows an older outbox of the box."""

    async def attack(district):
        district.send_item("box-1", 1)
        await district.until(lambda: district.acknowledged("box-1") == 1, "the older one is known")
        for seq in (1, 2, 3):
            district.send_item("box-1", seq, incarnation=9)
        await district.settle()
        assert (district.refused("before_hello"), district.refused("incarnation")) == (1, 0)
        counted = district.registry.value("district_messages_total", result="refused")
        assert counted == 3, "each is counted"
        district.say_hello("box-1", incarnation=9, previous=7, next_seq=4)
        await district.until(lambda: district.acknowledged("box-1", 9) == 0, "it is answered")
        for seq in (1, 2, 3):
            district.send_item("box-1", seq, incarnation=9)
        await district.until(lambda: district.acknowledged("box-1", 9) == 3, "nothing is lost")
        district.send_item("box-1", 1, incarnation=11)
        await district.until(lambda: district.refused("incarnation"), "and a made-up one is one")

    attacked(tmp_path, attack)
