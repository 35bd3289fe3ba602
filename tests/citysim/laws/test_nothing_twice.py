"""Law 2: histories in which it holds, violations, and near misses that are none."""

from types import SimpleNamespace

import law_histories as h
import law_values as v

from citybrain.decider.command import Notice
from citybrain.domain.event import Gap
from citybrain.domain.order import CORRECTED
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    OrderVerdict,
)
from citysim.laws.checks import nothing_lost, nothing_twice
from citysim.laws.projections.received_items import SeqSet
from district_node.inputs import CityLinkChanged


def judged(*nodes, **facts):
    return nothing_twice.check(h.history(*nodes, **facts))


# items of agents


def test_numbers_are_counted_whatever_order_they_come_in():
    numbers = SeqSet()
    assert [numbers.add(*span) for span in ((5, 5), (1, 2), (2, 3), (7, 9), (4, 8), (1, 9))] == [
        1,
        2,
        1,
        3,
        2,
        0,
    ]
    assert len(numbers) == 9 and 9 in numbers and 10 not in numbers and 0 not in numbers
    assert (numbers.ranges_above, numbers.missing) == (0, 0)


def test_ranges_and_missing_numbers_lie_above_the_contiguous_ones():
    numbers = SeqSet()
    for first, last in ((1, 3), (6, 7), (10, 10)):
        numbers.add(first, last)
    assert (numbers.ranges_above, numbers.missing) == (2, 4)


def test_a_duplicate_without_effect_is_no_violation():
    report = judged(h.node("a", h.record(h.batch(1)), h.record(h.batch(1))))
    assert report.holds and report.checked == 2


def test_a_duplicate_with_an_effect_is_a_violation():
    assert not judged(
        h.node("a", h.record(h.batch(1), v.unit("o-1")), h.record(h.batch(1), v.unit("o-2")))
    ).holds


def test_the_same_number_of_another_incarnation_is_another_item():
    assert judged(
        h.node(
            "a",
            h.record(h.batch(1), v.unit("o-1")),
            h.record(h.batch(1, incarnation=8), v.unit("o-2")),
        )
    ).holds


def test_a_number_that_a_gap_had_covered_is_a_duplicate_when_it_comes_late():
    gap = h.record(h.batch(1, content=Gap(first=1, last=3, reason="full", losses=())))
    assert not judged(h.node("a", h.greeting(), gap, h.record(h.batch(2), v.unit("o-1")))).holds
    assert judged(h.node("a", h.greeting(), gap, h.record(h.batch(4), v.unit("o-1")))).holds


def test_a_report_makes_one_incident_at_most_and_its_repeat_none():
    opened = [v.incident(IncidentStage.OPENED, f"i-{n}") for n in (1, 2)]
    assert judged(h.node("a", h.report_received("q", opened[0]))).holds
    assert (
        "made 2 incidents out of 1"
        in judged(h.node("a", h.report_received("q", *opened))).violations[0]
    )
    repeat = h.report_received("q", is_repeat=True)
    assert judged(h.node("a", h.report_received("q", opened[0]), repeat)).holds
    assert not judged(h.node("a", h.report_received("q", opened[0]), h.report_received("q"))).holds


def test_an_event_of_an_incident_that_a_person_reported_makes_no_other_one():
    reported = h.report_received("q", v.incident(IncidentStage.OPENED))
    result = h.record(
        h.batch(1, content=v.verification_result("i-1")), v.incident(IncidentStage.CLOSED)
    )
    assert judged(h.node("a", reported, result)).holds


def test_as_many_items_take_effect_as_there_are_different_ones():
    def with_count(items: int):
        counters = SimpleNamespace(items=items)
        state = SimpleNamespace(intake=SimpleNamespace(counters=counters))
        return h.node("a", h.record(h.batch(1, 2)), h.record(h.batch(2, 3)), state=state)

    assert judged(with_count(3)).holds
    assert judged(with_count(4)).violations == (
        "a: its journal holds 3 different items, and 4 took effect",
    ), "one of a mixed message acted twice"
    assert judged(with_count(2)).holds, "one took no effect: that is lost, not twice"
    assert nothing_lost.check(h.history(with_count(2))).violations == (
        "a: its journal holds 3 different items, and 1 of them took no effect",
    )
    assert nothing_lost.check(h.history(with_count(4))).holds


def test_one_event_makes_one_incident():
    two = [v.incident(IncidentStage.REPORTED, name) for name in ("i-1", "i-2")]
    assert judged(h.node("a", h.record(h.batch(1, 2), *two))).holds
    assert not judged(h.node("a", h.record(h.batch(1), *two))).holds
    assert judged(h.node("a", h.record(h.batch(1), two[0]), h.record(h.batch(2), two[0]))).holds, (
        "the second joins the first"
    )


