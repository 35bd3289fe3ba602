"""The city of the demo as values: three districts, their crews, and four edge boxes. Writes no file (`configs` does), starts nothing.

It is laid out so that the whole loop is seen within a minute: Riverside has the water gauge and no pump, so its flooding needs the neighbours' pumps.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citybrain.geo import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoUnit:
    id: str
    name: str
    capabilities: tuple[str, ...]
    place: Point
    speed_mps: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDistrict:
    id: str
    en: str
    zh: str
    centre: Point
    units: tuple[DemoUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCamera:
    """`clip` is a clip's file name in the footage cache; `source`, when set, stands in its place (the user's own camera)."""

    id: str
    clip: str
    place: Point
    rule: dict[str, Any]
    source: str = ""
    detect_fps: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSensor:
    id: str
    series: Path
    place: Point
    unit: str
    speedup: float
    rule: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBox:
    """An edge box: one street agent."""

    id: str
    district: str
    cameras: tuple[DemoCamera, ...] = ()
    sensors: tuple[DemoSensor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCity:
    en: str
    zh: str
    districts: tuple[DemoDistrict, ...]
    boxes: tuple[DemoBox, ...]
    model: str = "yolox-nano"
    issue: str = "ask"
    playbooks: tuple[Path, ...] = ()  # given to every district beside the built-in ones

    def units(self) -> tuple[tuple[DemoDistrict, DemoUnit], ...]:
        return tuple((district, unit) for district in self.districts for unit in district.units)


RIVERSIDE, OLDTOWN, STATION = (
    Point(lat=30.6570, lon=104.0860),
    Point(lat=30.6720, lon=104.0560),
    Point(lat=30.6290, lon=104.0680),
)

# Zones, counts and times were measured on the clips with the demo's own detector: each starts once or twice a loop, and ends with room for looking again.
CROWD_A = {
    "id": "crowd",
    "kind": "objects_inside",
    "incident_kind": "crowding",
    "severity": "Moderate",
    "urgency": "Expected",
    "classes": ["person"],
    "zone": [[0.3, 0.3], [0.8, 0.3], [0.8, 0.8], [0.3, 0.8]],
    "at_least": 4,
    "hold_s": 2.0,
    "clear_s": 3.0,
}
CROWD_B = {**CROWD_A, "zone": [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]], "at_least": 3}
PARKED = {
    "id": "parked-in-lane",
    "kind": "objects_inside",
    "incident_kind": "illegal_parking",
    "severity": "Minor",
    "urgency": "Expected",
    "classes": ["car", "truck", "bus"],
    "zone": [[0.82, 0.5], [1.0, 0.5], [1.0, 0.72], [0.82, 0.72]],
    "at_least": 1,
    "hold_s": 1.0,
    "clear_s": 2.0,
}
HIGH_WATER = {
    "id": "high-water",
    "incident_kind": "waterlogging",
    "severity": "Severe",
    "above": 1.2,
    "below": 1.0,
    "hold_s": 1.0,
}


def _unit(
    district: str,
    number: int,
    en: str,
    zh: str,
    capabilities: tuple[str, ...],
    centre: Point,
    north: float,
    east: float,
) -> DemoUnit:
    return DemoUnit(
        id=f"{district}-{number}",
        name=f"{en} {zh}",
        capabilities=capabilities,
        place=Point(lat=centre.lat + north, lon=centre.lon + east),
    )


def demo_city(
    *, wave: Path, model: str = "yolox-nano", video: str = "", issue: str = "ask"
) -> DemoCity:
    """The city; `video` takes the place of the first pedestrian camera."""
    first = DemoCamera(
        id="cam-riverside",
        clip="vtest.avi",
        place=_near(RIVERSIDE, 0.002, 0.001),
        rule=CROWD_A,
        source=video,
    )
    return DemoCity(
        en="Three Rivers",
        zh="三江市",
        districts=_districts(),
        boxes=(
            DemoBox(id="box-riverside", district="riverside", cameras=(first,)),
            DemoBox(
                id="box-oldtown",
                district="oldtown",
                cameras=(_camera("cam-oldtown", "vtest.avi", OLDTOWN, CROWD_B),),
            ),
            DemoBox(
                id="box-station",
                district="station",
                cameras=(_camera("cam-station", "bikes.mp4", STATION, PARKED),),
            ),
            DemoBox(id="box-gauge", district="riverside", sensors=(_gauge(wave),)),
        ),
        model=model,
        issue=issue,
        playbooks=(wave.parent / "illegal_parking.toml",),
    )


def _districts() -> tuple[DemoDistrict, ...]:
    return (
        DemoDistrict(
            id="riverside",
            en="Riverside",
            zh="滨江区",
            centre=RIVERSIDE,
            units=(
                _unit(
                    "riverside",
                    1,
                    "Riverside patrol 1",
                    "滨江巡逻一队",
                    ("patrol",),
                    RIVERSIDE,
                    0.004,
                    -0.003,
                ),
                _unit(
                    "riverside",
                    2,
                    "Riverside patrol 2",
                    "滨江巡逻二队",
                    ("patrol",),
                    RIVERSIDE,
                    -0.005,
                    0.004,
                ),
            ),
        ),
        DemoDistrict(
            id="oldtown",
            en="Old Town",
            zh="老城区",
            centre=OLDTOWN,
            units=(
                _unit(
                    "oldtown",
                    1,
                    "Old Town patrol 1",
                    "老城巡逻一队",
                    ("patrol",),
                    OLDTOWN,
                    0.003,
                    0.002,
                ),
                _unit(
                    "oldtown",
                    2,
                    "Old Town patrol 2",
                    "老城巡逻二队",
                    ("patrol",),
                    OLDTOWN,
                    -0.004,
                    -0.002,
                ),
                _unit(
                    "oldtown", 3, "Old Town pump", "老城排水队", ("pump",), OLDTOWN, 0.001, 0.005
                ),
            ),
        ),
        DemoDistrict(
            id="station",
            en="Station",
            zh="车站区",
            centre=STATION,
            units=(
                _unit(
                    "station",
                    1,
                    "Station patrol 1",
                    "车站巡逻一队",
                    ("patrol",),
                    STATION,
                    0.002,
                    -0.004,
                ),
                _unit(
                    "station",
                    2,
                    "Station patrol 2",
                    "车站巡逻二队",
                    ("patrol",),
                    STATION,
                    -0.003,
                    0.003,
                ),
                _unit("station", 3, "Station pump", "车站排水队", ("pump",), STATION, 0.004, 0.001),
            ),
        ),
    )


def _camera(name: str, clip: str, centre: Point, rule: dict[str, Any]) -> DemoCamera:
    return DemoCamera(id=name, clip=clip, place=_near(centre, 0.001, -0.002), rule=rule)


def _gauge(wave: Path) -> DemoSensor:
    return DemoSensor(
        id="gauge-riverside",
        series=wave,
        place=_near(RIVERSIDE, -0.003, 0.002),
        unit="m",
        speedup=150.0,
        rule=HIGH_WATER,
    )


def _near(centre: Point, north: float, east: float) -> Point:
    return Point(lat=round(centre.lat + north, 6), lon=round(centre.lon + east, 6))
