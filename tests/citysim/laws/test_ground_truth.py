"""The laws against what really happened, as the simulator noted it."""

import law_histories as h
import law_values as v
import pytest

from citybrain.domain.event import Gap
from citybrain.domain.principal import Principal, Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, VerificationVerdict
from citysim.laws.ground_truth import crew_answers, delivery, reports, verification
from citysim.laws.ground_truth_log import (
    AcceptedAnswer,
    AcceptedReport,
    ConditionInterval,
    GroundTruth,
    ItemsStored,
    StoreRestored,
)


def stored(*seqs: int, incarnation: int = 7, second: float = 0.0) -> ItemsStored:
    return ItemsStored(agent=v.AGENT, incarnation=incarnation, seqs=seqs, at=v.at(second))


@pytest.mark.parametrize("law", [delivery, verification, crew_answers, reports])
def test_without_notes_nothing_is_judged(law):
    report = law.check(h.history(h.node("a", h.record(h.batch(1))), outboxes=h.outbox(9)))
    assert report.holds and report.checked == 0


# every number that an outbox gave is kept or journaled


def delivered(*stored: ItemsStored, records=(), outboxes=None, lost=(), recovered=False, epoch=""):
    ground_truth = GroundTruth(items_stored=stored, outboxes_lost=lost)
    node = h.node("a", *records, epoch=epoch)
    return delivery.check(
        h.history(
            node,
            outboxes=h.outbox(3, 2) if outboxes is None else outboxes,
            ground_truth=ground_truth,
            is_recovered=recovered,
        )
    )


def test_a_number_is_in_the_journal_or_still_in_the_outbox():
    report = delivered(stored(1, 2), records=[h.record(h.batch(1))])
    assert report.holds and report.checked == 2
    assert not delivered(
        stored(1, 2, 3), records=[h.record(h.batch(1))], outboxes=h.outbox(3, 2)
    ).holds, "the outbox has forgotten that it ever gave 3"


def test_in_the_end_it_is_in_the_journal():
    assert (
        "not journaled by a"
        in delivered(stored(1, 2), records=[h.record(h.batch(1))], recovered=True).violations[0]
    )
    assert delivered(stored(1, 2), records=[h.record(h.batch(1, 2))], recovered=True).holds
    assert delivered(
        stored(1, 2),
        records=[
            h.greeting(),
            h.record(h.batch(1, content=Gap(first=1, last=2, reason="outbox_full", losses=()))),
        ],
        recovered=True,
    ).holds, "declared"


FOLLOWED = h.greeting(incarnation=8, previous=7)  # a hello by which outbox 8 follows 7


def test_a_number_is_given_once():
    assert (
        "outbox 7 of box-a gave the numbers 2 twice"
        in delivered(
            stored(1, 2), stored(2, second=9.0), records=[h.record(h.batch(1, 2))]
        ).violations[0]
    ), "the second 2 is taken for the first"
    assert delivered(
        stored(1),
        stored(1, incarnation=8),
        records=[h.record(h.batch(1)), FOLLOWED, h.record(h.batch(1, incarnation=8))],
        outboxes=h.outbox(2, incarnation=8),
    ).holds


def test_an_outbox_destroyed_with_its_disk_is_declared_by_its_next_incarnation():
    anew = h.outbox(2, incarnation=8)
    records_of_both = [h.record(h.batch(1)), FOLLOWED, h.record(h.batch(1, incarnation=8))]
    assert delivered(
        stored(1, 2), records=records_of_both, outboxes=anew, lost=((v.AGENT, 7),), recovered=True
    ).holds
    assert not delivered(
        stored(1, 2),
        records=records_of_both[:1],
        outboxes=anew,
        lost=((v.AGENT, 7),),
        recovered=True,
    ).holds, "it was not declared"
    assert not delivered(
        stored(1, 2), records=records_of_both, outboxes=anew, recovered=True
    ).holds, "it was not destroyed"


def test_a_restored_store_learns_of_its_gap_with_the_next_hello():
    records = [h.district_started("e1"), h.district_started("e2")]
    report = delivered(stored(1), records=records, outboxes=h.outbox(2), epoch="e2")
    assert report.holds and report.inconclusive == 1
    assert not delivered(
        stored(1), records=records, outboxes=h.outbox(2), epoch="e2", recovered=True
    ).holds


# a condition reported clear did not hold all the while


