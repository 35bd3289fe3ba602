"""The city's one decision function: inputs by type to the cores, in order. Decides nothing itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from citybrain.decider.command import (
    ClockStepped,
    Command,
    DecisionContext,
    Post,
    Reply,
    TimerFired,
)
from citybrain.domain.order import OrderAnswer
from citybrain.vocabulary import OrderStep, OrderVerdict
from coordinator.cores import drives, letters, plans, replan, strange, world
from coordinator.cores.state import NO_EPOCH, CityState
from coordinator.inputs import (
    DistrictConnected,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    NodeStarted,
    OfficerActed,
    PlanFailed,
    PlanMade,
)

Step = tuple[CityState, tuple[Command, ...]]


def decide(state: CityState, given: Any, context: DecisionContext) -> Step:
    """The state after `given`, and what to do. Raises `KeyError` for an input that no core knows."""
    state, commands = _BY_TYPE[type(given)](state, given, context)
    return _counted(state, commands), commands


def _started(state: CityState, given: NodeStarted, context: DecisionContext) -> Step:
    is_restored = state.epoch not in (NO_EPOCH, given.epoch)
    known = world.restored(state.world) if is_restored else state.world
    state = replace(state, policy=given.policy, epoch=given.epoch, world=world.started(known))
    recovered, commands = (drives.restored if is_restored else drives.recovered)(
        state.drives, state.policy, context.at
    )
    return _then_plan(replan.forgotten(replace(state, drives=recovered)), commands, context)


def _hello(state: CityState, given: DistrictConnected, context: DecisionContext) -> Step:
    known = state.world.districts.get(given.district)
    state = replace(state, world=world.hello(state.world, given, context.at))
    is_another_store = known is not None and known.epoch != given.epoch
    again = (
        drives.asked_again(state.drives, given.district, state.policy) if is_another_store else ()
    )
    return _then_plan(state, again, context)


def _away(state: CityState, given: DistrictLost, context: DecisionContext) -> Step:
    return _then_plan(replace(state, world=world.away(state.world, given)), (), context)


def _back(state: CityState, given: DistrictReturned, context: DecisionContext) -> Step:
    return _then_plan(replace(state, world=world.back(state.world, given, context.at)), (), context)


def _said(state: CityState, given: DistrictLetterReceived, context: DecisionContext) -> Step:
    before = state.world
    after, is_fresh = world.said(before, given, context.at)
    if not is_fresh:
        return _tallied(state, "duplicates"), ()
    state = _tallied(replace(state, world=after), "letters")
    if not world.is_own(given):
        return _tallied(state, "not_own"), ()
    ground = strange.Ground(epoch=state.epoch, world=after, policy=state.policy, at=context.at)
    odd, found, taken_up = _hear_strange(state, given, ground)
    state = replace(state, strange=odd, drives=found)
    stepped: tuple[drives.Drives, tuple[Command, ...]] = (state.drives, ())
    if given.answer is not None:
        state = replace(state, world=_refusal_heard(state, given.answer))
        stepped = drives.answered(
            state.drives, given.district, given.answer, state.policy, context.at
        )
    elif given.progress is not None:
        stepped = drives.progressed(
            state.drives, given.district, given.progress, state.policy, context.at
        )
    elif given.incident is not None:
        stepped = drives.reported(
            state.drives,
            before.incidents.get(given.incident.incident),
            given.incident,
            state.policy,
            context.at,
        )
    commands = taken_up + stepped[1]
    is_moved = after.stirred != before.stirred or stepped[0] is not state.drives or bool(taken_up)
    state = replace(state, drives=stepped[0])
    return _then_plan(state, commands, context) if is_moved else (state, commands)


def _refusal_heard(state: CityState, answer: OrderAnswer) -> world.World:
    """What a refused claim says of its slot."""
    drive = state.drives.live.get(answer.order)
    is_refusal = answer.step is OrderStep.CLAIM and answer.verdict is OrderVerdict.REFUSED
    if (
        drive is None
        or not is_refusal
        or not answer.reason.startswith(("no_such_", "incident:", "slot_changed"))
    ):
        return state.world
    return world.refused(state.world, drive.task.slot, drive.task.slot_version)


def _hear_strange(
    state: CityState, given: DistrictLetterReceived, ground: strange.Ground
) -> strange.Step:
    """Orders that this store does not remember."""
    if given.incident is not None:
        return strange.heard_incident(state.strange, state.drives, given.incident, ground)
    if given.unit is not None:
        return strange.heard_unit(state.strange, state.drives, given.unit, ground)
    if given.progress is not None and given.progress.unit_district == given.district:
        return strange.heard_progress(state.strange, state.drives, given.progress, ground)
    return state.strange, state.drives, ()


def _plan_made(state: CityState, given: PlanMade, context: DecisionContext) -> Step:
    if given.asked != state.replan.asked or not state.replan.is_awaited:
        return _tallied(state, "plans_late"), ()
    state, cancelled = replan.answered(state, given.asked, given.draft, context.at)
    state, commands = plans.made(_tallied(state, "plans"), given.draft, context)
    return _then_plan(state, cancelled + commands, context)


def _plan_failed(state: CityState, given: PlanFailed, context: DecisionContext) -> Step:
    state, commands = replan.answered(
        _tallied(state, "plans_failed"), given.asked, None, context.at
    )
    return _then_plan(state, commands, context)


def _officer(state: CityState, given: OfficerActed, context: DecisionContext) -> Step:
    state, commands = plans.acted(state, given.action, context)
    return _then_plan(state, commands, context)


def _fired(state: CityState, given: TimerFired, context: DecisionContext) -> Step:
    if given.timer == replan.TIMER:
        is_silent = given.subject == "answer" and given.version == state.replan.asked
        return _then_plan(replan.forgotten(state) if is_silent else state, (), context)
    if given.timer.startswith(letters.TIMER_PREFIX):
        after, commands = drives.overdue(state.drives, given, state.policy, context.at)
        return _then_plan(replace(state, drives=after), commands, context)
    return state, ()


def _stepped(state: CityState, _given: ClockStepped, _moment: DecisionContext) -> Step:
    return state, ()


_BY_TYPE: Mapping[type, Callable[[CityState, Any, DecisionContext], Step]] = {
    NodeStarted: _started,
    DistrictConnected: _hello,
    DistrictLost: _away,
    DistrictReturned: _back,
    DistrictLetterReceived: _said,
    PlanMade: _plan_made,
    PlanFailed: _plan_failed,
    OfficerActed: _officer,
    TimerFired: _fired,
    ClockStepped: _stepped,
}


def _then_plan(state: CityState, commands: tuple[Command, ...], context: DecisionContext) -> Step:
    """Whatever moved: a waiting plan may be stale, and a new one wanted."""
    state, staled = plans.moved(state, context.at)
    state, wanted = replan.consider(state, context)
    return state, commands + staled + wanted


def _tallied(state: CityState, what: str, by: int = 1) -> CityState:
    return replace(state, tally=state.tally.put(what, (state.tally.get(what) or 0) + by))


def _counted(state: CityState, commands: tuple[Command, ...]) -> CityState:
    """Steps asked of owners and refusals to officers, counted by name."""
    for command in commands:
        match command:
            case Post(letter=letter) if hasattr(letter, "step"):
                state = _tallied(state, f"asked_{OrderStep(letter.step)}")
            case Reply(done=False):
                state = _tallied(state, "officer_refused")
            case _:
                pass
    return state
