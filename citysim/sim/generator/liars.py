"""Which boxes and crews of a city say anything, drawn from seeded streams of their own. Pure."""

from collections import Counter
from random import Random  # noqa: TID251 - seeded

from citybrain.ids import AgentId
from citybrain.structs import replace
from citysim.sim.scenario import CitySpec, Liars, LyingBoxSpec

LYING_UNIT_SHARE = 0.7  # of the cities with liars in which one crew has a lying device too
FOUND_OUT_SHARE = 0.4  # of the lying boxes that are revoked while they lie


def draw_liars(rng: Random, city: CitySpec) -> Liars:
    """One or two lying boxes, each in a district that has honest ones, and perhaps a crew: one
    whose work others can do, since a crew that says that it is elsewhere serves nobody."""
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
    able = Counter(capability for _, unit in city.units() for capability in unit.capabilities)
    units = tuple(
        unit.unit
        for _, unit in city.units()
        if all(able[capability] > 1 for capability in unit.capabilities)
    )
    has_lying_unit = bool(units) and rng.random() < LYING_UNIT_SHARE
    return Liars(boxes=boxes, units=(rng.choice(units),) if has_lying_unit else ())


def find_out(rng: Random, liars: Liars, *, until_s: float) -> Liars:
    """The same with some boxes that are found out and revoked by then."""
    boxes = []
    for box in liars.boxes:
        is_found_out, at_s = rng.random() < FOUND_OUT_SHARE, round(rng.uniform(5.0, until_s), 3)
        boxes.append(replace(box, revoked_at_s=at_s) if is_found_out else box)
    return replace(liars, boxes=tuple(boxes))
