"""The world as the districts report it: the latest report of each owner, which slots they request
of the city, which districts are offline. Decides nothing about orders.
"""

from typing import assert_never

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.link import SourcesReport, UpLetter
from citybrain.domain.order import MessageReceipt, OrderAnswer, OrderMessage, OrderProgress, Task
from citybrain.domain.refused_letter import RefusedLetter, with_refusal
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, SlotId, StoreEpoch, UnitId
from citybrain.limits import REFUSED_LETTERS
from citybrain.sorted_map import SortedMap
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES, ENDED_INCIDENT_STAGES
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import SlotState
from coordinator import limits
from coordinator.errors import OutOfOrderError
from coordinator.inputs import (
    DistrictConnected,
    DistrictLetterQuarantined,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    LetterRefusedByDistrict,
)

NEVER = Timestamp(0)


class KnownDistrict(Struct, frozen=True, kw_only=True):
    """A district's log as far as it was journaled, and whether the district is connected."""

    district: DistrictId
    name: str
    centre: Point
    epoch: StoreEpoch
    session: int  # of its newest stream; the number for its next hello is one more
    up_acked: int
    offline: bool
    last_seen_at: Timestamp  # as journaled; while it is online its heartbeat comes every 2 s
    restored_at: Timestamp = NEVER  # when it last came with a store that had gone back in time
    presented_session: int = 0  # the highest number that its hellos presented: it holds that one
    # the city's letters that were acknowledged before these two stores met; None: they have not met
    discarded_before: int | None = None
    refused: tuple[RefusedLetter, ...] = ()  # the city's letters that it refused, newest last
    case_code: str = ""  # that the numbers of its cases begin with; "": it said none
    sources: SourcesReport | None = None  # what its cameras see; None: it has not said


class World(Struct, frozen=True, kw_only=True):
    """`version` moves with every fact, `planning_version` only with facts that can change what
    could be planned (a position alone cannot).
    """

    version: int = 0
    planning_version: int = 0
    districts: SortedMap[DistrictId, KnownDistrict] = field(default_factory=SortedMap)
    units: SortedMap[UnitId, UnitReport] = field(default_factory=SortedMap)
    incidents: SortedMap[IncidentId, IncidentReport] = field(default_factory=SortedMap)
    # open slots that their owners request of the city
    requested_slots: SortedMap[SlotId, IncidentId] = field(default_factory=SortedMap)
    ended: tuple[
        IncidentId, ...
    ] = ()  # incidents that have ended, kept for the screen, oldest first


def mark_all_offline(world: World) -> World:
    """The node has just started: every district is offline until it connects."""
    return replace(
        world,
        districts=SortedMap(
            (name, replace(d, offline=True)) for name, d in world.districts.items()
        ),
    )


def without_reports(world: World) -> World:
    """This store went back in time: what it holds of the districts may have ended long since. They
    report it again.
    """
    return World(
        version=world.version + 1,
        planning_version=world.planning_version + 1,
        districts=SortedMap(
            (name, replace(d, presented_session=0, discarded_before=None, sources=None))
            for name, d in world.districts.items()
        ),
    )


def connect(world: World, connected: DistrictConnected, at: Timestamp) -> World:
    """A district opened a stream.

    Another epoch means that its store went back in time: its log is taken from wherever it begins,
    and what was known of it is dropped, for it reports all that it holds again.
    """
    known = world.districts.get(connected.district)
    district = KnownDistrict(
        district=connected.district,
        name=connected.name,
        centre=connected.centre,
        epoch=connected.epoch,
        session=connected.session,
        up_acked=0,
        offline=False,
        last_seen_at=at,
        presented_session=connected.presented_session,
        discarded_before=connected.discarded,
        refused=known.refused if known is not None else (),
        case_code=connected.case_code,
    )
    if known is None:
        return _with_district(world, district)
    if known.epoch != connected.epoch:
        world = _without_reports_of(world, connected.district)
        return _with_district(world, replace(district, presented_session=0, restored_at=at))
    if connected.session < known.session:
        return world
    resumed = replace(
        district,
        up_acked=known.up_acked,
        restored_at=known.restored_at,
        presented_session=max(known.presented_session, connected.presented_session),
        discarded_before=(
            connected.discarded if known.discarded_before is None else known.discarded_before
        ),
        sources=known.sources,
    )
    return _with_district(world, resumed)


def mark_lost(world: World, lost: DistrictLost) -> World:
    """The district's stream ended or is silent; an older stream's end changes nothing."""
    known = world.districts.get(lost.district)
    if known is None or lost.session < known.session or known.offline:
        return world
    return _with_district(
        world, replace(known, offline=True, last_seen_at=max(known.last_seen_at, lost.last_seen_at))
    )


def mark_returned(world: World, returned: DistrictReturned, at: Timestamp) -> World:
    """The district's stream delivers again after a silence."""
    known = world.districts.get(returned.district)
    if known is None or known.session != returned.session or not known.offline:
        return world
    return _with_district(world, replace(known, offline=False, last_seen_at=at))


def receive(
    world: World, received: DistrictLetterReceived | DistrictLetterQuarantined, at: Timestamp
) -> tuple[World, bool]:
    """Take a letter once. False: a repeat, or of an unknown district or an older epoch; nothing
    changed. Raises `OutOfOrderError`.
    """
    known = world.districts.get(received.district)
    if known is None or known.epoch != received.epoch or received.position <= known.up_acked:
        return world, False
    if received.after > known.up_acked:
        raise OutOfOrderError(
            f"letter {received.position} of district {received.district} follows letter "
            f"{received.after}, and the journal has them up to {known.up_acked}."
        )
    known = replace(known, up_acked=received.position, last_seen_at=at)
    world = replace(world, districts=world.districts.put(received.district, known))
    if isinstance(received, DistrictLetterReceived) and is_own(received.district, received.letter):
        world = _with_report(world, received.letter)
    return world, True


