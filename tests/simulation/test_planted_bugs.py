"""The explorer can find something: bugs planted in the production cores, each of which it must find, by which law, and in how short a story."""

from dataclasses import dataclass, replace

import pytest

from citybrain.sorted_map import SortedMap
from citybrain.stages import OrderTrigger
from citybrain.structs import replace as with_
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict, SlotState, UnitState
from citysim.explore.calm import Calm
from citysim.explore.search import Search
from citysim.explore.small.layout import WORLDS, Budget
from citysim.explore.small.moves import Moves
from citysim.explore.story import tell
from coordinator.cores import drives as city_drives
from coordinator.cores import orders as city_orders
from coordinator.cores.drive import DriveStage, SlotSide, UnitSide
from district_node.cores.belief import triage
from district_node.cores.flows import city as from_city
from district_node.cores.orders import promises, roster, slot_steps, slots, unit_steps

NOTHING = Budget(
    crashes=0, losses=0, repeats=0, delays=0, refusals=0, verbs=0, strays=0, together=0
)


def issue_accepted_after_expiry(patch):
    def issue(side, request, at):
        given, kept = side
        order = given.orders.get(request.order)
        if order is None or order.stage is not OrderStage.EXPIRED:
            return unit_steps._issue(side, request, at)
        unit = given.units[order.unit]
        unit = with_(
            unit, order=order.order, state=UnitState.COMMITTED, assignment=unit.assignment + 1
        )
        order = with_(order, stage=OrderStage.ISSUED, assignment=unit.assignment, issued_at=at)
        given = with_(
            given,
            units=given.units.put(unit.unit, unit),
            orders=given.orders.put(order.order, order),
        )
        return (given, kept), unit_steps._say(
            request, OrderVerdict.ISSUED, assignment=unit.assignment
        )

    patch.setitem(unit_steps.STEPS, OrderStep.ISSUE, issue)


def slot_version_ignored(patch):
    def claim(side, request, at):
        incident, _ = side
        slot = slots.slot_named(incident, request.task.slot) if incident is not None else None
        if slot is not None:
            request = replace(request, task=replace(request.task, slot_version=slot.version))
        return slot_steps._claim(side, request, at)

    patch.setitem(slot_steps.STEPS, OrderStep.CLAIM, claim)


def tombstones_removed(patch):
    patch.setattr(unit_steps, "bury_unit_side", lambda kept, order, reason: kept)
    patch.setattr(slot_steps, "bury_slot_side", lambda kept, order, reason: kept)


def presumed_abort_skipped(patch):
    """The city that comes up again does not remember what it had only proposed, and tells nobody."""

    def recovered(drives, policy, at):
        kept = [d for d in drives.live.values() if d.stage is not DriveStage.PROPOSING]
        names = {d.order for d in kept}
        drives = replace(
            drives,
            live=SortedMap((d.order, d) for d in kept),
            by_unit=SortedMap((u, o) for u, o in drives.by_unit.items() if o in names),
            by_slot=SortedMap((s, o) for s, o in drives.by_slot.items() if o in names),
        )
        return honest(drives, policy, at)

    honest = city_drives.recovered
    patch.setattr(city_drives, "recovered", recovered)


def claim_answered_twice(patch):
    """A slot that is promised may be claimed by another order as well."""

    def claim(side, request, at):
        incident, _ = side
        slot = slots.slot_named(incident, request.task.slot) if incident is not None else None
        if slot is None or slot.state is SlotState.OPEN:
            return slot_steps._claim(side, request, at)
        return side, slot_steps._say(request, OrderVerdict.CLAIMED)

    patch.setitem(slot_steps.STEPS, OrderStep.CLAIM, claim)


def answers_not_kept(patch):
    patch.setattr(promises, "answered", lambda kept, order, step: None)


def busy_unit_reserved(patch):
    """The unit's owner promises whatever unit it is asked for."""

    def reserve(side, request, at):
        given, kept = side
        unit = given.units[request.unit]
        freed = with_(
            given,
            units=given.units.put(unit.unit, with_(unit, order=None, state=UnitState.AVAILABLE)),
        )
        return unit_steps._reserve((freed, kept), request, at)

    patch.setitem(unit_steps.STEPS, OrderStep.RESERVE, reserve)


def committed_after_one_yes(patch):
    def committed(drive, policy, at):
        return honest(
            replace(drive, unit_side=UnitSide.RESERVED, slot_side=SlotSide.CLAIMED), policy, at
        )

    honest = city_orders._committed
    patch.setattr(city_orders, "_committed", committed)


def slot_taken_back_in_silence(patch):
    """The incident's owner takes a claimed slot back and declares nothing: neither a surplus nor another version."""

    def retake(incident, slot):
        return slots.with_slot(
            incident, replace_slot(triage.opened_again(slot), version=slot.version)
        )

    replace_slot = with_
    patch.setattr(slots, "retake", retake)


