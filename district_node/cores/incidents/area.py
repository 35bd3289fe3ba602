"""Which cases of one family lie so close together that they are one event of an area: a storm, a
burst main. Pure; makes nothing of them, which `flows.grouping.areas` does.
"""

import math

from citybrain.geo import distance_m
from citybrain.ids import IncidentId
from citybrain.sorted_map import SortedMap
from citybrain.vocabulary import IncidentStage
from district_node.cores.incidents import correlate
from district_node.cores.incidents.correlate import IncidentIndex
from district_node.cores.incidents.incident import Incident, has_ended
from district_node.playbook import JoinRule


def area_around(
    index: IncidentIndex,
    incidents: SortedMap[IncidentId, Incident],
    incident: Incident,
    reach_m: float,
) -> Incident | None:
    """The nearest area case of its family within reach that is not over and that no person holds
    for another one."""
    family = correlate.family_name(incident)
    found = [
        (distance_m(known.place, incident.place), name)
        for name, of_family in index.areas.items()
        if of_family == family and _may_group(known := incidents[name], incident)
    ]
    metres, name = min(found, default=(math.inf, None))
    return incidents[name] if name is not None and metres <= reach_m else None


def cases_around(
    index: IncidentIndex,
    incidents: SortedMap[IncidentId, Incident],
    incident: Incident,
    joins: JoinRule,
) -> list[Incident]:
    """The open cases of its family within the area's reach that are in no area yet, itself among
    them, by id."""
    names = {
        name
        for key in correlate.cells_within(incident, joins.area_m)
        for name in index.cells.get(key) or ()
    }
    return [
        known
        for name in sorted(names)
        if (known := incidents[name]).parent is None
        and not has_ended(known)
        and not known.is_area
        and (name == incident.incident or _may_group(known, incident))
        and distance_m(known.place, incident.place) <= joins.area_m
    ]


def _may_group(known: Incident, incident: Incident) -> bool:
    return (
        not has_ended(known)
        and known.stage is not IncidentStage.HANDLED
        and incident.incident not in known.apart_from
    )