def condition(since: float, until: float | None = None, rule: str = "crowd") -> ConditionInterval:
    return ConditionInterval(
        agent=v.AGENT,
        source="cam",
        rule=rule,
        since=v.at(since),
        until=None if until is None else v.at(until),
    )


def closing(
    *conditions: ConditionInterval,
    verdict: VerificationVerdict = VerificationVerdict.CLEAR,
    quiet_s: float = 10.0,
):
    """Reported clear at second 100 of the world, after ten quiet seconds by the camera.

    The camera's own clock is an hour off.
    """
    answer = replace(
        v.verification_result("i-1", verdict),
        measurements={"quiet_s": quiet_s},
        answered_at=v.at(3700),
    )
    records = [
        h.verification_requested("i-1", v.incident(IncidentStage.HANDLED)),
        h.record(h.batch(4, content=answer), v.incident(IncidentStage.CLOSED)),
    ]
    return verification.check(
        h.history(
            h.node("a", *records),
            ground_truth=GroundTruth(conditions=conditions, items_stored=(stored(4, second=100),)),
        )
    )


def test_clear_of_a_clear_scene_is_true():
    report = closing(condition(0, 80))
    assert report.holds and report.checked == 1
    assert closing().holds


def test_clear_while_the_condition_held_is_a_violation():
    assert "the condition held all the while" in closing(condition(0)).violations[0]
    assert not closing(condition(0, 100)).holds
    assert not closing(condition(90.5, 99.5)).holds


def test_a_condition_that_came_or_went_meanwhile_is_no_violation():
    assert closing(condition(98)).holds, "it came back after the last look"
    assert closing(condition(0, 95)).holds, "it went half way: short, and for others to judge"
    assert closing(condition(0, rule="parking")).holds, "another rule's condition"
    assert closing(condition(0), verdict=VerificationVerdict.STILL).checked == 0


def test_a_result_without_a_note_is_inconclusive():
    answer = replace(v.verification_result("i-1"), measurements={"quiet_s": 10.0})
    records = [
        h.verification_requested(),
        h.record(h.batch(4, content=answer), v.incident(IncidentStage.CLOSED)),
    ]
    report = verification.check(
        h.history(h.node("a", *records), ground_truth=GroundTruth(conditions=(condition(0),)))
    )
    assert report.holds and (report.checked, report.inconclusive) == (0, 1)


# a confirmed answer is in the journal, once


def answered(*records, restored=(), at: float = 50.0, unit: str = "u-1"):
    answer = AcceptedAnswer(unit=unit, request="q", order="o-1", action="finish", at=v.at(at))
    node = h.node("a", h.record(None, v.unit("o-1")), *records)
    return crew_answers.check(
        h.history(node, ground_truth=GroundTruth(accepted_answers=(answer,), restored=restored))
    )


def test_a_confirmed_answer_is_in_the_journal_once():
    done = h.crew_answered("o-1", CrewAction.FINISH, v.unit(None), request="q")
    report = answered(done)
    assert report.holds and report.checked == 1
    assert answered(done, h.crew_answered("o-1", CrewAction.FINISH, request="q")).holds, (
        "repeated, with the same reply"
    )
    assert not answered(done, done).holds, "done twice"


def test_a_confirmed_answer_that_is_not_in_the_journal_is_a_violation():
    assert not answered().holds
    assert not answered(h.crew_answered("o-1", CrewAction.FINISH, request="q", done=False)).holds
    assert not answered(h.crew_answered("o-1", CrewAction.FINISH, request="other")).holds
    assert not answered(unit="u-9").holds


def test_a_restored_store_forgot_the_answers_in_between():
    back = (StoreRestored(node="a", back_to=v.at(40), at=v.at(60)),)
    assert answered(restored=back).holds
    assert answered(restored=back, at=61).holds, (
        "the confirmation was on its way when the store was restored"
    )
    assert not answered(restored=back, at=74).holds
    assert not answered(restored=(replace(back[0], node="b"),)).holds


# a confirmed report is in the journal, took effect once, and its incident exists

OPENED = replace(v.incident(IncidentStage.OPENED), events=1)


def reported(*records, incident="i-1", restored=(), at: float = 50.0, request: str = "q"):
    accepted = AcceptedReport(district="a", request=request, incident=incident, at=v.at(at))
    truth = GroundTruth(accepted_reports=(accepted,), restored=restored)
    return reports.check(h.history(h.node("a", *records), ground_truth=truth))


