"""Bugs of an order: its two owners, the city's saga, the crew's buttons and device."""

from typing import Any

from citybrain.decider.command import Post
from citybrain.stages import OrderTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OrderStep, OrderVerdict, SlotState, UnitState
from citysim.sim.people import crew_phone
from coordinator.cores import order_saga, saga_steps
from coordinator.cores.order_saga import SagaStage, SagaTrigger, UnitOwnerStage
from district_node.cores import decide
from district_node.cores.decision_draft import CITY
from district_node.cores.flows import crew, order_progress
from district_node.cores.orders import answers, incident_owner, roster, slots, unit_owner
from district_node.cores.state import IdempotencyCache
from district_node.inputs import CrewAnswered
from mutants.mutant import Mutant, all_of, patch_attribute, patch_item


def _ignores_version(claim: Any) -> Any:
    def claim_(side: Any, request: Any, at: Any) -> Any:
        incident, _ = side
        slot = slots.slot_by_id(incident, request.task.slot) if incident is not None else None
        if slot is not None:
            request = _with_version(request, slot.version)
        return claim(side, request, at)

    return claim_


def _with_version(request: Any, version: int) -> Any:
    return replace(request, task=replace(request.task, slot_version=version))


def _never_expires(_expire_if_due: Any) -> Any:
    return lambda orders, _order, _at: orders


def _reserves_busy_unit(reserve: Any) -> Any:
    """Every request gets the unit; the order that it had is forgotten."""

    def reserve_(side: Any, request: Any, at: Any) -> Any:
        given, kept = side
        unit = given.units.get(request.unit)
        if unit is not None and not roster.is_free(unit):
            freed = replace(unit, state=UnitState.AVAILABLE, order=None)
            given = replace(given, units=given.units.put(unit.unit, freed))
        return reserve((given, kept), request, at)

    return reserve_


def _no_tombstone(_add_tombstone: Any) -> Any:
    return lambda kept, _order, _reason: kept


def _no_recorded_answer(_recorded_answer: Any) -> Any:
    return lambda _kept, _order, _step: None


def _only_answers(_withdraw: Any) -> Any:
    def withdraw(side: Any, request: Any, _at: Any) -> Any:
        return side, unit_owner._answer(request, OrderVerdict.DONE)

    return withdraw


def _reuses_number(move: Any) -> Any:
    def move_(kept: Any, order: Any, trigger: Any, at: Any, *, reason: str = "") -> Any:
        after = move(kept, order, trigger, at, reason=reason)
        if trigger is not OrderTrigger.ISSUE:
            return after
        unit = after.units[after.orders[order].unit]
        number = max(unit.assignment_number - 1, 1)
        orders = after.orders.put(order, replace(after.orders[order], assignment_number=number))
        return replace(
            after,
            orders=orders,
            units=after.units.put(unit.unit, replace(unit, assignment_number=number)),
        )

    return move_


def _declares_nothing_extra(_retake: Any) -> Any:
    def retake(incident: Any, slot: Any) -> Any:
        return slots.put_slot(incident, slots.reopened_slot(slot))

    return retake


def _commits_after_one_answer(_commit_if_both: Any) -> Any:
    """Committed with the unit owner's answer alone."""

    def commit(saga: Any, policy: Any, at: Any) -> Any:
        if saga.unit_owner_stage is not UnitOwnerStage.RESERVED:
            return saga, ()
        saga = saga_steps._move(saga, SagaTrigger.COMMIT, at)
        return saga, (
            order_saga.request(saga, OrderStep.ISSUE),
            order_saga.request(saga, OrderStep.CLAIM_CONFIRMED),
            order_saga.set_deadline(saga, at, policy.issue_s),
        )

    return commit


def _commits_after_restart(recover: Any) -> Any:
    """After a restart of the city what was only proposed goes on as if both had accepted."""

    def recover_(saga: Any, policy: Any, at: Any) -> Any:
        if saga.stage is SagaStage.PROPOSING:
            saga = saga_steps._move(saga, SagaTrigger.COMMIT, at)
        return recover(saga, policy, at)

    return recover_


