"""Proposed, issued by key or by itself, rejected, stale: the life of a plan, and when one is asked for."""

import pytest

from citybrain.vocabulary import IncidentStage, SlotState, UnitState
from coordinator import inputs
from coordinator.cores.state import unserved
from coordinator.policy import Issuing, Policy
from coordinator.shell import view


@pytest.fixture
def asking(w):
    """A city whose plans wait for the officer."""
    city = w.City(Policy(issue=Issuing.ASK)).hello("north", "south")
    city.say("north", w.unit())
    city.say("south", w.incident())
    return city


def stages(city):
    return [str(p.stage) for p in city.state.plans]


def test_an_open_slot_wants_a_plan_once(city):
    assert [n.subject for n in city.wishes()] == ["1"]


def test_a_plan_in_ask_mode_waits_for_the_key(asking, w):
    asking.plan(("u1", "s1"))
    assert stages(asking) == ["proposed"]
    assert len(asking.state.drives.live) == 0
    reply = asking.key(asking.state.plans[0].plan)
    assert reply.done
    assert stages(asking) == ["issued"]
    assert len(asking.state.drives.live) == 1


def test_pressing_the_key_twice_is_pressing_it_once(asking):
    asking.plan(("u1", "s1"))
    plan = asking.state.plans[0].plan
    assert asking.key(plan).done
    assert asking.key(plan, request="r2").done
    assert len(asking.state.drives.live) == 1


def test_an_issued_plan_cannot_be_rejected_and_says_so(asking):
    asking.plan(("u1", "s1"))
    plan = asking.state.plans[0].plan
    asking.key(plan)
    reply = asking.key(plan, issue=False, request="r2")
    assert (reply.done, reply.reason) == (False, "plan_issued")


def test_a_rejected_plan_drives_nothing_and_its_slot_is_planned_again_later(asking):
    asking.plan(("u1", "s1"))
    assert asking.key(asking.state.plans[0].plan, issue=False).done
    assert len(asking.state.drives.live) == 0
    asking.pass_time(asking.policy.replan_s + 1)
    assert len(asking.wishes()) == 2


def test_an_unknown_plan_is_refused_by_name(asking):
    assert asking.key("plan-nowhere").reason == "unknown_plan"


def test_a_waiting_plan_is_stale_when_its_unit_is_taken(asking, w):
    asking.plan(("u1", "s1"))
    asking.say("north", w.unit(state=UnitState.COMMITTED, order="own-1"))
    assert stages(asking) == ["stale"]
    assert asking.key(asking.state.plans[0].plan).reason == "plan_stale"


def test_a_waiting_plan_is_stale_when_its_slot_moves_on(asking, w):
    asking.plan(("u1", "s1"))
    asking.say("south", w.incident(slots=[w.slot(version=2)]))
    assert stages(asking) == ["stale"]


def test_a_position_does_not_make_a_plan_stale(asking, w):
    asking.plan(("u1", "s1"))
    asking.say("north", w.unit(lat=30.7))
    assert stages(asking) == ["proposed"]


def test_a_plan_that_comes_back_after_the_world_moved_under_it_is_stale_from_birth(city, w):
    order = city.draft_order("u1", "s1")
    city.say("north", w.unit(state=UnitState.COMMITTED, order="own-1"))
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
    city.give(inputs.PlanMade(asked=city.state.replan.asked, draft=made))
    assert stages(city) == ["stale"]
    assert len(city.state.drives.live) == 0


def test_a_plan_for_an_older_wish_counts_for_nothing(city):
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
    city.give(inputs.PlanMade(asked=city.state.replan.asked - 1, draft=made))
    assert city.state.plans == ()
    assert city.state.tally["plans_late"] == 1


def test_a_plan_that_names_a_unit_twice_is_never_issued(city, w):
    city.say("south", w.incident("i2", slots=[w.slot("s2")]))
    city.plan(("u1", "s1"), ("u1", "s2"))
    assert stages(city) == ["stale"]
    assert len(city.state.drives.live) == 0


def test_a_new_plan_replaces_one_that_waits(asking, w):
    asking.plan(("u1", "s1"))
    asking.clock.advance(5)
    asking.say("south", w.incident("i2", slots=[w.slot("s2")]))
    assert len(asking.wishes()) == 2
    asking.plan(("u1", "s2"), unassigned=("s1",))
    assert stages(asking) == ["proposed", "stale"]


def test_names_of_plans_and_orders_follow_from_the_record_and_the_store(city):
    city.plan(("u1", "s1"))
    plan = city.state.plans[0]
    assert plan.plan.startswith(f"plan-city.{city.store.epoch()[:8]}-")
    assert plan.orders[0].order.startswith(f"order-city.{city.store.epoch()[:8]}-")


