"""Law 3: histories in which a unit has one live order, violations, and near misses."""

import law_histories as h
import law_values as v

from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OrderStage,
    OrderStep,
    OrderVerdict,
    SlotState,
    UnitState,
)
from citysim.laws.orders import one_unit_one_order
from citysim.people.device_log import DeviceEntry

DONE = v.progress(OrderStage.DONE, unit_district=v.A)


def judged(*records, devices=(), others=()):
    return one_unit_one_order.check(
        h.history(h.node("a", *records), *others, devices=(("u-1", devices),) if devices else ())
    )


def reported(*reports):
    return [
        h.record(None, *(report if isinstance(report, tuple) else (report,))) for report in reports
    ]


# its owner's letters


def test_orders_one_after_the_other_are_one_at_a_time():
    second = v.progress(OrderStage.REFUSED, "o-2")
    report = judged(
        *reported(
            v.unit("o-1"),
            (DONE, v.unit(None)),
            v.unit("o-2", assignment_number=2),
            (second, v.unit(None, assignment_number=2)),
        )
    )
    assert report.holds and report.checked == 4


def test_a_unit_may_go_from_one_order_to_the_next_in_one_record():
    assert judged(*reported(v.unit("o-1"), (DONE, v.unit("o-2", assignment_number=2)))).holds


def test_a_unit_that_leaves_an_order_that_had_not_ended_is_a_violation():
    report = judged(*reported(v.unit("o-1"), v.unit("o-2", assignment_number=2)))
    assert report.violations == ("a: u-1 left order o-1 in record 2, and that order had not ended",)
    late = judged(*reported(v.unit("o-1"), v.unit(None), DONE))
    assert not late.holds, "it was ended after the unit had left it"


def test_every_owner_that_may_end_an_order_ends_it():
    ended = {
        "its crew": h.crew_answered("o-1", CrewAction.FINISH, v.unit(None)),
        "its crew, giving it back": h.crew_answered("o-1", CrewAction.CANNOT, v.unit(None)),
        "the city": h.city_requested(
            v.order_request(OrderStep.WITHDRAW), OrderVerdict.DONE, v.unit(None)
        ),
        "the incident": h.record(
            None,
            v.incident(IncidentStage.CLOSED, slots=(v.slot(SlotState.CANCELLED, order="o-1"),)),
            v.unit(None),
        ),
    }
    dispatched = v.incident(
        IncidentStage.DISPATCHED, slots=(v.slot(SlotState.CONFIRMED, order="o-1"),)
    )
    for who, step in ended.items():
        assert judged(h.record(None, dispatched, v.unit("o-1")), step).holds, who
    refused = h.crew_answered("o-1", CrewAction.FINISH, v.unit(None), done=False)
    assert not judged(*reported(v.unit("o-1")), refused).holds


def test_an_order_that_comes_back_after_another_one_is_a_violation():
    report = judged(
        *reported(
            v.unit("o-1"),
            (DONE, v.unit("o-2", assignment_number=2)),
            v.unit("o-1", assignment_number=3),
        )
    )
    assert "a: u-1 is under order o-1 again after it had left it" in report.violations


def test_an_assignment_number_that_goes_back_is_a_violation():
    report = judged(
        *reported(v.unit("o-1", assignment_number=2), (DONE, v.unit("o-2", assignment_number=1)))
    )
    assert report.violations == ("a: u-1: assignment 1 was reported after 2",)


def test_two_orders_under_one_number_are_a_violation_and_a_reservation_has_none_yet():
    assert (
        "under assignment number 1"
        in judged(*reported(v.unit("o-1"), (DONE, v.unit("o-2")))).violations[0]
    )
    reserved = v.unit("o-2", state=UnitState.RESERVED)
    assert judged(
        *reported(v.unit("o-1"), (DONE, reserved), v.unit("o-2", assignment_number=2))
    ).holds


def test_a_restore_may_give_a_live_order_a_new_number():
    assert judged(*reported(v.unit("o-1"), v.unit("o-1", assignment_number=1_000_001))).holds


def test_a_unit_with_two_owners_is_a_violation():
    assert not judged(
        *reported(v.unit(None)), others=(h.node("b", h.record(None, v.unit(None))),)
    ).holds


def test_an_order_with_two_units_is_a_violation():
    assert not judged(
        *reported(v.unit("o-1")),
        others=(h.node("b", h.record(None, v.unit("o-1", name="u-2", district=v.B))),),
    ).holds
    assert not judged(*reported(v.unit("o-1"), v.unit("o-1", name="u-2"))).holds


# crews' answers, in the journal


