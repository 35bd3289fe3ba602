"""When to plan, and the life of a plan.

A plan is requested for a slot that is requested of the city and that nobody fills, not more often
than the hysteresis allows, and again when a plan failed or left the slot empty. It is proposed,
then issued by the officer or by itself, rejected, or stale when the world moved under it.
"""

from citybrain.clock import Timestamp, later
from citybrain.decider.command import (
    CancelTimer,
    Command,
    DecisionContext,
    Notice,
    Reply,
    SetTimer,
)
from citybrain.domain.console import PlanAction
from citybrain.domain.plan import Plan, PlanStage, ProposedOrder
from citybrain.domain.principal import Principal
from citybrain.ids import OrderId, PlanId, SlotId, StoreEpoch, derived
from citybrain.permissions import Permission, refusal_of
from citybrain.structs import replace
from coordinator import limits
from coordinator.cores import sagas
from coordinator.cores.orphaned_orders import order_owner
from coordinator.cores.state import CityState, is_free, is_open, unserved
from coordinator.cores.timer_keys import REPLAN
from coordinator.inputs import DraftPlan
from coordinator.policy import IssueMode

Step = tuple[CityState, tuple[Command, ...]]


def request_if_needed(state: CityState, context: DecisionContext) -> Step:
    """Request a plan, or set the timer for when to, or leave it."""
    if state.replan.is_awaited or not _unplanned(state):
        return state, ()
    earliest = _earliest_request(state)
    if context.at < earliest:
        return state, (SetTimer(timer=REPLAN, due=earliest, subject="again"),)
    number = state.replan.request_number + 1
    state = replace(
        state,
        replan=replace(
            state.replan,
            request_number=number,
            is_awaited=True,
            requested_at=context.at,
            requested_version=state.world.planning_version,
        ),
    )
    timeout = SetTimer(
        timer=REPLAN, due=later(context.at, state.policy.answer_s), subject="answer", version=number
    )
    return state, (
        Notice(code="plan_requested", subject=str(number), detail=str(state.world.version)),
        timeout,
    )


def note_answer(
    state: CityState, request_number: int, draft: DraftPlan | None, at: Timestamp
) -> Step:
    """A plan came back (None: none could be made).

    What it leaves empty is tried again when the world's planning version moves, or at the policy's
    time. A move while the planner was at work counts, for the plan does not know of it.
    """
    if request_number != state.replan.request_number or not state.replan.is_awaited:
        return state, ()
    unassigned = (
        tuple(sorted(u.slot for u in draft.unassigned)) if draft is not None else unserved(state)
    )
    state = replace(
        state,
        replan=replace(
            state.replan,
            is_awaited=False,
            unassigned=unassigned,
            planned_version=state.replan.requested_version,
            retry_at=later(at, state.policy.replan_s),
        ),
    )
    return state, (CancelTimer(timer=REPLAN),)


def stop_waiting(state: CityState) -> CityState:
    """The planner that was asked is gone (a restart) or did not answer in time."""
    return replace(state, replan=replace(state.replan, is_awaited=False))


def add(state: CityState, draft: DraftPlan, context: DecisionContext) -> Step:
    """A checked plan came back. It replaces one that still waits; it is stale from the start when a
    unit or slot of it has changed meanwhile.
    """
    plan = _plan_of(draft, state.epoch, context)
    state = replace(
        state,
        plans=tuple(_as_stale(p) if p.stage is PlanStage.PROPOSED else p for p in state.plans),
    )
    if not plan.orders or not _is_current(state, plan, context.at):
        return _with_new(state, _as_stale(plan)), (Notice(code="plan_stale", subject=plan.plan),)
    state = _with_new(state, plan)
    if state.policy.issue is IssueMode.AUTO:
        return _issue(state, plan, context.at)
    return state, (Notice(code="plan_proposed", subject=plan.plan),)


def act(
    state: CityState, action: PlanAction, principal: Principal, context: DecisionContext
) -> Step:
    """The duty officer issues or rejects a plan. Doing it twice is doing it once."""
    wants = Permission.ISSUE_PLAN if action.issue else Permission.REJECT_PLAN
    refused = refusal_of(principal, wants)
    if refused is not None:
        return state, (_refusal(action, refused.reason, refused.detail),)
    plan = next((p for p in state.plans if p.plan == action.plan), None)
    if plan is None:
        detail = (
            f"There is no plan {action.plan}. `citybrain city plan list` shows those there are."
        )
        return state, (_refusal(action, "unknown_plan", detail),)
    wanted = PlanStage.ISSUED if action.issue else PlanStage.REJECTED
    if plan.stage is wanted:
        return state, (Reply(request=action.request, done=True),)
    if plan.stage is not PlanStage.PROPOSED:
        detail = (
            f"Plan {plan.plan} is {plan.stage} and can no longer be {wanted}. "
            "A new one follows by itself."
        )
        return state, (_refusal(action, f"plan_{plan.stage}", detail),)
    if not action.issue:
        rejected = _with(state, replace(plan, stage=PlanStage.REJECTED))
        return rejected, (Reply(request=action.request, done=True),)
    if not _is_current(state, plan, context.at):
        detail = (
            f"A unit or slot of plan {plan.plan} has changed since it was made. "
            "A new one follows by itself."
        )
        return _with(state, _as_stale(plan)), (_refusal(action, "plan_stale", detail),)
    state, commands = _issue(state, plan, context.at)
    return state, (Reply(request=action.request, done=True), *commands)


