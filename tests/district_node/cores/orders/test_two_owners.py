"""The owners' side of the two-owners protocol: every step, its repeats, what overtakes what, and a
crash between any two of them.
"""

import pytest

from citybrain.domain.order import CORRECTED, OrderProgress
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    OrderVerdict,
    SlotState,
    UnitState,
)

FAR = {
    "incident": "inc-oldtown-1",
    "incident_district": "oldtown",
}  # another district's incident, our unit
NEAR = {"unit": "oldtown-1", "unit_district": "oldtown"}  # another district's unit, our incident


@pytest.fixture(params=[False, True], ids=["alive", "dying after every step"])
def scenario(new_scenario, request):
    started = new_scenario()
    started.crashing = request.param
    return started


@pytest.fixture
def lender(scenario):
    """We own a free unit."""
    return scenario.start(scenario.a_unit("riverside-1"))


@pytest.fixture
def needer(scenario):
    """We own an incident that no own unit can serve."""
    scenario.start()
    scenario.send_event()
    assert scenario.incident().escalated
    assert scenario.incident().slots[0].from_city
    return scenario


# the unit's owner


def test_reserve_then_issue_gives_the_order_to_the_crew_with_the_next_assignment_number(lender):
    assert lender.request_step(OrderStep.RESERVE, **FAR).verdict is OrderVerdict.RESERVED
    assert lender.unit("riverside-1").state is UnitState.RESERVED
    answer = lender.request_step(OrderStep.ISSUE, **FAR)
    assert (answer.verdict, answer.assignment_number) == (OrderVerdict.ISSUED, 1)
    assert lender.unit("riverside-1").state is UnitState.COMMITTED


@pytest.mark.parametrize("step", [OrderStep.RESERVE, OrderStep.ISSUE, OrderStep.WITHDRAW])
def test_a_repeated_step_gets_the_same_answer_and_does_nothing_more(lender, step):
    for before in (OrderStep.RESERVE, OrderStep.ISSUE, OrderStep.WITHDRAW):
        first = lender.request_step(before, **FAR)
        if before is step:
            break
    state = lender.state.roster
    assert lender.request_step(step, **FAR) == first
    assert lender.state.roster == state


def test_a_unit_with_a_live_order_is_refused_to_another(lender):
    lender.request_step(OrderStep.RESERVE, "o-1", **FAR)
    answer = lender.request_step(OrderStep.RESERVE, "o-2", **FAR)
    assert (answer.verdict, answer.reason) == (OrderVerdict.REFUSED, "busy")


def test_a_reservation_expires_by_its_timer_and_a_later_issue_is_refused(lender):
    lender.request_step(OrderStep.RESERVE, ttl_s=10, **FAR)
    lender.wait(10)
    assert lender.unit("riverside-1").state is UnitState.AVAILABLE
    (progress,) = lender.posted(OrderProgress)
    assert progress.stage is OrderStage.EXPIRED
    answer = lender.request_step(OrderStep.ISSUE, **FAR)
    assert (answer.verdict, answer.reason) == (OrderVerdict.REFUSED, "expired")


def test_an_issue_after_the_ttl_is_refused_even_before_the_timer_was_fired(lender):
    lender.request_step(OrderStep.RESERVE, ttl_s=10, **FAR)
    lender.clock.advance(10)
    assert lender.request_step(OrderStep.ISSUE, **FAR).reason == "expired"
    assert lender.unit("riverside-1").state is UnitState.AVAILABLE


def test_islanded_for_less_than_the_ttl_the_issue_still_counts(lender):
    lender.request_step(OrderStep.RESERVE, ttl_s=10, **FAR)
    lender.wait(9)
    assert lender.request_step(OrderStep.ISSUE, **FAR).verdict is OrderVerdict.ISSUED
    lender.wait(60)
    assert lender.order_of("riverside-1").stage is OrderStage.ISSUED, (
        "the reservation's timer went with the issue"
    )


def test_a_release_that_overtakes_its_reserve_leaves_a_tombstone(lender):
    assert lender.request_step(OrderStep.RELEASE, **FAR).verdict is OrderVerdict.DONE
    answer = lender.request_step(OrderStep.RESERVE, **FAR)
    assert (answer.verdict, answer.reason) == (OrderVerdict.REFUSED, "released")
    assert lender.unit("riverside-1").state is UnitState.AVAILABLE


def test_a_withdraw_that_overtakes_everything_leaves_a_tombstone_too(lender):
    assert lender.request_step(OrderStep.WITHDRAW, **FAR).verdict is OrderVerdict.DONE
    assert lender.request_step(OrderStep.RESERVE, **FAR).reason == "withdrawn"


