"""Where a city's districts, edge boxes and crews stand, drawn from a seeded stream. Pure.

Edge boxes gather around hot spots: a Thomas cluster process (M. Thomas, "A generalization of
Poisson's binomial limit for use in ecology", Biometrika 36, 1949), with parents uniform in the
district and children scattered normally around them, over a thin uniform background.
"""

import math
from random import Random  # noqa: TID251 - seeded

from citybrain.geo import EARTH_RADIUS_M, Point, distance_m
from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability, IncidentKind, Severity
from citysim.sim.generator.rates import EVENT_PROFILES, PATROL, PUMP, SPEED_MPS
from citysim.sim.scenario import CAMERA, SENSOR, CitySpec, DistrictSpec, EdgeBoxSpec, UnitSpec

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


def lay_out(rng: Random, *, districts: int, boxes: int, units: int, issue: str = "auto") -> Layout:
    """A city of so many districts, with so many edge boxes and crews in all.

    Every district that has a crew has a patrol, and every other district that has two has a pump:
    the others must borrow one.
    """
    centres = [_centre(number, districts) for number in range(districts)]
    spots = [[_within(rng, centre, RADIUS_M) for _ in range(HOT_SPOTS)] for centre in centres]
    specs, intensity = [], []
    for number, centre in enumerate(centres):
        name = district_name(number)
        here = tuple(
            _box(rng, name, i, _source(i // districts + number), centre, spots[number])
            for i in range(number, boxes, districts)
        )
        crews = tuple(
            _unit(rng, name, i, number, districts, spots[number])
            for i in range(number, units, districts)
        )
        specs.append(DistrictSpec(district=name, centre=centre, units=crews, boxes=here))
        intensity += [(box.agent, _intensity(box.place, spots[number])) for box in here]
    mean = sum(value for _, value in intensity) / len(intensity) if intensity else 1.0
    return Layout(
        city=CitySpec(districts=tuple(specs), issue=issue),
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
    source: str,
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
    kinds = [kind for kind, profile in EVENT_PROFILES.items() if profile.source == source]
    (incident_kind,) = rng.choices(kinds, [EVENT_PROFILES[kind].share for kind in kinds])
    return EdgeBoxSpec(
        agent=AgentId(f"{district}-box-{number}"),
        source=source,
        place=place,
        incident_kind=incident_kind,
        severity=_severity(rng, incident_kind),
    )


def _severity(rng: Random, incident_kind: IncidentKind) -> Severity:
    grades = EVENT_PROFILES[incident_kind].severities
    return rng.choices([severity for severity, _ in grades], [weight for _, weight in grades])[0]


def _unit(
    rng: Random,
    district: DistrictId,
    number: int,
    district_number: int,
    districts: int,
    spots: list[Point],
) -> UnitSpec:
    """A district's first crew is a patrol, its second a pump in every other district."""
    nth = (number - district_number) // districts
    drawn = rng.choices([(PATROL,), (PUMP,), (PATROL, PUMP)], [0.62, 0.28, 0.1])[0]
    capabilities: tuple[Capability, ...] = drawn
    if nth == 0:
        capabilities = (PATROL,)
    elif nth == 1 and district_number % 2 == 0:
        capabilities = (PUMP,)
    slowest = min((SPEED_MPS[each] for each in capabilities), key=lambda bounds: bounds[0])
    place = _within(rng, rng.choice(spots), RADIUS_M / 2)
    return UnitSpec(
        unit=UnitId(f"{district}-{number}"),
        capabilities=capabilities,
        place=place,
        speed_mps=round(rng.uniform(*slowest), 2),
    )


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
