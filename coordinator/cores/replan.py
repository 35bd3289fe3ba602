"""When to plan: a slot that the city is asked for and nobody fills, not more often than the hysteresis allows, again when a plan failed or left it empty."""

from dataclasses import replace

from citybrain.clock import Timestamp, later
from citybrain.decider.command import CancelTimer, Command, DecisionContext, Notice, SetTimer
from citybrain.ids import TimerId
from coordinator.cores.plans import proposed
from coordinator.cores.state import CityState, unserved
from coordinator.inputs import DraftPlan

TIMER = TimerId("replan")
Step = tuple[CityState, tuple[Command, ...]]


def consider(state: CityState, context: DecisionContext) -> Step:
    """Ask for a plan, or set the timer for when to, or leave it."""
    if state.replan.is_awaited or not _hungry(state):
        return state, ()
    due = _due(state)
    if context.at < due:
        return state, (SetTimer(timer=TIMER, due=due, subject="again"),)
    asked = state.replan.asked + 1
    state = replace(
        state,
        replan=replace(
            state.replan,
            asked=asked,
            is_awaited=True,
            asked_at=context.at,
            asked_in=state.world.stirred,
        ),
    )
    guard = SetTimer(
        timer=TIMER, due=later(context.at, state.policy.answer_s), subject="answer", version=asked
    )
    return state, (
        Notice(what="plan_wanted", subject=str(asked), detail=str(state.world.version)),
        guard,
    )


def answered(state: CityState, asked: int, draft: DraftPlan | None, at: Timestamp) -> Step:
    """A plan came back (None: none could be made). What it leaves empty waits for the world to stir, or for the policy's time;
    what stirred while the planner was at it counts, for it was not planned with."""
    if asked != state.replan.asked or not state.replan.is_awaited:
        return state, ()
    unassigned = (
        tuple(sorted(u.slot for u in draft.unassigned)) if draft is not None else unserved(state)
    )
    again_at = later(at, state.policy.replan_s)
    state = replace(
        state,
        replan=replace(
            state.replan,
            is_awaited=False,
            unassigned=unassigned,
            stirred=state.replan.asked_in,
            again_at=again_at,
        ),
    )
    return state, (CancelTimer(timer=TIMER),)


def forgotten(state: CityState) -> CityState:
    """Whoever was asked for a plan is gone (a restart, or no answer in time): it is not awaited any more."""
    return replace(state, replan=replace(state.replan, is_awaited=False))


def _hungry(state: CityState) -> bool:
    """Whether a slot is open that neither a live order nor the waiting plan fills."""
    waiting = proposed(state)
    planned = {o.task.slot for o in waiting.orders} if waiting is not None else set()
    return any(slot not in planned for slot in unserved(state))


def _due(state: CityState) -> Timestamp:
    """When the next plan may be asked for."""
    soonest = (
        later(state.replan.asked_at, state.policy.min_replan_s)
        if state.replan.asked
        else Timestamp(0)
    )
    if state.replan.stirred != state.world.stirred:
        return soonest
    waiting = proposed(state)
    planned = {o.task.slot for o in waiting.orders} if waiting is not None else set()
    is_known = all(
        slot in state.replan.unassigned for slot in unserved(state) if slot not in planned
    )
    return max(soonest, state.replan.again_at) if is_known else soonest