class TestWhenToPlan:
    def test_two_wishes_are_at_least_the_hysteresis_apart(self, city, w):
        city.plan(("u1", "s1"))
        city.say("south", w.incident("i2", slots=[w.slot("s2")]))
        assert len(city.wishes()) == 1
        city.pass_time(city.policy.min_replan_s + 0.01)
        assert len(city.wishes()) == 2

    def test_no_answer_in_time_asks_again(self, city):
        city.pass_time(city.policy.answer_s + 0.1)
        assert [n.subject for n in city.wishes()] == ["1", "2"]

    def test_a_failed_plan_is_asked_for_again_after_a_while(self, city):
        city.give(inputs.PlanFailed(asked=1, reason="no"))
        assert len(city.wishes()) == 1
        city.pass_time(city.policy.replan_s + 0.1)
        assert len(city.wishes()) == 2

    def test_what_stays_unmet_waits_until_the_world_stirs(self, city, w):
        city.plan(unassigned=("s1",))
        city.pass_time(city.policy.min_replan_s + 0.1)
        assert len(city.wishes()) == 1
        city.say("north", w.unit("u2"))
        assert len(city.wishes()) == 2

    def test_a_unit_that_came_free_while_the_planner_was_at_it_is_planned_with_at_once(
        self, city, w
    ):
        city.say("north", w.unit("u9", "north"))
        asked = city.state.replan.asked
        city.plan(unassigned=("s1",))
        city.pass_time(city.policy.min_replan_s + 0.1)
        assert city.state.replan.asked == asked + 1

    def test_what_stays_unmet_is_tried_again_after_the_policys_time_anyway(self, city):
        city.plan(unassigned=("s1",))
        city.pass_time(city.policy.replan_s + 0.1)
        assert len(city.wishes()) == 2

    def test_a_slot_under_way_wants_no_plan(self, driven, w):
        city, _ = driven
        city.say("north", w.unit("u2"))
        city.pass_time(3)
        assert len(city.wishes()) == 1

    def test_a_refusal_wants_another_plan(self, driven):
        city, order = driven
        city.clock.advance(2)
        city.answer("north", order, "reserve", "refused", "busy")
        city.answer("south", order, "release", "done")
        assert len(city.wishes()) == 2

    def test_after_a_start_an_open_slot_is_asked_for_anew(self, city):
        city.crash()
        city.hello("north", "south", session=2)
        city.pass_time(2)
        assert len(city.wishes()) == 2

    def test_a_served_slot_wants_nothing(self, city, w):
        city.say("south", w.incident(slots=[w.slot(state=SlotState.SERVED)]))
        city.plan()
        city.pass_time(60)
        assert len(city.wishes()) == 1


def test_empty_plans_take_each_others_place(city):
    for _ in range(4):
        city.plan(unassigned=("s1",))
        city.pass_time(city.policy.replan_s + 1)
    assert stages(city) == ["stale"]
    assert city.state.plans[0].unassigned[0].reason == "no_unit"


def test_the_desk_shows_it_all(driven, w):
    city, order = driven
    snapshot = view.snapshot(
        city.state, city.clock.now(), planner="in-process", planner_because="Ray is off"
    )
    assert [d.district for d in snapshot.districts] == ["north", "south"]
    assert (
        snapshot.districts[0].units,
        snapshot.districts[0].units_free,
        snapshot.districts[1].incidents,
    ) == (
        1,
        1,
        1,
    )
    assert [(d.order, d.drive, d.stage) for d in snapshot.drives] == [
        (order, "proposing", "proposed")
    ]
    assert snapshot.plans[0].orders[0].unit == "u1"
    assert snapshot.counts["orders_live"] == 1
    assert snapshot.counts["asked_reserve"] == 1
    assert snapshot.planner_because == "Ray is off"


def test_the_desk_says_how_old_an_away_districts_news_is(city):
    city.give(inputs.DistrictLost(district="north", session=1, heard_at=city.clock.now()))
    city.clock.advance(42)
    snapshot = view.snapshot(city.state, city.clock.now(), planner="ray", planner_because="")
    assert [(d.away, d.age_s) for d in snapshot.districts] == [(True, 42.0), (False, 0.0)]


def test_a_snapshot_of_the_whole_state_reads_back_the_same(driven):
    city, _ = driven
    city.decider.take_snapshot()
    before = city.decider.state_hash()
    city.wake()
    assert city.decider.divergence is None
    assert before


@pytest.mark.parametrize("stage", [IncidentStage.DEFERRED, IncidentStage.HANDLED])
def test_nobody_is_planned_for_a_case_that_rests(city, w, stage):
    city.say("south", w.incident(stage=stage))
    assert unserved(city.state) == ()


def test_a_slot_that_its_owner_does_not_know_is_not_planned_for_again_and_again(driven, w):
    city, order = driven
    city.answer("south", order, "claim", "refused", "no_such_incident")
    city.answer("north", order, "release", "done")
    wishes = len(city.wishes())
    for _ in range(60):
        city.pass_time(10)
    assert len(city.wishes()) == wishes
    city.say("south", w.incident())
    assert len(city.wishes()) == wishes + 1, "until its owner speaks of it again"
