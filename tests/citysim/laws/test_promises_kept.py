"""The steps of the two-owners protocol follow from each other: every rule, with violations."""

import law_histories as h
import law_values as v

from citybrain.decider.command import SetTimer, TimerFired
from citybrain.domain.unit import UnitStatus
from citybrain.structs import replace
from citybrain.vocabulary import (
    Duty,
    IncidentStage,
    OrderStage,
    OrderStep,
    OrderVerdict,
    SlotState,
    UnitState,
)
from citysim.laws.orders import promises_kept
from district_node.cores.timer_keys import TimerKey, TimerKind, timer_id

RESERVED = v.unit("o-1", assignment_number=0, state=UnitState.RESERVED)
FREE = v.unit(None, assignment_number=0)


def judged(*records, city=None):
    return promises_kept.check(h.history(h.node("a", *records), city=city))


def reserve(order: str = "o-1", second: float = 0.0, ttl_s: float = 30.0):
    held = v.unit(order, assignment_number=0, state=UnitState.RESERVED)
    return h.city_requested(
        v.order_request(OrderStep.RESERVE, order, ttl_s=ttl_s),
        OrderVerdict.RESERVED,
        held,
        second=second,
    )


def issue(second: float, verdict: OrderVerdict = OrderVerdict.ISSUED, *letters):
    return h.city_requested(
        v.order_request(OrderStep.ISSUE),
        verdict,
        *(letters or (v.unit("o-1"),)),
        position=2,
        second=second,
    )


# the unit's owner


def test_an_order_is_issued_while_its_reservation_lasts():
    report = judged(h.record(None, FREE), reserve(), issue(29.9))
    assert report.holds and report.checked == 2


def test_what_was_answered_of_a_live_order_is_answered_again_however_late():
    """A timer asks a day later whether its answers may go, and a live order keeps them."""
    day_s, name = 86_400.0, timer_id(TimerKey(TimerKind.EVICT_ORDER, ("o-1",)))
    fired = TimerFired(timer=name, subject="o-1", version=0)
    again = SetTimer(timer=name, due=v.at(2 * day_s), subject="o-1")
    kept = h.record(fired, second=day_s, commands=(again,))
    assert judged(reserve(), issue(20), kept, issue(day_s + 1)).holds
    forgotten = h.record(fired, second=day_s)
    assert not judged(reserve(), issue(20), forgotten, issue(day_s + 1)).holds


def test_an_order_issued_after_its_reservation_expired_is_a_violation():
    assert judged(reserve(), issue(30.0)).violations == (
        "a: order o-1 was issued 0.0 s after u-1's reservation had expired",
    )
    assert not judged(reserve(), issue(45.0)).holds
    assert judged(reserve(), issue(45.0, OrderVerdict.REFUSED, FREE)).holds


def test_a_repeated_answer_is_no_second_issue():
    first = issue(5)
    assert judged(reserve(), first, replace(first, at=v.at(90))).holds, (
        "the very letter that was kept"
    )
    assert judged(
        reserve(),
        issue(5),
        h.city_requested(
            v.order_request(OrderStep.ISSUE), OrderVerdict.ISSUED, position=3, second=90
        ),
    ).holds


def test_a_step_that_comes_again_is_answered_as_before():
    again = h.city_requested(
        v.order_request(OrderStep.ISSUE), OrderVerdict.REFUSED, position=3, second=9
    )
    assert judged(reserve(), issue(5), again).violations == (
        "a: issue of order o-1 was answered issued, and refused when it came again in record 3",
    )


def test_an_order_issued_without_a_reservation_is_a_violation():
    assert len(judged(issue(1)).violations) == 2


def test_an_order_issued_after_its_unit_was_released_is_a_violation():
    assert "was under no order" in judged(reserve(), h.record(None, FREE), issue(5)).violations[0]


def test_a_unit_promised_while_under_another_order_is_a_violation():
    assert judged(h.record(None, v.unit("o-0")), reserve()).violations == (
        "a: u-1 was promised to o-1 while under o-0",
    )


def test_a_unit_promised_while_it_is_not_on_duty_is_a_violation():
    status = UnitStatus(duty=Duty.ON_BREAK, since=v.at(0.0), by="u-1")
    away = replace(FREE, state=UnitState.ON_BREAK, status=status)
    assert (
        "a: u-1 was promised to o-1, and it was on_break"
        in judged(h.record(None, away), reserve()).violations
    )


def test_who_reports_a_release_has_released():
    withdraw = v.order_request(OrderStep.WITHDRAW)
    assert judged(
        reserve(), issue(5), h.city_requested(withdraw, OrderVerdict.DONE, v.unit(None), position=3)
    ).holds
    assert (
        "is still under it"
        in judged(
            reserve(), issue(5), h.city_requested(withdraw, OrderVerdict.DONE, position=3)
        ).violations[0]
    )
    assert judged(
        reserve(), issue(5), h.city_requested(withdraw, OrderVerdict.TOO_LATE, position=3)
    ).holds


