"""The recovery after a run: links are up, crews obey, clocks agree, and all that is wanted must be
served within a stated time. One path, not all."""

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.ids import DistrictId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import SlotState
from citysim.explore.model.budget import NO_FAULTS
from citysim.explore.model.global_state import GlobalState, StateFields
from citysim.explore.model.local_actions import NEXT_CREW_ACTION
from citysim.explore.model.nodes import CITY, Nodes
from citysim.explore.model.transition_system import TransitionSystem
from coordinator.cores.state import CityState
from district_node.cores.incidents.incident import is_dispatchable
from district_node.cores.report import incident_report, unit_report
from district_node.cores.state import DistrictState

LIMIT_S = 180.0  # from the begin of the recovery until everything that is wanted has been served
MAX_STEPS = 2_000  # more than any recovery takes


class RecoveryOutcome(Struct, frozen=True, kw_only=True):
    seconds: float
    reason: str = ""  # why it did not end as it should


class RecoveryCheck:
    """Lets quiescent states of `system` recover."""

    def __init__(self, system: TransitionSystem) -> None:
        self._nodes = system.nodes
        self._system = TransitionSystem(
            replace(system.world, crew_steps=len(NEXT_CREW_ACTION)),
            NO_FAULTS,
            extends=system,
            numbering=system.numbering,
        )
        self._known: dict[GlobalState, RecoveryOutcome] = {}

    def check(self, state: GlobalState) -> RecoveryOutcome:
        """How long it takes from here; `reason` says what is missing where it does not end in
        time."""
        state = tuple(StateFields(*state)._replace(budget=0, held_letter=0))
        start = self._now(state)
        state = self._advanced(state, start)
        path: list[tuple[GlobalState, Timestamp]] = []
        end: RecoveryOutcome | None = None
        for _ in range(MAX_STEPS):
            known = self._known.get(state)
            if known is not None:
                spent_s = seconds_between(start, self._now(state))
                end = replace(known, seconds=spent_s + known.seconds)
                break
            path.append((state, self._now(state)))
            if following := self._system.progress(state):
                state = following[0][1]
                continue
            reason = unserved(self._nodes, state)
            end = RecoveryOutcome(seconds=seconds_between(start, self._now(state)), reason=reason)
            after = self._after_next_deadline(state) if reason else None
            if after is None or seconds_between(start, self._now(after)) > LIMIT_S:
                break
            state = after
        assert end is not None, "a recovery that never becomes quiescent"
        self._remember(path, end, later(start, end.seconds))
        if not end.reason:
            return end
        return replace(end, reason=f"{LIMIT_S:g} s after the last fault: {end.reason}")

    def _remember(
        self, path: list[tuple[GlobalState, Timestamp]], end: RecoveryOutcome, finish: Timestamp
    ) -> None:
        for state, at in path:
            self._known[state] = replace(end, seconds=seconds_between(at, finish))

    def _after_next_deadline(self, state: GlobalState) -> GlobalState | None:
        """Time goes on to the earliest deadline of all, which fires. None: no node has one."""
        deadlines = [
            (timers[0].due, place)
            for place, node in enumerate(self._nodes.all())
            if (timers := node.states[state[place]].timers)
        ]
        if not deadlines:
            return None
        due, place = min(deadlines)
        state = self._advanced(state, max(due, self._now(state)))
        return self._system.after_next_timer(state, place)

    def _advanced(self, state: GlobalState, at: Timestamp) -> GlobalState:
        nodes = self._nodes.all()
        numbers = (node.advanced(n, at) for node, n in zip(nodes, state[:3], strict=True))
        return (*numbers, *state[3:])

    def _now(self, state: GlobalState) -> Timestamp:
        nodes = self._nodes.all()
        return max(node.states[n].at for node, n in zip(nodes, state[:3], strict=True))


def is_served(nodes: Nodes, state: GlobalState) -> bool:
    return not unserved(nodes, state)


def unserved(nodes: Nodes, state: GlobalState) -> str:
    """What is not as it should be in the end: a slot not served, an order still live, or city and
    owner with different reports. "": nothing."""
    city = nodes.city.states[state[0]].state
    for node, number in zip(nodes.districts, state[1:3], strict=True):
        district, name = node.states[number].state, DistrictId(node.name)
        if reason := _unserved_incident(city, district, name) or _busy_unit(city, district, name):
            return reason
    live = city.sagas.live.keys()
    return f"the {CITY} has a live order, {live[0]}" if live else ""


def _unserved_incident(city: CityState, district: DistrictState, name: DistrictId) -> str:
    for incident in district.incidents.values():
        ended = (SlotState.SERVED, SlotState.CANCELLED)
        open_slots = [slot for slot in incident.slots if slot.state not in ended]
        if open_slots and is_dispatchable(incident):
            return f"slot {open_slots[0].slot} is {open_slots[0].state}, and nobody serves it"
        if city.world.incidents.get(incident.incident) != incident_report(incident, name):
            return f"{name} and the {CITY} have different reports of {incident.incident}"
    return ""


def _busy_unit(city: CityState, district: DistrictState, name: DistrictId) -> str:
    for unit in district.roster.units.values():
        if unit.order is not None:
            return f"{unit.unit} still has order {unit.order}"
        if city.world.units.get(unit.unit) != unit_report(unit, name):
            return f"{name} and the {CITY} have different reports of {unit.unit}"
    return ""
