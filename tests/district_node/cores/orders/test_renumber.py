"""Assignment numbers after a restore: above every number that the store forgot."""

import pytest

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.geo import Point
from citybrain.vocabulary import OrderStep, UnitState
from district_node.cores.orders import roster as own
from district_node.inputs import NodeStarted

NOW = Timestamp(1_750_000_000 * SECOND_US)
UNIT = "riverside-1"


def backup(number):
    unit = own.Unit(
        unit=UNIT,
        name=UNIT,
        capabilities=("patrol",),
        speed_mps=8.0,
        state=UnitState.AVAILABLE,
        place=Point(lat=30.66, lon=104.06),
        at=NOW,
        assignment_number=number,
    )
    return own.enrol(own.Roster(), unit)


def number_after(restored, at):
    return own.renumber(restored, UNIT, at).units[UNIT].assignment_number


def test_the_same_backup_put_back_again_begins_above_what_was_given_since_the_first_time():
    kept = backup(4)
    first, again = number_after(kept, NOW), number_after(kept, later(NOW, 600))
    assert first > 4
    assert again >= first + 600, "no crew gets an order a second"


def test_whichever_backup_is_put_back_next_begins_above_what_the_one_before_gave():
    before = number_after(backup(4), NOW)
    for taken in (backup(4), backup(3), backup(before), backup(before + 50)):
        assert number_after(taken, later(NOW, 60)) > before + 50


@pytest.mark.parametrize("at", [Timestamp(0), Timestamp(1_577_836_800 * SECOND_US), NOW])
def test_where_the_clock_stands_behind_the_numbers_many_are_left_out(at):
    last = 1_000_000_000
    assert number_after(backup(last), at) == last + own.RESTORE_NUMBER_STEP


def test_the_public_api_has_room_for_the_numbers():
    year_2080 = Timestamp(3_471_292_800 * SECOND_US)
    assert number_after(backup(1), year_2080) + own.RESTORE_NUMBER_STEP < 2**31


def test_the_live_order_is_shown_as_new(scenario):
    setup = scenario.start(scenario.a_unit(UNIT)).state.setup
    scenario.submit(NodeStarted(setup=setup, epoch="first"))
    far = {"incident": "inc-oldtown-1", "incident_district": "oldtown"}
    scenario.request_step(OrderStep.RESERVE, **far)
    assert scenario.request_step(OrderStep.ISSUE, **far).assignment_number == 1
    scenario.submit(NodeStarted(setup=setup, epoch="put back"))
    unit, order = scenario.unit(UNIT), scenario.order_of(UNIT)
    assert unit.assignment_number == order.assignment_number > own.RESTORE_NUMBER_STEP
