"""Attack 4: a "clear" for an open look, by whom nobody asked, closes the case."""

import asyncio
import logging

import pytest
from attacked_district import HERE, AttackedDistrict
from principals import CREW

from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import VerificationResult
from citybrain.vocabulary import CrewAction, IncidentStage, VerificationVerdict
from district_node.inputs import AgentPresenceChanged, CrewAnswered, UnitSetup

UNIT = UnitSetup(unit="unit-1", name="One", capabilities=("patrol",), place=HERE, speed_mps=8.0)
BUTTONS = (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH)


def attacked(folder, attack):
    async def run():
        async with AttackedDistrict(folder, UNIT) as district:
            await _ask_box_1(district)
            await attack(district)

    asyncio.run(run())


async def _ask_box_1(district):
    """It reported something, a crew says that it is done, and its camera is asked."""
    for agent in ("box-1", "box-2"):
        await _submit(district, AgentPresenceChanged(agent=agent, online=True))
    district.send_item("box-1", 1)
    await district.until(lambda: _incident(district) is not None, "the case is opened")
    for action in BUTTONS:
        unit = district.loop.state.roster.units["unit-1"]
        answer = CrewAnswer(
            request=f"press-{action}",
            unit="unit-1",
            order=unit.order,
            assignment_number=unit.assignment_number,
            action=action,
        )
        await _submit(district, CrewAnswered(answer=answer, principal=CREW))
    assert _incident(district).verification.agent == "box-1"


async def _submit(district, given):
    return await asyncio.wrap_future(district.loop.submit(given))


def _incident(district):
    return next(iter(district.loop.state.incidents.values()), None)


def answer(district, verdict=VerificationVerdict.CLEAR, **changes):
    incident = _incident(district)
    says = {
        "request": incident.verification.request,
        "incident": incident.incident,
        "source": "cam-1",
        "verdict": verdict,
        "reason": "",
        "observed_s": 9.0,
        "measurements": {},
        "answered_at": district.clock.now(),
    }
    return VerificationResult(**{**says, **changes})


LIES = [
    ("box-1", 99, "cam-1", "incarnation"),
    ("box-2", 7, "cam-1", "answer_not_asked"),
    ("box-1", 7, "cam-2", "answer_of_other_source"),
]


@pytest.mark.parametrize(("agent", "incarnation", "source", "reason"), LIES)
def test_an_answer_of_whoever_was_not_asked_closes_nothing(
    tmp_path, caplog, agent, incarnation, source, reason
):
    caplog.set_level(logging.WARNING)

    async def attack(district):
        clear = answer(district, source=source)
        district.say_hello("box-1", next_seq=2)  # the true one, as each minute
        district.send_item(agent, 2, clear, incarnation=incarnation)
        await district.until(lambda: district.refused(reason), "it is refused")
        assert _incident(district).stage is IncidentStage.HANDLED
        assert _incident(district).verification is not None, "the look goes on"
        assert not any(line.code == "closed" for line in _incident(district).history)
        assert f'reason="{reason}"' in district.registry.text(), "the metric names the reason"

    attacked(tmp_path, attack)
    lines = [record.message for record in caplog.records if reason in record.message]
    assert len(lines) == 1 and agent in lines[0], "a log line says who"


def test_what_another_box_sees_stays_to_be_read_and_once(tmp_path):
    async def attack(district):
        for seq in range(1, 30):
            district.send_item("box-2", seq, answer(district))
        await district.until(lambda: district.acknowledged("box-2") == 29, "it may say so")
        (seen,) = [line for line in _incident(district).history if "answer" in line.code]
        assert (seen.actor, seen.reason) == ("box-2/cam-1", "clear")

    attacked(tmp_path, attack)


def test_the_answer_of_whoever_was_asked_counts_after_the_lies(tmp_path):
    async def attack(district):
        district.send_item("box-2", 1, answer(district))
        await district.until(lambda: district.refused("answer_not_asked"), "it is refused")
        district.send_item("box-1", 2, answer(district))
        await district.until(
            lambda: _incident(district).stage is IncidentStage.CLOSED, "the asked camera's word"
        )

    attacked(tmp_path, attack)


def test_an_outbox_that_was_replaced_meanwhile_is_asked_again(tmp_path):
    async def attack(district):
        before = answer(district)
        district.say_hello("box-1", incarnation=8, previous=7)
        await district.until(
            lambda: _incident(district).verification.request != before.request, "another request"
        )
        district.send_item("box-1", 2, before)  # what the lost outbox had said comes late
        district.send_item("box-1", 3, answer(district))
        await district.until(lambda: district.refused("answer_of_other_outbox"), "the old one")
        assert _incident(district).stage is IncidentStage.HANDLED
        district.send_item("box-1", 2, answer(district), incarnation=8)
        await district.until(
            lambda: _incident(district).stage is IncidentStage.CLOSED, "the new one's word"
        )

    attacked(tmp_path, attack)
