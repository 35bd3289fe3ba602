"""What can happen in a simulated city, as values: kinds of street events, crews, playbooks."""

from citybrain.pack.asset import FieldValue
from citybrain.pack.identity import PackIdentity
from citybrain.pack.pack import RuleTemplate, Table
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct
from citybrain.vocabulary import Capability, IncidentKind, Severity
from district_node.playbook import Playbook

CAMERA, SENSOR = "camera", "sensor"
HOURS = 24


class CameraSighting(Struct, frozen=True, kw_only=True):
    """What a camera's detector finds while the condition lasts: `count` objects of `label`."""

    label: str
    count: int


class SensorLevel(Struct, frozen=True, kw_only=True):
    """What a sensor reads: `alarm` while the condition lasts, else `resting`, each ± `sway`."""

    resting: float
    alarm: float
    sway: float


class KindLife(Struct, frozen=True, kw_only=True):
    """One kind of street event.

    `by_hour` is the rate relative to the day's mean at each full hour (linear in between).
    `self_clearing_share` of the events pass without help, after a log-normal time with the median
    `duration_s` and the shape `spread`. `fields` are those of the asset in front of which it
    happens; `source_table` and `rule` are the pack's templates, which an agent detects it by.
    """

    kind: IncidentKind
    pack: str
    source: str  # what detects it: CAMERA or SENSOR
    sighting: CameraSighting | SensorLevel
    fields: SortedMap[str, FieldValue]
    source_table: Table
    rule: RuleTemplate
    share: float  # of the edge boxes with such a source that detect this kind
    by_hour: tuple[float, ...]
    severities: tuple[tuple[Severity, float], ...]  # of an edge box's rule, with weights
    self_clearing_share: float
    duration_s: float
    spread: float
    first_treatment_share: float  # of the events that a crew's first treatment ends
    burst_weight: float  # relative to the other kinds that come in bursts
    reach_m: float  # how far from the incident's place a crew's work ends such conditions
    # of the boxes in a town that watch for this kind in the place of another; 0: `share` says which
    instead_share: float = 0.0

    def relative_rate(self, hour: float) -> float:
        """The rate at `hour` of the day (any number: it wraps), relative to the mean."""
        whole = int(hour // 1)
        a, b = self.by_hour[whole % HOURS], self.by_hour[(whole + 1) % HOURS]
        return a + (b - a) * (hour - whole)

    def peak_rate(self) -> float:
        return max(self.by_hour)


class CrewLife(Struct, frozen=True, kw_only=True):
    """A kind of crew: what it can do, its share of all crews, its bounds of speed."""

    capabilities: tuple[Capability, ...]
    share: float
    speed_mps: tuple[float, float]


class CityLife(Struct, frozen=True, kw_only=True):
    """What a simulated city is drawn from. The order of kinds and crews is part of the story."""

    kinds: tuple[KindLife, ...]
    crews: tuple[CrewLife, ...]
    playbooks: tuple[Playbook, ...]
    packs: tuple[PackIdentity, ...]

    def of_source(self, source: str) -> tuple[KindLife, ...]:
        """The kinds that such a source detects; all of them where none does. Without those that a
        part of the boxes watches for instead."""
        usual = tuple(kind for kind in self.kinds if not kind.instead_share) or self.kinds
        return tuple(kind for kind in usual if kind.source == source) or usual

    def instead_of_source(self, source: str) -> tuple[KindLife, ...]:
        """The kinds that some boxes with such a source watch for instead."""
        return tuple(k for k in self.kinds if k.instead_share and k.source == source)

    def of_kind(self, kind: IncidentKind) -> KindLife:
        """Raises `KeyError` for a kind that does not happen."""
        return {life.kind: life for life in self.kinds}[kind]
