"""An edge box's agent set-up: the production rules that detect what its spec says."""

from citybrain.ids import RuleId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct
from citybrain.vocabulary import IncidentKind, Urgency
from citysim.sim.scenario import CAMERA, EdgeBoxSpec
from street_agent.core.agent_setup import AgentSetup, CameraSetup, SensorSetup
from street_agent.scene.rule_evaluation import Debounce, Rule
from street_agent.scene.rules.loitering import Loitering
from street_agent.scene.rules.objects_inside import ObjectsInside
from street_agent.scene.rules.sensor_threshold import SensorThreshold
from street_agent.scene.rules.stopped import Stopped
from street_agent.track.associate import tuned

ZONE = ((0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95))
DETECT_FPS = 1.0  # declared: two frames up to 3.5 s apart still cover the time between them
MIN_SCORE = 0.5
ALARM_ABOVE_M, CLEAR_BELOW_M = 1.2, 1.0  # of water
MIN_LEVEL_M, MAX_LEVEL_M = -1.0, 10.0
LEVEL_HOLD_S, CLEAR_S = 1.0, 3.0

CameraSettings = ObjectsInside | Loitering | Stopped


class DetectionProfile(Struct, frozen=True, kw_only=True):
    """A condition as a camera's rule detects it: `count` objects of `label`, for `hold_s`."""

    rule: str
    settings: CameraSettings
    label: str
    count: int
    hold_s: float


# Whatever incident kind a gauge is to report, it detects by the same water level.
DETECTION_PROFILES: dict[IncidentKind, DetectionProfile] = {
    IncidentKind("crowding"): DetectionProfile(
        rule="objects_inside",
        settings=ObjectsInside(zone=ZONE, classes=("person",), at_least=4),
        label="person",
        count=5,
        hold_s=2.0,
    ),
    IncidentKind("street_occupation"): DetectionProfile(
        rule="objects_inside",
        settings=ObjectsInside(zone=ZONE, classes=("bicycle",), at_least=3),
        label="bicycle",
        count=3,
        hold_s=5.0,
    ),
    IncidentKind("loitering"): DetectionProfile(
        rule="loitering",
        settings=Loitering(zone=ZONE, time_s=8.0, classes=("person",)),
        label="person",
        count=1,
        hold_s=0.0,
    ),
    IncidentKind("illegal_parking"): DetectionProfile(
        rule="stopped",
        settings=Stopped(time_s=8.0, zone=ZONE, classes=("car",)),
        label="car",
        count=1,
        hold_s=0.0,
    ),
}


def source_id(spec: EdgeBoxSpec) -> SourceId:
    return SourceId(f"{spec.source}-{spec.agent}")


def min_duration_s(spec: EdgeBoxSpec) -> float:
    """How long a condition must last before it meets the rule (loitering, a stopped car)."""
    profile = DETECTION_PROFILES.get(spec.incident_kind) if spec.source == CAMERA else None
    if profile is None or isinstance(profile.settings, ObjectsInside):
        return 0.0
    return profile.settings.time_s


def agent_setup(spec: EdgeBoxSpec) -> AgentSetup:
    """Raises `KeyError` for a camera whose incident kind no camera rule detects."""
    if spec.source == CAMERA:
        camera = _camera(spec)
        return AgentSetup(
            agent=spec.agent, cameras=SortedMap([(camera.source, camera)]), sensors=SortedMap()
        )
    sensor = _sensor(spec)
    return AgentSetup(
        agent=spec.agent, cameras=SortedMap(), sensors=SortedMap([(sensor.source, sensor)])
    )


def _camera(spec: EdgeBoxSpec) -> CameraSetup:
    profile = DETECTION_PROFILES[spec.incident_kind]
    rule = _rule(spec, profile.rule, profile.settings, profile.hold_s)
    return CameraSetup(
        source=source_id(spec),
        place=spec.place,
        detect_fps=DETECT_FPS,
        rules=(rule,),
        tuning=tuned(MIN_SCORE),
    )


def _sensor(spec: EdgeBoxSpec) -> SensorSetup:
    settings = SensorThreshold(above=ALARM_ABOVE_M, below=CLEAR_BELOW_M)
    return SensorSetup(
        source=source_id(spec),
        place=spec.place,
        rules=(_rule(spec, "sensor_threshold", settings, LEVEL_HOLD_S),),
        stale_s=10.0,
        low=MIN_LEVEL_M,
        high=MAX_LEVEL_M,
        stuck_s=0.0,
    )


def _rule(
    spec: EdgeBoxSpec, kind: str, settings: CameraSettings | SensorThreshold, hold_s: float
) -> Rule:
    return Rule(
        id=RuleId(f"{spec.incident_kind}-{kind}".replace("_", "-")),
        kind=kind,
        settings=settings,
        incident_kind=spec.incident_kind,
        severity=spec.severity,
        urgency=Urgency.EXPECTED,
        debounce=Debounce(hold_s=hold_s, clear_s=CLEAR_S, update_s=spec.update_s),
    )
