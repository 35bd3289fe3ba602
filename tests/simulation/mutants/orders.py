"""Bugs of an order's life: the two owners, the city that drives it between them, the crew's buttons and device."""

from dataclasses import replace as replaced
from typing import Any

from mutants.mutant import Mutant, put, put_in_table, together

from citybrain.decider.command import Post
from citybrain.stages import OrderTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OrderStep, OrderVerdict, SlotState, UnitState
from citysim.sim.people import phone
from coordinator.cores import letters
from coordinator.cores import orders as driven
from coordinator.cores.drive import DriveCue, DriveStage, UnitSide
from district_node.cores.decide import FLOWS
from district_node.cores.flows import crew, follow
from district_node.cores.orders import promises, roster, slot_steps, slots, unit_steps
from district_node.cores.work import CITY
from district_node.inputs import CrewAnswered


def _whatever_version(claim: Any) -> Any:
    def claim_(side: Any, request: Any, at: Any) -> Any:
        incident, _ = side
        slot = slots.slot_named(incident, request.task.slot) if incident is not None else None
        if slot is not None:
            request = _with_version(request, slot.version)
        return claim(side, request, at)

    return claim_


def _with_version(request: Any, version: int) -> Any:
    return replaced(request, task=replaced(request.task, slot_version=version))


def _never_lapses(_lapse: Any) -> Any:
    return lambda orders, _order, _at: orders


def _though_busy(reserve: Any) -> Any:
    """Whoever asks gets the unit; the order that it had is forgotten."""

    def reserve_(side: Any, request: Any, at: Any) -> Any:
        kept, given = side
        unit = kept.units.get(request.unit)
        if unit is not None and not roster.is_free(unit):
            kept = replace(
                kept,
                units=kept.units.put(
                    unit.unit, replace(unit, state=UnitState.AVAILABLE, order=None)
                ),
            )
        return reserve((kept, given), request, at)

    return reserve_


def _no_tomb(_bury: Any) -> Any:
    return lambda kept, _order, _because: kept


def _asked_anew(_answered: Any) -> Any:
    return lambda _promises, _order, _step: None


def _said_only(_withdraw: Any) -> Any:
    def withdraw(side: Any, request: Any, _at: Any) -> Any:
        return side, unit_steps._say(request, OrderVerdict.DONE)

    return withdraw


def _same_number(move: Any) -> Any:
    def move_(kept: Any, order: Any, trigger: Any, at: Any, *, reason: str = "") -> Any:
        after = move(kept, order, trigger, at, reason=reason)
        if trigger is not OrderTrigger.ISSUE:
            return after
        unit = after.units[after.orders[order].unit]
        number = max(unit.assignment - 1, 1)
        orders = after.orders.put(order, replace(after.orders[order], assignment=number))
        return replace(
            after, orders=orders, units=after.units.put(unit.unit, replace(unit, assignment=number))
        )

    return move_


def _undeclared(_retake: Any) -> Any:
    def retake(incident: Any, slot: Any) -> Any:
        return slots.with_slot(incident, slots.opened_again(slot))

    return retake


def _after_one_answer(_committed: Any) -> Any:
    """Committed with the unit owner's word alone."""

    def committed(drive: Any, policy: Any, at: Any) -> Any:
        if drive.unit_side is not UnitSide.RESERVED:
            return drive, ()
        drive = driven._moved(drive, DriveCue.COMMIT, at)
        return drive, (
            letters.ask(drive, OrderStep.ISSUE),
            letters.ask(drive, OrderStep.CLAIM_CONFIRMED),
            letters.deadline(drive, at, policy.issue_s),
        )

    return committed


def _committed_anyway(recovered: Any) -> Any:
    """After a restart of the city what was only proposed is driven on as if both had said yes."""

    def recovered_(drive: Any, policy: Any, at: Any) -> Any:
        if drive.stage is DriveStage.PROPOSING:
            drive = driven._moved(drive, DriveCue.COMMIT, at)
        return recovered(drive, policy, at)

    return recovered_


def _slot_told_first(_withdraw: Any) -> Any:
    """The slot is told that nobody comes before its crew was called back, and the crew is forgotten."""

    def withdraw(drive: Any, reason: str, policy: Any, at: Any) -> Any:
        if drive.kept and drive.unit_side is not UnitSide.OVER:
            return drive, ()
        drive = driven._moved(drive, DriveCue.WITHDRAW, at, reason)
        drive = driven.replace(drive, unit_side=UnitSide.OVER)
        drive, told = driven._tell_slot(drive, reason)
        drive, more = driven._settled(drive, at)
        return drive, (letters.no_deadline(drive), *told, *more)

    return withdraw


def _not_let_go(give_back: Any) -> Any:
    """The slot's owner says that it let the order go, and waits for it still."""

    def give_back_(side: Any, request: Any, at: Any) -> Any:
        (_, kept), answer = give_back(side, request, at)
        return (side[0], kept), answer

    return give_back_


def _filled_twice(_claim: Any) -> Any:
    """A slot that is promised already is promised again."""

    def claim(side: Any, request: Any, at: Any) -> Any:
        incident, kept = side
        slot = slots.slot_named(incident, request.task.slot) if incident is not None else None
        if (
            incident is not None
            and slot is not None
            and slot.state in (SlotState.CLAIMED, SlotState.CONFIRMED)
            and incident.stage is not IncidentStage.CLOSED
        ):
            incident = slots.with_slot(incident, replace(slot, state=SlotState.OPEN, order=None))
        return _claim((incident, kept), request, at)

    return claim


