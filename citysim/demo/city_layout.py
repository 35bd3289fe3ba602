"""The layout of the demo's city: three districts, their crews, four edge boxes. Writes no file.

It is laid out so that the whole loop is seen within a minute: Riverside has the water gauge and no
pump, so its flooding needs the neighbours' pumps. It plays in the centre of Helsinki, whose streets
come with a package; the names of its districts are its own.
"""

from pathlib import Path

from citybrain.config.toml_text import TomlTable
from citybrain.domain.agent import ViewCone
from citybrain.geo import Point
from citybrain.structs import Struct
from citysim.demo.city import (
    DemoBox,
    DemoCamera,
    DemoCity,
    DemoDistrict,
    DemoSensor,
    DemoUnit,
)
from citysim.demo.data.scenes import rule, tunes


class _Area(Struct, frozen=True, kw_only=True):
    """A district before its units have names and places."""

    id: str
    en: str
    zh: str
    centre: Point
    # capability, number of its kind in English, name in Chinese, degrees north and east of `centre`
    crews: tuple[tuple[str, str, str, float, float], ...]


AREAS = (
    _Area(
        id="riverside",
        en="Riverside",
        zh="滨江区",
        centre=Point(lat=60.1752, lon=24.9452),
        crews=(
            ("patrol", "patrol 1", "滨江巡逻一队", 0.0012, -0.0020),
            ("patrol", "patrol 2", "滨江巡逻二队", -0.0014, 0.0024),
        ),
    ),
    _Area(
        id="oldtown",
        en="Old Town",
        zh="老城区",
        centre=Point(lat=60.1690, lon=24.9500),
        crews=(
            ("patrol", "patrol 1", "老城巡逻一队", 0.0010, 0.0012),
            ("patrol", "patrol 2", "老城巡逻二队", -0.0014, -0.0014),
            ("pump", "pump", "老城排水队", 0.0004, 0.0024),
        ),
    ),
    _Area(
        id="station",
        en="Station",
        zh="车站区",
        centre=Point(lat=60.1700, lon=24.9385),
        crews=(
            ("patrol", "patrol 1", "车站巡逻一队", 0.0008, -0.0022),
            ("patrol", "patrol 2", "车站巡逻二队", -0.0012, 0.0020),
            ("pump", "pump", "车站排水队", 0.0014, 0.0008),
        ),
    ),
)
RIVERSIDE, OLDTOWN, STATION = (area.centre for area in AREAS)


def demo_city(
    *, wave: Path, model: str = "yolox-nano", video: str = "", issue: str = "ask"
) -> DemoCity:
    """The city. `wave`: the gauge's series; `video` replaces the first pedestrian camera."""
    first = DemoCamera(
        id="cam-riverside",
        clip="vtest.avi",
        place=_near(RIVERSIDE, 0.0006, 0.0008),
        rule=rule("crowd_riverside"),
        view_cone=_looks(215.0),
        source=video,
    )
    oldtown = _camera("cam-oldtown", "vtest.avi", OLDTOWN, rule("crowd_oldtown"), 120.0)
    station = _camera("cam-station", "bikes.mp4", STATION, rule("parked_station"), 75.0)
    return DemoCity(
        en="Three Rivers",
        zh="三江市",
        districts=tuple(_district(area) for area in AREAS),
        boxes=(
            DemoBox(id="box-riverside", district="riverside", cameras=(first,)),
            DemoBox(id="box-oldtown", district="oldtown", cameras=(oldtown,)),
            DemoBox(id="box-station", district="station", cameras=(station,)),
            DemoBox(id="box-gauge", district="riverside", sensors=(_gauge(wave),)),
        ),
        model=model,
        issue=issue,
        tunes=tunes(),
    )


def _district(area: _Area) -> DemoDistrict:
    units = tuple(
        DemoUnit(
            id=f"{area.id}-{number}",
            name=f"{area.en} {en} {zh}",
            capabilities=(capability,),
            place=Point(lat=area.centre.lat + north, lon=area.centre.lon + east),
        )
        for number, (capability, en, zh, north, east) in enumerate(area.crews, 1)
    )
    return DemoDistrict(id=area.id, en=area.en, zh=area.zh, centre=area.centre, units=units)


def _camera(
    name: str, clip: str, centre: Point, watched: TomlTable, heading_deg: float
) -> DemoCamera:
    return DemoCamera(
        id=name,
        clip=clip,
        place=_near(centre, 0.0004, -0.0012),
        rule=watched,
        view_cone=_looks(heading_deg),
    )


def _looks(heading_deg: float) -> ViewCone:
    """As a camera on a lamp post does: a usual lens, people still told apart at that range."""
    return ViewCone(heading_deg=heading_deg, field_of_view_deg=80.0, range_m=60.0)


def _gauge(wave: Path) -> DemoSensor:
    return DemoSensor(
        id="gauge-riverside",
        series=wave,
        place=_near(RIVERSIDE, -0.0010, 0.0014),
        unit="m",
        speedup=150.0,
        rule=rule("high_water"),
    )


def _near(centre: Point, north: float, east: float) -> Point:
    return Point(lat=round(centre.lat + north, 6), lon=round(centre.lon + east, 6))
