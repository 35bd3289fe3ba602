"""Whether a case can be where a box or a person says that it is. Pure.

A district does not hold where a box's cameras stand: a box says it of its own, in its statuses as
in its events. What a district does hold are the centre of its map and its units' stations. A place
far from all of them is none of its streets, whoever names it: such a case is shown, and nobody is
sent there before a person has looked at it. What a box sees where a person or a foreign system
reports it too rests on more than a box's word, or than two mistyped numbers.
"""

from citybrain.geo import Point, distance_m
from district_node.cores.incidents.incident import Incident
from district_node.inputs import Setup
from district_node.limits import EVENT_REACH

PLACE_DOUBTFUL = "place_doubtful"  # as histories and the log say it


def is_place_doubtful(setup: Setup, incident: Incident) -> bool:
    """Whether boxes alone, or people and foreign systems alone, say that it is there, and the place
    is out of this district's reach."""
    is_of_both = 0 < incident.report_count < len(incident.contributions)
    return not is_of_both and is_out_of_reach(setup, incident.place)


def too_far(setup: Setup, place: Point) -> str:
    """How far away it is, as a sentence for whoever gave the place."""
    away_km = distance_m(setup.centre, place) / 1_000
    return (
        f"That place is {away_km:.0f} km from the centre of {setup.name.en}, and none of its units"
        " is stationed near."
    )


def is_out_of_reach(setup: Setup, place: Point) -> bool:
    """Whether `place` is far from all that this district is configured with."""
    reach_m = EVENT_REACH.value
    return distance_m(setup.centre, place) > reach_m and all(
        distance_m(unit.place, place) > reach_m for unit in setup.units
    )
