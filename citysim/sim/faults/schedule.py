"""A fault schedule drawn from a seeded stream: when, which kind, into what, how long, how strong.

Pure: the same stream and city give the same schedule.
"""

from random import Random  # noqa: TID251 - seeded

from citysim.sim.faults.kind import TargetType
from citysim.sim.faults.table import DRAW_ORDER, KINDS, ODD_SENSES, SELDOM
from citysim.sim.scenario import CitySpec, Fault

BROKER, CITY = "broker", "city"


def targets(city: CitySpec, target_type: TargetType) -> tuple[str, ...]:
    """The names among which a fault's target is drawn."""
    districts = tuple(f"district/{d.district}" for d in city.districts)
    agents = tuple(f"agent/{box.agent}" for _, box in city.boxes())
    match target_type:
        case TargetType.NODE:
            return (CITY, *districts)
        case TargetType.COMPUTER:  # nodes twice as often: more depends on them
            return (CITY, CITY, *districts, *districts, *agents)
        case TargetType.LINK | TargetType.DISTRICT:
            return districts
        case TargetType.CLIENT:
            return (*districts, *agents)
        case TargetType.BROKER:
            return (BROKER,)
        case TargetType.UNIT:
            return tuple(str(unit.unit) for _, unit in city.units())
        case TargetType.EDGE_BOX:
            return agents


def draw_schedule(rng: Random, city: CitySpec, *, count: int, until_s: float) -> tuple[Fault, ...]:
    """`count` faults that begin between 1 s and `until_s`, by their beginning."""
    return tuple(_drawn(rng, city, DRAW_ORDER, count=count, first=1, until_s=until_s))


def with_seldom_faults(
    rng: Random,
    faults: tuple[Fault, ...],
    city: CitySpec,
    *,
    counts: tuple[int, ...],
    until_s: float,
) -> tuple[Fault, ...]:
    """With as many seldom faults as one of `counts` says, numbered behind the others."""
    count, first = rng.choice(counts), len(faults) + 1
    return (*faults, *_drawn(rng, city, SELDOM, count=count, first=first, until_s=until_s))


def with_odd_senses(
    rng: Random,
    faults: tuple[Fault, ...],
    city: CitySpec,
    *,
    counts: tuple[int, ...],
    until_s: float,
) -> tuple[Fault, ...]:
    """With as many faults of what boxes see as one of `counts` says, numbered behind the others."""
    count, first = rng.choice(counts), len(faults) + 1
    return (*faults, *_drawn(rng, city, ODD_SENSES, count=count, first=first, until_s=until_s))


def _drawn(
    rng: Random,
    city: CitySpec,
    names: tuple[str, ...],
    *,
    count: int,
    first: int,
    until_s: float,
) -> list[Fault]:
    weights = [KINDS[name].weight for name in names]
    begins = sorted(round(rng.uniform(1.0, until_s), 3) for _ in range(count))
    faults = []
    for number, at_s in enumerate(begins, start=first):
        (name,) = rng.choices(names, weights)
        kind = KINDS[name]
        faults.append(
            Fault(
                number=number,
                at_s=at_s,
                kind=name,
                target=rng.choice(targets(city, kind.target_type)),
                duration_s=round(rng.uniform(*kind.duration_s), 3),
                magnitude=round(rng.uniform(*kind.magnitude), 3),
            )
        )
    return faults