def _forgotten(_reply: Any) -> Any:
    return lambda _answered, _request: None


def _live_one(answered_: Any) -> Any:
    """A button counts for the order that the unit has now, whichever it was pressed for."""

    def crew_answered(work: Any, given: Any) -> None:
        unit = work.roster.units.get(given.answer.unit)
        if unit is not None and unit.order is not None:
            given = replaced(
                given, answer=replaced(given.answer, order=unit.order, assignment=unit.assignment)
            )
        answered_(work, given)

    return crew_answered


def _told_twice(tell: Any) -> Any:
    def tell_(work: Any, order: Any) -> None:
        before = len(work.commands)
        tell(work, order)
        work.commands.extend(
            [
                c
                for c in work.commands[before:]
                if type(c) is Post and c.to == CITY and hasattr(c.letter, "stage")
            ][:1]
        )

    return tell_


def _any_number(shown: Any) -> Any:
    """The device shows whatever order it is sent, an older one too."""

    def shown_(state: Any, view: Any, now: Any) -> Any:
        return shown(replaced(state, last_assignment=0), view, now)

    return shown_


MUTANTS = (
    Mutant(
        name="slot_version_ignored",
        bug="A claim that was planned for an older version of a slot is granted.",
        laws=("promises_kept",),
        plant=put_in_table(slot_steps.STEPS, OrderStep.CLAIM, _whatever_version),
    ),
    Mutant(
        name="slot_promised_twice",
        bug="A slot that one order was promised is promised to another.",
        laws=("promises_kept", "one_slot_one_order"),
        plant=put_in_table(slot_steps.STEPS, OrderStep.CLAIM, _filled_twice),
    ),
    Mutant(
        name="reservation_never_over",
        bug="A reservation whose time is over stands, and the order is issued on it.",
        laws=("promises_kept",),
        plant=put(roster, "lapse", _never_lapses),
    ),
    Mutant(
        name="reserved_though_busy",
        bug="A unit with a live order is promised to another one.",
        laws=("one_unit_one_order", "promises_kept"),
        plant=put_in_table(unit_steps.STEPS, OrderStep.RESERVE, _though_busy),
    ),
    Mutant(
        name="no_tombstones",
        bug="A release that came before its reserve or claim is not remembered.",
        laws=("promises_kept", "agreement", "everything_right_happens"),
        plant=together(
            put(unit_steps, "bury_unit_side", _no_tomb), put(slot_steps, "bury_slot_side", _no_tomb)
        ),
    ),
    Mutant(
        name="answers_not_repeated",
        bug="A step that comes again is decided again, instead of answered as before.",
        laws=("promises_kept", "agreement", "one_slot_one_order", "everything_right_happens"),
        plant=put(promises, "answered", _asked_anew),
    ),
    Mutant(
        name="withdrawn_lives_on",
        bug="A unit's owner says that an order is withdrawn, and leaves it with its crew.",
        laws=("promises_kept",),
        plant=put_in_table(unit_steps.STEPS, OrderStep.WITHDRAW, _said_only),
    ),
    Mutant(
        name="slot_not_let_go",
        bug="An incident's owner says that it let an order go, and its slot waits for it still.",
        laws=("promises_kept",),
        plant=put_in_table(slot_steps.STEPS, OrderStep.RELEASE, _not_let_go),
    ),
    Mutant(
        name="same_assignment",
        bug="A new order goes to its crew under the number of the last one.",
        laws=("one_unit_one_order",),
        plant=put(roster, "move", _same_number),
    ),
    Mutant(
        name="surplus_undeclared",
        bug="A slot that is taken back forgets the order that may still come.",
        laws=("one_slot_one_order",),
        plant=put(slots, "retake", _undeclared),
    ),
    Mutant(
        name="commit_on_one_word",
        bug="The city commits an order when the unit's owner has answered, without the incident's.",
        laws=("promises_kept",),
        plant=put(driven, "_committed", _after_one_answer),
    ),
    Mutant(
        name="no_presumed_abort",
        bug="A city that starts again commits what it had only proposed.",
        laws=("promises_kept",),
        plant=put(driven, "recovered", _committed_anyway),
    ),
    Mutant(
        name="crew_not_called_back",
        bug="The city tells a slot that nobody comes, and does not call the crew back.",
        laws=("promises_kept",),
        plant=put(driven, "withdraw", _slot_told_first),
    ),
    Mutant(
        name="button_twice",
        bug="A button's request is not remembered: sent twice it is answered otherwise the second time.",
        laws=("nothing_twice", "truly_pressed"),
        plant=put(crew, "reply_to", _forgotten),
    ),
    Mutant(
        name="button_of_another",
        bug="A button counts for the order that the unit has now, whichever order it was pressed for.",
        laws=("one_unit_one_order", "nothing_twice", "truly_pressed"),
        plant=put_in_table(FLOWS, CrewAnswered, _live_one),
    ),
    Mutant(
        name="stage_told_twice",
        bug="A crew's step is told to the city twice.",
        laws=("nothing_twice",),
        plant=put(follow, "tell", _told_twice),
    ),
    Mutant(
        name="device_takes_older",
        bug="A crew's device shows an order with an older assignment number.",
        laws=("one_unit_one_order",),
        plant=put(phone, "shown", _any_number),
    ),
)