def test_an_answer_counts_for_the_units_order_under_its_number():
    held = reported(v.unit("o-1", assignment_number=2))
    assert judged(*held, h.crew_answered("o-1", CrewAction.ACCEPT, assignment_number=2)).holds
    assert (
        "while it was under o-1"
        in judged(*held, h.crew_answered("o-0", CrewAction.ACCEPT, assignment_number=2)).violations[
            0
        ]
    )
    assert not judged(
        *held, h.crew_answered("o-1", CrewAction.ACCEPT, assignment_number=1)
    ).holds, "an old number"
    assert judged(
        *held, h.crew_answered("o-0", CrewAction.ACCEPT, assignment_number=1, done=False)
    ).holds, "it was refused"


def test_an_answer_of_a_crew_without_an_order_is_a_violation():
    assert (
        "while it was under no order"
        in judged(h.crew_answered("o-1", CrewAction.ACCEPT)).violations[0]
    )
    over = reported(v.unit("o-1"), (DONE, v.unit(None)))
    assert not judged(*over, h.crew_answered("o-1", CrewAction.FINISH)).holds


def test_a_repeated_answer_is_replied_to_and_not_accepted_again():
    done = h.crew_answered("o-1", CrewAction.FINISH, v.unit(None), request="q")
    assert judged(
        *reported(v.unit("o-1")), done, h.crew_answered("o-1", CrewAction.FINISH, request="q")
    ).holds
    assert not judged(
        *reported(v.unit("o-1")), done, h.crew_answered("o-1", CrewAction.FINISH, request="q2")
    ).holds


# its device


def entry(action: str, order: str, assignment_number: int, outcome: str = "") -> DeviceEntry:
    return DeviceEntry(
        at=v.at(0),
        unit="u-1",
        assignment_number=assignment_number,
        order=order,
        action=action,
        outcome=outcome,
    )


def test_a_device_may_show_rising_numbers():
    assert judged(
        devices=(
            entry("shown", "o-1", 1),
            entry("accept", "o-1", 1, "done"),
            entry("void", "o-0", 0),
            entry("shown", "o-2", 2),
            entry("accept", "o-2", 2, "done"),
        )
    ).holds


def test_a_device_that_showed_an_older_number_is_a_violation():
    assert not judged(devices=(entry("shown", "o-2", 2), entry("shown", "o-1", 1))).holds
    assert not judged(devices=(entry("shown", "o-2", 2), entry("shown", "o-1", 2))).holds
    assert judged(devices=(entry("shown", "o-2", 2), entry("shown", "o-2", 2))).holds, (
        "a crew that came back to its work"
    )


def test_an_answer_accepted_for_an_order_that_was_not_shown_is_a_violation():
    assert not judged(devices=(entry("shown", "o-2", 2), entry("finish", "o-1", 1, "done"))).holds
    assert not judged(devices=(entry("shown", "o-2", 2), entry("cannot", "o-1", 1, "done"))).holds
    assert judged(
        devices=(entry("shown", "o-2", 2), entry("finish", "o-1", 1, "old_assignment_number"))
    ).holds
    assert judged(
        devices=(entry("shown", "o-1", 1), entry("finish", "o-1", 1_000_001, "done"))
    ).holds, "shown anew after a restore, as the same order"


def test_a_log_whose_older_half_was_dropped_begins_anywhere():
    assert judged(devices=(entry("finish", "o-1", 1, "done"), entry("shown", "o-2", 2))).holds


def test_a_device_shows_only_what_its_owner_gave_it():
    given = reported(v.unit("o-1"), (DONE, v.unit("o-2", assignment_number=2)))
    assert judged(*given, devices=(entry("shown", "o-1", 1), entry("shown", "o-2", 2))).holds
    assert "never gave it" in judged(*given, devices=(entry("shown", "o-3", 2),)).violations[0]
    assert not judged(*given, devices=(entry("shown", "o-2", 3),)).holds
    reserved = reported(v.unit("o-1", state=UnitState.RESERVED))
    assert not judged(*reserved, devices=(entry("shown", "o-1", 1),)).holds, (
        "a reservation is no order yet"
    )


def test_a_device_may_have_shown_what_a_restored_district_has_forgotten():
    back = [
        h.district_started("e1"),
        h.district_started("e2"),
        *reported(v.unit("o-1", assignment_number=1_000_001)),
    ]
    assert judged(*back, devices=(entry("shown", "o-9", 9), entry("shown", "o-1", 1_000_001))).holds


def test_an_order_on_two_devices_is_a_violation():
    both = (("u-1", (entry("shown", "o-1", 1),)), ("u-2", (entry("shown", "o-1", 1),)))
    assert not one_unit_one_order.check(h.history(devices=both)).holds