def test_a_confirmed_report_took_effect_once():
    report = reported(h.report_received("q", OPENED))
    assert report.holds and report.checked == 1
    assert reported(h.report_received("q", OPENED), h.report_received("q", is_repeat=True)).holds, (
        "repeated, with the same reply"
    )
    twice = reported(h.report_received("q", OPENED), h.report_received("q"))
    assert "took effect 2 times" in twice.violations[0]


def test_a_confirmed_report_that_is_not_in_the_journal_is_a_violation():
    assert "took effect 0 times" in reported().violations[0]
    assert not reported(h.report_received("q", OPENED, done=False)).holds
    assert not reported(h.report_received("other", OPENED)).holds


def test_the_incident_in_the_answer_to_a_caller_exists():
    assert not reported(h.report_received("q")).holds, "nobody ever heard of it"
    assert not reported(h.report_received("q", OPENED), incident="i-2").holds
    assert not reported(h.report_received("q", OPENED, incident=""), incident="").holds
    assert reported(h.record(None, OPENED), h.report_received("q")).holds, "it was there before"


def test_an_incident_counts_every_report():
    def later_count(events: int):
        after = replace(v.incident(IncidentStage.CLOSED), events=events)
        return reported(
            h.record(None, OPENED),
            h.report_received("q"),
            h.report_received("r"),
            h.record(None, after),
        )

    assert later_count(3).holds and later_count(9).holds
    assert "i-1 does not count it" in later_count(2).violations[0]


def test_a_report_needs_a_name_and_a_role():
    for by in (unauthenticated(" ", Role.OPERATOR), Principal(name="li", roles=())):
        assert "may not report" in reported(h.report_received("q", OPENED, by=by)).violations[0]


def test_a_foreign_case_belongs_to_one_incident_until_that_ends():
    other = replace(OPENED, incident="i-2")
    first = h.report_received("p", OPENED, case="7")
    again = h.report_received("q", other, incident="i-2", case="7")
    closed = h.record(None, v.incident(IncidentStage.CLOSED))
    assert "its case belongs to i-1" in reported(first, again, incident="i-2").violations[0]
    assert reported(first, closed, again, incident="i-2").holds, "it came again"
    assert reported(first, h.report_received("q", case="7")).holds
    assert reported(
        first, h.report_received("q", other, incident="i-2", case="8"), incident="i-2"
    ).holds, "another case"


def test_who_reports_what_is_closed_already_has_it_reopened():
    closed = h.record(None, v.incident(IncidentStage.CLOSED), second=10.0)
    reopened = replace(OPENED, stage=IncidentStage.REOPENED, events=2)

    def after(*letters, second: float = 20.0, case: str = "", before=()):
        received = replace(h.report_received("q", *letters, case=case), at=v.at(second))
        return reported(h.record(None, OPENED), *before, closed, received)

    assert after(reopened).holds
    assert "stayed closed" in after().violations[0]
    assert after(second=10.0).holds, "at the same moment nobody knows what came first"
    known = h.report_received("p", case="7")
    assert after(case="7", before=(known,)).holds, "described again, nothing new is seen by that"
    merged = h.operator_acted(OperatorVerb.MERGE, incident="i-8", other="i-9")
    assert after(case="7", before=(known, merged)).holds, "so it is, whatever else was merged"
    assert not after(case="8", before=(known,)).holds


def test_a_restored_store_forgot_the_reports_in_between():
    back = (StoreRestored(node="a", back_to=v.at(40), at=v.at(60)),)
    assert reported(restored=back).holds and reported(restored=back, at=61).holds
    assert not reported(restored=back, at=74).holds
    assert not reported(restored=(replace(back[0], node="b"),)).holds
    twice = [h.report_received("q", OPENED), h.report_received("q")]
    assert not reported(*twice, restored=back).holds
    repeated = h.report_received("q", OPENED)
    assert reported(repeated, restored=back, incident="i-0").holds, (
        "its sender repeated what the restore forgot, and it has an incident of its own"
    )
    assert not reported(repeated, restored=back, incident="i-0", at=74).holds


def test_a_district_whose_commands_are_not_known_is_not_judged():
    accepted = AcceptedReport(district="b", request="q", incident="i-1", at=v.at(0))
    truth = GroundTruth(accepted_reports=(accepted,))
    report = reports.check(h.history(h.node("a"), ground_truth=truth))
    assert report.holds and (report.checked, report.inconclusive) == (0, 1)
