"""Law 3: a unit has one live order. Histories that keep it, histories that break it, near misses."""

import citysim_story as s

from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OrderStage,
    OrderStep,
    OrderVerdict,
    SlotState,
    UnitState,
)
from citysim.crews.device import DeviceLine
from citysim.laws.orders import one_unit_one_order

DONE = s.progress(OrderStage.DONE, unit_district=s.A)


def judged(*steps, devices=(), others=()):
    return one_unit_one_order.check(
        s.history(s.node("a", *steps), *others, devices=(("u-1", devices),) if devices else ())
    )


def told(*reports):
    return [
        s.step(None, *(report if isinstance(report, tuple) else (report,))) for report in reports
    ]


# what its owner tells


def test_orders_one_after_the_other_are_one_at_a_time():
    second = s.progress(OrderStage.REFUSED, "o-2")
    report = judged(
        *told(
            s.unit("o-1"),
            (DONE, s.unit(None)),
            s.unit("o-2", assignment=2),
            (second, s.unit(None, assignment=2)),
        )
    )
    assert report.kept and report.checked == 4


def test_a_unit_may_go_from_one_order_to_the_next_in_one_record():
    assert judged(*told(s.unit("o-1"), (DONE, s.unit("o-2", assignment=2)))).kept


def test_a_unit_taken_from_an_order_that_nobody_had_ended_is_a_break():
    report = judged(*told(s.unit("o-1"), s.unit("o-2", assignment=2)))
    assert report.broken == (
        "a: u-1 was taken from order o-1 in record 2, and nobody had ended that order",
    )
    late = judged(*told(s.unit("o-1"), s.unit(None), DONE))
    assert not late.kept, "it was ended after it had been let go"


def test_whoever_may_end_an_order_ends_it():
    ended = {
        "its crew": s.presses("o-1", CrewAction.FINISH, s.unit(None)),
        "its crew, giving it back": s.presses("o-1", CrewAction.CANNOT, s.unit(None)),
        "the city": s.asked(s.request(OrderStep.WITHDRAW), OrderVerdict.DONE, s.unit(None)),
        "the incident": s.step(
            None,
            s.incident(IncidentStage.CLOSED, slots=(s.slot(SlotState.CANCELLED, order="o-1"),)),
            s.unit(None),
        ),
    }
    dispatched = s.incident(
        IncidentStage.DISPATCHED, slots=(s.slot(SlotState.CONFIRMED, order="o-1"),)
    )
    for who, step in ended.items():
        assert judged(s.step(None, dispatched, s.unit("o-1")), step).kept, who
    refused = s.presses("o-1", CrewAction.FINISH, s.unit(None), done=False)
    assert not judged(*told(s.unit("o-1")), refused).kept


def test_an_order_that_comes_back_after_another_held_the_unit_is_a_break():
    report = judged(
        *told(s.unit("o-1"), (DONE, s.unit("o-2", assignment=2)), s.unit("o-1", assignment=3))
    )
    assert "a: u-1 holds order o-1 again after it was let go" in report.broken


def test_an_assignment_number_that_goes_back_is_a_break():
    report = judged(*told(s.unit("o-1", assignment=2), (DONE, s.unit("o-2", assignment=1))))
    assert report.broken == ("a: u-1: assignment 1 was told after 2",)


def test_two_orders_under_one_number_are_a_break_and_a_reservation_has_none_yet():
    assert (
        "under one assignment number"
        in judged(*told(s.unit("o-1"), (DONE, s.unit("o-2")))).broken[0]
    )
    reserved = s.unit("o-2", state=UnitState.RESERVED)
    assert judged(*told(s.unit("o-1"), (DONE, reserved), s.unit("o-2", assignment=2))).kept


def test_a_restore_may_give_a_live_order_a_new_number():
    assert judged(*told(s.unit("o-1"), s.unit("o-1", assignment=1_000_001))).kept


def test_a_unit_with_two_owners_is_a_break():
    assert not judged(*told(s.unit(None)), others=(s.node("b", s.step(None, s.unit(None))),)).kept


def test_an_order_with_two_units_is_a_break():
    assert not judged(
        *told(s.unit("o-1")),
        others=(s.node("b", s.step(None, s.unit("o-1", name="u-2", district=s.B))),),
    ).kept
    assert not judged(*told(s.unit("o-1"), s.unit("o-1", name="u-2"))).kept


# buttons, in the journal


