"""The steps of the two-owners protocol follow from each other: every rule with a history that keeps it and histories that break it."""

from dataclasses import replace

import citysim_story as s

from citybrain.vocabulary import (
    IncidentStage,
    OrderStage,
    OrderStep,
    OrderVerdict,
    SlotState,
    UnitState,
)
from citysim.laws.orders import promises_kept

RESERVED = s.unit("o-1", assignment=0, state=UnitState.RESERVED)
FREE = s.unit(None, assignment=0)


def judged(*steps, city=None):
    return promises_kept.check(s.history(s.node("a", *steps), city=city))


def reserve(order: str = "o-1", second: float = 0.0, ttl_s: float = 30.0):
    held = s.unit(order, assignment=0, state=UnitState.RESERVED)
    return s.asked(
        s.request(OrderStep.RESERVE, order, ttl_s=ttl_s), OrderVerdict.RESERVED, held, second=second
    )


def issue(second: float, verdict: OrderVerdict = OrderVerdict.ISSUED, *letters):
    return s.asked(
        s.request(OrderStep.ISSUE),
        verdict,
        *(letters or (s.unit("o-1"),)),
        position=2,
        second=second,
    )


# the unit's owner


def test_an_order_is_issued_while_its_reservation_lasts():
    report = judged(s.step(None, FREE), reserve(), issue(29.9))
    assert report.kept and report.checked == 2


def test_an_order_issued_after_its_reservation_was_over_is_a_break():
    assert judged(reserve(), issue(30.0)).broken == (
        "a: order o-1 was issued 0.0 s after the reservation of u-1 was over",
    )
    assert not judged(reserve(), issue(45.0)).kept
    assert judged(reserve(), issue(45.0, OrderVerdict.REFUSED, FREE)).kept


def test_the_answer_repeated_later_is_no_second_issue():
    first = issue(5)
    assert judged(reserve(), first, replace(first, at=s.at(90))).kept, (
        "the very letter that was kept"
    )
    assert judged(
        reserve(),
        issue(5),
        s.asked(s.request(OrderStep.ISSUE), OrderVerdict.ISSUED, position=3, second=90),
    ).kept


def test_a_step_that_comes_again_is_answered_as_before():
    again = s.asked(s.request(OrderStep.ISSUE), OrderVerdict.REFUSED, position=3, second=9)
    assert judged(reserve(), issue(5), again).broken == (
        "a: issue of order o-1 was answered issued, and refused when it came again in record 3",
    )


def test_an_order_issued_without_a_reservation_is_a_break():
    assert len(judged(issue(1)).broken) == 2


def test_an_order_issued_after_its_unit_was_let_go_is_a_break():
    assert "was held by nobody" in judged(reserve(), s.step(None, FREE), issue(5)).broken[0]


def test_a_unit_promised_while_it_holds_another_order_is_a_break():
    assert judged(s.step(None, s.unit("o-0")), reserve()).broken == (
        "a: u-1 was promised to o-1 while it held o-0",
    )


def test_who_says_that_it_let_go_has_let_go():
    withdraw = s.request(OrderStep.WITHDRAW)
    assert judged(
        reserve(), issue(5), s.asked(withdraw, OrderVerdict.DONE, s.unit(None), position=3)
    ).kept
    assert (
        "still holds it"
        in judged(reserve(), issue(5), s.asked(withdraw, OrderVerdict.DONE, position=3)).broken[0]
    )
    assert judged(reserve(), issue(5), s.asked(withdraw, OrderVerdict.TOO_LATE, position=3)).kept


# the incident's owner


def slot(state: SlotState, order: str | None = None, version: int = 1):
    return s.incident(IncidentStage.OPENED, slots=(s.slot(state, order=order, version=version),))


def claim(verdict: OrderVerdict = OrderVerdict.CLAIMED, version: int = 1, order: str = "o-1"):
    claimed = (slot(SlotState.CLAIMED, order, version),) if verdict is OrderVerdict.CLAIMED else ()
    return s.asked(
        s.request(OrderStep.CLAIM, order, version=version, unit_district=s.B), verdict, *claimed
    )


def test_an_open_slot_is_promised_at_its_version():
    assert judged(s.step(None, slot(SlotState.OPEN)), claim()).kept