def same_letter_takes_effect_twice(patch):
    honest = from_city.city_letter_received

    def city_letter_received(work, said):
        if said.position == work.city.seen:
            work.city = with_(work.city, seen=said.position - 1)
            said = replace(said, after=said.position - 1)
        honest(work, said)

    patch.setitem(decide_flows(), type_of_city_said(), city_letter_received)
    answers_not_kept(patch)


def decide_flows():
    from district_node.cores.decide import FLOWS

    return FLOWS


def type_of_city_said():
    from district_node.inputs import CityLetterReceived

    return CityLetterReceived


def issued_under_an_old_number(patch):
    honest = roster.move

    def move(given, order, trigger, at, *, reason=""):
        if trigger is OrderTrigger.ISSUE:
            unit = given.units[given.orders[order].unit]
            given = with_(given, units=given.units.put(unit.unit, with_(unit, assignment=0)))
        return honest(given, order, trigger, at, reason=reason)

    patch.setattr(roster, "move", move)


def slot_told_before_the_unit_let_go(patch):
    """The city tells the slot `claim_cancelled` as soon as it withdraws, and forgets the crew when its owner says that it is too late."""

    def kept(drive, answer, at):
        moved = replace(
            city_orders._moved(drive, city_orders.DriveCue.SETTLE, at),
            unit_side=UnitSide.OVER,
            slot_side=SlotSide.OVER,
        )
        return moved, (city_orders.letters.ask(drive, OrderStep.CLAIM_CANCELLED, reason="late"),)

    patch.setattr(city_orders, "_kept", kept)


@dataclass(frozen=True)
class Bug:
    plant: object
    world: str
    budget: dict
    found_by: str
    steps: int  # of the shortest story, at most
    buttons: int = 1


BUGS = {
    "issue accepted after expiry": Bug(
        issue_accepted_after_expiry, "lend", {"delays": 1}, "was over, and was issued", 12
    ),
    "slot version ignored": Bug(
        slot_version_ignored, "cross", {"verbs": 2}, "its owner had told version", 12
    ),
    "tombstones removed": Bug(
        tombstones_removed, "lend", {"strays": 1, "delays": 1}, "after release of it was agreed", 12
    ),
    "presumed abort skipped": Bug(
        presumed_abort_skipped, "lend", {"crashes": 1}, "nobody serves it", 40
    ),
    "claim answered twice": Bug(
        claim_answered_twice, "race", {"refusals": 1}, "is promised to", 20
    ),
    "answers not kept": Bug(answers_not_kept, "lend", {"crashes": 1}, "was answered", 20),
    "busy unit reserved": Bug(busy_unit_reserved, "torn", {}, "while order-north-", 8),
    "committed after one yes": Bug(committed_after_one_yes, "lend", {}, "had the yes of", 8),
    "slot taken back in silence": Bug(
        slot_taken_back_in_silence, "race", {"delays": 1}, "slot", 30, buttons=3
    ),
    "same letter takes effect twice": Bug(
        same_letter_takes_effect_twice, "lend", {"repeats": 1}, "was answered", 8
    ),
    "issued under an old number": Bug(
        issued_under_an_old_number, "race", {"refusals": 1}, "whose last was", 20
    ),
}


def explored(bug, **more):
    world = replace(WORLDS[bug.world], buttons=bug.buttons)
    budget = replace(NOTHING, **bug.budget, together=sum(bug.budget.values()))
    moves = Moves(world, budget, **more)
    calm = None if budget.strays else Calm(moves)
    return moves, Search(moves, states_max=400_000, calm=calm).run(lambda count: None)


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found_by_a_short_story(name, monkeypatch, capsys):
    bug = BUGS[name]
    bug.plant(monkeypatch)
    _, count = explored(bug)
    assert count.found is not None, f"{name} was not found in {count.states} states"
    with capsys.disabled():
        print(
            f"\n{name}: {count.found.what} ({len(count.found.path)} steps, {count.states} states)"
        )
    assert bug.found_by in count.found.what
    assert len(count.found.path) <= bug.steps


def test_the_story_of_a_break_is_told_step_by_step(monkeypatch):
    issue_accepted_after_expiry(monkeypatch)
    moves, count = explored(BUGS["issue accepted after expiry"])
    lines = tell(moves, count.found.path)
    assert len(lines) == len(count.found.path)
    assert lines[0].startswith("1. the planner's plan comes in; says: reserve order-city")
    assert any("the deadline reservation/order-city" in line for line in lines)
    assert "issue order-city" in lines[-1] and "issued" in lines[-1]
