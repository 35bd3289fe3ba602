"""An edge box's agent set-up: the production rules that detect what its spec says."""

from citybrain.ids import SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citysim.life.sightings import source_config
from citysim.sim.scenario import EdgeBoxSpec
from street_agent.config import CameraConfig, SensorConfig
from street_agent.core.agent_setup import AgentSetup, CameraSetup, SensorSetup
from street_agent.core.detection_rate import FLOOR_FPS_MIN, RateLimits
from street_agent.scene.geometry import Line
from street_agent.scene.rules.line_crossed import LineCrossed
from street_agent.scene.rules.loitering import Loitering
from street_agent.scene.rules.stopped import Stopped

# as few looks as a camera may have: a simulation is most of all made of them
RATE_LIMITS = RateLimits(asked_fps=FLOOR_FPS_MIN, floor_fps=FLOOR_FPS_MIN)
MIN_SCORE = 0.5


def source_id(spec: EdgeBoxSpec) -> SourceId:
    return SourceId(f"{spec.source}-{spec.agent}")


def min_duration_s(spec: EdgeBoxSpec) -> float:
    """How long a condition must last before it meets the rule (loitering, a stopped car)."""
    match _config(spec).rule[0].settings():
        case Loitering(time_s=time_s) | Stopped(time_s=time_s):
            return time_s
    return 0.0


def watched_line(spec: EdgeBoxSpec) -> Line | None:
    """The line that must be crossed for a condition; None: its rule watches for something else."""
    settings = _config(spec).rule[0].settings()
    return settings.line if isinstance(settings, LineCrossed) else None


def agent_setup(spec: EdgeBoxSpec) -> AgentSetup:
    """The set-up of the box's agent, as production reads it from a configuration."""
    config = _config(spec)
    cameras, sensors = SortedMap[str, CameraSetup](), SortedMap[str, SensorSetup]()
    if isinstance(config, CameraConfig):
        camera = replace(config.setup(MIN_SCORE), rate_limits=RATE_LIMITS)
        cameras = cameras.put(camera.source, camera)
    else:
        sensor = config.setup()
        sensors = sensors.put(sensor.source, sensor)
    return AgentSetup(agent=spec.agent, cameras=cameras, sensors=sensors)


def _config(spec: EdgeBoxSpec) -> CameraConfig | SensorConfig:
    return source_config(
        spec.life, source_id(spec), spec.place, severity=spec.severity, update_s=spec.update_s
    )
