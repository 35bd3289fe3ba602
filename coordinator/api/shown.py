"""What the city's lists hold at one moment. Values; `follower` makes them from states."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.conditions import Condition
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import SourcesReport
from citybrain.domain.order import Task
from citybrain.domain.plan import Plan
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import DistrictId, OrderId, PlanId, SlotId, UnitId
from citybrain.localized_name import NO_NAME, LocalizedName
from citybrain.structs import Struct
from citybrain.vocabulary import Capability


class ShownDistrict(Struct, frozen=True, kw_only=True):
    """A district as the city knows it. `seen_at` None: it is online."""

    district: DistrictId
    name: str
    centre: Point
    seen_at: Timestamp | None
    incidents: int  # that are not over
    units: int
    units_free: int
    sources: SourcesReport | None = None  # what its cameras see; None: it has not said


class ShownOrder(Struct, frozen=True, kw_only=True):
    """An order of the city. `report`: what its unit's owner last said of the unit while the order
    was live, if anything."""

    order: OrderId
    plan: PlanId
    unit: UnitId
    unit_district: DistrictId
    report: UnitReport | None
    task: Task
    stage: str
    crew_stage: str
    since: Timestamp
    reason: str
    is_live: bool
    place_name: LocalizedName = NO_NAME  # of its incident, as its district calls it


class ShownNeed(Struct, frozen=True, kw_only=True):
    """An open place of a case. `reason`: why nobody is sent, as a code; `plan`: the one that waits
    and would fill it."""

    slot: SlotId
    incident: IncidentReport
    capability: Capability
    deadline: Timestamp
    is_requested: bool
    reason: str
    plan: PlanId | None = None


class Overview(Struct, frozen=True, kw_only=True):
    """What the city says of itself."""

    planner: str
    planner_reason: str
    counts: dict[str, float]
    conditions: tuple[Condition, ...] = ()


class Shown(NamedTuple):
    """All lists by their keys; no mapping is changed afterwards. A value is the same object as in
    the moment before, unless something in it is another."""

    districts: Mapping[str, ShownDistrict]
    incidents: Mapping[str, IncidentReport]
    units: Mapping[str, UnitReport]
    needs: Mapping[str, ShownNeed]
    orders: Mapping[str, ShownOrder]
    plans: Mapping[str, Plan]
    city: Mapping[str, Overview]


ReadShown = Callable[[], Shown]
