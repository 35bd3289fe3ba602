"""Law 6: histories in which closed means seen fixed, violations, and near misses."""

import law_histories as h
import law_values as v

from citybrain.decider.command import TimerFired
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, IncidentStage, OperatorVerb, VerificationVerdict
from citysim.laws.checks import verified_closing
from district_node.inputs import AgentPresenceChanged
from district_node.playbook import UNKNOWN_PLAYBOOK, Watches

HANDLED = h.verification_requested("i-1", v.incident(IncidentStage.HANDLED))
CLOSED = v.incident(IncidentStage.CLOSED)


SEEN = h.record(h.batch(99))  # the camera reported it


def judged(*records, seen=SEEN):
    return verified_closing.check(h.history(h.node("a", seen, *records)))


def result(
    verdict: VerificationVerdict = VerificationVerdict.CLEAR,
    *letters,
    seq: int = 1,
    request: str = "r",
    quiet_s: float = 5.0,
    **who,
):
    answer = replace(
        v.verification_result("i-1", verdict), request=request, measurements={"quiet_s": quiet_s}
    )
    return h.record(h.batch(seq, content=answer, **who), *letters)


CLEAR = VerificationVerdict.CLEAR


def test_an_incident_may_close_after_the_camera_that_was_asked_saw_it_clear():
    report = judged(HANDLED, result(CLEAR, CLOSED))
    assert report.holds and report.checked == 1


def test_closed_without_verification_is_a_violation():
    assert not judged(HANDLED, h.record(None, CLOSED)).holds
    assert not judged(h.record(None, CLOSED)).holds


def test_still_there_is_no_verification():
    assert not judged(
        HANDLED, result(VerificationVerdict.STILL, v.incident(IncidentStage.VERIFIED))
    ).holds
    assert not judged(HANDLED, result(VerificationVerdict.CANNOT, CLOSED)).holds


def test_too_short_a_quiet_is_no_verification():
    assert not judged(HANDLED, result(CLEAR, CLOSED, quiet_s=4.0)).holds
    assert judged(HANDLED, result(CLEAR, CLOSED, quiet_s=4.999)).holds, (
        "seconds travel with three decimals"
    )


def test_only_the_last_request_can_be_answered_and_only_by_its_agent():
    asked_again = h.verification_requested("i-1", request="r2")
    assert not judged(HANDLED, asked_again, result(CLEAR, CLOSED)).holds
    assert judged(HANDLED, asked_again, result(CLEAR, CLOSED, request="r2")).holds
    assert not judged(
        h.verification_requested("i-1", v.incident(IncidentStage.HANDLED), agent="box-b"),
        result(CLEAR, CLOSED),
    ).holds


def test_a_repeated_result_verifies_nothing():
    reopened = h.record(None, v.incident(IncidentStage.REOPENED))
    again = h.verification_requested("i-1", v.incident(IncidentStage.HANDLED))
    assert not judged(HANDLED, result(CLEAR, CLOSED), reopened, again, result(CLEAR, CLOSED)).holds
    assert judged(
        HANDLED, result(CLEAR, CLOSED), reopened, again, result(CLEAR, CLOSED, seq=2)
    ).holds


def test_what_was_seen_before_the_work_was_done_does_not_count():
    working = h.verification_requested("i-1", v.incident(IncidentStage.WORKING))
    assert not judged(
        working,
        result(CLEAR),
        h.record(None, v.incident(IncidentStage.HANDLED)),
        h.record(None, CLOSED),
    ).holds


def test_after_a_reopening_it_must_be_verified_again():
    records = (
        HANDLED,
        result(CLEAR, CLOSED),
        h.record(None, v.incident(IncidentStage.REOPENED)),
        h.record(None, CLOSED),
    )
    assert len(judged(*records).violations) == 1


def test_an_incident_may_be_verified_first_and_closed_later():
    assert judged(
        HANDLED, result(CLEAR, v.incident(IncidentStage.VERIFIED)), h.record(None, CLOSED)
    ).holds


def test_a_named_person_may_close():
    assert judged(HANDLED, h.operator_acted(OperatorVerb.VERIFY, CLOSED)).holds
    assert judged(h.operator_acted(OperatorVerb.CLOSE, CLOSED)).holds, "from whatever stage"


def test_a_person_without_a_name_or_whose_action_was_refused_closes_nothing():
    assert not judged(HANDLED, h.operator_acted(OperatorVerb.VERIFY, CLOSED, operator=" ")).holds
    assert not judged(HANDLED, h.operator_acted(OperatorVerb.VERIFY, CLOSED, done=False)).holds
    assert not judged(HANDLED, h.operator_acted(OperatorVerb.ESCALATE, CLOSED)).holds
    assert not judged(
        HANDLED, h.operator_acted(OperatorVerb.CLOSE, CLOSED, incident="i-2")
    ).holds, "another incident"


def seen(kind: str = "crowding", **changes):
    return h.record(h.batch(99, content=replace(v.event(incident_kind=kind), **changes)))


def test_only_a_camera_that_reported_it_can_verify_it():
    records = HANDLED, result(CLEAR, CLOSED)
    assert not judged(*records, seen=h.record(None)).holds, "nobody but a person reported it"
    assert not judged(*records, seen=seen("loitering")).holds
    assert not judged(*records, seen=seen(rule="line")).holds
    assert not judged(*records, seen=seen(source="cam-2")).holds
    far = replace(v.HERE, lat=v.HERE.lat + 0.01)
    assert not judged(*records, seen=seen(place=far)).holds, "another place"
    near = Point(lat=v.HERE.lat + 0.001, lon=v.HERE.lon)
    assert judged(*records, seen=seen(place=near)).holds


