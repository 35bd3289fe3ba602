"""The values that describe a demo's city: districts, crews, edge boxes. `city_layout` makes one."""

from collections.abc import Mapping
from pathlib import Path

from citybrain.config.toml_text import TomlTable, TomlValue
from citybrain.domain.agent import ViewCone
from citybrain.geo import Point
from citybrain.structs import Struct


class DemoUnit(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    capabilities: tuple[str, ...]
    place: Point
    speed_mps: float = 8.0


class DemoDistrict(Struct, frozen=True, kw_only=True):
    id: str
    en: str
    zh: str
    centre: Point
    units: tuple[DemoUnit, ...]


class DemoCamera(Struct, frozen=True, kw_only=True):
    """`clip`: a file in the clips' folder. `source`, when set, replaces it (the user's camera)."""

    id: str
    clip: str
    place: Point
    rule: Mapping[str, TomlValue]
    source: str = ""
    detect_fps: float = 5.0
    view_cone: ViewCone | None = None


class DemoSensor(Struct, frozen=True, kw_only=True):
    """`series`: a file of `seconds,value`, replayed `speedup` times as fast."""

    id: str
    series: Path
    place: Point
    unit: str
    speedup: float
    rule: Mapping[str, TomlValue]


class DemoBox(Struct, frozen=True, kw_only=True):
    """An edge box: one street agent."""

    id: str
    district: str
    cameras: tuple[DemoCamera, ...] = ()
    sensors: tuple[DemoSensor, ...] = ()


class DemoCity(Struct, frozen=True, kw_only=True):
    """`issue`: the city's policy on plans, "ask" or "auto"."""

    en: str
    zh: str
    districts: tuple[DemoDistrict, ...]
    boxes: tuple[DemoBox, ...]
    model: str = "yolox-nano"
    issue: str = "ask"
    tunes: tuple[TomlTable, ...] = ()  # `[[tune]]` of every district

    def units(self) -> tuple[tuple[DemoDistrict, DemoUnit], ...]:
        return tuple((district, unit) for district in self.districts for unit in district.units)
