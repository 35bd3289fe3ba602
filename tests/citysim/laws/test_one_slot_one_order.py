"""A slot has one live order or a declared extra one: judged by causes, not by clocks."""

import law_histories as h
import law_values as v

from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OrderStage,
    OrderStep,
    OrderVerdict,
    SlotState,
)
from citysim.laws.orders import one_slot_one_order
from district_node.inputs import CityLetterReceived


def claim(
    order: str | None,
    version: int = 1,
    extra: int = 0,
    stage: IncidentStage = IncidentStage.DISPATCHED,
):
    slot = v.slot(
        SlotState.OPEN if order is None else SlotState.CONFIRMED, order=order, version=version
    )
    return v.incident(stage, slots=(slot,), extra=extra)


def judged(*records, others=(), **facts):
    return one_slot_one_order.check(h.history(h.node("a", *records), *others, **facts))


FIRST = h.record(None, claim("o-1"))


def test_a_slot_that_changes_its_order_undeclared_is_a_violation():
    report = judged(FIRST, h.record(None, claim("o-2", 2)))
    assert report.violations == (
        "a: i-1 unassigned o-1 in record 2, which may still come, and declares 0 as extra",
    )
    assert not judged(FIRST, h.record(None, claim(None, 2))).holds, (
        "open again while the first is out"
    )


def test_it_is_reported_once():
    assert (
        len(
            judged(
                FIRST, h.record(None, claim("o-2", 2)), h.record(None, claim("o-2", 2))
            ).violations
        )
        == 1
    )


def test_as_many_extra_orders_may_be_live_as_are_declared():
    assert judged(FIRST, h.record(None, claim("o-2", 2, extra=1))).holds
    assert not judged(
        FIRST, h.record(None, claim("o-2", 2, extra=1)), h.record(None, claim("o-3", 3, extra=1))
    ).holds


def test_an_extra_order_undeclared_before_its_end_is_known_is_a_violation():
    assert not judged(
        FIRST, h.record(None, claim("o-2", 2, extra=1)), h.record(None, claim("o-2", 2))
    ).holds
    over = h.record(
        CityLetterReceived(position=1, letter=v.progress(OrderStage.WITHDRAWN)), claim("o-2", 2)
    )
    assert judged(FIRST, h.record(None, claim("o-2", 2, extra=1)), over).holds


def test_an_order_that_ended_or_was_recalled_makes_room():
    ends = {
        "its crew gave it back": h.record(
            CityLetterReceived(position=1, letter=v.progress(OrderStage.REFUSED)), claim(None, 2)
        ),
        "the city recalls it": h.city_requested(
            v.order_request(OrderStep.CLAIM_CANCELLED), OrderVerdict.DONE, claim(None)
        ),
        "the city gave it up": h.city_requested(
            v.order_request(OrderStep.RELEASE), OrderVerdict.DONE, claim(None)
        ),
        "an own crew gave it back": h.crew_answered(
            "o-1",
            CrewAction.CANNOT,
            claim(None, 2),
            v.progress(OrderStage.REFUSED, unit_district=v.A),
        ),
    }
    for why, step in ends.items():
        assert judged(FIRST, step, h.record(None, claim("o-2", 2))).holds, why
    own = h.record(None, v.unit("o-1"), claim("o-1"))
    assert judged(own, h.record(None, claim("o-2", 2), v.unit(None))).holds, (
        "its own unit left it in the same record"
    )


def test_what_the_city_sends_of_another_order_makes_no_room():
    other = h.city_requested(
        v.order_request(OrderStep.CLAIM_CANCELLED, "o-9"), OrderVerdict.DONE, claim(None)
    )
    assert not judged(FIRST, other).holds


def test_a_served_or_cancelled_slot_keeps_its_order_named():
    served = v.incident(IncidentStage.HANDLED, slots=(v.slot(SlotState.SERVED, order="o-1"),))
    assert judged(FIRST, h.record(None, served)).holds


def test_clocks_that_differ_mean_nothing():
    slow = [
        replace(FIRST, at=v.at(500)),
        h.record(
            CityLetterReceived(position=1, letter=v.progress(OrderStage.DONE)),
            claim("o-2", 2),
            second=10,
        ),
    ]
    assert judged(*slow).holds


def test_after_recovery_no_more_crews_are_under_way_for_a_slot_than_declared():
    two = h.node(
        "b",
        h.record(None, v.unit("o-1", district=v.B)),
        h.record(None, v.unit("o-2", name="u-2", district=v.B)),
    )
    recalled = h.city_requested(
        v.order_request(OrderStep.CLAIM_CANCELLED), OrderVerdict.DONE, claim(None)
    )
    records = [FIRST, recalled, h.record(None, claim("o-2"))]
    assert judged(*records, others=(two,)).holds, "its crew is being recalled"
    assert (
        "has 2 live orders at the end"
        in judged(*records, others=(two,), is_recovered=True).violations[0]
    )
    assert judged(
        *records, h.record(None, claim("o-2", extra=1)), others=(two,), is_recovered=True
    ).holds


def test_an_order_that_fills_another_slot_of_its_incident_is_not_unassigned():
    def filled(patrol: str | None, pump: str | None):
        slots = tuple(
            replace(
                v.slot(
                    SlotState.OPEN if order is None else SlotState.CONFIRMED,
                    order=order,
                ),
                slot=name,
            )
            for name, order in (("s-1", patrol), ("s-2", pump))
        )
        return h.record(None, v.incident(IncidentStage.DISPATCHED, slots=slots))

    assert judged(filled("o-1", None), filled("o-2", "o-1")).holds
    assert not judged(filled("o-1", None), filled("o-2", "o-1"), filled("o-2", "o-3")).holds
