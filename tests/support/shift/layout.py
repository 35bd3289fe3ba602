"""The city of the shift and its files: a district with four crews and a neighbour with two pumps,
in the streets of the demonstration, short clocks. Starts nothing.
"""

from collections.abc import Mapping
from pathlib import Path

from district_day.layout import (
    DISTRICT,
    GUARD_S,
    MEASURED,
    PACKS,
    REPORTED,
    Placed,
    join_sensors,
    sensor_of,
)

from citybrain.config.load import read_toml
from citybrain.config.toml_text import dumps
from citybrain.geo import Point
from citybrain.people.accounts import Accounts
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.demo.city import DemoBox, DemoCity, DemoDistrict, DemoUnit
from citysim.demo.prepare.accounts import SignIns, make_accounts
from citysim.demo.prepare.configs import CITY, Ports, RunFolder, choose_ports, write_all
from citysim.demo.prepare.identities import join_all

NEIGHBOUR = "oldtown"
CENTRE = Point(lat=60.1720, lon=24.9425)
BOX = "box-1"
# what each can do, and where it stands in degrees north and east of the centre
CREWS = (
    ("riverside-1", "Patrol 1 巡逻一队", ("patrol", "traffic", "inspection"), 0.0018, -0.0030),
    ("riverside-2", "Streets 1 市容一队", ("bike_removal", "cleaning", "patrol"), -0.0016, 0.0030),
    (
        "riverside-3",
        "Works 1 维修一队",
        ("repair", "inspection", "cleaning", "medical", "patrol"),
        0.0004,
        0.0060,
    ),
    ("riverside-4", "Rescue 1 救援一队", ("fire_response", "medical", "bike_removal"), 0.0030, 0.0),
)
PUMPS = (
    ("oldtown-1", "Pumps 1 排水一队", ("pump",), -0.0040, 0.0050),
    ("oldtown-2", "Pumps 2 排水二队", ("pump", "patrol"), -0.0044, 0.0064),
)
# degrees north and east of the centre, by the name of the sensor
SENSORS: Mapping[str, tuple[str, float, float]] = {
    "bike-overflow-1": ("bike_overflow", 0.0030, 0.0020),
    "messy-parking-1": ("messy_parking", -0.0030, -0.0022),
    "illegal-parking-1": ("illegal_parking", 0.0012, -0.0052),
    "crowding-1": ("crowding", 0.0, 0.0016),
    "wrong-way-1": ("wrong_way", 0.0046, -0.0018),
    "waterlogging-1": ("waterlogging", -0.0052, -0.0050),
    "waterlogging-2": ("waterlogging", 0.0056, 0.0070),
    "fire-alarm-1": ("fire_alarm", 0.0044, 0.0044),
    "air-quality-1": ("air_quality", -0.0018, 0.0062),
    "bin-full-1": ("bin_full", -0.0042, 0.0016),
    "street-occupation-1": ("street_occupation", -0.0010, -0.0038),
}
ACCEPT_S = 240.0  # a machine with much other work must not make a crew look silent


def placed_sensors() -> tuple[Placed, ...]:
    measured = {one.kind: one for one in MEASURED}
    return tuple(
        Placed(BOX, name, measured[kind], _near(north, east))
        for name, (kind, north, east) in SENSORS.items()
    )


def shift_city() -> DemoCity:
    """Plans wait for the duty officer."""
    return DemoCity(
        en="Three Rivers",
        zh="三江市",
        districts=(
            DemoDistrict(
                id=DISTRICT, en="Riverside", zh="滨江区", centre=CENTRE, units=_units(CREWS)
            ),
            DemoDistrict(
                id=NEIGHBOUR,
                en="Old Town",
                zh="老城区",
                centre=_near(-0.0042, 0.0056),
                units=_units(PUMPS),
            ),
        ),
        boxes=(
            DemoBox(
                id=BOX,
                district=DISTRICT,
                sensors=tuple(sensor_of(one) for one in placed_sensors()),
            ),
        ),
        issue="ask",
    )


def prepare(run: RunFolder, city: DemoCity, base_map: Path | None) -> tuple[Ports, SignIns]:
    """Every file of the run, and how everybody signs in; raises as `join_all`."""
    ports = choose_ports(city)
    write_all(run, city, ports, run.root, base_map=base_map)
    for name in (CITY, *(district.id for district in city.districts)):
        path = run.config(name)
        path.write_text(dumps(_finished(name, read_toml(path))), encoding="utf-8")
    ports = join_all(run, city, ports, RandomIds())
    join_sensors(run, ports, placed_sensors())
    return ports, make_accounts(
        run, city, ports, language="en", clock=SystemClock(), ids=RandomIds()
    )


def crew_links(run: RunFolder, city: DemoCity, ports: Ports) -> dict[str, str]:
    """By unit, the address that makes a phone the crew's, once: as an operator hands it out."""
    links: dict[str, str] = {}
    for district in city.districts:
        store = PeopleStore(ensure_store(run.data(district.id)))
        try:
            accounts = Accounts(store, clock=SystemClock(), ids=RandomIds())
            pages = ports.districts[district.id].web_url
            for unit in district.units:
                links[unit.id] = f"{pages}crew-link/{accounts.new_link(unit.id)}"
        finally:
            store.close()
    return links


def _finished(name: str, document: dict[str, object]) -> dict[str, object]:
    if name == CITY:
        return {**document, "packs": list(PACKS), "ray": {"mode": "off"}}
    kinds = sorted({one.kind for one in MEASURED} | set(REPORTED))
    code = name[0].upper()
    return {**document, "packs": list(PACKS), "code": code, "tune": [_tune(one) for one in kinds]}


def _tune(kind: str) -> dict[str, object]:
    """The same playbooks with clocks of minutes; only water needs the city."""
    return {
        "kind": kind,
        "clocks": {
            "dispatch_s": 120.0,
            "arrive_s": 300.0,
            "handle_s": 600.0,
            "verify_s": 240.0,
            "accept_s": ACCEPT_S,
        },
        "closes": {"quiet_s": 1.0, "settle_s": 1.5, "guard_s": GUARD_S},
        "escalates": {"after_s": 0.0 if kind == "waterlogging" else 3600.0},
        "stability": {"stable_s": 4.0},
    }


def _units(crews: tuple[tuple[str, str, tuple[str, ...], float, float], ...]) -> tuple[DemoUnit]:
    return tuple(
        DemoUnit(id=name, name=called, capabilities=can, place=_near(north, east))
        for name, called, can, north, east in crews
    )


def _near(north: float, east: float) -> Point:
    return Point(lat=round(CENTRE.lat + north, 6), lon=round(CENTRE.lon + east, 6))
