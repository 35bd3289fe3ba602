"""The street agent's configuration file, as a model that names every problem at once, and the
set-up that the core is given. Reads no file itself; rules are in `rule_settings`."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from citybrain.config.fields import (
    AspectRatio,
    BrokerConfig,
    Id,
    LatLon,
    MetricsConfig,
    Name,
    PluginOptions,
    PositiveFloat,
    PositiveSeconds,
    QuarterTurn,
    Seconds,
    SecretFile,
    Section,
)
from citybrain.config.secrets import split_login
from citybrain.domain.agent import ViewCone
from citybrain.identity.name import PART
from citybrain.ids import AgentId, SourceId
from citybrain.limits import VIEW_RANGE
from citybrain.sorted_map import SortedMap
from street_agent.core.agent_setup import AgentSetup, CameraSetup, SensorSetup
from street_agent.core.detection_rate import FLOOR_FPS_MIN, RateLimits, floor_of
from street_agent.plugins.opening import plugin_name
from street_agent.rule_settings.schema import CameraRule, SensorRule
from street_agent.sensor.address import sensor_name
from street_agent.track.associate import tuned

NO_OPTIONS: dict[str, object] = {}


class SourceConfig(Section):
    """What cameras and sensors have in common."""

    id: Id
    """Name of the source, unique on its box."""
    source: Annotated[str, Field(min_length=1)]
    """Where its pictures or readings come from."""
    options: PluginOptions = NO_OPTIONS
    """What a plugin is told; its package says which keys there are."""
    place: LatLon
    """Where it stands."""

    @model_validator(mode="after")
    def _options_have_a_reader(self) -> Self:
        name = plugin_name(self.source)
        if name == "":
            raise ValueError("the plugin has no name; give `plugin:NAME`")
        if name is None and self.options:
            raise ValueError(
                f"{self.source} is no plugin, so that nobody would read `options`; leave them out"
            )
        return self


HEADING_REMEDY = (
    "Give degrees clockwise from true north, from 0 to below 360: 0 is north, 90 is east."
)
FLOOR_REMEDY = f"Give pictures a second from {FLOOR_FPS_MIN:g} to detect_fps; 1 suits most scenes."
WIDTH_REMEDY = "Give degrees above 0, at most 360; 80 is usual."
RANGE_REMEDY = f"Give metres above 0, at most {VIEW_RANGE.value}; 40 is usual."


class ViewConeConfig(Section):
    """Where a camera looks, from the place where it stands."""

    heading_deg: Annotated[
        float, Field(strict=True, ge=0, lt=360, json_schema_extra={"remedy": HEADING_REMEDY})
    ]
    """Where the middle of its picture points, in degrees clockwise from true north: 0 is north, 90
    is east. A compass shows magnetic north; a map shows true north."""
    field_of_view_deg: Annotated[
        float, Field(strict=True, gt=0, le=360, json_schema_extra={"remedy": WIDTH_REMEDY})
    ]
    """How wide its picture is, in degrees: the horizontal field of view of its data sheet."""
    range_m: Annotated[
        float,
        Field(strict=True, gt=0, le=VIEW_RANGE.value, json_schema_extra={"remedy": RANGE_REMEDY}),
    ]
    """How far away its rules still see what they are about, in metres."""

    def cone(self) -> ViewCone:
        return ViewCone(**self.model_dump())


class CameraConfig(SourceConfig):
    """A camera of the box."""

    id: Id
    """Name of the camera, unique on its box."""
    source: Annotated[str, Field(min_length=1)]
    """A video file, `rtsp://…`, `http://…`, a device as `/dev/video0`, or `plugin:NAME`: a
    camera of an installed package (`citybrain plugins list`)."""
    username: Name | None = None
    """User name for a camera that asks for one; left out: none is sent."""
    password_file: SecretFile | None = None
    """File with the camera's password on its first line, or `credential:NAME` of systemd; the
    password itself never stands here."""
    loop: bool = False
    """Files only: start again at the end."""
    rotate: QuarterTurn | None = None
    """Degrees clockwise that stand its picture upright; left out: as its stream says."""
    aspect: AspectRatio | None = None
    """Shape of its upright picture, as "4:3"; left out: as its stream says."""
    place: LatLon
    """Where the camera stands."""
    view_cone: ViewConeConfig | None = None
    """Where the camera looks, for the map; left out: the map shows only where it stands."""
    model: Annotated[str, Field(min_length=1)] = "yolox-nano"
    """Detection model, a name from `citybrain model list`."""
    detect_fps: Annotated[
        float,
        Field(
            gt=0,
            le=60,
            json_schema_extra={
                "remedy": "Give pictures a second above 0, at most 60; 5 suits most scenes."
            },
        ),
    ] = 5.0
    """Pictures a second that the detector is given."""
    floor_fps: Annotated[
        float | None,
        Field(ge=FLOOR_FPS_MIN, le=60, json_schema_extra={"remedy": FLOOR_REMEDY}),
    ] = None
    """Pictures a second below which the camera is *degraded: too few looks*, because what stays for
    some seconds may be missed; left out: 1, or `detect_fps` where that is less."""
    rule: tuple[CameraRule, ...] = ()
    """The scene rules of the camera, one table each."""

    @model_validator(mode="after")
    def _keeps_its_secret_elsewhere(self) -> Self:
        _, name, password = split_login(self.source)
        if password is not None:
            raise ValueError(
                f"source of {self.id} holds a password, which must not stand in this file; take it"
                f' out, give username = "{name}" and a password_file that only this node may read'
            )
        if self.password_file is not None and self.username is None:
            raise ValueError("password_file is there without a username; give both")
        if self.username is not None and (name is not None or "://" not in self.source):
            raise ValueError(
                "username stands beside a source that is no address without a login; leave one of"
                " them out"
            )
        return self

    @model_validator(mode="after")
    def _asks_for_its_floor(self) -> Self:
        if self.floor_fps is not None and self.floor_fps > self.detect_fps:
            raise ValueError(
                f"floor_fps of {self.id} is above its detect_fps, so that it could never be met;"
                " raise detect_fps, or lower floor_fps"
            )
        return self

    def rate_limits(self) -> RateLimits:
        return RateLimits(
            asked_fps=self.detect_fps, floor_fps=floor_of(self.detect_fps, self.floor_fps)
        )

    def setup(self, score_min: float) -> CameraSetup:
        rules = tuple(rule.rule() for rule in self.rule)
        return CameraSetup(
            source=SourceId(self.id),
            place=self.place.point(),
            rate_limits=self.rate_limits(),
            rules=rules,
            tuning=tuned(score_min),
            view_cone=None if self.view_cone is None else self.view_cone.cone(),
        )


class SensorConfig(SourceConfig):
    """A sensor of the box."""

    id: Id
    """Name of the sensor, unique on its box."""
    source: Annotated[str, Field(min_length=1)]
    """A CSV file with the columns `seconds,value`; `plugin:NAME`, a sensor of an installed package
    (`citybrain plugins list`); or `topic:ID`, a sensor that joined as `sensor/ID` and writes to its
    own topic at the district's broker."""
    place: LatLon
    """Where the sensor stands."""
    unit: str = ""
    """Unit of its values, for people."""
    speedup: PositiveFloat = 1.0
    """How many seconds of the recording pass in one second."""
    loop: bool = True
    """Start the recording again at its end."""
    stale_s: PositiveSeconds = 10.0
    """Seconds without a reading from which on the sensor counts as blind."""
    range: tuple[float, float] = (-math.inf, math.inf)
    """Lowest and highest possible value; a reading beyond is a fault of the sensor."""
    stuck_s: Seconds = 0.0
    """Seconds of the very same value from which on it counts as degraded; 0: never."""
    rule: tuple[SensorRule, ...] = ()
    """The rules of the sensor, one table each."""

    @model_validator(mode="after")
    def _names_a_sensor(self) -> Self:
        name = sensor_name(self.source)
        if name is not None and not re.fullmatch(PART, name):
            raise ValueError(
                f"{self.source} names no sensor; give `topic:ID`, the id of its certificate"
            )
        return self

    def setup(self) -> SensorSetup:
        return SensorSetup(
            source=SourceId(self.id),
            place=self.place.point(),
            rules=tuple(r.rule() for r in self.rule),
            stale_s=self.stale_s,
            low=self.range[0],
            high=self.range[1],
            stuck_s=self.stuck_s,
            unit=self.unit,
        )


