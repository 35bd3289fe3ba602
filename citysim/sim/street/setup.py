"""How a simulated box is set up: the production rules that find what its plan says it is to find. Built once a kind; knows no scene."""

from dataclasses import dataclass
from typing import Any

from citybrain.ids import RuleId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.vocabulary import IncidentKind, Urgency
from citysim.sim.scenario import CAMERA, BoxPlan
from street_agent.core.setup import AgentSetup, CameraSetup, SensorSetup
from street_agent.scene.persistence import Patience
from street_agent.scene.rules.loitering import Loitering
from street_agent.scene.rules.objects_inside import ObjectsInside
from street_agent.scene.rules.sensor_threshold import SensorThreshold
from street_agent.scene.rules.stopped import Stopped
from street_agent.scene.watch import Rule
from street_agent.track.associate import tuned

ZONE = ((0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95))
DETECT_FPS = 1.0  # declared: two looks up to 3.5 s apart still watch the time between them
GOOD = 0.5
HIGH, CALM = 1.2, 1.0  # metres of water: an alarm from there on, over below here
LOW_MOST, LEVEL_MOST = -1.0, 10.0
LEVEL_HOLD_S, CLEAR_S = 1.0, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A kind of condition as a camera's rule finds it: `count` things called `label`, for `hold_s`."""

    rule: str
    settings: Any
    label: str
    count: int
    hold_s: float


SIGHTINGS: dict[IncidentKind, Sighting] = {
    IncidentKind("crowding"): Sighting(
        rule="objects_inside",
        settings=ObjectsInside(zone=ZONE, classes=("person",), at_least=4),
        label="person",
        count=5,
        hold_s=2.0,
    ),
    IncidentKind("street_occupation"): Sighting(
        rule="objects_inside",
        settings=ObjectsInside(zone=ZONE, classes=("bicycle",), at_least=3),
        label="bicycle",
        count=3,
        hold_s=5.0,
    ),
    IncidentKind("loitering"): Sighting(
        rule="loitering",
        settings=Loitering(zone=ZONE, time_s=8.0, classes=("person",)),
        label="person",
        count=1,
        hold_s=0.0,
    ),
    IncidentKind("illegal_parking"): Sighting(
        rule="stopped",
        settings=Stopped(time_s=8.0, zone=ZONE, classes=("car",)),
        label="car",
        count=1,
        hold_s=0.0,
    ),
}
FLOODING = IncidentKind(
    "waterlogging"
)  # what gauges find; whatever else a gauge is to find, it finds by the same level


def source_of(plan: BoxPlan) -> SourceId:
    return SourceId(f"{plan.source}-{plan.agent}")


def takes_of(plan: BoxPlan) -> float:
    """Seconds that what the plan means must last before it is the case by the rule's own words (loitering, a stopped car)."""
    sighting = SIGHTINGS.get(plan.incident_kind) if plan.source == CAMERA else None
    takes_s: float = getattr(sighting.settings, "time_s", 0.0) if sighting is not None else 0.0
    return takes_s


def setup_of(plan: BoxPlan) -> AgentSetup:
    """The set-up of the box's agent; raises `KeyError` for a camera that is to find what no camera rule of ours finds."""
    if plan.source == CAMERA:
        camera = _camera(plan)
        return AgentSetup(
            agent=plan.agent, cameras=SortedMap([(camera.source, camera)]), sensors=SortedMap()
        )
    sensor = _sensor(plan)
    return AgentSetup(
        agent=plan.agent, cameras=SortedMap(), sensors=SortedMap([(sensor.source, sensor)])
    )


def _camera(plan: BoxPlan) -> CameraSetup:
    sighting = SIGHTINGS[plan.incident_kind]
    rule = _rule(plan, sighting.rule, sighting.settings, _patience(plan, sighting.hold_s))
    return CameraSetup(
        source=source_of(plan),
        place=plan.place,
        detect_fps=DETECT_FPS,
        rules=(rule,),
        tuning=tuned(GOOD),
    )


def _sensor(plan: BoxPlan) -> SensorSetup:
    rule = _rule(
        plan,
        "sensor_threshold",
        SensorThreshold(above=HIGH, below=CALM),
        _patience(plan, LEVEL_HOLD_S),
    )
    return SensorSetup(
        source=source_of(plan),
        place=plan.place,
        rules=(rule,),
        stale_s=10.0,
        low=LOW_MOST,
        high=LEVEL_MOST,
        stuck_s=0.0,
    )


def _rule(plan: BoxPlan, kind: str, settings: Any, patience: Patience) -> Rule:
    return Rule(
        id=RuleId(f"{plan.incident_kind}-{kind}".replace("_", "-")),
        kind=kind,
        settings=settings,
        incident_kind=plan.incident_kind,
        severity=plan.severity,
        urgency=Urgency.EXPECTED,
        patience=patience,
    )


def _patience(plan: BoxPlan, hold_s: float) -> Patience:
    return Patience(hold_s=hold_s, clear_s=CLEAR_S, update_s=plan.update_s)
