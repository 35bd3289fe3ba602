"""Law 6: histories in which closed means seen fixed, violations, and near misses."""

import law_histories as h
import law_values as v

from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, VerificationVerdict
from citysim.laws.checks import verified_closing

HANDLED = h.verification_requested("i-1", v.incident(IncidentStage.HANDLED))
CLOSED = v.incident(IncidentStage.CLOSED)


def judged(*records):
    return verified_closing.check(h.history(h.node("a", *records)))


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
