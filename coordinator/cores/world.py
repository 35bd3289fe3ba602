"""The world as the districts tell it: latest word of each owner, which slots they ask the city for, who is away. Decides nothing about orders."""

from dataclasses import dataclass, field, replace

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, SlotId, StoreEpoch, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import OVER_INCIDENT_STAGES
from citybrain.vocabulary import IncidentStage, SlotState
from coordinator import limits
from coordinator.errors import OutOfOrderError
from coordinator.inputs import (
    DistrictConnected,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
)

NEVER = Timestamp(0)
WANTS_HELP = frozenset(
    {IncidentStage.OPENED, IncidentStage.DISPATCHED, IncidentStage.WORKING, IncidentStage.REOPENED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district's log as far as it was journaled, and whether it is there."""

    district: DistrictId
    name: str
    centre: Point
    epoch: StoreEpoch
    session: int
    up_acked: int
    away: bool
    heard_at: (
        Timestamp  # the last thing journaled from it; while it is not away it is heard every 2 s
    )
    back_at: Timestamp = NEVER  # when it last came with a store that had gone back in time


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`version` moves with every fact; `stirred` only with facts that can change what could be planned (positions alone do not)."""

    version: int = 0
    stirred: int = 0
    districts: SortedMap[DistrictId, District] = field(default_factory=SortedMap)
    units: SortedMap[UnitId, UnitReport] = field(default_factory=SortedMap)
    incidents: SortedMap[IncidentId, IncidentReport] = field(default_factory=SortedMap)
    wanted: SortedMap[SlotId, IncidentId] = field(
        default_factory=SortedMap
    )  # open slots that their owners ask the city for
    over: tuple[IncidentId, ...] = ()  # closed ones still held for the screen, oldest first


def started(world: World) -> World:
    """Nobody is connected yet: every district is away until its hello."""
    return replace(
        world,
        districts=SortedMap((name, replace(d, away=True)) for name, d in world.districts.items()),
    )


def restored(world: World) -> World:
    """This store went back in time: what it holds of the districts may be over long since. They tell it again."""
    return World(version=world.version + 1, stirred=world.stirred + 1, districts=world.districts)


def hello(world: World, given: DistrictConnected, at: Timestamp) -> World:
    """A district opened a stream. Another epoch means that its store went back in time: its log is taken from wherever it begins, and what was known
    of it is forgotten, for it tells all that it holds again."""
    known = world.districts.get(given.district)
    if known is not None and known.epoch == given.epoch and given.session < known.session:
        return world
    is_another_store = known is not None and known.epoch != given.epoch
    up_acked = known.up_acked if known is not None and not is_another_store else 0
    district = District(
        district=given.district,
        name=given.name,
        centre=given.centre,
        epoch=given.epoch,
        session=given.session,
        up_acked=up_acked,
        away=False,
        heard_at=at,
        back_at=at if is_another_store else known.back_at if known is not None else NEVER,
    )
    world = _without(world, given.district) if is_another_store else world
    return replace(
        world,
        version=world.version + 1,
        stirred=world.stirred + 1,
        districts=world.districts.put(given.district, district),
    )


def away(world: World, given: DistrictLost) -> World:
    known = world.districts.get(given.district)
    if known is None or known.session != given.session or known.away:
        return world
    return _with_district(
        world, replace(known, away=True, heard_at=max(known.heard_at, given.heard_at))
    )


def back(world: World, given: DistrictReturned, at: Timestamp) -> World:
    known = world.districts.get(given.district)
    if known is None or known.session != given.session or not known.away:
        return world
    return _with_district(world, replace(known, away=False, heard_at=at))


def said(world: World, given: DistrictLetterReceived, at: Timestamp) -> tuple[World, bool]:
    """Take a letter once. False: a repeat, of an unknown district or of an older epoch, and nothing changed. Raises `OutOfOrderError`."""
    known = world.districts.get(given.district)
    if known is None or known.epoch != given.epoch or given.position <= known.up_acked:
        return world, False
    if given.after > known.up_acked:
        raise OutOfOrderError(
            f"letter {given.position} of district {given.district} follows letter {given.after}, and the journal has them up to {known.up_acked}."
        )
    world = replace(
        world,
        districts=world.districts.put(
            given.district, replace(known, up_acked=given.position, heard_at=at)
        ),
    )
    if given.incident is not None and given.incident.district == given.district:
        world = _told_incident(world, given.incident)
    if given.unit is not None and given.unit.district == given.district:
        world = _told_unit(world, given.unit)
    return world, True


def refused(world: World, slot: SlotId, version: int) -> World:
    """The slot's owner refuses an order for it at this version, which we took for open: it is not planned for until its owner speaks of it again."""
    incident = world.incidents.get(world.wanted[slot]) if slot in world.wanted else None
    is_held_open = incident is not None and any(
        s.slot == slot and s.version == version for s in incident.slots
    )
    return replace(world, wanted=world.wanted.drop(slot)) if is_held_open else world


def is_own(given: DistrictLetterReceived) -> bool:
    """Whether the letter speaks of what its sender owns (an owner's word on another's unit or incident counts for nothing)."""
    return all(
        report.district == given.district
        for report in (given.incident, given.unit)
        if report is not None
    )


def is_fresh(world: World, district: DistrictId, at: Timestamp, age_limit_s: float) -> bool:
    """Whether the district is there, or was heard within the age limit: only then its units are planned with."""
    known = world.districts.get(district)
    return known is not None and (not known.away or at - known.heard_at <= age_limit_s * 1_000_000)


def _told_unit(world: World, unit: UnitReport) -> World:
    before = world.units.get(unit.unit)
    stirs = before is None or (
        before.state,
        before.order,
        before.capabilities,
        before.speed_mps,
    ) != (
        unit.state,
        unit.order,
        unit.capabilities,
        unit.speed_mps,
    )
    return replace(
        world,
        version=world.version + 1,
        stirred=world.stirred + stirs,
        units=world.units.put(unit.unit, unit),
    )


def _told_incident(world: World, incident: IncidentReport) -> World:
    before = world.incidents.get(incident.incident)
    wanted = world.wanted
    for slot in before.slots if before is not None else ():
        wanted = wanted.drop(slot.slot)
    is_over = incident.stage in OVER_INCIDENT_STAGES
    if incident.stage in WANTS_HELP:
        wanted = wanted.put_all(
            (s.slot, incident.incident)
            for s in incident.slots
            if s.from_city and s.state is SlotState.OPEN
        )
    world = replace(
        world,
        version=world.version + 1,
        stirred=world.stirred + 1,
        incidents=world.incidents.put(incident.incident, incident),
        wanted=wanted,
    )
    return _aged(world, incident.incident, is_over=is_over)


def _aged(world: World, incident: IncidentId, *, is_over: bool) -> World:
    """Closed incidents stay for the screen, a bounded number of them."""
    over = tuple(name for name in world.over if name != incident)
    if is_over:
        over = (*over, incident)
    if len(over) <= limits.OVER_KEPT.value:
        return replace(world, over=over)
    return replace(world, over=over[1:], incidents=world.incidents.drop(over[0]))


def _without(world: World, district: DistrictId) -> World:
    """The world without what `district` told of its incidents and units."""
    gone = {name for name, incident in world.incidents.items() if incident.district == district}
    return replace(
        world,
        units=SortedMap(
            (name, unit) for name, unit in world.units.items() if unit.district != district
        ),
        incidents=SortedMap(
            (name, incident) for name, incident in world.incidents.items() if name not in gone
        ),
        wanted=SortedMap((slot, name) for slot, name in world.wanted.items() if name not in gone),
        over=tuple(name for name in world.over if name not in gone),
    )


def _with_district(world: World, district: District) -> World:
    return replace(
        world,
        version=world.version + 1,
        stirred=world.stirred + 1,
        districts=world.districts.put(district.district, district),
    )
