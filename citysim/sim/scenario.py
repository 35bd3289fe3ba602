"""A scenario as values: the city, what happens in its streets, which faults are injected when.

Everything is explicit, so that a part of a scenario can be run again.
"""

from citybrain.domain.report import Report
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import Capability, IncidentKind, Severity
from citysim.life.load import street_life
from citysim.life.values import CityLife, KindLife
from district_node.calendars.calendar import WorkingCalendar

OUTBOX_CAP_BYTES = 4 * 1024 * 1024
UPDATE_S = 20.0


class UnitSpec(Struct, frozen=True, kw_only=True):
    """A crew of a district."""

    unit: UnitId
    capabilities: tuple[Capability, ...]
    place: Point
    speed_mps: float = 8.0


class EdgeBoxSpec(Struct, frozen=True, kw_only=True):
    """An edge box with one source and one rule, which reports what happens by `life`.

    `cap_bytes` is the size of the agent's outbox, `update_s` the period in which an ongoing episode
    is reported again.
    """

    agent: AgentId
    place: Point
    life: KindLife
    severity: Severity
    cap_bytes: int = OUTBOX_CAP_BYTES
    update_s: float = UPDATE_S

    @property
    def source(self) -> str:
        """CAMERA or SENSOR."""
        return self.life.source

    @property
    def incident_kind(self) -> IncidentKind:
        return self.life.kind


class DistrictSpec(Struct, frozen=True, kw_only=True):
    """`calendar`: when it works; some deadlines of its playbooks run in working time then."""

    district: DistrictId
    centre: Point
    units: tuple[UnitSpec, ...]
    boxes: tuple[EdgeBoxSpec, ...]
    calendar: WorkingCalendar | None = None


class CitySpec(Struct, frozen=True, kw_only=True):
    """`issue`: "auto" (plans are issued at once) or "ask" (the duty officer reviews them). `life`:
    what may happen, with the playbooks of all districts.
    """

    districts: tuple[DistrictSpec, ...]
    issue: str = "auto"
    life: CityLife = field(default_factory=street_life)

    def boxes(self) -> tuple[tuple[DistrictSpec, EdgeBoxSpec], ...]:
        return tuple((district, box) for district in self.districts for box in district.boxes)

    def units(self) -> tuple[tuple[DistrictSpec, UnitSpec], ...]:
        return tuple((district, unit) for district in self.districts for unit in district.units)


class StreetEvent(Struct, frozen=True, kw_only=True):
    """Something begins in the scene of an edge box at `at_s`.

    It ends when a crew has treated it, or by itself after `duration_s` (0: never by itself).
    """

    number: int
    at_s: float
    agent: AgentId
    duration_s: float
    first_treatment_helps: bool = True  # else the second treatment does


class StreetCall(Struct, frozen=True, kw_only=True):
    """Somebody who sees a street event reports it at `at_s`, if something is there still.

    `says_when`: it carries the time of the call, however late it arrives. `sends_twice`: though it
    was answered, as an impatient program does. `again` is another report, `again_after_s` later: of
    a foreign case in any case, of a person if it is still there.
    """

    street_event: int  # its number
    agent: AgentId  # in front of whose edge box it is
    at_s: float
    report: Report
    says_when: bool = False
    sends_twice: bool = False
    again: Report | None = None
    again_after_s: float = 0.0


class Fault(Struct, frozen=True, kw_only=True):
    """A fault from `at_s` on for `duration_s` (0: it is over at once).

    `kind` is a key of `faults.table.KINDS`; `target` names a process, a link or a unit.
    """

    number: int
    at_s: float
    kind: str
    target: str
    duration_s: float = 0.0
    magnitude: float = 0.0  # its unit depends on the kind: seconds, a share, parts per million


class LyingBoxSpec(Struct, frozen=True, kw_only=True):
    """An enrolled box that says anything under its own name. `revoked_at_s`: when it is found out,
    and revoked for good (0: never). It goes on all the same."""

    agent: AgentId
    district: DistrictId
    place: Point
    revoked_at_s: float = 0.0


class Liars(Struct, frozen=True, kw_only=True):
    """Who says anything in the fault phase; `units` have a lying device beside the honest one. In
    the recovery phase they are silent: what they began is left to the others."""

    boxes: tuple[LyingBoxSpec, ...] = ()
    units: tuple[UnitId, ...] = ()


NO_LIARS = Liars()


class Scenario(Struct, frozen=True, kw_only=True):
    """A fault phase of `fault_phase_s`, then a recovery phase of at most `recovery_limit_s`.

    In the recovery phase no fault is active, crews do what they are asked, and every promise must
    be kept. Time for which a source looks whether a case is over does not count.
    """

    seed: int
    city: CitySpec
    street_events: tuple[StreetEvent, ...]
    faults: tuple[Fault, ...]
    fault_phase_s: float
    recovery_limit_s: float
    hour: float = 9.0  # of the day, local time, at the start
    calls: tuple[StreetCall, ...] = ()
    liars: Liars = NO_LIARS

    def subset(
        self, *, faults: frozenset[int] | None = None, street_events: frozenset[int] | None = None
    ) -> "Scenario":
        """The same scenario with these faults and street events only (None: all); nobody calls in
        an event that is left out.
        """
        return replace(
            self,
            faults=tuple(f for f in self.faults if faults is None or f.number in faults),
            street_events=tuple(
                event
                for event in self.street_events
                if street_events is None or event.number in street_events
            ),
            calls=tuple(
                call
                for call in self.calls
                if street_events is None or call.street_event in street_events
            ),
        )
