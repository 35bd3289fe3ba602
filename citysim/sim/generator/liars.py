"""Which boxes and crews of a city say anything, drawn from a seeded stream of their own. Pure."""

from random import Random  # noqa: TID251 - seeded

from citybrain.ids import AgentId
from citysim.sim.scenario import CitySpec, Liars, LyingBoxSpec

LYING_UNIT_SHARE = 0.7  # of the cities with liars in which one crew has a lying device too


def draw_liars(rng: Random, city: CitySpec) -> Liars:
    """One or two lying boxes, each in a district that has honest ones, and perhaps a crew."""
    districts = [district for district in city.districts if district.boxes]
    boxes = tuple(
        LyingBoxSpec(
            agent=AgentId(f"{district.district}-liar-{number}"),
            district=district.district,
            place=rng.choice(district.boxes).place,
        )
        for number in range(rng.choice((1, 1, 2)))
        for district in [rng.choice(districts)]
    )
    units = tuple(unit.unit for _, unit in city.units())
    has_lying_unit = bool(units) and rng.random() < LYING_UNIT_SHARE
    return Liars(boxes=boxes, units=(rng.choice(units),) if has_lying_unit else ())
