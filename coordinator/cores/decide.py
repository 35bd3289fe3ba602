"""The city's one decision function: each input to the cores that it concerns, in order. Decides
nothing itself.
"""

from typing import assert_never

from citybrain.decider.command import (
    ClockSet,
    ClockStepped,
    Command,
    DecisionContext,
    Notice,
    Post,
    Reply,
    TimerFired,
)
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import SourcesReport, UpLetter
from citybrain.domain.order import (
    MessageReceipt,
    OrderAnswer,
    OrderMessage,
    OrderProgress,
    OrderRequest,
)
from citybrain.domain.unit import UnitReport
from citybrain.ids import DistrictId
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, OrderVerdict
from coordinator.cores import clock, orphaned_orders, plans, sagas, world
from coordinator.cores.orphaned_orders import OrphanContext
from coordinator.cores.state import NO_EPOCH, CityState
from coordinator.cores.timer_keys import TimerKind, timer_key
from coordinator.inputs import (
    CityInput,
    DistrictConnected,
    DistrictLetterQuarantined,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    LetterRefusedByDistrict,
    NodeStarted,
    OfficerActed,
    PlanFailed,
    PlanMade,
)

Step = tuple[CityState, tuple[Command, ...]]


def decide(state: CityState, new_input: CityInput, context: DecisionContext) -> Step:
    """The state after `new_input`, and the commands. Raises what a core raises; then nothing
    changed."""
    state, commands = _decide(state, new_input, context)
    return _with_command_counts(state, commands), commands


def _decide(state: CityState, new_input: CityInput, context: DecisionContext) -> Step:
    match new_input:
        case DistrictLetterReceived():
            return _on_letter(state, new_input, context)
        case TimerFired():
            return _on_timer(state, new_input, context)
        case DistrictLetterQuarantined():
            return _on_quarantined(state, new_input, context)
        case LetterRefusedByDistrict():
            return _on_refused(state, new_input)
        case PlanMade():
            return _on_plan(state, new_input, context)
        case PlanFailed():
            return _on_plan_failed(state, new_input, context)
        case OfficerActed(action=action, principal=principal):
            return _then_plan(*plans.act(state, action, principal, context), context)
        case DistrictConnected():
            return _on_connected(state, new_input, context)
        case DistrictLost():
            after = replace(state, world=world.mark_lost(state.world, new_input))
            return _then_plan(after, (), context)
        case DistrictReturned():
            after = replace(state, world=world.mark_returned(state.world, new_input, context.at))
            return _then_plan(after, (), context)
        case NodeStarted():
            return _on_start(state, new_input, context)
        case ClockSet():
            return _then_plan(*clock.clock_set(state, new_input, context.at), context)
        case ClockStepped():
            return state, ()
        case _:
            assert_never(new_input)


def _on_start(state: CityState, started: NodeStarted, context: DecisionContext) -> Step:
    is_restored = state.epoch not in (NO_EPOCH, started.epoch)
    known = world.without_reports(state.world) if is_restored else state.world
    state = replace(
        state, policy=started.policy, epoch=started.epoch, world=world.mark_all_offline(known)
    )
    resume = sagas.restore if is_restored else sagas.recover
    resumed, commands = resume(state.sagas, state.policy, context.at)
    return _then_plan(plans.stop_waiting(replace(state, sagas=resumed)), commands, context)


def _on_connected(state: CityState, connected: DistrictConnected, context: DecisionContext) -> Step:
    known = state.world.districts.get(connected.district)
    state = replace(state, world=world.connect(state.world, connected, context.at))
    repeated: tuple[Command, ...] = ()
    if known is not None and known.epoch != connected.epoch:
        repeated = sagas.repeat_requests(state.sagas, connected.district, state.policy)
    return _then_plan(state, repeated, context)


def _on_letter(
    state: CityState, received: DistrictLetterReceived, context: DecisionContext
) -> Step:
    before = state
    after, is_new = world.receive(state.world, received, context.at)
    if not is_new:
        return _with_count(state, "duplicates"), ()
    state = _with_count(replace(state, world=after), "letters")
    letter = received.letter
    if not world.is_own(received.district, letter):
        return _with_count(state, "not_own"), ()
    state, adopted = _on_orphaned(state, received.district, letter, context)
    state, commands = _on_saga(state, before, received.district, letter, context)
    is_moved = (
        after.planning_version != before.world.planning_version
        or state.sagas is not before.sagas
        or bool(adopted)
    )
    commands = adopted + commands
    return _then_plan(state, commands, context) if is_moved else (state, commands)


def _on_quarantined(
    state: CityState, quarantined: DistrictLetterQuarantined, context: DecisionContext
) -> Step:
    after, is_new = world.receive(state.world, quarantined, context.at)
    if not is_new:
        return _with_count(state, "duplicates"), ()
    detail = f"{quarantined.position}: {quarantined.reason}"
    return _with_count(replace(state, world=after), "letters_quarantined"), (
        Notice(code="letter_quarantined", subject=quarantined.district, detail=detail),
    )