def refuse(world: World, refused: LetterRefusedByDistrict) -> tuple[World, bool]:
    """A district cannot take a letter of the city's log. False: a repeat, or of an unknown
    district; nothing changed.
    """
    known = world.districts.get(refused.district)
    if known is None:
        return world, False
    letter = RefusedLetter(position=refused.position, reason=refused.reason)
    after = with_refusal(known.refused, letter, kept=REFUSED_LETTERS.value)
    if after == known.refused:
        return world, False
    known = replace(known, refused=after)
    return replace(world, districts=world.districts.put(refused.district, known)), True


def withdraw_request(world: World, slot: SlotId, version: int) -> World:
    """The slot's owner refuses an order for a slot of this version, which is held here as open: the
    slot is not planned for until its owner reports it again.
    """
    name = world.requested_slots.get(slot)
    incident = world.incidents.get(name) if name is not None else None
    is_requested = incident is not None and any(
        s.slot == slot and s.version == version for s in incident.slots
    )
    if not is_requested:
        return world
    return replace(world, requested_slots=world.requested_slots.drop(slot))


def is_own(district: DistrictId, letter: UpLetter) -> bool:
    """Whether the letter is about what its sender owns (a report on another's unit, incident or
    cameras counts for nothing).
    """
    if isinstance(letter, IncidentReport | UnitReport | SourcesReport):
        return letter.district == district
    return True


def is_fresh(world: World, district: DistrictId, at: Timestamp, age_limit_s: float) -> bool:
    """Whether the district is connected, or was within the age limit: only then its units are
    planned with.
    """
    known = world.districts.get(district)
    return known is not None and (
        not known.offline or at - known.last_seen_at <= age_limit_s * 1_000_000
    )


def task_for(world: World, incident: IncidentReport, slot: SlotReport) -> Task:
    """The task of an order that fills `slot` of `incident`."""
    district = world.districts.get(incident.district)
    return Task(
        incident=incident.incident,
        incident_district=incident.district,
        slot=slot.slot,
        slot_version=slot.version,
        kind=incident.kind,
        severity=incident.severity,
        place=incident.place,
        traceparent=incident.traceparent,
        number=incident.number,
        incident_district_name="" if district is None else district.name,
    )


def _with_report(world: World, letter: UpLetter) -> World:
    match letter:
        case IncidentReport():
            return _with_incident(world, letter)
        case UnitReport():
            return _with_unit(world, letter)
        case SourcesReport():
            return _with_sources(world, letter)
        case OrderAnswer() | OrderProgress() | OrderMessage() | MessageReceipt():
            return world  # of orders: their sagas take it
        case _:
            assert_never(letter)


def _with_sources(world: World, report: SourcesReport) -> World:
    """No plan depends on it."""
    known = world.districts.get(report.district)
    if known is None:
        return world
    districts = world.districts.put(report.district, replace(known, sources=report))
    return replace(world, version=world.version + 1, districts=districts)


def _with_unit(world: World, unit: UnitReport) -> World:
    before = world.units.get(unit.unit)
    is_planned_otherwise = before is None or _planned_by(before) != _planned_by(unit)
    return replace(
        world,
        version=world.version + 1,
        planning_version=world.planning_version + is_planned_otherwise,
        units=world.units.put(unit.unit, unit),
    )


def _planned_by(unit: UnitReport) -> tuple[object, ...]:
    """What a plan depends on, without the place."""
    return unit.state, unit.order, unit.capabilities, unit.speed_mps, unit.status, unit.avoids


def _with_incident(world: World, incident: IncidentReport) -> World:
    before = world.incidents.get(incident.incident)
    requested = world.requested_slots
    for slot in before.slots if before is not None else ():
        requested = requested.drop(slot.slot)
    if incident.stage in DISPATCHABLE_INCIDENT_STAGES:
        requested = requested.put_all(
            (s.slot, incident.incident)
            for s in incident.slots
            if s.from_city and s.state is SlotState.OPEN
        )
    world = replace(
        world,
        version=world.version + 1,
        planning_version=world.planning_version + 1,
        incidents=world.incidents.put(incident.incident, incident),
        requested_slots=requested,
    )
    return _bounded(world, incident.incident, has_ended=incident.stage in ENDED_INCIDENT_STAGES)


def _bounded(world: World, incident: IncidentId, *, has_ended: bool) -> World:
    """Ended incidents stay for the screen, a bounded number of them."""
    ended = tuple(name for name in world.ended if name != incident)
    if has_ended:
        ended = (*ended, incident)
    if len(ended) <= limits.ENDED_INCIDENTS.value:
        return replace(world, ended=ended)
    return replace(world, ended=ended[1:], incidents=world.incidents.drop(ended[0]))


def _without_reports_of(world: World, district: DistrictId) -> World:
    """The world without the incidents and units of `district`."""
    gone = {name for name, incident in world.incidents.items() if incident.district == district}
    return replace(
        world,
        units=SortedMap(
            (name, unit) for name, unit in world.units.items() if unit.district != district
        ),
        incidents=SortedMap(
            (name, incident) for name, incident in world.incidents.items() if name not in gone
        ),
        requested_slots=SortedMap(
            (slot, name) for slot, name in world.requested_slots.items() if name not in gone
        ),
        ended=tuple(name for name in world.ended if name not in gone),
    )


def _with_district(world: World, district: KnownDistrict) -> World:
    return replace(
        world,
        version=world.version + 1,
        planning_version=world.planning_version + 1,
        districts=world.districts.put(district.district, district),
    )