def test_an_issue_without_a_reserve_is_refused_and_so_is_the_reserve_that_comes_later(lender):
    assert lender.request_step(OrderStep.ISSUE, **FAR).reason == "unknown_order"
    assert lender.request_step(OrderStep.RESERVE, **FAR).verdict is OrderVerdict.REFUSED


def test_a_release_frees_the_unit(lender):
    lender.request_step(OrderStep.RESERVE, **FAR)
    assert lender.request_step(OrderStep.RELEASE, **FAR).verdict is OrderVerdict.DONE
    assert lender.unit("riverside-1").state is UnitState.AVAILABLE
    assert lender.request_step(OrderStep.RESERVE, "o-2", **FAR).verdict is OrderVerdict.RESERVED


def test_a_withdraw_calls_the_crew_back_until_it_is_on_the_scene(lender):
    lender.request_step(OrderStep.RESERVE, **FAR)
    lender.request_step(OrderStep.ISSUE, **FAR)
    assert lender.press("riverside-1", CrewAction.ACCEPT).done
    assert lender.press("riverside-1", CrewAction.DEPART).done
    assert lender.request_step(OrderStep.WITHDRAW, **FAR).verdict is OrderVerdict.DONE
    assert lender.unit("riverside-1").state is UnitState.AVAILABLE


def test_on_the_scene_a_withdraw_is_too_late(lender):
    lender.request_step(OrderStep.RESERVE, **FAR)
    lender.request_step(OrderStep.ISSUE, **FAR)
    lender.press("riverside-1", CrewAction.ACCEPT)
    lender.press("riverside-1", CrewAction.ARRIVE)
    answer = lender.request_step(OrderStep.WITHDRAW, **FAR)
    assert (answer.verdict, answer.reason) == (OrderVerdict.TOO_LATE, "stage:on_scene")
    assert lender.unit("riverside-1").state is UnitState.ON_SCENE


def test_every_step_of_a_lent_crew_is_reported_to_the_city(lender):
    lender.request_step(OrderStep.RESERVE, **FAR)
    lender.request_step(OrderStep.ISSUE, **FAR)
    stages = []
    for action in (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH):
        lender.press("riverside-1", action)
        stages += [letter.stage for letter in lender.posted(OrderProgress)]
    assert stages == [
        OrderStage.ACCEPTED,
        OrderStage.EN_ROUTE,
        OrderStage.ON_SCENE,
        OrderStage.DONE,
    ]


def test_local_dispatch_does_not_take_a_unit_that_is_reserved_for_the_city(lender):
    lender.request_step(OrderStep.RESERVE, **FAR)
    lender.send_event()
    assert lender.incident().slots[0].state is SlotState.OPEN
    assert lender.incident().escalated
    lender.request_step(OrderStep.RELEASE, **FAR)
    assert lender.incident().slots[0].state is SlotState.CONFIRMED, (
        "the freed unit goes to our own incident at once"
    )


def test_what_is_not_ours_is_refused(lender):
    answer = lender.request_step(OrderStep.RESERVE, unit_district="station", **FAR)
    assert (answer.verdict, answer.reason) == (OrderVerdict.REFUSED, "not_ours")


# the incident's owner


def test_claim_then_claim_confirmed_dispatches_the_incident(needer):
    assert needer.request_step(OrderStep.CLAIM, **NEAR).verdict is OrderVerdict.CLAIMED
    assert needer.incident().stage is IncidentStage.OPENED
    assert needer.request_step(OrderStep.CLAIM_CONFIRMED, **NEAR).verdict is OrderVerdict.DONE
    assert needer.incident().stage is IncidentStage.DISPATCHED
    assert (needer.incident().slots[0].state, needer.incident().slots[0].unit) == (
        SlotState.CONFIRMED,
        "oldtown-1",
    )


@pytest.mark.parametrize(
    ("mismatch", "reason"),
    [
        ({"version": 2}, "slot_changed"),
        ({"slot": "inc-riverside-4.9"}, "no_such_slot"),
        ({"incident": "inc-riverside-999"}, "no_such_incident"),
    ],
)
def test_a_claim_for_what_is_not_there_is_refused_by_name(needer, mismatch, reason):
    answer = needer.request_step(OrderStep.CLAIM, **NEAR, **mismatch)
    assert (answer.verdict, answer.reason) == (OrderVerdict.REFUSED, reason)


def test_a_slot_that_is_claimed_is_refused_to_another_order(needer):
    needer.request_step(OrderStep.CLAIM, "o-1", **NEAR)
    assert needer.request_step(OrderStep.CLAIM, "o-2", **NEAR).reason == "slot:claimed"


