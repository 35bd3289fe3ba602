"""The street agent's configuration file, as a model that names every fault at once, and the set-up that the core is given. Reads no file itself.

The keys of a rule come from its kind's own settings (`scene.rules.table`), so a new rule needs no line here.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union, get_type_hints

from pydantic import Field, create_model, model_validator

from citybrain.config.fields import (
    BrokerConfig,
    Id,
    ImagePoint,
    LatLon,
    MetricsConfig,
    PositiveFloat,
    PositiveSeconds,
    Seconds,
    Section,
)
from citybrain.ids import AgentId, RuleId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.vocabulary import IncidentKind, Severity, Urgency
from street_agent.core.setup import AgentSetup, CameraSetup, SensorSetup
from street_agent.scene.geometry import area
from street_agent.scene.persistence import Patience
from street_agent.scene.rules.table import RULE_KINDS, RuleKind
from street_agent.scene.watch import Rule
from street_agent.track.associate import tuned

AREA_LEAST = (
    1e-4  # of the picture: a zone smaller than one percent by one percent is a slip of the hand
)
LINE_LEAST = 0.01


class RuleConfig(Section):
    """What every rule has; the rest are its kind's own settings."""

    id: Id
    incident_kind: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z0-9_]{0,62}$",
            json_schema_extra={"right": 'Use an incident kind, for example "crowding".'},
        ),
    ]
    severity: Severity = Severity.MODERATE
    urgency: Urgency = Urgency.EXPECTED
    hold_s: Seconds = 0.0
    clear_s: Seconds = 3.0
    update_s: Annotated[
        float,
        Field(ge=0.5, le=3_600, json_schema_extra={"right": "Give seconds from 0.5 to 3600."}),
    ] = 5.0

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        settings = self.settings()
        zone, line = getattr(settings, "zone", ()), getattr(settings, "line", ())
        if zone and (len(zone) < 3 or area(zone) < AREA_LEAST):
            raise ValueError(
                "the zone has no inside; give at least three corners that do not lie on one line"
            )
        if line and math.dist(*line) < LINE_LEAST:
            raise ValueError("the line's two points are the same; give two that are apart")
        if line and self.hold_s > 0:
            raise ValueError("hold_s is above 0, and a crossing takes no time; leave hold_s out")
        if hasattr(settings, "above") and settings.above < settings.below:
            raise ValueError(
                "above is below `below`; give above >= below, the space between them is the hysteresis"
            )
        return self

    def settings(self) -> Any:
        of_kind = RULE_KINDS[self.kind_name].settings
        return of_kind(**{field.name: getattr(self, field.name) for field in fields(of_kind)})

    @property
    def kind_name(self) -> str:
        return str(getattr(self, "kind", ""))

    def rule(self) -> Rule:
        return Rule(
            id=RuleId(self.id),
            kind=self.kind_name,
            settings=self.settings(),
            incident_kind=IncidentKind(self.incident_kind),
            severity=self.severity,
            urgency=self.urgency,
            patience=Patience(hold_s=self.hold_s, clear_s=self.clear_s, update_s=self.update_s),
        )


_SHARES: dict[str, Any] = {
    "zone": tuple[ImagePoint, ...],
    "line": tuple[ImagePoint, ImagePoint],
}  # as in `scene.geometry`, held inside the picture


def _model(name: str, kind: RuleKind) -> Any:
    hints = get_type_hints(kind.settings, include_extras=True)
    own: dict[str, Any] = {
        field.name: (_SHARES.get(field.name, hints[field.name]), _default(field))
        for field in fields(kind.settings)
    }
    tag: Any = (Literal[name], name) if kind.of_sensor else (Literal[name], ...)
    return create_model(name, __base__=RuleConfig, kind=tag, **own)


def _default(field: Any) -> Any:
    return ... if repr(field.default).startswith("<dataclasses._MISSING") else field.default