def _cancels_claim_first(_withdraw: Any) -> Any:
    """The claim is cancelled before the crew was withdrawn, and the crew is forgotten."""

    def withdraw(saga: Any, reason: str, policy: Any, at: Any) -> Any:
        if saga.past_recall and saga.unit_owner_stage is not UnitOwnerStage.RELEASED:
            return saga, ()
        saga = saga_steps._move(saga, SagaTrigger.WITHDRAW, at, reason)
        saga = saga_steps.replace(saga, unit_owner_stage=UnitOwnerStage.RELEASED)
        saga, cancelled = saga_steps._cancel_claim(saga, reason)
        saga, more = saga_steps._end_if_released(saga, at)
        return saga, (order_saga.cancel_deadline(saga), *cancelled, *more)

    return withdraw


def _keeps_slot(release: Any) -> Any:
    """The slot's owner answers that it released the order, and still waits for it."""

    def release_(side: Any, request: Any, at: Any) -> Any:
        (_, kept), answer = release(side, request, at)
        return (side[0], kept), answer

    return release_


def _promises_slot_twice(_claim: Any) -> Any:
    """A slot that is promised already is promised again."""

    def claim(side: Any, request: Any, at: Any) -> Any:
        incident, kept = side
        slot = slots.slot_by_id(incident, request.task.slot) if incident is not None else None
        if (
            incident is not None
            and slot is not None
            and slot.state in (SlotState.CLAIMED, SlotState.CONFIRMED)
            and incident.stage is not IncidentStage.CLOSED
        ):
            incident = slots.put_slot(incident, replace(slot, state=SlotState.OPEN, order=None))
        return _claim((incident, kept), request, at)

    return claim


def _not_cached(reply_once: Any) -> Any:
    """What a crew asks meets no earlier reply, and leaves none."""

    def reply_once_(draft: Any, asked: Any) -> None:
        kept = draft.idempotency
        if isinstance(asked, CrewAnswered):
            draft.idempotency = IdempotencyCache()
        reply_once(draft, asked)
        if isinstance(asked, CrewAnswered):
            draft.idempotency = kept

    return reply_once_


def _counts_for_live_order(crew_answered: Any) -> Any:
    """A button counts for the order that the unit has now, whichever it was pressed for."""

    def crew_answered_(draft: Any, given: Any) -> Any:
        unit = draft.roster.units.get(given.answer.unit)
        if unit is not None and unit.order is not None:
            given = replace(
                given,
                answer=replace(
                    given.answer, order=unit.order, assignment_number=unit.assignment_number
                ),
            )
        return crew_answered(draft, given)

    return crew_answered_


def _sends_twice(publish_progress: Any) -> Any:
    def publish_progress_(draft: Any, order: Any) -> None:
        before = len(draft.commands)
        publish_progress(draft, order)
        draft.commands.extend(
            [
                c
                for c in draft.commands[before:]
                if type(c) is Post and c.to == CITY and hasattr(c.letter, "stage")
            ][:1]
        )

    return publish_progress_


def _accepts_any_number(on_view: Any) -> Any:
    """The device shows whatever order it is sent, an older one too."""

    def accepting(state: Any, view: Any, now: Any) -> Any:
        return on_view(replace(state, last_assignment_number=0), view, now)

    return accepting


