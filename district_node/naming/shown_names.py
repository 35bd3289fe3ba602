"""What screens call the units, districts and places of an incident, out of the state."""

from collections.abc import Callable, Iterable, Mapping

from citybrain.geo import Point
from citybrain.ids import UnitId
from citybrain.localized_name import LocalizedName
from district_node.cores.incidents.incident import Incident
from district_node.cores.state import DistrictState
from district_node.inputs import Setup
from district_node.naming.place_names import PlaceNames


class ShownNames:
    """Places are named anew where another configuration is in force."""

    def __init__(self, state: Callable[[], DistrictState]) -> None:
        self._state = state
        self._places: tuple[Setup, PlaceNames] | None = None

    def of_place(self, place: Point) -> LocalizedName:
        setup = self._state().setup
        if self._places is None or self._places[0] is not setup:
            self._places = (setup, PlaceNames(setup))
        return self._places[1].of(place)

    def of_units(self, incident: Incident) -> Mapping[str, str]:
        """By id, of those in its places; another district's as the city calls it."""
        taken = [slot for slot in incident.slots if slot.unit is not None]
        foreign = {str(slot.unit): slot.unit_name for slot in taken if slot.unit_name}
        return {**foreign, **self._of(slot.unit for slot in taken if slot.unit is not None)}

    def of_actors(self, incident: Incident) -> Mapping[str, str]:
        """By id, of those in its places and its history."""
        setup = self._state().setup
        actors = (UnitId(line.actor) for line in incident.history)
        found: dict[str, str] = {**self.of_units(incident), **self._of(actors)}
        found[setup.district] = f"{setup.name.en} / {setup.name.zh}"
        return found

    def _of(self, ids: Iterable[UnitId]) -> dict[str, str]:
        units = self._state().roster.units
        return {name: unit.name for name in ids if (unit := units.get(name)) is not None}
