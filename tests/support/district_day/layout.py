"""The city of the day and its files: one district with six crews and ten kinds of sensors, two
neighbours whose crews help, short clocks. Starts nothing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from citybrain.broker.write import write_broker_files
from citybrain.ca.authority import Authority, IdentityPlace
from citybrain.cli.broker.rules import rules_of
from citybrain.config.load import read_toml
from citybrain.config.toml_text import dumps
from citybrain.domain.principal import Role
from citybrain.geo import Point
from citybrain.identity.name import name_of
from citybrain.random_ids import RandomIds
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citysim.demo.city import DemoBox, DemoCity, DemoDistrict, DemoSensor, DemoUnit
from citysim.demo.prepare.configs import (
    BROKER,
    CITY,
    Ports,
    RunFolder,
    choose_ports,
    identity_of,
    write_all,
)
from citysim.demo.prepare.identities import join_all
from district_node.limits import SKEW_DOUBT

DISTRICT = "riverside"
CENTRE = Point(lat=30.657, lon=104.086)
OFF_DUTY, SILENT, FLAT_TYRE = "riverside-6", "riverside-5", "riverside-4"
TRAFFIC = "riverside-1"  # the only one in the city that can do that
PACKS = ("bikes", "safety", "facilities")
SENSORS_OF_KIND, BOXES = 3, 5
ACCEPT_S = 8.0  # a crew that has not accepted by then is taken for silent
GUARD_S = 1.5  # what comes back within this time of a closing is the same case …
# … and, since clocks differ, what comes a little later: in doubt it is
SURELY_ANOTHER_S = GUARD_S + SKEW_DOUBT.value + 1.0


class Measured(NamedTuple):
    """What a sensor measures that reports this kind: at rest, and while it is there."""

    kind: str
    severity: str
    rest: float
    alarm: float


MEASURED = (
    Measured("bike_overflow", "Minor", 4.0, 14.0),
    Measured("messy_parking", "Minor", 0.0, 5.0),
    Measured("illegal_parking", "Minor", 0.0, 1.0),
    Measured("crowding", "Moderate", 3.0, 40.0),
    Measured("wrong_way", "Severe", 0.0, 1.0),
    Measured("waterlogging", "Severe", 0.4, 1.6),
    Measured("fire_alarm", "Severe", 0.0, 1.0),
    Measured("air_quality", "Minor", 35.0, 100.0),
    Measured("bin_full", "Minor", 30.0, 95.0),
    Measured("street_occupation", "Minor", 0.0, 4.0),
)
REPORTED = ("person_down", "damaged_facility")  # people report these
KINDS = (*(one.kind for one in MEASURED), *REPORTED)
# what the crews of the day can do: where each stands in degrees north and east of the centre
CREWS = (
    ("riverside-1", "Patrol 1 巡逻一队", ("patrol", "traffic", "inspection"), 0.004, -0.003),
    (
        "riverside-2",
        "Streets 1 市容一队",
        ("patrol", "bike_removal", "cleaning", "repair"),
        -0.004,
        0.003,
    ),
    ("riverside-3", "Works 1 维修一队", ("repair", "inspection", "cleaning", "patrol"), 0.0, 0.006),
    (FLAT_TYRE, "Rescue 1 救援一队", ("fire_response", "medical"), 0.006, 0.0),
    (SILENT, "Streets 2 市容二队", ("bike_removal", "patrol"), -0.006, -0.002),
    (OFF_DUTY, "Works 2 维修二队", ("repair", "inspection", "bike_removal"), 0.002, 0.004),
)
NEIGHBOURS = (
    ("oldtown", "Old Town", "老城区", Point(lat=30.672, lon=104.056)),
    ("station", "Station", "车站区", Point(lat=30.629, lon=104.068)),
)
NEIGHBOUR_CREWS = (("pump",), ("patrol", "pump"), ("fire_response", "medical"))


class Placed(NamedTuple):
    """One sensor of the day."""

    box: str
    name: str
    measured: Measured
    place: Point

    @property
    def source(self) -> str:
        """As histories name it."""
        return f"{self.box}/{self.name}"


def sensors() -> tuple[Placed, ...]:
    """Those of one kind stand too far apart to see one thing."""
    found = []
    for number, measured in enumerate(one for one in MEASURED for _ in range(SENSORS_OF_KIND)):
        row, column = divmod(number, 6)
        place = Point(
            lat=round(CENTRE.lat + 0.010 - 0.004 * row, 6),
            lon=round(CENTRE.lon - 0.012 + 0.0048 * column, 6),
        )
        name = f"{measured.kind.replace('_', '-')}-{number % SENSORS_OF_KIND + 1}"
        found.append(Placed(f"box-{number % BOXES + 1}", name, measured, place))
    return tuple(found)


def places_of_calls() -> Iterator[Point]:
    """Where people report from: each far from the others and from every sensor."""
    number = 0
    while True:
        row, column = divmod(number, 12)
        yield Point(
            lat=round(CENTRE.lat - 0.014 - 0.0022 * row, 6),
            lon=round(CENTRE.lon - 0.014 + 0.0026 * column, 6),
        )
        number += 1


def day_city() -> DemoCity:
    """Plans are issued at once: the officer's screen is not what the day is about."""
    crews = tuple(
        DemoUnit(id=name, name=called, capabilities=can, place=_near(CENTRE, north, east))
        for name, called, can, north, east in CREWS
    )
    own = DemoDistrict(id=DISTRICT, en="Riverside", zh="滨江区", centre=CENTRE, units=crews)
    return DemoCity(
        en="Three Rivers",
        zh="三江市",
        districts=(own, *(_neighbour(*one) for one in NEIGHBOURS)),
        boxes=tuple(_box(f"box-{number + 1}") for number in range(BOXES)),
        issue="auto",
    )


