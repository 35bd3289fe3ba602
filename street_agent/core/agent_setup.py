"""What an agent is set up to observe: cameras and sensors with their rules. Values; read from the
configuration once."""

from citybrain.domain.agent import ViewCone
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct
from street_agent.core.detection_rate import RateLimits
from street_agent.scene.rule_evaluation import Rule
from street_agent.track.associate import Tuning


class CameraSetup(Struct, frozen=True, kw_only=True):
    """A camera, its rules, and how its tracks are formed."""

    source: SourceId
    place: Point
    rate_limits: RateLimits
    rules: tuple[Rule, ...]
    tuning: Tuning = Tuning()
    view_cone: ViewCone | None = None  # None: nobody said where it looks


class SensorSetup(Struct, frozen=True, kw_only=True):
    """A sensor, its rules, and when its readings are faults."""

    source: SourceId
    place: Point
    rules: tuple[Rule, ...]
    stale_s: float  # silence from which on the sensor counts as blind
    low: float  # readings beyond low..high are a fault of the sensor, not a fact of the city
    high: float
    stuck_s: float  # the very same value for longer: degraded; 0: never
    unit: str = ""  # of its values, for people


class AgentSetup(Struct, frozen=True, kw_only=True):
    """Every camera and sensor of the box, by source."""

    agent: AgentId
    cameras: SortedMap[str, CameraSetup]
    sensors: SortedMap[str, SensorSetup]