class OutboxConfig(Section):
    """What the box keeps until its district has journaled it."""

    cap_mb: Annotated[int, Field(ge=1, le=65_536)] = 64
    """Size in MiB; when it is full the least severe rows go first, and a gap declares them."""


class StreetConfig(Section):
    """One edge box."""

    agent: Id
    """Name of this box; one box, one name."""
    district: Id
    """Name of its district."""
    data_dir: Path
    """Folder of the outbox and the checkpoint, on a disk that survives a power cut."""
    broker: BrokerConfig = BrokerConfig()
    """The district's MQTT broker."""
    metrics: MetricsConfig = MetricsConfig()
    """The box's Prometheus endpoint."""
    outbox: OutboxConfig = OutboxConfig()
    """The outbox."""
    camera: tuple[CameraConfig, ...] = ()
    """The cameras, one table each."""
    sensor: tuple[SensorConfig, ...] = ()
    """The sensors, one table each."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        sources: list[CameraConfig | SensorConfig] = [*self.camera, *self.sensor]
        if not sources:
            raise ValueError(
                "there is neither a [[camera]] nor a [[sensor]]; give at least one source"
            )
        duplicates = _duplicates([source.id for source in sources])
        if duplicates:
            raise ValueError(
                f"the id(s) {', '.join(duplicates)} stand for more than one source; give each"
                " camera and sensor its own"
            )
        duplicates = _duplicates([one.source for one in self.sensor if sensor_name(one.source)])
        if duplicates:
            raise ValueError(
                f"more than one sensor reads {', '.join(duplicates)}; give one of them all the"
                " rules"
            )
        for source in sources:
            duplicates = _duplicates([rule.id for rule in source.rule])
            if duplicates:
                raise ValueError(
                    f"{source.id} has more than one rule named {', '.join(duplicates)}; give each"
                    " rule its own id"
                )
        return self

    def setup(self, score_min: Mapping[str, float]) -> AgentSetup:
        """What the agent's core is given. `score_min`: by model, the score from which on a
        detection counts."""
        return AgentSetup(
            agent=AgentId(self.agent),
            cameras=SortedMap(
                (camera.id, camera.setup(score_min[camera.model])) for camera in self.camera
            ),
            sensors=SortedMap((sensor.id, sensor.setup()) for sensor in self.sensor),
        )


def _duplicates(names: list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
