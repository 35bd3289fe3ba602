"""Where a city's districts, edge boxes and crews stand, drawn from a seeded stream. Pure.

Edge boxes gather around hot spots: a Thomas cluster process (M. Thomas, "A generalization of
Poisson's binomial limit for use in ecology", Biometrika 36, 1949), with parents uniform in the
district and children scattered normally around them, over a thin uniform background.
"""

import math
from random import Random  # noqa: TID251 - seeded

from citybrain.geo import EARTH_RADIUS_M, Point, distance_m
from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Severity
from citysim.life.load import street_life
from citysim.life.values import CAMERA, SENSOR, CityLife, CrewLife, KindLife
from citysim.sim.scenario import CitySpec, DistrictSpec, EdgeBoxSpec, UnitSpec

MIDDLE = Point(lat=30.66, lon=104.06)
NAMES = ("riverside", "oldtown", "station", "harbour", "gardens", "hightown", "market", "northgate")
DISTRICT_SPACING_M = 3_500.0  # between the centres of neighbouring districts
RADIUS_M = 1_500.0  # of a district
HOT_SPOTS = 3  # per district
HOT_SPOT_SPREAD_M = 180.0  # standard deviation of the children's distance, per axis
HOT_SPOT_SHARE = 0.7  # of the edge boxes that are children of a hot spot
CAMERA_SHARE = 1 / 3  # of the edge boxes
INTENSITY_REACH_M = 400.0  # at this distance from a hot spot the intensity has fallen to a third


class Layout(Struct, frozen=True, kw_only=True):
    """`intensity`: how often something happens in front of each edge box; the mean is 1."""

    city: CitySpec
    intensity: tuple[tuple[AgentId, float], ...]


def lay_out(
    rng: Random,
    *,
    districts: int,
    boxes: int,
    units: int,
    issue: str = "auto",
    life: CityLife | None = None,
) -> Layout:
    """A city of so many districts, with so many edge boxes and crews in all; `life`: the street's.

    Every district that has a crew has one of the first kind of crew, and every other district that
    has two has one of the second: the others must borrow one. Of every further kind whose
    capabilities nobody offers the first district gets a crew of its own.
    """
    life = life or street_life()
    centres = [_centre(number, districts) for number in range(districts)]
    spots = [[_within(rng, centre, RADIUS_M) for _ in range(HOT_SPOTS)] for centre in centres]
    specs, intensity = [], []
    for number, centre in enumerate(centres):
        name = district_name(number)
        here = tuple(
            _box(
                rng,
                name,
                i,
                life.of_source(_source(i // districts + number)),
                centre,
                spots[number],
            )
            for i in range(number, boxes, districts)
        )
        crews = tuple(
            _unit(rng, name, i, _crew(rng, life, i // districts, number), spots[number])
            for i in range(number, units, districts)
        )
        specs.append(DistrictSpec(district=name, centre=centre, units=crews, boxes=here))
        intensity += [(box.agent, _intensity(box.place, spots[number])) for box in here]
    mean = sum(value for _, value in intensity) / len(intensity) if intensity else 1.0
    return Layout(
        city=CitySpec(districts=_complete(rng, tuple(specs), life), issue=issue, life=life),
        intensity=tuple((agent, value / mean) for agent, value in intensity),
    )


def district_name(number: int) -> DistrictId:
    return DistrictId(NAMES[number] if number < len(NAMES) else f"district-{number + 1}")


def _centre(number: int, districts: int) -> Point:
    """On a grid that is as square as possible."""
    row, column = divmod(number, math.ceil(math.sqrt(districts)))
    return _moved(MIDDLE, row * DISTRICT_SPACING_M, column * DISTRICT_SPACING_M)


def _source(index: int) -> str:
    """Cameras and sensors in rotation; each district begins at another point of it."""
    is_camera = math.floor((index + 1) * CAMERA_SHARE) > math.floor(index * CAMERA_SHARE)
    return CAMERA if is_camera else SENSOR


def _box(
    rng: Random,
    district: DistrictId,
    number: int,
    kinds: tuple[KindLife, ...],
    centre: Point,
    spots: list[Point],
) -> EdgeBoxSpec:
    at_spot = rng.random() < HOT_SPOT_SHARE
    spot = rng.choice(spots)
    place = (
        _moved(spot, rng.gauss(0.0, HOT_SPOT_SPREAD_M), rng.gauss(0.0, HOT_SPOT_SPREAD_M))
        if at_spot
        else _within(rng, centre, RADIUS_M)
    )
    (life,) = rng.choices(kinds, [kind.share for kind in kinds])
    return EdgeBoxSpec(
        agent=AgentId(f"{district}-box-{number}"),
        place=place,
        life=life,
        severity=_severity(rng, life),
    )


def _severity(rng: Random, life: KindLife) -> Severity:
    grades = life.severities
    return rng.choices([severity for severity, _ in grades], [weight for _, weight in grades])[0]


def _crew(rng: Random, life: CityLife, nth: int, district_number: int) -> CrewLife:
    """Of the `nth` crew (from 0) of a district."""
    (drawn,) = rng.choices(life.crews, [crew.share for crew in life.crews])
    if nth == 0:
        return life.crews[0]
    if nth == 1 and district_number % 2 == 0 and len(life.crews) > 1:
        return life.crews[1]
    return drawn


def _unit(
    rng: Random, district: DistrictId, number: int, crew: CrewLife, spots: list[Point]
) -> UnitSpec:
    place = _within(rng, rng.choice(spots), RADIUS_M / 2)
    return UnitSpec(
        unit=UnitId(f"{district}-{number}"),
        capabilities=crew.capabilities,
        place=place,
        speed_mps=round(rng.uniform(*crew.speed_mps), 2),
    )


def _complete(
    rng: Random, districts: tuple[DistrictSpec, ...], life: CityLife
) -> tuple[DistrictSpec, ...]:
    """With one crew of every kind beyond the second whose capabilities nobody offers."""
    if not any(district.units for district in districts):
        return districts
    first, offered = districts[0], {c for crew in life.crews[:2] for c in crew.capabilities}
    offered |= {c for district in districts for unit in district.units for c in unit.capabilities}
    more: list[UnitSpec] = []
    for number, crew in enumerate(life.crews[2:]):
        if set(crew.capabilities) - offered:
            offered |= set(crew.capabilities)
            name = UnitId(f"{first.district}-further-{number}")
            unit = _unit(rng, first.district, number, crew, [first.centre])
            more.append(replace(unit, unit=name))
    return (replace(first, units=(*first.units, *more)), *districts[1:]) if more else districts


def _intensity(place: Point, spots: list[Point]) -> float:
    """Falls exponentially with the distance to the nearest hot spot."""
    return math.exp(-min(distance_m(place, spot) for spot in spots) / INTENSITY_REACH_M) + 0.1


def _within(rng: Random, centre: Point, radius_m: float) -> Point:
    """Uniform in a disc."""
    distance, angle = radius_m * math.sqrt(rng.random()), rng.uniform(0.0, 2 * math.pi)
    return _moved(centre, distance * math.sin(angle), distance * math.cos(angle))


def _moved(place: Point, north_m: float, east_m: float) -> Point:
    """On a plane, which a city's size allows; rounded to about a decimetre."""
    lat = place.lat + math.degrees(north_m / EARTH_RADIUS_M)
    lon = place.lon + math.degrees(east_m / (EARTH_RADIUS_M * math.cos(math.radians(place.lat))))
    return Point(lat=round(lat, 6), lon=round(lon, 6))
