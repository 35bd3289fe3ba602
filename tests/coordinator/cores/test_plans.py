"""The life of a plan: proposed, issued by the officer or by itself, rejected, stale; and when one
is requested.
"""

import pytest

from citybrain import permissions
from citybrain.permissions import MAY, Permission
from citybrain.vocabulary import IncidentStage, SlotState, UnitState
from coordinator import inputs
from coordinator.cores.state import unserved
from coordinator.policy import IssueMode, Policy


@pytest.fixture
def asking(w):
    """A city whose plans wait for the officer."""
    city = w.City(Policy(issue=IssueMode.ASK)).connect("north", "south")
    city.receive("north", w.unit())
    city.receive("south", w.incident())
    return city


def stages(city):
    return [str(p.stage) for p in city.state.plans]


def test_an_open_slot_needs_a_plan_once(city):
    assert [n.subject for n in city.plan_requests()] == ["1"]


def test_a_plan_in_ask_mode_waits_for_the_officer(asking, w):
    asking.plan(("u1", "s1"))
    assert stages(asking) == ["proposed"]
    assert len(asking.state.sagas.live) == 0
    reply = asking.officer_acts(asking.state.plans[0].plan)
    assert reply.done
    assert stages(asking) == ["issued"]
    assert len(asking.state.sagas.live) == 1


def test_issuing_a_plan_twice_is_issuing_it_once(asking):
    asking.plan(("u1", "s1"))
    plan = asking.state.plans[0].plan
    assert asking.officer_acts(plan).done
    assert asking.officer_acts(plan, request="r2").done
    assert len(asking.state.sagas.live) == 1


def test_an_issued_plan_cannot_be_rejected_and_the_reply_says_why(asking):
    asking.plan(("u1", "s1"))
    plan = asking.state.plans[0].plan
    asking.officer_acts(plan)
    reply = asking.officer_acts(plan, issue=False, request="r2")
    assert (reply.done, reply.reason) == (False, "plan_issued")


def test_a_rejected_plan_starts_no_saga_and_its_slot_is_planned_again_later(asking):
    asking.plan(("u1", "s1"))
    assert asking.officer_acts(asking.state.plans[0].plan, issue=False).done
    assert len(asking.state.sagas.live) == 0
    asking.advance(asking.policy.replan_s + 1)
    assert len(asking.plan_requests()) == 2


def test_an_unknown_plan_is_refused_by_name(asking):
    assert asking.officer_acts("plan-nowhere").reason == "unknown_plan"


def test_a_waiting_plan_is_stale_when_its_unit_is_taken(asking, w):
    asking.plan(("u1", "s1"))
    asking.receive("north", w.unit(state=UnitState.COMMITTED, order="own-1"))
    assert stages(asking) == ["stale"]
    assert asking.officer_acts(asking.state.plans[0].plan).reason == "plan_stale"


def test_a_waiting_plan_is_stale_when_its_slot_moves_on(asking, w):
    asking.plan(("u1", "s1"))
    asking.receive("south", w.incident(slots=[w.slot(version=2)]))
    assert stages(asking) == ["stale"]


def test_a_position_does_not_make_a_plan_stale(asking, w):
    asking.plan(("u1", "s1"))
    asking.receive("north", w.unit(lat=30.7))
    assert stages(asking) == ["proposed"]


def test_a_plan_that_comes_back_after_the_world_moved_under_it_is_stale_from_the_start(city, w):
    order = city.draft_order("u1", "s1")
    city.receive("north", w.unit(state=UnitState.COMMITTED, order="own-1"))
    made = inputs.DraftPlan(
        made_at=1,
        world_version=1,
        planner="ray",
        solver="assignment",
        cost=1.0,
        bound=1.0,
        solve_ms=1.0,
        orders=(order,),
    )
    city.submit(inputs.PlanMade(request_number=city.state.replan.request_number, draft=made))
    assert stages(city) == ["stale"]
    assert len(city.state.sagas.live) == 0


def test_a_plan_for_an_older_request_counts_for_nothing(city):
    order = city.draft_order("u1", "s1")
    made = inputs.DraftPlan(
        made_at=1,
        world_version=1,
        planner="ray",
        solver="assignment",
        cost=1.0,
        bound=1.0,
        solve_ms=1.0,
        orders=(order,),
    )
    city.submit(inputs.PlanMade(request_number=city.state.replan.request_number - 1, draft=made))
    assert city.state.plans == ()
    assert city.state.counts["plans_late"] == 1


def test_a_plan_that_names_a_unit_twice_is_never_issued(city, w):
    city.receive("south", w.incident("i2", slots=[w.slot("s2")]))
    city.plan(("u1", "s1"), ("u1", "s2"))
    assert stages(city) == ["stale"]
    assert len(city.state.sagas.live) == 0


def test_a_new_plan_replaces_one_that_waits(asking, w):
    asking.plan(("u1", "s1"))
    asking.clock.advance(5)
    asking.receive("south", w.incident("i2", slots=[w.slot("s2")]))
    assert len(asking.plan_requests()) == 2
    asking.plan(("u1", "s2"), unassigned=("s1",))
    assert stages(asking) == ["proposed", "stale"]