def prepare(run: RunFolder, city: DemoCity) -> Ports:
    """Every file of the run, and a name that it can prove for everybody; raises as `join_all`."""
    ports = choose_ports(city)
    write_all(run, city, ports, run.root)
    for name in (CITY, *(district.id for district in city.districts)):
        path = run.config(name)
        path.write_text(dumps(_finished(name, read_toml(path))), encoding="utf-8")
    ports = join_all(run, city, ports, RandomIds())
    join_sensors(run, ports, sensors())
    return ports


def dial_through(run: RunFolder, ports: Ports, address: str) -> Ports:
    """The district reaches its city at `address`, a link that can be cut."""
    path = run.config(DISTRICT)
    path.write_text(dumps({**read_toml(path), "city": {"address": address}}), encoding="utf-8")
    return replace(ports, dial_addresses={(DISTRICT, CITY): address})


def _finished(name: str, document: dict[str, object]) -> dict[str, object]:
    if name == CITY:
        return {**document, "packs": list(PACKS), "ray": {"mode": "off"}}
    if name != DISTRICT:
        return {**document, "packs": list(PACKS)}
    return {**document, "packs": list(PACKS), "code": "R", "tune": [_tune(k) for k in KINDS]}


def _tune(kind: str) -> dict[str, object]:
    """A minute of the day is an hour of a district: the same playbooks, other numbers."""
    severe = kind in ("wrong_way", "waterlogging", "fire_alarm", "person_down")
    return {
        "kind": kind,
        "clocks": {
            "dispatch_s": 30.0,
            "arrive_s": 60.0,
            "handle_s": 120.0,
            "verify_s": 45.0,
            "accept_s": ACCEPT_S,
        },
        "closes": {"quiet_s": 1.0, "settle_s": 1.5, "guard_s": GUARD_S},
        "escalates": {"after_s": 0.0 if severe else 10.0},
        "stability": {"stable_s": 4.0},
    }


def _box(name: str) -> DemoBox:
    own = tuple(sensor_of(one) for one in sensors() if one.box == name)
    return DemoBox(id=name, district=DISTRICT, sensors=own)


def sensor_of(one: Placed) -> DemoSensor:
    """It reports its kind above the middle between rest and alarm, at once."""
    middle = (one.measured.rest + one.measured.alarm) / 2
    return DemoSensor(
        id=one.name,
        series=Path(f"topic:{one.name}"),
        place=one.place,
        unit="",
        speedup=1.0,
        rule={
            "id": "threshold",
            "incident_kind": one.measured.kind,
            "severity": one.measured.severity,
            "above": middle,
            "below": middle,
            "hold_s": 0.0,
            "clear_s": 0.0,
        },
    )


def _neighbour(name: str, en: str, zh: str, centre: Point) -> DemoDistrict:
    units = tuple(
        DemoUnit(
            id=f"{name}-{number}",
            name=f"{en} {number} {zh}{number}",
            capabilities=can,
            place=_near(centre, 0.002 * number, -0.001 * number),
        )
        for number, can in enumerate(NEIGHBOUR_CREWS, 1)
    )
    return DemoDistrict(id=name, en=en, zh=zh, centre=centre, units=units)


def join_sensors(run: RunFolder, ports: Ports, placed: Sequence[Placed]) -> None:
    """Each sensor has a certificate of its own, and the broker lets one box read it."""
    authority = Authority(run.authority, clock=SystemClock(), ids=RandomIds())
    try:
        authority.issue_all_here(
            IdentityPlace(
                name=name_of(authority.city, Role.SENSOR, one.name),
                folder=identity_of(run.identities, Role.SENSOR, one.name),
            )
            for one in placed
        )
    finally:
        authority.close()
    identity = identity_of(run.identities, Role.BROKER, BROKER)
    readers = tuple(f"{one.box}={one.name}" for one in placed)
    rules = rules_of(identity, (), (), run.authority, readers)
    write_broker_files(run.broker, identity, rules, host=ports.broker_host, port=ports.broker)


def _near(point: Point, north: float, east: float) -> Point:
    return Point(lat=round(point.lat + north, 6), lon=round(point.lon + east, 6))