if TYPE_CHECKING:
    CameraRule = RuleConfig
    SensorRule = RuleConfig
else:
    _OF_CAMERAS = tuple(
        _model(name, kind) for name, kind in RULE_KINDS.items() if not kind.of_sensor
    )
    _OF_SENSORS = tuple(_model(name, kind) for name, kind in RULE_KINDS.items() if kind.of_sensor)
    CameraRule = Annotated[Union[_OF_CAMERAS], Field(discriminator="kind")]  # noqa: UP007 - made from the table
    SensorRule = Union[_OF_SENSORS]  # noqa: UP007


class CameraConfig(Section):
    id: Id
    source: Annotated[str, Field(min_length=1)]  # file, rtsp://…, http://…, /dev/video0
    loop: bool = False
    place: LatLon
    model: Annotated[str, Field(min_length=1)] = "yolox-nano"
    detect_fps: Annotated[
        float,
        Field(
            gt=0,
            le=60,
            json_schema_extra={
                "right": "Give pictures a second above 0, at most 60; 5 suits most scenes."
            },
        ),
    ] = 5.0
    rule: tuple[CameraRule, ...] = ()

    def setup(self, good: float) -> CameraSetup:
        rules = tuple(rule.rule() for rule in self.rule)
        return CameraSetup(
            source=SourceId(self.id),
            place=self.place.point(),
            detect_fps=self.detect_fps,
            rules=rules,
            tuning=tuned(good),
        )


class SensorConfig(Section):
    id: Id
    source: Annotated[str, Field(min_length=1)]  # a CSV file with the columns seconds,value
    place: LatLon
    unit: str = ""
    speedup: PositiveFloat = 1.0
    loop: bool = True
    stale_s: PositiveSeconds = 10.0
    range: tuple[float, float] = (-math.inf, math.inf)  # readings beyond are faults of the sensor
    stuck_s: Seconds = 0.0  # the very same value for longer: degraded; 0: never
    rule: tuple[SensorRule, ...] = ()

    def setup(self) -> SensorSetup:
        return SensorSetup(
            source=SourceId(self.id),
            place=self.place.point(),
            rules=tuple(r.rule() for r in self.rule),
            stale_s=self.stale_s,
            low=self.range[0],
            high=self.range[1],
            stuck_s=self.stuck_s,
        )


class OutboxConfig(Section):
    cap_mb: Annotated[int, Field(ge=1, le=65_536)] = 64


class StreetConfig(Section):
    """One edge box."""

    agent: Id
    district: Id
    data_dir: Path
    broker: BrokerConfig = BrokerConfig()
    metrics: MetricsConfig = MetricsConfig()
    outbox: OutboxConfig = OutboxConfig()
    camera: tuple[CameraConfig, ...] = ()
    sensor: tuple[SensorConfig, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        sources: list[CameraConfig | SensorConfig] = [*self.camera, *self.sensor]
        if not sources:
            raise ValueError(
                "there is neither a [[camera]] nor a [[sensor]]; give at least one source"
            )
        twice = _twice([source.id for source in sources])
        if twice:
            raise ValueError(
                f"the id(s) {', '.join(twice)} stand for more than one source; give each camera and sensor its own"
            )
        for source in sources:
            twice = _twice([rule.id for rule in source.rule])
            if twice:
                raise ValueError(
                    f"{source.id} has more than one rule named {', '.join(twice)}; give each rule its own id"
                )
        return self

    def setup(self, good: Mapping[str, float]) -> AgentSetup:
        """What the agent's core is given. `good`: by model, the score from which on a detection counts."""
        return AgentSetup(
            agent=AgentId(self.agent),
            cameras=SortedMap(
                (camera.id, camera.setup(good[camera.model])) for camera in self.camera
            ),
            sensors=SortedMap((sensor.id, sensor.setup()) for sensor in self.sensor),
        )


def _twice(names: list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