def test_a_release_that_overtakes_its_claim_leaves_a_tombstone(needer):
    assert needer.request_step(OrderStep.RELEASE, **NEAR).verdict is OrderVerdict.DONE
    answer = needer.request_step(OrderStep.CLAIM, **NEAR)
    assert (answer.verdict, answer.reason) == (OrderVerdict.REFUSED, "released")
    assert needer.incident().slots[0].state is SlotState.OPEN


def test_a_released_claim_leaves_the_slot_open_at_its_version(needer):
    needer.request_step(OrderStep.CLAIM, "o-1", **NEAR)
    needer.request_step(OrderStep.RELEASE, "o-1", **NEAR)
    assert needer.request_step(OrderStep.CLAIM, "o-2", **NEAR).verdict is OrderVerdict.CLAIMED


def test_claim_cancelled_opens_the_slot_and_recalls_the_incident(needer):
    needer.request_step(OrderStep.CLAIM, **NEAR)
    needer.request_step(OrderStep.CLAIM_CONFIRMED, **NEAR)
    assert needer.request_step(OrderStep.CLAIM_CANCELLED, **NEAR).verdict is OrderVerdict.DONE
    assert needer.incident().stage is IncidentStage.OPENED
    assert needer.incident().slots[0].state is SlotState.OPEN
    assert needer.request_step(OrderStep.CLAIM, **NEAR).verdict is OrderVerdict.CLAIMED, (
        "the same answer as before, and nothing else"
    )
    assert needer.incident().slots[0].state is SlotState.OPEN


def test_an_incident_closed_between_claim_and_confirmation_does_not_want_the_crew(needer):
    needer.request_step(OrderStep.CLAIM, **NEAR)
    assert needer.act(OperatorVerb.CLOSE, reason="gone").done
    assert needer.request_step(OrderStep.CLAIM_CONFIRMED, **NEAR).verdict is OrderVerdict.NOT_WANTED
    assert needer.request_step(OrderStep.CLAIM, "o-2", **NEAR).reason == "incident:closed"


def test_a_claim_does_not_expire_by_itself(needer):
    needer.request_step(OrderStep.CLAIM, ttl_s=10, **NEAR)
    needer.wait(30)
    assert needer.incident().slots[0].state is SlotState.CLAIMED
    assert needer.request_step(OrderStep.CLAIM_CONFIRMED, **NEAR).verdict is OrderVerdict.DONE


