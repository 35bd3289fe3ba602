"""Law 6: closed means seen fixed. Histories that keep it, histories that break it, near misses."""

from dataclasses import replace

import citysim_story as s

from citybrain.vocabulary import IncidentStage, OperatorVerb, VerificationVerdict
from citysim.laws.checks import verified_closing

HANDLED = s.looks("i-1", s.incident(IncidentStage.HANDLED))
CLOSED = s.incident(IncidentStage.CLOSED)


def judged(*steps):
    return verified_closing.check(s.history(s.node("a", *steps)))


def says(
    verdict: VerificationVerdict = VerificationVerdict.CLEAR,
    *letters,
    seq: int = 1,
    request: str = "r",
    quiet_s: float = 5.0,
    **who,
):
    answer = replace(s.clear("i-1", verdict), request=request, measurements={"quiet_s": quiet_s})
    return s.step(s.says(seq, verification=answer, **who), *letters)


CLEAR = VerificationVerdict.CLEAR


def test_closed_after_the_camera_that_was_asked_saw_it_clear_is_kept():
    report = judged(HANDLED, says(CLEAR, CLOSED))
    assert report.kept and report.checked == 1


def test_closed_without_anybody_having_looked_is_a_break():
    assert not judged(HANDLED, s.step(None, CLOSED)).kept
    assert not judged(s.step(None, CLOSED)).kept


def test_still_there_is_no_verification():
    assert not judged(
        HANDLED, says(VerificationVerdict.STILL, s.incident(IncidentStage.VERIFIED))
    ).kept
    assert not judged(HANDLED, says(VerificationVerdict.CANNOT, CLOSED)).kept


def test_too_short_a_quiet_is_no_verification():
    assert not judged(HANDLED, says(CLEAR, CLOSED, quiet_s=4.0)).kept
    assert judged(HANDLED, says(CLEAR, CLOSED, quiet_s=4.999)).kept, "said to the millisecond"


def test_only_the_last_question_can_be_answered_and_only_by_whom_was_asked():
    asked_again = s.looks("i-1", request="r2")
    assert not judged(HANDLED, asked_again, says(CLEAR, CLOSED)).kept
    assert judged(HANDLED, asked_again, says(CLEAR, CLOSED, request="r2")).kept
    assert not judged(
        s.looks("i-1", s.incident(IncidentStage.HANDLED), agent="box-b"), says(CLEAR, CLOSED)
    ).kept


def test_an_answer_that_comes_a_second_time_says_nothing_new():
    reopened = s.step(None, s.incident(IncidentStage.REOPENED))
    again = s.looks("i-1", s.incident(IncidentStage.HANDLED))
    assert not judged(HANDLED, says(CLEAR, CLOSED), reopened, again, says(CLEAR, CLOSED)).kept
    assert judged(HANDLED, says(CLEAR, CLOSED), reopened, again, says(CLEAR, CLOSED, seq=2)).kept


def test_what_was_seen_before_the_work_was_done_does_not_count():
    working = s.looks("i-1", s.incident(IncidentStage.WORKING))
    assert not judged(
        working, says(CLEAR), s.step(None, s.incident(IncidentStage.HANDLED)), s.step(None, CLOSED)
    ).kept


def test_after_a_reopening_it_must_be_verified_again():
    steps = (
        HANDLED,
        says(CLEAR, CLOSED),
        s.step(None, s.incident(IncidentStage.REOPENED)),
        s.step(None, CLOSED),
    )
    assert len(judged(*steps).broken) == 1


def test_verified_first_and_closed_later_is_kept():
    assert judged(
        HANDLED, says(CLEAR, s.incident(IncidentStage.VERIFIED)), s.step(None, CLOSED)
    ).kept


def test_closed_by_a_named_person_is_kept():
    assert judged(HANDLED, s.acts(OperatorVerb.VERIFY, CLOSED)).kept
    assert judged(s.acts(OperatorVerb.CLOSE, CLOSED)).kept, "from whatever stage"


def test_a_person_without_a_name_or_whose_action_was_refused_closes_nothing():
    assert not judged(HANDLED, s.acts(OperatorVerb.VERIFY, CLOSED, operator=" ")).kept
    assert not judged(HANDLED, s.acts(OperatorVerb.VERIFY, CLOSED, done=False)).kept
    assert not judged(HANDLED, s.acts(OperatorVerb.ESCALATE, CLOSED)).kept
    assert not judged(HANDLED, s.acts(OperatorVerb.CLOSE, CLOSED, incident="i-2")).kept, (
        "another incident"
    )


def test_a_case_is_rejected_by_a_person_and_a_report_by_its_playbook_too():
    rejected = s.incident(IncidentStage.REJECTED)
    reported, opened = (
        s.step(None, s.incident(IncidentStage.REPORTED)),
        s.step(None, s.incident(IncidentStage.OPENED)),
    )
    assert judged(reported, s.step(None, rejected)).kept
    assert not judged(reported, opened, s.step(None, rejected)).kept
    assert judged(reported, opened, s.acts(OperatorVerb.REJECT, rejected)).kept
    assert not judged(reported, opened, s.acts(OperatorVerb.REJECT, rejected, incident="i-2")).kept
