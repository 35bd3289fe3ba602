"""When to plan: for a slot that is requested of the city and that nobody fills, not more often than
the hysteresis allows, and again when a plan failed or left the slot empty.
"""

from citybrain.clock import Timestamp, later
from citybrain.decider.command import CancelTimer, Command, DecisionContext, Notice, SetTimer
from citybrain.ids import SlotId
from citybrain.structs import replace
from coordinator.cores.plans import proposed_plan
from coordinator.cores.state import CityState, unserved
from coordinator.cores.timer_keys import REPLAN
from coordinator.inputs import DraftPlan

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


def receive(state: CityState, request_number: int, draft: DraftPlan | None, at: Timestamp) -> Step:
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
