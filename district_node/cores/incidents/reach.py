"""Whether an observation is of the case near by: its family, place, asset and time. Pure; finds no
case itself, which is `correlate`'s.

What a family, a reach or an asset is says the playbook. Two cases whose observations all lie within
reach of each other, and none of them within it of the other's, are told apart in whatever order
they come; in between the nearest case wins, and a person has the last word.
"""

import math

from citybrain.clock import Timestamp, seconds_between
from citybrain.geo import EARTH_RADIUS_M, Point, distance_m
from citybrain.pack.asset import Asset, AssetId
from citybrain.structs import Struct
from citybrain.vocabulary import IncidentKind
from district_node.cores.incidents.contribution import NO_ASSET, NO_KIND, JoinedBy, Joining
from district_node.cores.incidents.incident import FoundBy, Incident
from district_node.playbook import JoinRule

# no playbook joins further: at 60 degrees north a cell of the index is still 275 m wide
JOINS_MAX_M = 250.0
AREA_MAX_M = 2_000.0  # of area cases: an area is a quarter of a town, and not the town


class Sighting(Struct, frozen=True, kw_only=True):
    """What is known of an observation before its case is: `asset` is the one that it is at."""

    kind: IncidentKind
    place: Point
    observed_at: Timestamp
    joins: JoinRule
    asset: AssetId = NO_ASSET


def family_of(kind: IncidentKind, joins: JoinRule) -> IncidentKind:
    """What stands for the kind where cases are looked for; a kind without a family is its own."""
    return IncidentKind(joins.family) if joins.family else kind


def found_also(incident: Incident, joins: JoinRule, assets: tuple[Asset, ...]) -> FoundBy | None:
    """What an incident is found by too that a person gave its kind, whose playbook joins by
    `joins`; None: it is found by that anyway."""
    family, source = family_of(incident.kind, joins), incident.first_source.rpartition("/")[2]
    if family == family_name(incident):
        return None
    return FoundBy(family=family, asset=asset_at(assets, source, incident.place, joins))


def family_name(incident: Incident) -> IncidentKind:
    """By which its sources' observations find it."""
    return incident.family if incident.family != NO_KIND else incident.reported_kind


def families_of(incident: Incident) -> tuple[IncidentKind, ...]:
    """All by which it is found."""
    own = family_name(incident)
    return (own,) if incident.also is None else (own, incident.also.family)


def asset_at(assets: tuple[Asset, ...], source: str, place: Point, joins: JoinRule) -> AssetId:
    """The asset of the playbook's kinds that the source is named after, else the nearest one within
    reach; `NO_ASSET`: there is none."""
    if not joins.assets:
        return NO_ASSET
    fitting = [asset for asset in assets if asset.kind in joins.assets]
    near: list[tuple[float, AssetId]] = []
    for asset in fitting:
        if asset.id == source:
            return asset.id
        metres = distance_m(asset.place, place)
        if metres <= joins.within_m:
            near.append((metres, asset.id))
    return min(near)[1] if near else NO_ASSET


def middle_of(incident: Incident) -> Point:
    """The mean of the places where it was observed. Its `place`, where crews go, is the first."""
    return _moved(incident.place, *incident.drift_m) if any(incident.drift_m) else incident.place


def joining(
    incident: Incident, sighting: Sighting, joins: JoinRule, at: Timestamp
) -> Joining | None:
    """Why the sighting is of the incident, whose own rule is `joins`; None: it is not."""
    metres = distance_m(middle_of(incident), sighting.place)
    apart_s = _apart_s(incident, sighting.observed_at, at)
    asset = _asset_of(incident, sighting)
    has_assets = sighting.asset != NO_ASSET and asset != NO_ASSET
    is_at_asset = has_assets and sighting.asset == asset
    reach_m = JOINS_MAX_M if is_at_asset else min(sighting.joins.within_m, joins.within_m)
    if (
        metres > reach_m
        or distance_m(incident.place, sighting.place) > JOINS_MAX_M  # the index finds no further
        or apart_s > min(sighting.joins.within_s, joins.within_s)
        or (has_assets and not is_at_asset)
    ):
        return None
    return Joining(
        by=JoinedBy.ASSET if is_at_asset else JoinedBy.NEAR,
        distance_m=round(metres, 1),
        apart_s=round(apart_s, 1),
        family=sighting.joins.family,
        asset=sighting.asset if is_at_asset else NO_ASSET,
    )


def drift_with(incident: Incident, place: Point) -> tuple[float, float]:
    """Where the middle of the incident is, from its place, with one more seen at `place`."""
    count, (had_north, had_east) = incident.contribution_count + 1, incident.drift_m
    north_m, east_m = _offset_m(incident.place, place)
    return (
        round(had_north + (north_m - had_north) / count, 3),
        round(had_east + (east_m - had_east) / count, 3),
    )


def drift_of(incident: Incident) -> tuple[float, float]:
    """Where the middle of what is kept of the incident is, from its place; without what was seen
    where a person said later that it is not."""
    places = [
        known.place
        for known in incident.contributions.values()
        if known.place is not None and distance_m(known.place, incident.place) <= JOINS_MAX_M
    ]
    offsets = [_offset_m(incident.place, place) for place in places]
    if not offsets:
        return 0.0, 0.0
    norths, easts = zip(*offsets, strict=True)
    return round(sum(norths) / len(offsets), 3), round(sum(easts) / len(offsets), 3)


def _asset_of(incident: Incident, sighting: Sighting) -> AssetId:
    """Of the family by which the sighting finds it."""
    also = incident.also
    if also is not None and also.family == family_of(sighting.kind, sighting.joins):
        return also.asset
    return incident.asset


def _apart_s(incident: Incident, observed_at: Timestamp, at: Timestamp) -> float:
    """Between the sighting and the time in which the incident was seen: up to now, while it is."""
    first = incident.first_observed_at
    since = incident.last_observed_at if first is None else first
    until = max(incident.last_observed_at, at) if incident.live_count else incident.last_observed_at
    if observed_at < since:
        return seconds_between(observed_at, since)
    return max(0.0, seconds_between(until, observed_at))


def _offset_m(start: Point, goal: Point) -> tuple[float, float]:
    """Metres north and east, on a plane, which a case's size allows."""
    metres_a_degree = math.radians(1.0) * EARTH_RADIUS_M
    north_m = (goal.lat - start.lat) * metres_a_degree
    east_m = (goal.lon - start.lon) * metres_a_degree * math.cos(math.radians(start.lat))
    return north_m, east_m


def _moved(start: Point, north_m: float, east_m: float) -> Point:
    metres_a_degree = math.radians(1.0) * EARTH_RADIUS_M
    return Point(
        lat=start.lat + north_m / metres_a_degree,
        lon=start.lon + east_m / (metres_a_degree * math.cos(math.radians(start.lat))),
    )