# requests of crews and operators


def test_a_repeated_answer_gets_the_same_reply_and_has_no_effect():
    first, again = (
        h.crew_answered("o-1", CrewAction.ACCEPT, *letters)
        for letters in ((v.progress(OrderStage.ACCEPTED),), ())
    )
    assert judged(h.node("a", first, again)).holds
    assert "has an effect" in judged(h.node("a", again, first)).violations[0]
    refused = h.crew_answered("o-1", CrewAction.ACCEPT, done=False, reason="stage:accepted")
    assert "got another reply" in judged(h.node("a", first, refused)).violations[0]


def test_a_step_of_an_order_is_done_by_one_request():
    answered = [
        h.crew_answered("o-1", CrewAction.FINISH, request=name, done=done)
        for name, done in (("q1", True), ("q2", True), ("q3", False))
    ]
    assert "was done twice" in judged(h.node("a", *answered[:2])).violations[0]
    assert judged(h.node("a", answered[0], answered[2])).holds


def test_an_operators_action_is_done_once_and_never_left_without_a_reply():
    done = h.operator_acted(OperatorVerb.REJECT, v.incident(IncidentStage.REJECTED))
    assert judged(h.node("a", done, h.operator_acted(OperatorVerb.REJECT))).holds
    assert not judged(h.node("a", done, done)).holds
    assert "without a reply" in judged(h.node("a", replace(done, commands=()))).violations[0]


# orders


def test_an_order_that_reaches_a_stage_twice_is_a_violation():
    done = v.progress(OrderStage.DONE)
    assert not judged(h.node("b", h.record(None, done), h.record(None, done))).holds


def test_what_a_crew_says_at_the_scene_is_no_step_and_is_said_once():
    there = v.progress(OrderStage.ON_SCENE)
    arrived = h.crew_answered("o-1", CrewAction.ARRIVE, there)
    says = [h.crew_answered("o-1", CrewAction.FOUND, there, request=name) for name in ("q1", "q2")]
    assert judged(h.node("b", arrived, *says)).holds
    twice = h.crew_answered("o-1", CrewAction.FOUND, there, there, request="q1")
    (violation,) = judged(h.node("b", arrived, twice)).violations
    assert "was found so by q1 2 times" in violation


def test_a_correction_is_said_with_the_stage_that_the_order_has_and_is_no_step():
    under_way = v.progress(OrderStage.EN_ROUTE)
    corrected = replace(under_way, reason=CORRECTED)
    for again, holds in ((corrected, True), (under_way, False)):
        report = judged(h.node("b", h.record(None, under_way), h.record(None, again)))
        assert report.holds is holds


def test_what_is_reported_anew_after_a_restore_is_not_reported_twice():
    done = v.progress(OrderStage.DONE)
    assert judged(
        h.node("b", h.record(None, done), h.record(CityLinkChanged(up=False, epoch="c2"), done))
    ).holds


def test_an_order_goes_to_its_crew_once():
    issued = h.record(None, commands=(Notice(code="issued", subject="o-1"),))
    assert judged(h.node("a", issued)).holds
    assert not judged(h.node("a", issued, issued)).holds


# letters of peers


def test_a_position_with_two_contents_is_a_violation_and_a_repeated_one_is_not():
    one, other = v.unit(None), v.unit("o-1")
    assert judged(city=h.node("city", h.district_letter(one, 1), h.district_letter(one, 1))).holds
    assert not judged(
        city=h.node("city", h.district_letter(one, 1), h.district_letter(other, 1))
    ).holds
    assert judged(
        city=h.node("city", h.district_letter(one, 1), h.district_letter(other, 1, epoch="e2"))
    ).holds, "another store of the district"


def test_a_repeated_letter_has_no_effect():
    effect = (Notice(code="x", subject="y"),)
    first, again = (
        h.district_letter(v.unit(None), 1, commands=effect),
        h.district_letter(v.unit(None), 1),
    )
    assert judged(city=h.node("city", first, again)).holds
    assert "repeats letter 1" in judged(city=h.node("city", first, first)).violations[0]


def test_a_repeated_step_of_the_city_is_answered_once_per_position():
    ask = v.order_request(OrderStep.RESERVE)
    taken = [h.city_requested(ask, OrderVerdict.RESERVED, position=n) for n in (1, 1, 2)]
    assert judged(h.node("a", taken[0], taken[2])).holds, "asked twice, each answered"
    assert not judged(h.node("a", taken[0], taken[1])).holds
    anew = h.record(CityLinkChanged(up=True, epoch="c2"))
    first = h.record(CityLinkChanged(up=True, epoch="c1"))
    assert judged(h.node("a", first, taken[0], anew, taken[1])).holds, (
        "the log of a city whose store went back begins again"
    )