# the incident's owner


def slot(state: SlotState, order: str | None = None, version: int = 1):
    return v.incident(IncidentStage.OPENED, slots=(v.slot(state, order=order, version=version),))


def claim(verdict: OrderVerdict = OrderVerdict.CLAIMED, version: int = 1, order: str = "o-1"):
    claimed = (slot(SlotState.CLAIMED, order, version),) if verdict is OrderVerdict.CLAIMED else ()
    return h.city_requested(
        v.order_request(OrderStep.CLAIM, order, version=version, unit_district=v.B),
        verdict,
        *claimed,
    )


def test_an_open_slot_is_promised_at_its_version():
    assert judged(h.record(None, slot(SlotState.OPEN)), claim()).holds


def test_a_slot_promised_at_another_version_is_a_violation():
    assert judged(h.record(None, slot(SlotState.OPEN, version=2)), claim()).violations == (
        "a: slot s-1 was promised to o-1 at version 1, and it was at 2",
    )
    assert judged(
        h.record(None, slot(SlotState.OPEN, version=2)), claim(OrderVerdict.REFUSED)
    ).holds


def test_a_slot_promised_while_it_is_promised_or_unknown_is_a_violation():
    assert not judged(h.record(None, slot(SlotState.CLAIMED, "o-0")), claim()).holds
    assert not judged(claim()).holds
    assert judged(
        h.record(None, slot(SlotState.OPEN)),
        claim(),
        h.city_requested(v.order_request(OrderStep.CLAIM), OrderVerdict.CLAIMED, position=2),
    ).holds, "repeated"


def test_a_slot_that_was_released_waits_for_no_order():
    back = v.order_request(OrderStep.CLAIM_CANCELLED, unit_district=v.B)
    begun = (h.record(None, slot(SlotState.OPEN)), claim())
    assert judged(
        *begun, h.city_requested(back, OrderVerdict.DONE, slot(SlotState.OPEN), position=2)
    ).holds
    assert (
        "still waits for it"
        in judged(*begun, h.city_requested(back, OrderVerdict.DONE, position=2)).violations[0]
    )


# the city


def asks(*records: OrderStep):
    return h.record(None, *(v.order_request(step) for step in records), to="district/a")


def city(*records):
    return promises_kept.check(
        h.history(city=h.node("city", h.city_started(), *records, epoch="c"))
    )


YES = (
    h.district_letter(v.order_answer(OrderStep.RESERVE, OrderVerdict.RESERVED), 1),
    h.district_letter(v.order_answer(OrderStep.CLAIM, OrderVerdict.CLAIMED), 2),
)
PROPOSED = asks(OrderStep.RESERVE, OrderStep.CLAIM)
COMMITTED = asks(OrderStep.ISSUE, OrderStep.CLAIM_CONFIRMED)


def test_what_is_committed_was_promised_by_both():
    assert city(PROPOSED, *YES, COMMITTED).holds


def test_a_commit_on_one_promise_is_a_violation():
    assert "without claimed" in city(PROPOSED, YES[0], COMMITTED).violations[0]
    assert "without reserved" in city(PROPOSED, YES[1], COMMITTED).violations[0]
    refused = h.district_letter(v.order_answer(OrderStep.CLAIM, OrderVerdict.REFUSED), 2)
    assert not city(PROPOSED, YES[0], refused, COMMITTED).holds


def test_an_order_that_the_city_never_proposed_is_a_violation_unless_it_forgot_it():
    assert not city(COMMITTED).holds
    assert city(h.city_started("c2"), COMMITTED).holds


def test_a_release_after_the_commit_is_a_violation():
    assert city(PROPOSED, asks(OrderStep.RELEASE)).holds
    assert (
        "after it had been committed"
        in city(PROPOSED, *YES, COMMITTED, asks(OrderStep.RELEASE)).violations[0]
    )


def test_a_claim_is_cancelled_for_a_crew_that_was_recalled_or_has_released():
    begun = (PROPOSED, *YES, COMMITTED)
    assert city(*begun, asks(OrderStep.CLAIM_CANCELLED, OrderStep.WITHDRAW)).holds, "in one record"
    assert city(*begun, asks(OrderStep.WITHDRAW), asks(OrderStep.CLAIM_CANCELLED)).holds
    assert city(
        *begun,
        h.district_letter(v.progress(OrderStage.REFUSED), 3),
        asks(OrderStep.CLAIM_CANCELLED),
    ).holds
    assert city(
        *begun,
        h.district_letter(v.order_answer(OrderStep.ISSUE, OrderVerdict.REFUSED), 3),
        asks(OrderStep.CLAIM_CANCELLED),
    ).holds
    assert (
        "its crew was never recalled" in city(*begun, asks(OrderStep.CLAIM_CANCELLED)).violations[0]
    )
    assert not city(
        *begun,
        h.district_letter(v.progress(OrderStage.ACCEPTED), 3),
        asks(OrderStep.CLAIM_CANCELLED),
    ).holds
