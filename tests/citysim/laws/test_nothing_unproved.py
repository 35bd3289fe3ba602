"""Nothing is believed of whom it was not proved: the law itself."""

import law_histories as h
import law_values as v
import pytest
from principals import CREW, OPERATOR

from citybrain.domain.agent import AgentHello
from citybrain.domain.crew import CrewPosition
from citybrain.domain.event import Gap
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage
from citysim.laws.ground_truth import nothing_unproved
from citysim.laws.ground_truth_log import GroundTruth, ItemsStored, SentByCrew
from district_node.inputs import AgentPresenceChanged, CrewPositionReported, HelloReceived
from district_node.limits import POSITION_HELD, POSITION_HELD_REPORTS

LIAR, FAR = "liar", Point(lat=0.0, lon=0.0)


def judged(*records, said=(1, 2, 3), lies=(), crews=(), incarnation=7, **facts):
    truth = GroundTruth(
        items_stored=(ItemsStored(agent=v.AGENT, incarnation=incarnation, seqs=said, at=v.at(0)),),
        lies=tuple(ItemsStored(agent=LIAR, incarnation=7, seqs=(n,), at=v.at(0)) for n in lies),
        sent_by_crews=tuple(SentByCrew(unit=one.unit, said=one) for one in crews),
    )
    node = h.node("a", *records)
    return nothing_unproved.check(h.history(node, ground_truth=truth, **facts))


def by_liar(*seqs):
    return h.record(replace(h.batch(*seqs), agent=LIAR))


def test_what_a_box_said_itself_is_believed():
    report = judged(h.record(h.batch(1, 2)), h.record(h.batch(3)))
    assert report.holds and report.checked == 3


@pytest.mark.parametrize(
    "forged",
    [
        h.batch(9),
        h.batch(1, incarnation=8),
        h.batch(1, content=Gap(first=1, last=9, reason="x", losses=())),
        replace(h.batch(1), agent="nobody"),
    ],
)
def test_an_item_that_its_box_did_not_say_breaks_it(forged):
    assert not judged(h.record(forged)).holds


def test_a_gap_over_numbers_that_were_given_keeps_it():
    gap = Gap(first=1, last=3, reason="outbox_full", losses=())
    assert judged(h.record(h.batch(3, content=gap))).holds


def test_a_liar_says_what_it_likes_under_its_own_name_and_only_what_it_said():
    assert judged(by_liar(5), lies=(5,), liars=frozenset({LIAR})).holds
    assert not judged(by_liar(6), lies=(5,), liars=frozenset({LIAR})).holds


def hello(agent, incarnation):
    given = AgentHello(agent=agent, incarnation=incarnation, lowest_unacked=1, next_seq=1)
    return h.record(HelloReceived(hello=given))


def test_a_hello_of_an_outbox_that_its_box_never_had_breaks_it():
    assert judged(hello(v.AGENT, 7)).holds
    assert not judged(hello(v.AGENT, 8)).holds
    assert judged(hello(LIAR, 8), liars=frozenset({LIAR})).holds


def test_a_box_that_nobody_put_up_does_not_come_or_go():
    assert judged(h.record(AgentPresenceChanged(agent=v.AGENT, online=True))).holds
    assert not judged(h.record(AgentPresenceChanged(agent="nobody", online=True))).holds


def test_a_button_that_no_device_of_the_unit_pressed_breaks_it():
    pressed = h.crew_answered("o-1", CrewAction.ACCEPT)
    answer = pressed.input.answer
    assert judged(pressed, crews=(answer,)).holds
    assert not judged(pressed).holds
    assert not judged(pressed, crews=(replace(answer, assignment_number=9),)).holds


# answers


def asked(agent=v.AGENT, **by):
    return h.verification_requested("i-1", v.incident(IncidentStage.HANDLED), agent=agent, **by)


def clear(source="cam", incarnation=7, seq=2, agent=v.AGENT):
    result = replace(v.verification_result("i-1"), source=source)
    batch = replace(h.batch(seq, content=result, incarnation=incarnation), agent=agent)
    closed = (v.incident(IncidentStage.VERIFIED), v.incident(IncidentStage.CLOSED))
    return h.record(batch, *closed)


def test_whoever_was_asked_closes():
    report = judged(h.record(h.batch(1)), asked(), clear())
    assert report.holds, report.violations


@pytest.mark.parametrize(
    "answer", [clear(source="other"), clear(incarnation=8, seq=1), clear(agent=LIAR)]
)
def test_another_source_outbox_or_box_does_not(answer):
    truth = {"lies": (2,), "liars": frozenset({LIAR, v.AGENT})}
    violations = judged(h.record(h.batch(1)), asked(), answer, **truth).violations
    assert any("not asked so" in violation for violation in violations)


def test_an_outbox_that_was_asked_again_closes():
    lied = {"liars": frozenset({v.AGENT})}
    records = (h.record(h.batch(1)), asked(), h.record(h.batch(1, incarnation=8)))
    report = judged(*records, asked(), clear(incarnation=8), **lied)
    assert not any("not asked so" in violation for violation in report.violations)


# positions


def reports(place, seconds, principal=CREW):
    """A report every 40 s, and what the city is told with the last one."""
    positions = [CrewPosition(unit="u-1", place=place, at=v.at(0)) for _ in seconds]
    records = [
        h.record(CrewPositionReported(position=p, principal=principal), second=second)
        for p, second in zip(positions, seconds, strict=True)
    ]
    known = h.record(h.batch(1), v.unit(None))
    told = replace(v.unit(None), place=place)
    last = h.record(records[-1].input, told, second=seconds[-1])
    return (known, *records[:-1], last), tuple(positions)


STEP_S = POSITION_HELD.value / (POSITION_HELD_REPORTS.value - 1)
HELD = [STEP_S * n for n in range(POSITION_HELD_REPORTS.value)]


@pytest.mark.parametrize(
    ("seconds", "principal", "holds"),
    [
        ([1.0], CREW, False),
        ([1.0], OPERATOR, True),
        (HELD, CREW, True),
        (HELD[:-1], CREW, False),
        ([n / 10 for n in HELD], CREW, False),
    ],
)
def test_a_unit_is_far_away_when_it_said_so_for_minutes_or_a_person_did(seconds, principal, holds):
    records, crews = reports(FAR, seconds, principal)
    assert judged(*records, crews=crews).holds is holds


@pytest.mark.parametrize(
    ("action", "scene", "unit", "holds"),
    [
        (CrewAction.ARRIVE, FAR, "u-1", True),
        (CrewAction.ARRIVE, v.HERE, "u-1", False),
        (CrewAction.ARRIVE, FAR, "u-2", False),
        (CrewAction.ACCEPT, FAR, "u-1", False),
    ],
)
def test_a_crew_that_arrives_at_a_scene_is_there(action, scene, unit, holds):
    (known, said), crews = reports(FAR, [1.0])
    case = h.record(h.batch(2), replace(v.incident(IncidentStage.OPENED), place=scene))
    pressed = h.crew_answered("o-1", action).input
    pressed = replace(pressed, answer=replace(pressed.answer, unit=unit))
    arrived = h.record(pressed, replace(v.unit(None), place=FAR), second=2.0)
    report = judged(known, case, h.record(said.input, second=1.0), arrived, crews=crews)
    assert any("gone" in violation for violation in report.violations) is not holds


def test_without_notes_nothing_is_judged():
    report = nothing_unproved.check(h.history(h.node("a", h.record(h.batch(9)))))
    assert report.holds and report.checked == 0
