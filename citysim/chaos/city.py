"""The city of a chaos run: the demo's three districts, with gauges that flood streets all the time.

So something is always under way. Sensors cost no CPU; cameras on real video can be added one by
one.
"""

from collections.abc import Iterator
from pathlib import Path

from citybrain.geo import Point
from citybrain.structs import replace
from citysim.chaos.fault.kinds import FaultTargets
from citysim.chaos.net.port import Link
from citysim.demo.city import DemoBox, DemoCity, DemoSensor
from citysim.demo.city_layout import demo_city
from citysim.demo.data.scenes import rule, tunes
from citysim.demo.data.wave import csv_path
from citysim.demo.prepare.configs import BROKER, CITY
from citysim.people.simulated_crew import CrewBehaviour

PERIOD_S, HIGH_S = 24, 5  # a wave of the gauges; how long the street is flooded in it
LOW_M, HIGH_M = 0.6, 1.6
CAMERAS_MAX, CAMERA_FPS = 3, 2.0  # with fewer frames a second tracks break
GAUGES_PER_BOX = 2
# box, district, when the wave of its first gauge begins
GAUGES = (
    ("box-riverside", "riverside", 0),
    ("box-oldtown", "oldtown", 3),
    ("box-station", "station", 6),
    ("box-gauge", "riverside", 9),
)
SMALL_DISK_NAMES = ("riverside", "box-gauge")  # a district and an agent
TUNE = Path(__file__).with_name("tune.toml")


def crew_behaviour(seed: int) -> CrewBehaviour:
    """Very fast crews, so that more orders are under way when a fault comes."""
    return CrewBehaviour(
        seed=seed,
        speedup=240.0,
        accept_s=(0.3, 1.5),
        depart_s=0.2,
        work_s=(1.0, 2.5),
        report_s=0.5,
        retry_s=2.0,
        refuse_share=0.15,
    )


def chaos_city(series: Path, *, cameras: int, model: str) -> DemoCity:
    """`cameras` of the demo's boxes keep theirs, at two frames a second.

    Each box gets gauges with series in the folder `series`. Plans are issued at once.
    """
    demo = demo_city(wave=csv_path(), model=model)
    kept = {box.id: box.cameras for box in demo.boxes[:cameras]}
    boxes = []
    for name, district, _begins_s in GAUGES:
        centre = next(d.centre for d in demo.districts if d.id == district)
        slow = tuple(replace(camera, detect_fps=CAMERA_FPS) for camera in kept.get(name, ()))
        gauges = tuple(_gauge(name, number, centre, series) for number in range(GAUGES_PER_BOX))
        boxes.append(DemoBox(id=name, district=district, cameras=slow, sensors=gauges))
    return replace(demo, boxes=tuple(boxes), tunes=(*demo.tunes, *tunes(TUNE)), issue="auto")


def write_series(folder: Path) -> None:
    """The gauges' series: the same wave, each beginning at another time."""
    folder.mkdir(parents=True, exist_ok=True)
    for box, _district, begins_s in GAUGES:
        for number in range(GAUGES_PER_BOX):
            wave = _wave(begins_s + number * PERIOD_S // GAUGES_PER_BOX)
            lines = ["seconds,value", *(f"{second},{level}" for second, level in wave)]
            _series(folder, box, number).write_text("\n".join(lines) + "\n", encoding="utf-8")


def fault_targets(city: DemoCity, disks: tuple[str, ...] = SMALL_DISK_NAMES) -> FaultTargets:
    """What faults can hit in the city."""
    agents = [Link(client=box.id, server=BROKER) for box in city.boxes]
    districts = [
        Link(client=d.id, server=server) for d in city.districts for server in (BROKER, CITY)
    ]
    return FaultTargets(
        broker=BROKER,
        city=CITY,
        districts=tuple(d.id for d in city.districts),
        agents=tuple(b.id for b in city.boxes),
        links=(*agents, *districts),
        disks=disks,
    )


def _gauge(box: str, number: int, centre: Point, folder: Path) -> DemoSensor:
    """The gauges of a district stand too far apart for their events to join one incident."""
    north = (0.004 if box == "box-gauge" else -0.004) * (1 + number)
    place = Point(lat=round(centre.lat + north, 6), lon=round(centre.lon + 0.002, 6))
    return DemoSensor(
        id=f"gauge-{box.removeprefix('box-')}-{number}",
        series=_series(folder, box, number),
        place=place,
        unit="m",
        speedup=1.0,
        rule={**rule("high_water"), "hold_s": 0.5},
    )


def _series(folder: Path, box: str, number: int) -> Path:
    return folder / f"{box}-{number}.csv"


def _wave(begins_s: int) -> Iterator[tuple[int, float]]:
    for second in range(PERIOD_S):
        is_high = (second - begins_s) % PERIOD_S in range(2, 2 + HIGH_S)
        yield second, HIGH_M if is_high else LOW_M
