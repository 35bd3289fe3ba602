"""Law 6: whoever ends what a source still sees has confirmed it; histories that keep it, and near
misses."""

import law_histories as h
import law_values as v
import pytest

from citybrain.structs import replace
from citybrain.vocabulary import (
    Disposition,
    IncidentStage,
    OperatorVerb,
    Phase,
    VerificationVerdict,
)
from citysim.laws.checks import confirmed_closing
from district_node.inputs import AgentRevoked

BEGUN = h.record(h.batch(1), v.incident(IncidentStage.REPORTED))


def judged(*records, **facts):
    return confirmed_closing.check(h.history(h.node("a", *records), **facts))


def ended(verb: OperatorVerb = OperatorVerb.CLOSE, *, done: bool = True, **said):
    record = h.operator_acted(verb, done=done)
    action = replace(record.input.action, **said)
    return replace(record, input=replace(record.input, action=action))


def test_what_is_still_seen_may_be_closed_by_whoever_confirms_it():
    report = judged(BEGUN, ended(confirmed=True))
    assert report.holds and report.checked == 1


@pytest.mark.parametrize("verb", [OperatorVerb.CLOSE, OperatorVerb.VERIFY])
def test_closed_or_verified_unconfirmed_is_a_violation(verb):
    report = judged(BEGUN, ended(verb))
    assert report.violations == (
        "a: i-1 was ended by li in record 2 while box-a/cam saw it, and that it is over all the"
        " same nobody had confirmed",
    )


def test_rejected_as_gone_is_said_to_be_over_too():
    assert not judged(BEGUN, ended(OperatorVerb.REJECT, disposition=Disposition.GONE)).holds


@pytest.mark.parametrize(
    "ending",
    [
        ended(done=False),
        ended(disposition=Disposition.FALSE_ALARM),
        ended(OperatorVerb.REJECT, disposition=Disposition.DUPLICATE),
        ended(OperatorVerb.DEFER),
        ended(incident="i-2"),
    ],
)
def test_who_contradicts_no_source_need_not_confirm(ending):
    report = judged(BEGUN, ending)
    assert report.holds and report.checked == 0


@pytest.mark.parametrize(
    "between",
    [
        h.record(h.batch(2, content=v.event(phase=Phase.END))),
        h.record(h.batch(2, content=v.verification_result("i-1"))),
        h.operator_acted(OperatorVerb.MERGE, other="i-2"),
        h.record(AgentRevoked(agent=v.AGENT, serial="1")),
        h.record(None, replace(v.incident(IncidentStage.OPENED), events=64)),
    ],
)
def test_what_may_be_over_is_not_judged(between):
    report = judged(BEGUN, between, ended())
    assert report.holds and report.checked == 0


def test_an_answer_that_it_is_still_there_ends_nothing():
    still = h.batch(2, content=v.verification_result("i-1", VerificationVerdict.STILL))
    assert not judged(BEGUN, h.record(still), ended()).holds


def test_an_end_that_came_before_the_beginning_counts():
    early = h.record(h.batch(2, content=v.event(phase=Phase.END)))
    assert judged(early, BEGUN, ended()).checked == 0


def test_a_case_that_others_may_have_begun_is_not_judged():
    two = h.record(h.batch(1, 2), v.incident(IncidentStage.REPORTED))
    assert judged(two, ended()).checked == 0
    of_another_kind = h.batch(1, content=v.event(incident_kind="loitering"))
    assert judged(h.record(of_another_kind, v.incident(IncidentStage.REPORTED)), ended()).holds


def test_what_a_liar_says_it_sees_is_not_judged():
    assert judged(BEGUN, ended(), liars=frozenset({v.AGENT})).checked == 0