def test_after_its_ttl_a_claim_is_taken_back_for_an_own_unit_and_the_extra_is_declared(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2"))
    scenario.request_step(OrderStep.RESERVE, "lent-1", **FAR)
    scenario.request_step(OrderStep.RESERVE, "lent-2", unit="riverside-2", **FAR)
    scenario.send_event()
    assert (
        scenario.request_step(OrderStep.CLAIM, "o-1", ttl_s=10, **NEAR).verdict
        is OrderVerdict.CLAIMED
    )
    scenario.request_step(OrderStep.RELEASE, "lent-1", **FAR)
    assert scenario.incident().slots[0].state is SlotState.CLAIMED, "not before its time"
    scenario.wait(10)
    slot = scenario.incident().slots[0]
    assert (slot.state, slot.version, slot.unit) == (SlotState.CONFIRMED, 2, "riverside-1")
    assert scenario.reports()[-1].extra == 1
    assert (
        scenario.request_step(OrderStep.CLAIM_CONFIRMED, "o-1", **NEAR).verdict
        is OrderVerdict.NOT_WANTED
    )
    scenario.assert_slots_have_one_live_order()
    scenario.request_step(OrderStep.CLAIM_CANCELLED, "o-1", **NEAR)
    assert scenario.reports()[-1].extra == 0
    assert scenario.incident().slots[0].unit == "riverside-1"


def test_an_extra_ends_with_the_progress_of_its_crew_as_well(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.request_step(OrderStep.RESERVE, "lent-1", **FAR)
    scenario.send_event()
    scenario.request_step(OrderStep.CLAIM, "o-1", ttl_s=10, **NEAR)
    scenario.request_step(OrderStep.RELEASE, "lent-1", **FAR)
    scenario.wait(10)
    scenario.relay_progress(OrderStage.ON_SCENE)
    assert scenario.incident().retaken == ("o-1",)
    scenario.relay_progress(OrderStage.DONE)
    assert scenario.incident().retaken == ()
    assert scenario.incident().stage is IncidentStage.DISPATCHED, (
        "the slot is served by the crew that holds it"
    )


def test_a_foreign_crews_progress_works_the_incident_through(needer):
    needer.request_step(OrderStep.CLAIM, **NEAR)
    needer.request_step(OrderStep.CLAIM_CONFIRMED, **NEAR)
    needer.relay_progress(OrderStage.EN_ROUTE)
    needer.relay_progress(OrderStage.ON_SCENE)
    assert needer.incident().stage is IncidentStage.WORKING
    needer.relay_progress(OrderStage.ACCEPTED)
    assert needer.incident().stage is IncidentStage.WORKING, "what comes late changes nothing"
    needer.relay_progress(OrderStage.DONE)
    needer.relay_progress(OrderStage.DONE)
    assert needer.incident().stage is IncidentStage.HANDLED
    assert needer.incident().slots[0].state is SlotState.SERVED


def test_a_foreign_crew_that_cannot_leaves_the_slot_open_at_its_next_version(needer):
    needer.request_step(OrderStep.CLAIM, **NEAR)
    needer.request_step(OrderStep.CLAIM_CONFIRMED, **NEAR)
    needer.relay_progress(OrderStage.REFUSED, reason="flat tyre")
    slot = needer.incident().slots[0]
    assert (slot.state, slot.version) == (SlotState.OPEN, 2)
    assert needer.incident().stage is IncidentStage.OPENED


def test_a_city_order_within_one_district_goes_through_both_sides(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.request_step(OrderStep.RESERVE, "lent", **FAR)
    scenario.send_event()
    scenario.request_step(OrderStep.CLAIM, "both")
    scenario.request_step(OrderStep.RELEASE, "lent", **FAR)
    assert scenario.request_step(OrderStep.RESERVE, "both").verdict is OrderVerdict.RESERVED
    assert scenario.request_step(OrderStep.ISSUE, "both").verdict is OrderVerdict.ISSUED
    assert scenario.request_step(OrderStep.CLAIM_CONFIRMED, "both").verdict is OrderVerdict.DONE
    scenario.work_through("riverside-1")
    assert scenario.incident().stage is IncidentStage.HANDLED
    scenario.assert_one_live_order_a_unit()


def test_a_release_within_one_district_lets_both_sides_go(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.request_step(OrderStep.RESERVE, "lent", **FAR)
    scenario.send_event()
    scenario.request_step(OrderStep.CLAIM, "both")
    scenario.request_step(OrderStep.RELEASE, "lent", **FAR)
    scenario.request_step(OrderStep.RESERVE, "both")
    assert scenario.request_step(OrderStep.RELEASE, "both").verdict is OrderVerdict.DONE
    assert scenario.incident().slots[0].state is SlotState.CONFIRMED, (
        "open again, so the freed unit was sent at once by us"
    )
    assert scenario.state.roster.orders["both"].stage is OrderStage.WITHDRAWN
    scenario.assert_one_live_order_a_unit()


# what is corrected under way


def test_a_crew_that_goes_to_another_district_is_shown_where_the_case_is_now(lender):
    for step in (OrderStep.RESERVE, OrderStep.ISSUE):
        lender.request_step(step, **FAR)
    lender.press("riverside-1", CrewAction.ACCEPT)
    for metres in (700, 900):  # the last one holds
        lender.request_step(OrderStep.CORRECT, place=lender.near(metres), **FAR)
        (said,) = lender.posted(OrderProgress)
        assert (said.stage, said.reason) == (OrderStage.ACCEPTED, CORRECTED)
    order = lender.order_of("riverside-1")
    assert (order.task.place, order.stage) == (lender.near(900), OrderStage.ACCEPTED)


def test_a_correction_of_an_order_that_nobody_has_changes_nothing(lender):
    before = lender.state.roster
    lender.request_step(OrderStep.CORRECT, place=lender.near(700), **FAR)
    assert (lender.state.roster, lender.posted(OrderProgress)) == (before, [])


def test_the_incidents_history_says_when_a_foreign_crew_has_the_correction(needer):
    for step in (OrderStep.CLAIM, OrderStep.CLAIM_CONFIRMED):
        needer.request_step(step, **NEAR)
    needer.relay_progress(OrderStage.EN_ROUTE)
    said = needer.act(OperatorVerb.RELOCATE, place=needer.near(400))
    assert (said.done, said.reason) == (True, "correction_sent")
    needer.relay_progress(OrderStage.EN_ROUTE, reason=CORRECTED)
    told = [(line.code, line.actor) for line in needer.incident().history[-2:]]
    assert told == [("correction_sent", "Li Na"), ("crew_corrected", "oldtown-1")]
    assert needer.incident().slots[0].order_stage is OrderStage.EN_ROUTE