def test_a_button_counts_for_the_order_that_the_unit_holds_under_its_number():
    held = told(s.unit("o-1", assignment=2))
    assert judged(*held, s.presses("o-1", CrewAction.ACCEPT, assignment=2)).kept
    assert (
        "while it held o-1"
        in judged(*held, s.presses("o-0", CrewAction.ACCEPT, assignment=2)).broken[0]
    )
    assert not judged(*held, s.presses("o-1", CrewAction.ACCEPT, assignment=1)).kept, (
        "an old number"
    )
    assert judged(*held, s.presses("o-0", CrewAction.ACCEPT, assignment=1, done=False)).kept, (
        "it was refused"
    )


def test_a_button_of_a_crew_that_holds_nothing_is_a_break():
    assert "while it held nothing" in judged(s.presses("o-1", CrewAction.ACCEPT)).broken[0]
    over = told(s.unit("o-1"), (DONE, s.unit(None)))
    assert not judged(*over, s.presses("o-1", CrewAction.FINISH)).kept


def test_the_same_button_again_is_answered_and_not_taken():
    done = s.presses("o-1", CrewAction.FINISH, s.unit(None), request="q")
    assert judged(*told(s.unit("o-1")), done, s.presses("o-1", CrewAction.FINISH, request="q")).kept
    assert not judged(
        *told(s.unit("o-1")), done, s.presses("o-1", CrewAction.FINISH, request="q2")
    ).kept


# its device


def line(what: str, order: str, assignment: int, outcome: str = "") -> DeviceLine:
    return DeviceLine(
        at=s.at(0), unit="u-1", assignment=assignment, order=order, what=what, outcome=outcome
    )


def test_a_device_that_showed_rising_numbers_keeps_the_law():
    assert judged(
        devices=(
            line("shown", "o-1", 1),
            line("accept", "o-1", 1, "done"),
            line("void", "o-0", 0),
            line("shown", "o-2", 2),
            line("accept", "o-2", 2, "done"),
        )
    ).kept


def test_a_device_that_showed_an_older_number_breaks_it():
    assert not judged(devices=(line("shown", "o-2", 2), line("shown", "o-1", 1))).kept
    assert not judged(devices=(line("shown", "o-2", 2), line("shown", "o-1", 2))).kept
    assert judged(devices=(line("shown", "o-2", 2), line("shown", "o-2", 2))).kept, (
        "a crew that came back to its work"
    )


def test_a_button_taken_for_an_order_that_was_not_shown_breaks_it():
    assert not judged(devices=(line("shown", "o-2", 2), line("finish", "o-1", 1, "done"))).kept
    assert not judged(devices=(line("shown", "o-2", 2), line("cannot", "o-1", 1, "done"))).kept
    assert judged(
        devices=(line("shown", "o-2", 2), line("finish", "o-1", 1, "old_assignment"))
    ).kept
    assert judged(
        devices=(line("shown", "o-1", 1), line("finish", "o-1", 1_000_001, "done"))
    ).kept, "shown anew after a restore, as the same order"


def test_a_log_whose_older_half_was_dropped_begins_anywhere():
    assert judged(devices=(line("finish", "o-1", 1, "done"), line("shown", "o-2", 2))).kept


def test_a_device_shows_only_what_its_owner_gave_it():
    given = told(s.unit("o-1"), (DONE, s.unit("o-2", assignment=2)))
    assert judged(*given, devices=(line("shown", "o-1", 1), line("shown", "o-2", 2))).kept
    assert "never gave it" in judged(*given, devices=(line("shown", "o-3", 2),)).broken[0]
    assert not judged(*given, devices=(line("shown", "o-2", 3),)).kept
    reserved = told(s.unit("o-1", state=UnitState.RESERVED))
    assert not judged(*reserved, devices=(line("shown", "o-1", 1),)).kept, (
        "a reservation is no order yet"
    )


def test_a_device_may_have_shown_what_a_restored_district_has_forgotten():
    back = [s.started("e1"), s.started("e2"), *told(s.unit("o-1", assignment=1_000_001))]
    assert judged(*back, devices=(line("shown", "o-9", 9), line("shown", "o-1", 1_000_001))).kept


def test_an_order_on_two_devices_is_a_break():
    both = (("u-1", (line("shown", "o-1", 1),)), ("u-2", (line("shown", "o-1", 1),)))
    assert not one_unit_one_order.check(s.history(devices=both)).kept
