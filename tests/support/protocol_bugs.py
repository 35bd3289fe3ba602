"""Bugs planted in the production cores of the two-owners protocol, each of which the model checker
must find: by which law, and in how short a run."""

from collections.abc import Callable

import pytest

from citybrain.sorted_map import SortedMap
from citybrain.stages import OrderTrigger
from citybrain.structs import Struct, replace
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict, SlotState, UnitState
from coordinator.cores import saga_steps as city_saga_steps
from coordinator.cores import sagas as city_sagas
from coordinator.cores.order_saga import IncidentOwnerStage, SagaStage, UnitOwnerStage
from district_node.cores.flows import city as from_city
from district_node.cores.incidents import triage
from district_node.cores.orders import answers, incident_owner, roster, slots, unit_owner


def issue_accepted_after_expiry(patch):
    def issue(side, request, at):
        given, kept = side
        order = given.orders.get(request.order)
        if order is None or order.stage is not OrderStage.EXPIRED:
            return unit_owner._issue(side, request, at)
        unit = given.units[order.unit]
        unit = replace(
            unit,
            order=order.order,
            state=UnitState.COMMITTED,
            assignment_number=unit.assignment_number + 1,
        )
        order = replace(
            order, stage=OrderStage.ISSUED, assignment_number=unit.assignment_number, issued_at=at
        )
        given = replace(
            given,
            units=given.units.put(unit.unit, unit),
            orders=given.orders.put(order.order, order),
        )
        return (given, kept), unit_owner._answer(
            request, OrderVerdict.ISSUED, assignment_number=unit.assignment_number
        )

    patch.setitem(unit_owner.STEPS, OrderStep.ISSUE, issue)


def slot_version_ignored(patch):
    def claim(side, request, at):
        incident, _ = side
        slot = slots.slot_by_id(incident, request.task.slot) if incident is not None else None
        if slot is not None:
            request = replace(request, task=replace(request.task, slot_version=slot.version))
        return incident_owner._claim(side, request, at)

    patch.setitem(incident_owner.STEPS, OrderStep.CLAIM, claim)


def tombstones_removed(patch):
    patch.setattr(unit_owner, "add_unit_tombstone", lambda kept, order, reason: kept)
    patch.setattr(incident_owner, "add_slot_tombstone", lambda kept, order, reason: kept)


def presumed_abort_skipped(patch):
    """The city that restarts forgets what it had only proposed, and releases nothing."""

    def recover(sagas, policy, at):
        kept = [saga for saga in sagas.live.values() if saga.stage is not SagaStage.PROPOSING]
        names = {saga.order for saga in kept}
        sagas = replace(
            sagas,
            live=SortedMap((saga.order, saga) for saga in kept),
            by_unit=SortedMap((u, o) for u, o in sagas.by_unit.items() if o in names),
            by_slot=SortedMap((s, o) for s, o in sagas.by_slot.items() if o in names),
        )
        return production(sagas, policy, at)

    production = city_sagas.recover
    patch.setattr(city_sagas, "recover", recover)


def claim_answered_twice(patch):
    """A slot that is promised may be claimed by another order as well."""

    def claim(side, request, at):
        incident, _ = side
        slot = slots.slot_by_id(incident, request.task.slot) if incident is not None else None
        if slot is None or slot.state is SlotState.OPEN:
            return incident_owner._claim(side, request, at)
        return side, incident_owner._answer(request, OrderVerdict.CLAIMED)

    patch.setitem(incident_owner.STEPS, OrderStep.CLAIM, claim)


def answers_not_kept(patch):
    patch.setattr(answers, "recorded_answer", lambda kept, order, step: None)


def busy_unit_reserved(patch):
    """The unit's owner reserves whatever unit is requested."""

    def reserve(side, request, at):
        given, kept = side
        unit = given.units[request.unit]
        freed = replace(
            given,
            units=given.units.put(unit.unit, replace(unit, order=None, state=UnitState.AVAILABLE)),
        )
        return unit_owner._reserve((freed, kept), request, at)

    patch.setitem(unit_owner.STEPS, OrderStep.RESERVE, reserve)