def test_of_an_unknown_kind_the_camera_may_have_called_it_anything():
    unknown = {"kind": "unknown"}
    handled = replace(v.incident(IncidentStage.HANDLED), **unknown)
    records = (
        h.verification_requested("i-1", handled),
        result(CLEAR, replace(CLOSED, **unknown)),
    )
    assert judged(*records, seen=seen("crowdd")).holds
    assert not judged(*records, seen=h.record(None)).holds


def test_what_somebody_reported_is_not_over_by_itself():
    opened = h.report_received("q", v.incident(IncidentStage.OPENED))
    by_itself = h.record(
        TimerFired(timer="t", subject="i-1", version=1), v.incident(IncidentStage.HANDLED)
    )
    assert "by itself" in judged(opened, by_itself).violations[0]
    assert judged(h.record(None, v.incident(IncidentStage.OPENED)), by_itself).holds
    assert judged(opened, h.record(None, v.incident(IncidentStage.HANDLED))).holds
    refused = h.report_received("q", done=False)
    assert judged(refused, by_itself).holds, "nobody but the camera reported it"


def test_an_opened_incident_is_rejected_by_a_person_and_a_reported_one_by_its_playbook_too():
    rejected = v.incident(IncidentStage.REJECTED)
    reported, opened = (
        h.record(None, v.incident(IncidentStage.REPORTED)),
        h.record(None, v.incident(IncidentStage.OPENED)),
    )
    assert judged(reported, h.record(None, rejected)).holds
    assert not judged(reported, opened, h.record(None, rejected)).holds
    assert judged(reported, opened, h.operator_acted(OperatorVerb.REJECT, rejected)).holds
    assert not judged(
        reported, opened, h.operator_acted(OperatorVerb.REJECT, rejected, incident="i-2")
    ).holds


def test_an_ending_that_does_not_say_what_it_was_is_a_violation():
    for stage in (IncidentStage.CLOSED, IncidentStage.REJECTED):
        silent = replace(v.incident(stage), disposition=Disposition.UNKNOWN)
        verb = OperatorVerb.CLOSE if stage is IncidentStage.CLOSED else OperatorVerb.REJECT
        assert not judged(HANDLED, h.operator_acted(verb, silent)).holds
        assert judged(HANDLED, h.operator_acted(verb, v.incident(stage))).holds


WATCH = TimerFired(timer="watch", subject="a", version=0)
AWAY = h.record(AgentPresenceChanged(agent=v.AGENT, online=False))
CAME_BACK = h.record(AgentPresenceChanged(agent=v.AGENT, online=True))


def of_kind(kind: str, stage: IncidentStage, name: str = "i-1"):
    return replace(v.incident(stage, name), kind=kind)


def judged_dark(*records):
    """Where the district notices itself that a box is away."""
    kind = replace(UNKNOWN_PLAYBOOK, kind="agent_offline", watches=Watches.BOX)
    return judged(h.district_started(playbooks=(kind,)), *records)


DARK = h.record(WATCH, of_kind("agent_offline", IncidentStage.OPENED))
DARK_OVER = h.record(WATCH, of_kind("agent_offline", IncidentStage.CLOSED))


def test_a_case_of_a_box_that_is_away_closes_when_something_came_back():
    assert judged_dark(DARK, CAME_BACK, DARK_OVER).holds
    assert not judged_dark(CAME_BACK, DARK, DARK_OVER).holds


def test_a_case_that_a_person_calls_something_in_the_street_no_boxs_return_closes():
    called = h.operator_acted(OperatorVerb.RECLASSIFY, of_kind("crowding", IncidentStage.OPENED))
    assert not judged_dark(DARK, called, CAME_BACK, h.record(WATCH, CLOSED)).holds


def test_a_case_that_a_person_calls_darkness_no_boxs_return_closes():
    street = h.record(None, v.incident(IncidentStage.OPENED))
    called = h.operator_acted(
        OperatorVerb.RECLASSIFY, of_kind("agent_offline", IncidentStage.OPENED)
    )
    assert not judged_dark(street, called, CAME_BACK, DARK_OVER).holds


def test_darkness_into_which_another_case_was_merged_no_boxs_return_closes():
    street = h.record(None, v.incident(IncidentStage.OPENED, "i-2"))
    merged = h.operator_acted(
        OperatorVerb.MERGE,
        v.incident(IncidentStage.MERGED, "i-2"),
        incident="i-2",
        other="i-1",
    )
    apart = h.operator_acted(
        OperatorVerb.UNDO, v.incident(IncidentStage.OPENED, "i-2"), incident="i-2"
    )
    assert not judged_dark(DARK, street, merged, CAME_BACK, DARK_OVER).holds
    assert judged_dark(DARK, street, merged, apart, CAME_BACK, DARK_OVER).holds


def test_a_box_that_was_there_all_the_time_closes_no_darkness():
    other = h.record(AgentPresenceChanged(agent="box-b", online=True))
    assert judged_dark(other, AWAY, DARK, CAME_BACK, DARK_OVER).holds
    assert not judged_dark(other, AWAY, DARK, other, DARK_OVER).holds