def test_names_of_plans_and_orders_follow_from_the_record_and_the_store(city):
    city.plan(("u1", "s1"))
    plan = city.state.plans[0]
    assert plan.plan.startswith(f"plan-city.{city.store.epoch()[:8]}-")
    assert plan.orders[0].order.startswith(f"order-city.{city.store.epoch()[:8]}-")


class TestWhenToPlan:
    def test_two_requests_are_at_least_the_hysteresis_apart(self, city, w):
        city.plan(("u1", "s1"))
        city.receive("south", w.incident("i2", slots=[w.slot("s2")]))
        assert len(city.plan_requests()) == 1
        city.advance(city.policy.min_replan_s + 0.01)
        assert len(city.plan_requests()) == 2

    def test_no_answer_in_time_requests_again(self, city):
        city.advance(city.policy.answer_s + 0.1)
        assert [n.subject for n in city.plan_requests()] == ["1", "2"]

    def test_a_failed_plan_is_requested_again_after_a_while(self, city):
        city.submit(inputs.PlanFailed(request_number=1, reason="no"))
        assert len(city.plan_requests()) == 1
        city.advance(city.policy.replan_s + 0.1)
        assert len(city.plan_requests()) == 2

    def test_what_stays_unassigned_waits_until_what_is_planned_with_changes(self, city, w):
        city.plan(unassigned=("s1",))
        city.advance(city.policy.min_replan_s + 0.1)
        assert len(city.plan_requests()) == 1
        city.receive("north", w.unit("u2"))
        assert len(city.plan_requests()) == 2

    def test_a_unit_that_came_free_while_the_planner_was_at_work_is_planned_with_at_once(
        self, city, w
    ):
        city.receive("north", w.unit("u9", "north"))
        asked = city.state.replan.request_number
        city.plan(unassigned=("s1",))
        city.advance(city.policy.min_replan_s + 0.1)
        assert city.state.replan.request_number == asked + 1

    def test_what_stays_unassigned_is_tried_again_after_the_policys_time_anyway(self, city):
        city.plan(unassigned=("s1",))
        city.advance(city.policy.replan_s + 0.1)
        assert len(city.plan_requests()) == 2

    def test_a_slot_under_way_needs_no_plan(self, with_order, w):
        city, _ = with_order
        city.receive("north", w.unit("u2"))
        city.advance(3)
        assert len(city.plan_requests()) == 1

    def test_a_refusal_needs_another_plan(self, with_order):
        city, order = with_order
        city.clock.advance(2)
        city.answer("north", order, "reserve", "refused", "busy")
        city.answer("south", order, "release", "done")
        assert len(city.plan_requests()) == 2

    def test_after_a_start_an_open_slot_is_requested_anew(self, city):
        city.crash()
        city.connect("north", "south", session=2)
        city.advance(2)
        assert len(city.plan_requests()) == 2

    def test_a_served_slot_needs_nothing(self, city, w):
        city.receive("south", w.incident(slots=[w.slot(state=SlotState.SERVED)]))
        city.plan()
        city.advance(60)
        assert len(city.plan_requests()) == 1


def test_empty_plans_take_each_others_place(city):
    for _ in range(4):
        city.plan(unassigned=("s1",))
        city.advance(city.policy.replan_s + 1)
    assert stages(city) == ["stale"]
    assert city.state.plans[0].unassigned[0].reason == "no_unit"


def test_a_checkpoint_of_the_whole_state_reads_back_the_same(with_order):
    city, _ = with_order
    city.decider.checkpoint(city.clock.now())
    before = city.decider.state_hash()
    city.start()
    assert city.decider.divergence is None
    assert before


@pytest.mark.parametrize("stage", [IncidentStage.DEFERRED, IncidentStage.HANDLED])
def test_no_unit_is_planned_for_an_incident_that_rests(city, w, stage):
    city.receive("south", w.incident(stage=stage))
    assert unserved(city.state) == ()


def test_a_slot_that_its_owner_does_not_know_is_not_planned_for_again_and_again(with_order, w):
    city, order = with_order
    city.answer("south", order, "claim", "refused", "no_such_incident")
    city.answer("north", order, "release", "done")
    requests_before = len(city.plan_requests())
    for _ in range(60):
        city.advance(10)
    assert len(city.plan_requests()) == requests_before
    city.receive("south", w.incident())
    assert len(city.plan_requests()) == requests_before + 1, "until its owner speaks of it again"


@pytest.mark.parametrize(
    ("permission", "issue"), [(Permission.ISSUE_PLAN, True), (Permission.REJECT_PLAN, False)]
)
def test_without_the_permission_a_plan_stays_as_it_is(asking, monkeypatch, permission, issue):
    asking.plan(("u1", "s1"))
    monkeypatch.setattr(permissions, "MAY", {**MAY, permission: frozenset()})
    before = asking.state.plans
    reply = asking.officer_acts(before[0].plan, issue=issue)
    assert (reply.done, reply.reason) == (False, "not_permitted")
    assert asking.state.plans == before
    monkeypatch.setattr(permissions, "MAY", MAY)
    assert asking.officer_acts(before[0].plan, issue=issue, request="r2").done
