"""Where a city's districts, boxes and crews stand: drawn once from a stream of chance. Pure.

Boxes gather around hot spots: a Thomas cluster process (M. Thomas, "A generalization of Poisson's binomial limit for use in ecology", Biometrika 36, 1949) -
parents anywhere in the district, children scattered normally around them - over a thin background of boxes anywhere.
"""

import math
from dataclasses import dataclass
from random import Random  # noqa: TID251 - one seed is one story

from citybrain.geo import EARTH_RADIUS_M, Point, distance_m
from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.vocabulary import Capability, IncidentKind, Severity
from citysim.sim.life.rates import HABITS, PATROL, PUMP, SPEED_MPS
from citysim.sim.scenario import CAMERA, SENSOR, BoxPlan, CityPlan, DistrictPlan, UnitPlan

MIDDLE = Point(lat=30.66, lon=104.06)
NAMES = ("riverside", "oldtown", "station", "harbour", "gardens", "hightown", "market", "northgate")
APART_M, RADIUS_M = 3_500.0, 1_500.0  # between neighbouring districts' centres; of a district
SPOTS, SPOT_M, AT_SPOT = (
    3,
    180.0,
    0.7,
)  # hot spots a district; how far children lie from one; the share of boxes that are children
CAMERAS = 1 / 3  # share of the boxes
HEAT_REACH_M = 400.0  # a box this far from a hot spot is a third as hot as one on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`heat`: how much more than elsewhere happens before each box, in the boxes' order. Their mean is 1."""

    city: CityPlan
    heat: tuple[tuple[AgentId, float], ...]


def lay_out(
    stream: Random, *, districts: int, boxes: int, units: int, issue: str = "auto"
) -> Layout:
    """A city of so many districts, with so many boxes and crews in all.

    Every district that has a crew has a patrol, and every other one that has two a pump, so that some must ask their neighbours for one.
    """
    centres = [_centre(number, districts) for number in range(districts)]
    spots = [[_within(stream, centre, RADIUS_M) for _ in range(SPOTS)] for centre in centres]
    plans, heat = [], []
    for number, centre in enumerate(centres):
        name = district_name(number)
        here = tuple(
            _box(stream, name, i, _source(i // districts + number), centre, spots[number])
            for i in range(number, boxes, districts)
        )
        crews = tuple(
            _unit(stream, name, i, number, districts, spots[number])
            for i in range(number, units, districts)
        )
        plans.append(DistrictPlan(district=name, centre=centre, units=crews, boxes=here))
        heat += [(box.agent, _heat(box.place, spots[number])) for box in here]
    mean = sum(warm for _, warm in heat) / len(heat) if heat else 1.0
    return Layout(
        city=CityPlan(districts=tuple(plans), issue=issue),
        heat=tuple((agent, warm / mean) for agent, warm in heat),
    )


def district_name(number: int) -> DistrictId:
    return DistrictId(NAMES[number] if number < len(NAMES) else f"district-{number + 1}")


def _centre(number: int, districts: int) -> Point:
    """On a grid, as square as it gets."""
    columns = math.ceil(math.sqrt(districts))
    return _moved(MIDDLE, (number // columns) * APART_M, (number % columns) * APART_M)


def _source(turn: int) -> str:
    """Cameras and sensors in turn, in every district from another one on, so that each gets of both."""
    return CAMERA if math.floor((turn + 1) * CAMERAS) > math.floor(turn * CAMERAS) else SENSOR


def _box(
    stream: Random,
    district: DistrictId,
    number: int,
    source: str,
    centre: Point,
    spots: list[Point],
) -> BoxPlan:
    at_spot = stream.random() < AT_SPOT
    spot = stream.choice(spots)
    place = (
        _moved(spot, stream.gauss(0.0, SPOT_M), stream.gauss(0.0, SPOT_M))
        if at_spot
        else _within(stream, centre, RADIUS_M)
    )
    kinds = [kind for kind, habit in HABITS.items() if habit.source == source]
    (incident_kind,) = stream.choices(kinds, [HABITS[kind].share for kind in kinds])
    return BoxPlan(
        agent=AgentId(f"{district}-box-{number}"),
        source=source,
        place=place,
        incident_kind=incident_kind,
        severity=_severity(stream, incident_kind),
    )


def _severity(stream: Random, incident_kind: IncidentKind) -> Severity:
    grades = HABITS[incident_kind].severities
    return stream.choices([severity for severity, _ in grades], [weight for _, weight in grades])[0]


def _unit(
    stream: Random,
    district: DistrictId,
    number: int,
    district_number: int,
    districts: int,
    spots: list[Point],
) -> UnitPlan:
    """The first crew of a district is a patrol, the second a pump in every other district; the rest as chance will."""
    turn = (number - district_number) // districts
    drawn = stream.choices([(PATROL,), (PUMP,), (PATROL, PUMP)], [0.62, 0.28, 0.1])[0]
    can: tuple[Capability, ...] = (
        (PATROL,) if turn == 0 else (PUMP,) if turn == 1 and district_number % 2 == 0 else drawn
    )
    slowest = min((SPEED_MPS[capability] for capability in can), key=lambda bounds: bounds[0])
    place = _within(stream, stream.choice(spots), RADIUS_M / 2)
    return UnitPlan(
        unit=UnitId(f"{district}-{number}"),
        capabilities=can,
        place=place,
        speed_mps=round(stream.uniform(*slowest), 2),
    )


def _heat(place: Point, spots: list[Point]) -> float:
    """Falls off with the distance to the nearest hot spot."""
    return math.exp(-min(distance_m(place, spot) for spot in spots) / HEAT_REACH_M) + 0.1


def _within(stream: Random, centre: Point, radius_m: float) -> Point:
    """Anywhere in a disc, every place as likely."""
    away, angle = radius_m * math.sqrt(stream.random()), stream.uniform(0.0, 2 * math.pi)
    return _moved(centre, away * math.sin(angle), away * math.cos(angle))


def _moved(place: Point, north_m: float, east_m: float) -> Point:
    """Flat, as a city is; rounded to about a decimetre."""
    lat = place.lat + math.degrees(north_m / EARTH_RADIUS_M)
    lon = place.lon + math.degrees(east_m / (EARTH_RADIUS_M * math.cos(math.radians(place.lat))))
    return Point(lat=round(lat, 6), lon=round(lon, 6))
