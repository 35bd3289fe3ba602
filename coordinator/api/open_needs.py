"""The open places of all cases, and why nobody is sent to each: brought from one state of the city
to the next. A case that did not change is not looked at again.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from citybrain.domain.incident import IncidentReport
from citybrain.ids import IncidentId, PlanId, SlotId
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES
from citybrain.structs import replace
from citybrain.vocabulary import SlotState
from coordinator.api.shown import ShownNeed
from coordinator.cores.plans import proposed_plan
from coordinator.cores.state import CityState

OWN_CREWS = "own_crews"  # its district has not asked the city
PLANNING, PLANNED, NO_PLAN = "planning", "planned", "no_plan"


class _Source(NamedTuple):
    """A case and its open places, as nothing that the city does would change them."""

    report: IncidentReport
    needs: tuple[ShownNeed, ...]


class _Why(NamedTuple):
    reason: str
    plan: PlanId | None


STILL_PLANNING = _Why(PLANNING, None)


class OpenNeeds:
    """One for each reader; not for two threads."""

    def __init__(self) -> None:
        self._cases: dict[IncidentId, _Source] = {}
        self._shown: Mapping[str, ShownNeed] = {}

    def advance(self, before: CityState | None, state: CityState) -> Mapping[str, ShownNeed]:
        """Those of `state`, by the ids of their slots."""
        if before is None or before.world.incidents is not state.world.incidents:
            self._read(state.world.incidents.unordered().values())
        elif (
            before.sagas is state.sagas
            and before.plans is state.plans
            and before.replan is state.replan
            and before.world.requested_slots is state.world.requested_slots
        ):
            return self._shown
        why = _reasons(state)
        known, self._shown = (
            self._shown,
            {
                need.slot: need
                for source in self._cases.values()
                for need in _explained(source.needs, state, why)
            },
        )
        for slot, need in self._shown.items():
            if (was := known.get(slot)) == need and was is not None:
                self._shown[slot] = was  # the same object: nothing of it is another
        return self._shown

    def _read(self, reports: Iterable[IncidentReport]) -> None:
        known, self._cases = self._cases, {}
        for report in reports:
            if report.stage not in DISPATCHABLE_INCIDENT_STAGES:
                continue
            source = known.get(report.incident)
            if source is None or source.report is not report:
                source = _Source(report, _needs_of(report))
            if source.needs:
                self._cases[report.incident] = source


def _needs_of(report: IncidentReport) -> tuple[ShownNeed, ...]:
    return tuple(
        ShownNeed(
            slot=slot.slot,
            incident=report,
            capability=slot.capability,
            deadline=slot.deadline,
            is_requested=slot.from_city,
            reason=PLANNING if slot.from_city else OWN_CREWS,
        )
        for slot in report.slots
        if slot.state is SlotState.OPEN
    )


def _explained(
    needs: Iterable[ShownNeed], state: CityState, why: Mapping[SlotId, _Why]
) -> Iterator[ShownNeed]:
    for need in needs:
        if not need.is_requested:
            yield need
        elif need.slot in state.world.requested_slots and need.slot not in state.sagas.by_slot:
            reason, plan = why.get(need.slot, STILL_PLANNING)
            yield replace(need, reason=reason, plan=plan)


def _reasons(state: CityState) -> Mapping[SlotId, _Why]:
    """Of the places that are asked of the city: what the last plans found of each."""
    why = {slot: _Why(NO_PLAN, None) for slot in state.replan.unassigned}
    for plan in reversed(state.plans):  # the newest last
        for left in plan.unassigned:
            if left.slot in why:
                why[left.slot] = _Why(left.reason, None)
    waiting = proposed_plan(state)
    if waiting is not None:
        why.update((o.task.slot, _Why(PLANNED, waiting.plan)) for o in waiting.orders)
    return why