def test_a_slot_promised_at_another_version_is_a_break():
    assert judged(s.step(None, slot(SlotState.OPEN, version=2)), claim()).broken == (
        "a: slot s-1 was promised to o-1 at version 1, and it stood at 2",
    )
    assert judged(s.step(None, slot(SlotState.OPEN, version=2)), claim(OrderVerdict.REFUSED)).kept


def test_a_slot_promised_while_it_is_promised_or_unknown_is_a_break():
    assert not judged(s.step(None, slot(SlotState.CLAIMED, "o-0")), claim()).kept
    assert not judged(claim()).kept
    assert judged(
        s.step(None, slot(SlotState.OPEN)),
        claim(),
        s.asked(s.request(OrderStep.CLAIM), OrderVerdict.CLAIMED, position=2),
    ).kept, "repeated"


def test_a_slot_that_was_given_back_waits_for_nobody():
    back = s.request(OrderStep.CLAIM_CANCELLED, unit_district=s.B)
    begun = (s.step(None, slot(SlotState.OPEN)), claim())
    assert judged(*begun, s.asked(back, OrderVerdict.DONE, slot(SlotState.OPEN), position=2)).kept
    assert (
        "still waits for it"
        in judged(*begun, s.asked(back, OrderVerdict.DONE, position=2)).broken[0]
    )


# the city


def asks(*steps: OrderStep):
    return s.step(None, *(s.request(step) for step in steps), to="district/a")


def city(*steps):
    return promises_kept.check(s.history(city=s.node("city", s.city_started(), *steps, epoch="c")))


YES = (
    s.heard(s.answer(OrderStep.RESERVE, OrderVerdict.RESERVED), 1),
    s.heard(s.answer(OrderStep.CLAIM, OrderVerdict.CLAIMED), 2),
)
PROPOSED = asks(OrderStep.RESERVE, OrderStep.CLAIM)
COMMITTED = asks(OrderStep.ISSUE, OrderStep.CLAIM_CONFIRMED)


def test_what_is_committed_was_promised_by_both():
    assert city(PROPOSED, *YES, COMMITTED).kept


def test_a_commit_on_one_promise_is_a_break():
    assert "nobody had said claimed" in city(PROPOSED, YES[0], COMMITTED).broken[0]
    assert "nobody had said reserved" in city(PROPOSED, YES[1], COMMITTED).broken[0]
    refused = s.heard(s.answer(OrderStep.CLAIM, OrderVerdict.REFUSED), 2)
    assert not city(PROPOSED, YES[0], refused, COMMITTED).kept


def test_an_order_that_the_city_never_proposed_is_a_break_unless_it_forgot_it():
    assert not city(COMMITTED).kept
    assert city(s.city_started("c2"), COMMITTED).kept


def test_a_release_after_the_commit_is_a_break():
    assert city(PROPOSED, asks(OrderStep.RELEASE)).kept
    assert (
        "after it had been committed"
        in city(PROPOSED, *YES, COMMITTED, asks(OrderStep.RELEASE)).broken[0]
    )


def test_a_slot_is_told_not_coming_of_a_crew_that_was_called_back_or_has_let_go():
    begun = (PROPOSED, *YES, COMMITTED)
    assert city(*begun, asks(OrderStep.CLAIM_CANCELLED, OrderStep.WITHDRAW)).kept, "in one record"
    assert city(*begun, asks(OrderStep.WITHDRAW), asks(OrderStep.CLAIM_CANCELLED)).kept
    assert city(
        *begun, s.heard(s.progress(OrderStage.REFUSED), 3), asks(OrderStep.CLAIM_CANCELLED)
    ).kept
    assert city(
        *begun,
        s.heard(s.answer(OrderStep.ISSUE, OrderVerdict.REFUSED), 3),
        asks(OrderStep.CLAIM_CANCELLED),
    ).kept
    assert (
        "its crew was never called back" in city(*begun, asks(OrderStep.CLAIM_CANCELLED)).broken[0]
    )
    assert not city(
        *begun, s.heard(s.progress(OrderStage.ACCEPTED), 3), asks(OrderStep.CLAIM_CANCELLED)
    ).kept
