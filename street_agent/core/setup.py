"""What an agent was set up to watch: cameras and sensors with their rules. Values; read from the configuration once."""

from dataclasses import dataclass, field

from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from citybrain.sorted_map import SortedMap
from street_agent.scene.watch import Rule
from street_agent.track.associate import Tuning


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSetup:
    source: SourceId
    place: Point
    detect_fps: float
    rules: tuple[Rule, ...]
    tuning: Tuning = field(default_factory=Tuning)

    @property
    def gap_s(self) -> float:
        """Two looks further apart than this leave the time between them unobserved."""
        return max(1.0, 3.5 / self.detect_fps)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorSetup:
    source: SourceId
    place: Point
    rules: tuple[Rule, ...]
    stale_s: float  # silence from which on the sensor counts as blind
    low: float  # readings beyond low..high are a fault of the sensor, not a fact of the city
    high: float
    stuck_s: float  # the very same value for longer: degraded; 0: never


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSetup:
    agent: AgentId
    cameras: SortedMap[str, CameraSetup]
    sensors: SortedMap[str, SensorSetup]