MUTANTS = (
    Mutant(
        name="slot_version_ignored",
        bug="A claim that was planned for an older version of a slot is granted.",
        laws=("promises_kept",),
        plant=patch_item(incident_owner.STEPS, OrderStep.CLAIM, _ignores_version),
    ),
    Mutant(
        name="slot_promised_twice",
        bug="A slot that one order was promised is promised to another.",
        laws=("promises_kept", "one_slot_one_order"),
        plant=patch_item(incident_owner.STEPS, OrderStep.CLAIM, _promises_slot_twice),
    ),
    Mutant(
        name="reservation_never_expires",
        bug="A reservation never expires, and the order is issued on it.",
        laws=("promises_kept",),
        plant=patch_attribute(roster, "expire_if_due", _never_expires),
    ),
    Mutant(
        name="busy_unit_reserved",
        bug="A unit with a live order is reserved for another one.",
        laws=("one_unit_one_order", "promises_kept"),
        plant=patch_item(unit_owner.STEPS, OrderStep.RESERVE, _reserves_busy_unit),
    ),
    Mutant(
        name="no_tombstones",
        bug="A release that came before its reserve or claim leaves no tombstone.",
        laws=("promises_kept", "agreement", "liveness"),
        plant=all_of(
            patch_attribute(unit_owner, "add_unit_tombstone", _no_tombstone),
            patch_attribute(incident_owner, "add_slot_tombstone", _no_tombstone),
        ),
    ),
    Mutant(
        name="steps_decided_again",
        bug="A repeated step is decided again, instead of answered as before.",
        laws=("promises_kept", "agreement", "one_slot_one_order", "liveness"),
        plant=patch_attribute(answers, "recorded_answer", _no_recorded_answer),
    ),
    Mutant(
        name="withdrawn_order_continues",
        bug="A unit's owner answers that an order is withdrawn, and leaves it with its crew.",
        laws=("promises_kept",),
        plant=patch_item(unit_owner.STEPS, OrderStep.WITHDRAW, _only_answers),
    ),
    Mutant(
        name="slot_not_released",
        bug="An incident's owner answers that it released an order, and keeps its slot for it.",
        laws=("promises_kept",),
        plant=patch_item(incident_owner.STEPS, OrderStep.RELEASE, _keeps_slot),
    ),
    Mutant(
        name="assignment_number_reused",
        bug="A new order goes to its crew under the assignment number of the last one.",
        laws=("one_unit_one_order",),
        plant=patch_attribute(roster, "move", _reuses_number),
    ),
    Mutant(
        name="extra_undeclared",
        bug="A slot that is retaken declares no extra order, though one may still come.",
        laws=("one_slot_one_order",),
        plant=patch_attribute(slots, "retake", _declares_nothing_extra),
    ),
    Mutant(
        name="commit_on_one_answer",
        bug="The city commits an order when the unit's owner has answered, without the incident's.",
        laws=("promises_kept",),
        plant=patch_attribute(saga_steps, "_commit_if_both", _commits_after_one_answer),
    ),
    Mutant(
        name="no_presumed_abort",
        bug="A city that restarts commits what it had only proposed.",
        laws=("promises_kept",),
        plant=patch_attribute(saga_steps, "recover", _commits_after_restart),
    ),
    Mutant(
        name="crew_not_withdrawn",
        bug="The city cancels a claim, and does not withdraw the crew.",
        laws=("promises_kept",),
        plant=patch_attribute(saga_steps, "withdraw", _cancels_claim_first),
    ),
    Mutant(
        name="crew_request_not_cached",
        bug="A crew's request is not cached: sent twice it is answered otherwise the second time.",
        laws=("nothing_twice", "ground_truth_crew_answers"),
        plant=patch_attribute(decide, "_reply_once", _not_cached),
    ),
    Mutant(
        name="button_of_another_order",
        bug="A button counts for the order that the unit has now, whichever it was pressed for.",
        laws=("one_unit_one_order", "nothing_twice", "ground_truth_crew_answers"),
        plant=patch_attribute(crew, "crew_answered", _counts_for_live_order),
    ),
    Mutant(
        name="progress_sent_twice",
        bug="A crew's progress is sent to the city twice.",
        laws=("nothing_twice",),
        plant=patch_attribute(order_progress, "publish_progress", _sends_twice),
    ),
    Mutant(
        name="device_accepts_older",
        bug="A crew's device shows an order with an older assignment number.",
        laws=("one_unit_one_order",),
        plant=patch_attribute(crew_phone, "on_view", _accepts_any_number),
    ),
)
