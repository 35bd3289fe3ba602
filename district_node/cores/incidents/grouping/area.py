"""Which cases of one family lie so close together that they are one event of an area: a storm, a
burst main. Pure; makes nothing of them, which `flows.grouping.areas` does.
"""

from citybrain.geo import distance_m
from citybrain.ids import IncidentId
from citybrain.sorted_map import SortedMap
from citybrain.vocabulary import IncidentStage
from district_node.cores.incidents import correlate
from district_node.cores.incidents.correlate import IncidentIndex
from district_node.cores.incidents.incident import Incident, has_ended
from district_node.cores.incidents.reach import family_name


def area_around(
    index: IncidentIndex,
    incidents: SortedMap[IncidentId, Incident],
    incident: Incident,
    reach_m: float,
) -> Incident | None:
    """The nearest area case of its family that it lies in: no further from its place than
    `reach_m`, or than half of it from one of its children. None that is over, or that a person
    holds for another one."""
    family = family_name(incident)
    found = [
        (distance_m(known.place, incident.place), name)
        for name, of_family in index.areas.items()
        if of_family == family
        and _may_group(known := incidents[name], incident)
        and _is_within(incidents, known, incident, reach_m)
    ]
    return incidents[min(found)[1]] if found else None


def cases_around(
    index: IncidentIndex,
    incidents: SortedMap[IncidentId, Incident],
    incident: Incident,
    reach_m: float,
) -> list[Incident]:
    """The open cases of its family within reach that are in no area, itself among them, by id."""
    names = {
        name
        for key in correlate.cells_within(incident, reach_m)
        for name in index.cells.get(key) or ()
    }
    return [
        known
        for name in sorted(names)
        if (known := incidents[name]).parent is None
        and not has_ended(known)
        and not known.is_area
        and (name == incident.incident or _may_group(known, incident))
        and distance_m(known.place, incident.place) <= reach_m
    ]


def _is_within(
    incidents: SortedMap[IncidentId, Incident], area: Incident, incident: Incident, reach_m: float
) -> bool:
    if distance_m(area.place, incident.place) <= reach_m:
        return True
    children = (incidents.get(name) for name in area.children)
    return any(
        child is not None and distance_m(child.place, incident.place) <= reach_m / 2
        for child in children
    )


def _may_group(known: Incident, incident: Incident) -> bool:
    return (
        not has_ended(known)
        and known.stage is not IncidentStage.HANDLED
        and incident.incident not in known.apart_from
    )