def _on_refused(state: CityState, refused: LetterRefusedByDistrict) -> Step:
    after, is_new = world.refuse(state.world, refused)
    if not is_new:
        return _with_count(state, "duplicates"), ()
    detail = f"{refused.position}: {refused.reason}"
    return _with_count(replace(state, world=after), "letters_refused"), (
        Notice(code="letter_refused", subject=refused.district, detail=detail),
    )


def _on_orphaned(
    state: CityState, sender: DistrictId, letter: UpLetter, context: DecisionContext
) -> Step:
    """What the letter reports of orders that this store does not remember."""
    known = OrphanContext(epoch=state.epoch, world=state.world, policy=state.policy, at=context.at)
    stepped: orphaned_orders.Step
    match letter:
        case IncidentReport():
            stepped = orphaned_orders.on_incident(state.orphaned, state.sagas, letter, known)
        case UnitReport():
            stepped = orphaned_orders.on_unit(state.orphaned, state.sagas, letter, known)
        case OrderProgress(unit_district=owner) if owner == sender:
            stepped = orphaned_orders.on_progress(state.orphaned, state.sagas, letter, known)
        case OrderProgress() | OrderAnswer() | OrderMessage() | MessageReceipt() | SourcesReport():
            return state, ()
        case _:
            assert_never(letter)
    orphaned, all_sagas, commands = stepped
    return replace(state, orphaned=orphaned, sagas=all_sagas), commands


def _on_saga(
    state: CityState,
    before: CityState,
    sender: DistrictId,
    letter: UpLetter,
    context: DecisionContext,
) -> Step:
    """What the letter reports of orders of this city."""
    at, policy = context.at, state.policy
    stepped: sagas.Step
    match letter:
        case OrderAnswer():
            state = replace(state, world=_after_refused_claim(state, letter))
            stepped = sagas.on_answer(state.sagas, sender, letter, policy, at)
        case OrderProgress():
            stepped = sagas.on_progress(state.sagas, sender, letter, policy, at)
        case OrderMessage():
            is_orphaned = orphaned_orders.is_orphaned(state.sagas, letter.order, state.epoch)
            stepped = sagas.on_message(state.sagas, sender, letter, at, is_orphaned=is_orphaned)
        case MessageReceipt(incident_district=owner):
            if owner == sender or owner not in state.world.districts:
                return state, ()
            stepped = sagas.on_receipt(state.sagas, sender, letter)
        case IncidentReport(incident=name):
            known = before.world.incidents.get(name)
            stepped = sagas.on_incident(state.sagas, known, letter, policy, at)
        case UnitReport() | SourcesReport():
            return state, ()
        case _:
            assert_never(letter)
    return replace(state, sagas=stepped[0]), stepped[1]


def _after_refused_claim(state: CityState, answer: OrderAnswer) -> world.World:
    """The world after a refused claim: its slot may not be open any more."""
    saga = state.sagas.live.get(answer.order)
    is_refusal = answer.step is OrderStep.CLAIM and answer.verdict is OrderVerdict.REFUSED
    is_of_slot = answer.reason.startswith(("no_such_", "incident:", "slot_changed"))
    if saga is None or not is_refusal or not is_of_slot:
        return state.world
    return world.withdraw_request(state.world, saga.task.slot, saga.task.slot_version)


def _on_plan(state: CityState, made: PlanMade, context: DecisionContext) -> Step:
    if made.request_number != state.replan.request_number or not state.replan.is_awaited:
        return _with_count(state, "plans_late"), ()
    state, cancelled = plans.note_answer(state, made.request_number, made.draft, context.at)
    state, commands = plans.add(_with_count(state, "plans"), made.draft, context)
    return _then_plan(state, cancelled + commands, context)


def _on_plan_failed(state: CityState, failed: PlanFailed, context: DecisionContext) -> Step:
    state, commands = plans.note_answer(
        _with_count(state, "plans_failed"), failed.request_number, None, context.at
    )
    return _then_plan(state, commands, context)


def _on_timer(state: CityState, fired: TimerFired, context: DecisionContext) -> Step:
    kind = timer_key(fired.timer).kind
    match kind:
        case TimerKind.REPLAN:
            is_silent = fired.subject == "answer" and fired.version == state.replan.request_number
            return _then_plan(plans.stop_waiting(state) if is_silent else state, (), context)
        case TimerKind.ORDER_DEADLINE:
            after, commands = sagas.on_deadline(state.sagas, fired, state.policy, context.at)
            return _then_plan(replace(state, sagas=after), commands, context)
        case _:
            assert_never(kind)


def _then_plan(state: CityState, commands: tuple[Command, ...], context: DecisionContext) -> Step:
    """After every move: a waiting plan may be stale, and a new one wanted."""
    state, expired = plans.expire_stale(state, context.at)
    state, requested = plans.request_if_needed(state, context)
    return state, commands + expired + requested


def _with_count(state: CityState, name: str) -> CityState:
    return replace(state, counts=state.counts.put(name, (state.counts.get(name) or 0) + 1))


def _with_command_counts(state: CityState, commands: tuple[Command, ...]) -> CityState:
    """Steps requested of owners and refusals to officers, counted by name."""
    for command in commands:
        match command:
            case Post(letter=OrderRequest(step=step)):
                state = _with_count(state, f"requested_{step}")
            case Reply(done=False):
                state = _with_count(state, "officer_refused")
            case _:
                pass
    return state