def expire_stale(state: CityState, at: Timestamp) -> Step:
    """The world moved: a waiting plan of which a unit or slot has changed is stale."""
    waiting = proposed_plan(state)
    if waiting is None or _is_current(state, waiting, at):
        return state, ()
    return _with(state, _as_stale(waiting)), (Notice(code="plan_stale", subject=waiting.plan),)


def proposed_plan(state: CityState) -> Plan | None:
    """The plan that waits for the officer, if any."""
    return next((p for p in state.plans if p.stage is PlanStage.PROPOSED), None)


def _unplanned(state: CityState) -> tuple[SlotId, ...]:
    """Open slots that neither a live order nor the proposed plan fills."""
    waiting = proposed_plan(state)
    planned = {o.task.slot for o in waiting.orders} if waiting is not None else set()
    return tuple(slot for slot in unserved(state) if slot not in planned)


def _earliest_request(state: CityState) -> Timestamp:
    """When the next plan may be requested."""
    replan = state.replan
    soonest = (
        later(replan.requested_at, state.policy.min_replan_s)
        if replan.request_number
        else Timestamp(0)
    )
    if replan.planned_version != state.world.planning_version:
        return soonest
    is_known = all(slot in replan.unassigned for slot in _unplanned(state))
    return max(soonest, replan.retry_at) if is_known else soonest


def _issue(state: CityState, plan: Plan, at: Timestamp) -> Step:
    """The saga of every order of the plan begins."""
    state = _with(state, replace(plan, stage=PlanStage.ISSUED, issued_at=at))
    commands: tuple[Command, ...] = (Notice(code="plan_issued", subject=plan.plan),)
    all_sagas = state.sagas
    for order in plan.orders:
        unit = state.world.units.get(order.unit)
        all_sagas, more = sagas.start(
            all_sagas,
            order,
            plan.plan,
            state.policy,
            at,
            unit_name="" if unit is None else unit.name,
        )
        commands += more
    return replace(state, sagas=all_sagas), commands


def _is_current(state: CityState, plan: Plan, at: Timestamp) -> bool:
    """Whether every unit and slot of the plan is as it was planned for, none of them twice."""
    units, slots = {o.unit for o in plan.orders}, {o.task.slot for o in plan.orders}
    is_once = len(units) == len(slots) == len(plan.orders)
    return is_once and all(
        is_free(state, o.unit, at) and is_open(state, o.task) for o in plan.orders
    )


def _plan_of(draft: DraftPlan, epoch: StoreEpoch, context: DecisionContext) -> Plan:
    """The draft with ids."""
    owner = order_owner(epoch)
    orders = tuple(
        ProposedOrder(
            order=OrderId(derived("order", owner, context.seq, index)),
            unit=o.unit,
            unit_district=o.unit_district,
            task=o.task,
            rationale=o.rationale,
        )
        for index, o in enumerate(draft.orders)
    )
    return Plan(
        plan=PlanId(derived("plan", owner, context.seq)),
        stage=PlanStage.PROPOSED,
        made_at=draft.made_at,
        world_version=draft.world_version,
        planner=draft.planner,
        solver=draft.solver,
        cost=draft.cost,
        bound=draft.bound,
        solve_ms=draft.solve_ms,
        orders=orders,
        unassigned=draft.unassigned,
    )


def _with_new(state: CityState, plan: Plan) -> CityState:
    """The plan on top of the list. An empty one takes the place of an empty one: the officer needs
    only the newest reasons.
    """
    is_replaced = state.plans and not state.plans[0].orders and not plan.orders
    older = state.plans[1:] if is_replaced else state.plans
    return replace(state, plans=(plan, *older)[: limits.PLANS.value])


def _with(state: CityState, plan: Plan) -> CityState:
    return replace(state, plans=tuple(plan if p.plan == plan.plan else p for p in state.plans))


def _as_stale(plan: Plan) -> Plan:
    return replace(plan, stage=PlanStage.STALE)


def _refusal(action: PlanAction, reason: str, detail: str) -> Reply:
    return Reply(request=action.request, done=False, reason=reason, detail=detail)
