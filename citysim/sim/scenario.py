"""A story before it is told, as values: the city, what happens in its streets, what goes wrong. Explicit, so that a part of it can be told again."""

from dataclasses import dataclass, replace

from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.vocabulary import Capability, IncidentKind, Severity

CAMERA, SENSOR = "camera", "sensor"
CAP_BYTES = 4 * 1024 * 1024
UPDATE_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPlan:
    """A crew of a district."""

    unit: UnitId
    capabilities: tuple[Capability, ...]
    place: Point
    speed_mps: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPlan:
    """An edge box with one source and one rule: a `camera` that counts people or a `sensor` that watches a level; what the rule means is `incident_kind`.

    `cap_bytes`: of its outbox. `update_s`: how often it says that it is there still.
    """

    agent: AgentId
    source: str  # CAMERA or SENSOR
    place: Point
    incident_kind: IncidentKind
    severity: Severity
    cap_bytes: int = CAP_BYTES
    update_s: float = UPDATE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictPlan:
    district: DistrictId
    centre: Point
    units: tuple[UnitPlan, ...]
    boxes: tuple[BoxPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPlan:
    """`issue`: "auto" (plans are issued at once) or "ask" (the simulated officer reads them first)."""

    districts: tuple[DistrictPlan, ...]
    issue: str = "auto"

    def boxes(self) -> tuple[tuple[DistrictPlan, BoxPlan], ...]:
        return tuple((district, box) for district in self.districts for box in district.boxes)

    def units(self) -> tuple[tuple[DistrictPlan, UnitPlan], ...]:
        return tuple((district, unit) for district in self.districts for unit in district.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something begins in the scene of a box at `at_s`. It ends when a crew has worked there (if `works`), or by itself after `lasts_s` (0: never)."""

    number: int
    at_s: float
    agent: AgentId
    lasts_s: float
    works: bool = True  # the first treatment helps; else the second


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something goes wrong from `at_s` on for `lasts_s` (0: it is over at once). `kind` is of `faults.table`; `target` names a process, a link, a unit."""

    number: int
    at_s: float
    kind: str
    target: str
    lasts_s: float = 0.0
    amount: float = 0.0  # what the kind makes of it: seconds, a share, parts per million


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Storm until `storm_s`, then calm for at most `calm_s`: every fault is over, crews obey, and what is right must happen."""

    seed: int
    city: CityPlan
    happenings: tuple[Happening, ...]
    faults: tuple[Fault, ...]
    storm_s: float
    calm_s: float
    hour: float = 9.0  # of the day, local, when the story begins

    def only(
        self, *, faults: frozenset[int] | None = None, happenings: frozenset[int] | None = None
    ) -> "Scenario":
        """The same story with these faults and happenings only (None: all)."""
        return replace(
            self,
            faults=tuple(f for f in self.faults if faults is None or f.number in faults),
            happenings=tuple(
                h for h in self.happenings if happenings is None or h.number in happenings
            ),
        )
