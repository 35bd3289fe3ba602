"""The life of a plan: proposed, then issued by the officer's key or by itself, rejected, or stale when the world moved under it."""

from dataclasses import replace

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, DecisionContext, Notice, Reply
from citybrain.domain.console import PlanAction
from citybrain.domain.plan import Plan, PlanStage, ProposedOrder
from citybrain.ids import OrderId, PlanId, StoreEpoch, derived
from coordinator import limits
from coordinator.cores import drives
from coordinator.cores.state import CityState, is_free, is_open
from coordinator.cores.strange import order_owner
from coordinator.inputs import DraftPlan
from coordinator.policy import Issuing

Step = tuple[CityState, tuple[Command, ...]]


def made(state: CityState, draft: DraftPlan, context: DecisionContext) -> Step:
    """A checked plan came back. It replaces one that still waits; it is stale from birth when a unit or slot of it has changed meanwhile."""
    plan = _named(draft, state.epoch, context)
    state = replace(
        state, plans=tuple(_staled(p) if p.stage is PlanStage.PROPOSED else p for p in state.plans)
    )
    if not plan.orders or not _holds(state, plan, context.at):
        return _shown(state, replace(plan, stage=PlanStage.STALE)), (
            Notice(what="plan_stale", subject=plan.plan),
        )
    state = _shown(state, plan)
    if state.policy.issue is Issuing.AUTO:
        return _issue(state, plan, context.at)
    return state, (Notice(what="plan_proposed", subject=plan.plan),)


def acted(state: CityState, action: PlanAction, context: DecisionContext) -> Step:
    """The duty officer's key. Pressing it twice is pressing it once."""
    plan = next((p for p in state.plans if p.plan == action.plan), None)
    if plan is None:
        return state, (
            _refusal(
                action,
                "unknown_plan",
                f"There is no plan {action.plan}. `citybrain city plan list` shows those there are.",
            ),
        )
    wanted = PlanStage.ISSUED if action.issue else PlanStage.REJECTED
    if plan.stage is wanted:
        return state, (Reply(request=action.request, done=True),)
    if plan.stage is not PlanStage.PROPOSED:
        return state, (
            _refusal(
                action,
                f"plan_{plan.stage}",
                f"Plan {plan.plan} is {plan.stage} and can no longer be {wanted}. A new one follows by itself.",
            ),
        )
    if not action.issue:
        return _with(state, replace(plan, stage=PlanStage.REJECTED)), (
            Reply(request=action.request, done=True),
        )
    if not _holds(state, plan, context.at):
        stale = _refusal(
            action,
            "plan_stale",
            f"A unit or slot of plan {plan.plan} has changed since it was made. A new one follows by itself.",
        )
        return _with(state, _staled(plan)), (stale,)
    state, commands = _issue(state, plan, context.at)
    return state, (Reply(request=action.request, done=True), *commands)


def moved(state: CityState, at: Timestamp) -> Step:
    """The world moved: a waiting plan of which a unit or slot has changed is stale."""
    waiting = proposed(state)
    if waiting is None or _holds(state, waiting, at):
        return state, ()
    return _with(state, _staled(waiting)), (Notice(what="plan_stale", subject=waiting.plan),)


def proposed(state: CityState) -> Plan | None:
    """The plan that waits for the officer, if any."""
    return next((p for p in state.plans if p.stage is PlanStage.PROPOSED), None)


def _issue(state: CityState, plan: Plan, at: Timestamp) -> Step:
    """Every order of the plan begins its drive."""
    state = _with(state, replace(plan, stage=PlanStage.ISSUED))
    commands: tuple[Command, ...] = (Notice(what="plan_issued", subject=plan.plan),)
    all_drives = state.drives
    for order in plan.orders:
        all_drives, more = drives.start(all_drives, order, plan.plan, state.policy, at)
        commands += more
    return replace(state, drives=all_drives), commands


def _holds(state: CityState, plan: Plan, at: Timestamp) -> bool:
    """Whether every unit and slot of the plan is as it was planned for, none of them twice."""
    units, slots = {o.unit for o in plan.orders}, {o.task.slot for o in plan.orders}
    is_once = len(units) == len(slots) == len(plan.orders)
    return is_once and all(
        is_free(state, o.unit, at) and is_open(state, o.task) for o in plan.orders
    )


def _named(draft: DraftPlan, epoch: StoreEpoch, context: DecisionContext) -> Plan:
    owner = order_owner(epoch)
    orders = tuple(
        ProposedOrder(
            order=OrderId(derived("order", owner, context.seq, index)),
            unit=o.unit,
            unit_district=o.unit_district,
            task=o.task,
            reason=o.reason,
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


def _shown(state: CityState, plan: Plan) -> CityState:
    """The plan on top of the list. An empty one takes the place of an empty one: the officer needs only the newest reasons."""
    plans = (
        state.plans[1:]
        if state.plans and not state.plans[0].orders and not plan.orders
        else state.plans
    )
    return replace(state, plans=(plan, *plans)[: limits.PLANS_KEPT.value])


def _with(state: CityState, plan: Plan) -> CityState:
    return replace(state, plans=tuple(plan if p.plan == plan.plan else p for p in state.plans))


def _staled(plan: Plan) -> Plan:
    return replace(plan, stage=PlanStage.STALE)


def _refusal(action: PlanAction, reason: str, detail: str) -> Reply:
    return Reply(request=action.request, done=False, reason=reason, detail=detail)
