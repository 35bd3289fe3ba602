"""What screens call the units, districts, places, cameras and other cases of an incident, out of
the state, and who comes to it next."""

from collections.abc import Callable, Iterable, Mapping

from citybrain.geo import Point
from citybrain.ids import IncidentId, SlotId, UnitId
from citybrain.localized_name import LocalizedName
from district_node.cores.incidents.contribution import Episode, source_label
from district_node.cores.incidents.incident import Incident
from district_node.cores.orders.next_orders import promised_slots
from district_node.cores.state import DistrictState
from district_node.inputs import Setup
from district_node.naming.gazetteer import Gazetteer
from district_node.naming.place_names import PlaceNames, bilingual
from district_node.naming.source_names import ReadStatuses, SourceNames, nobody
from district_node.naming.street_names import StreetNames

Names = Mapping[str, str]  # by id


class ShownNames:
    """Places are named anew where another configuration is in force. `statuses`: of agents, as
    they last said how they are. `gazetteer`: the streets and landmarks of its map; None: places
    are called by its assets alone."""

    def __init__(
        self,
        state: Callable[[], DistrictState],
        statuses: ReadStatuses = nobody,
        gazetteer: Gazetteer | None = None,
    ) -> None:
        self._state, self._statuses, self._gazetteer = state, statuses, gazetteer
        self._made: tuple[Setup, PlaceNames, SourceNames] | None = None

    def of_place(self, place: Point) -> LocalizedName:
        return self._in_force()[1].of(place)

    def of_source(self, label: str) -> str:
        """Of "agent/source", or of an agent; "" where nothing is known but its id."""
        return self._in_force()[2].of(label)

    def of_row(self, incident: Incident) -> Names:
        """What a row of the queue names by id; another district's units as the city calls them."""
        taken = [slot for slot in incident.slots if slot.unit is not None]
        foreign = {str(slot.unit): slot.unit_name for slot in taken if slot.unit_name}
        dark = incident.unwitnessed.source if incident.unwitnessed is not None else ""
        named = (
            *(str(slot.unit) for slot in taken),
            *(str(one) for one in self.coming_to(incident).values()),
            dark,
        )
        return {**foreign, **self._of(named)}

    def coming_to(self, incident: Incident) -> Mapping[SlotId, UnitId]:
        """The units that come to its places when their present orders end."""
        roster = self._state().roster
        if not roster.next_orders:
            return {}
        given = promised_slots(roster)
        return {one.slot: given[one.slot] for one in incident.slots if one.slot in given}

    def of_case(self, incident: Incident) -> Names:
        """What its page names by id: its row, its history, what it rests on."""
        setup, lines = self._state().setup, incident.history
        episodes = [one for one in incident.contributions.values() if isinstance(one, Episode)]
        named = (
            incident.first_source,
            *(str(one) for one in _other_cases(incident)),
            *(line.actor for line in lines),
            *(line.reason for line in lines),
            *(source_label(one) for one in episodes),
        )
        district = {str(setup.district): bilingual(setup.name)}
        return {**self.of_row(incident), **self._of(named), **district}

    def _of(self, ids: Iterable[str]) -> dict[str, str]:
        """Of those among `ids` that are ids of something here."""
        state = self._state()
        found: dict[str, str] = {}
        for name in dict.fromkeys(ids):
            unit = state.roster.units.get(UnitId(name))
            other = state.incidents.get(IncidentId(name)) if unit is None else None
            called = (
                unit.name
                if unit is not None
                else other.number
                if other is not None
                else self.of_source(name)
            )
            if called:
                found[name] = called
        return found

    def _in_force(self) -> tuple[Setup, PlaceNames, SourceNames]:
        setup = self._state().setup
        if self._made is None or self._made[0] is not setup:
            known = self._gazetteer
            places = PlaceNames(setup) if known is None else StreetNames(setup, known)
            self._made = (setup, places, SourceNames(setup, places, self._statuses))
        return self._made


def _other_cases(incident: Incident) -> tuple[IncidentId, ...]:
    several = (incident.previous, incident.parent, incident.merged_into, incident.caused_by)
    known = (one for one in several if one is not None)
    return (*known, *incident.children, *incident.consequences)