def committed_after_one_answer(patch):
    def commit(saga, policy, at):
        both = replace(
            saga,
            unit_owner_stage=UnitOwnerStage.RESERVED,
            incident_owner_stage=IncidentOwnerStage.CLAIMED,
        )
        return production(both, policy, at)

    production = city_saga_steps._commit_if_both
    patch.setattr(city_saga_steps, "_commit_if_both", commit)


def slot_retaken_undeclared(patch):
    """The incident's owner retakes a claimed slot and declares nothing: neither an extra order nor
    another version."""

    def retake(incident, slot):
        return slots.put_slot(incident, replace(triage.reopened_slot(slot), version=slot.version))

    patch.setattr(slots, "retake", retake)


def same_letter_takes_effect_twice(patch):
    production = from_city.city_letter_received

    def city_letter_received(draft, received):
        if received.position == draft.city.down_acked:
            draft.city = replace(draft.city, down_acked=received.position - 1)
            received = replace(received, after=received.position - 1)
        production(draft, received)

    patch.setattr(from_city, "city_letter_received", city_letter_received)
    answers_not_kept(patch)


def issued_under_an_old_number(patch):
    production = roster.move

    def move(given, order, trigger, at, **said):
        if trigger is OrderTrigger.ISSUE:
            unit = given.units[given.orders[order].unit]
            given = replace(
                given, units=given.units.put(unit.unit, replace(unit, assignment_number=0))
            )
        return production(given, order, trigger, at, **said)

    patch.setattr(roster, "move", move)


class Bug(Struct, frozen=True, kw_only=True):
    plant: Callable[[pytest.MonkeyPatch], None]
    world: str
    budget: dict[str, int]
    found_by: str  # part of the violation
    steps: int  # of the shortest counterexample, at most
    crew_steps: int = 1


BUGS = {
    "issue accepted after expiry": Bug(
        plant=issue_accepted_after_expiry,
        world="lend",
        budget={"delays": 1},
        found_by="was over, and was issued",
        steps=12,
    ),
    "slot version ignored": Bug(
        plant=slot_version_ignored,
        world="cross",
        budget={"operator_actions": 2},
        found_by="its owner had reported version",
        steps=12,
    ),
    "tombstones removed": Bug(
        plant=tombstones_removed,
        world="lend",
        budget={"reorderings": 1, "delays": 1},
        found_by="after release of it was agreed",
        steps=12,
    ),
    "presumed abort skipped": Bug(
        plant=presumed_abort_skipped,
        world="lend",
        budget={"crashes": 1},
        found_by="nobody serves it",
        steps=40,
    ),
    "claim answered twice": Bug(
        plant=claim_answered_twice,
        world="race",
        budget={"refusals": 1},
        found_by="is promised to",
        steps=20,
    ),
    "answers not kept": Bug(
        plant=answers_not_kept,
        world="lend",
        budget={"crashes": 1},
        found_by="was answered",
        steps=20,
    ),
    "busy unit reserved": Bug(
        plant=busy_unit_reserved,
        world="torn",
        budget={},
        found_by="while order-north-",
        steps=8,
    ),
    "committed after one answer": Bug(
        plant=committed_after_one_answer,
        world="lend",
        budget={},
        found_by="had the acceptance of",
        steps=8,
    ),
    "slot retaken undeclared": Bug(
        plant=slot_retaken_undeclared,
        world="race",
        budget={"delays": 1},
        found_by="slot",
        steps=30,
        crew_steps=3,
    ),
    "same letter takes effect twice": Bug(
        plant=same_letter_takes_effect_twice,
        world="lend",
        budget={"duplicates": 1},
        found_by="was answered",
        steps=8,
    ),
    "issued under an old number": Bug(
        plant=issued_under_an_old_number,
        world="race",
        budget={"refusals": 1},
        found_by="whose last was",
        steps=20,
    ),
}
