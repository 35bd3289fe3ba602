"""A slot has one live order or a declared surplus: by what made it let go, not by clocks."""

from dataclasses import replace

import citysim_story as s

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


def coming(
    order: str | None,
    version: int = 1,
    extra: int = 0,
    stage: IncidentStage = IncidentStage.DISPATCHED,
):
    slot = s.slot(
        SlotState.OPEN if order is None else SlotState.CONFIRMED, order=order, version=version
    )
    return s.incident(stage, slots=(slot,), extra=extra)


def judged(*steps, others=(), **facts):
    return one_slot_one_order.check(s.history(s.node("a", *steps), *others, **facts))


FIRST = s.step(None, coming("o-1"))


def test_a_slot_that_gives_its_order_away_unsaid_is_a_break():
    report = judged(FIRST, s.step(None, coming("o-2", 2)))
    assert report.broken == (
        "a: i-1 let go of o-1 in record 2, which may still come, and declares 0 as surplus",
    )
    assert not judged(FIRST, s.step(None, coming(None, 2))).kept, (
        "open again while the first is out"
    )


def test_it_is_said_once():
    assert (
        len(judged(FIRST, s.step(None, coming("o-2", 2)), s.step(None, coming("o-2", 2))).broken)
        == 1
    )


def test_a_declared_surplus_may_be_out_and_no_more_than_is_declared():
    assert judged(FIRST, s.step(None, coming("o-2", 2, extra=1))).kept
    assert not judged(
        FIRST, s.step(None, coming("o-2", 2, extra=1)), s.step(None, coming("o-3", 3, extra=1))
    ).kept


def test_a_surplus_taken_back_before_its_end_is_known_is_a_break():
    assert not judged(
        FIRST, s.step(None, coming("o-2", 2, extra=1)), s.step(None, coming("o-2", 2))
    ).kept
    over = s.step(
        CityLetterReceived(position=1, progress=s.progress(OrderStage.WITHDRAWN)), coming("o-2", 2)
    )
    assert judged(FIRST, s.step(None, coming("o-2", 2, extra=1)), over).kept


def test_an_order_that_ended_or_was_called_back_makes_room():
    ends = {
        "its crew gave it back": s.step(
            CityLetterReceived(position=1, progress=s.progress(OrderStage.REFUSED)), coming(None, 2)
        ),
        "the city calls it back": s.asked(
            s.request(OrderStep.CLAIM_CANCELLED), OrderVerdict.DONE, coming(None)
        ),
        "the city gave it up": s.asked(
            s.request(OrderStep.RELEASE), OrderVerdict.DONE, coming(None)
        ),
        "an own crew gave it back": s.presses(
            "o-1",
            CrewAction.CANNOT,
            coming(None, 2),
            s.progress(OrderStage.REFUSED, unit_district=s.A),
        ),
    }
    for why, step in ends.items():
        assert judged(FIRST, step, s.step(None, coming("o-2", 2))).kept, why
    own = s.step(None, s.unit("o-1"), coming("o-1"))
    assert judged(own, s.step(None, coming("o-2", 2), s.unit(None))).kept, (
        "its own unit let it go in the same record"
    )


def test_what_the_city_says_of_another_order_makes_no_room():
    other = s.asked(s.request(OrderStep.CLAIM_CANCELLED, "o-9"), OrderVerdict.DONE, coming(None))
    assert not judged(FIRST, other).kept


def test_a_served_or_cancelled_slot_keeps_its_order_named():
    served = s.incident(IncidentStage.HANDLED, slots=(s.slot(SlotState.SERVED, order="o-1"),))
    assert judged(FIRST, s.step(None, served)).kept


def test_clocks_that_differ_mean_nothing():
    slow = [
        replace(FIRST, at=s.at(500)),
        s.step(
            CityLetterReceived(position=1, progress=s.progress(OrderStage.DONE)),
            coming("o-2", 2),
            second=10,
        ),
    ]
    assert judged(*slow).kept


def test_when_all_is_healed_no_more_crews_are_out_for_a_slot_than_it_declares():
    two = s.node(
        "b",
        s.step(None, s.unit("o-1", district=s.B)),
        s.step(None, s.unit("o-2", name="u-2", district=s.B)),
    )
    called_back = s.asked(s.request(OrderStep.CLAIM_CANCELLED), OrderVerdict.DONE, coming(None))
    steps = [FIRST, called_back, s.step(None, coming("o-2"))]
    assert judged(*steps, others=(two,)).kept, "its crew is being called back"
    assert "has 2 live orders at the end" in judged(*steps, others=(two,), is_healed=True).broken[0]
    assert judged(*steps, s.step(None, coming("o-2", extra=1)), others=(two,), is_healed=True).kept
