"""A plan of faults from a stream of chance: when, of which kind, on what, how long and how strong. Pure."""

from random import Random  # noqa: TID251 - one seed is one story

from citysim.sim.faults.kinds import KINDS, On
from citysim.sim.scenario import CityPlan, Fault

BROKER, CITY = "broker", "city"


def targets(city: CityPlan, on: On) -> tuple[str, ...]:
    """What a fault may be drawn for."""
    districts = tuple(f"district/{d.district}" for d in city.districts)
    agents = tuple(f"agent/{box.agent}" for _, box in city.boxes())
    match on:
        case On.NODE:
            return (CITY, *districts)
        case On.COMPUTER:
            return (
                CITY,
                CITY,
                *districts,
                *districts,
                *agents,
            )  # nodes twice as often: more hangs on them
        case On.LINK | On.DISTRICT:
            return districts
        case On.CLIENT:
            return (*districts, *agents)
        case On.BROKER:
            return (BROKER,)
        case On.UNIT:
            return tuple(str(unit.unit) for _, unit in city.units())
        case On.BOX:
            return agents


def draw(stream: Random, city: CityPlan, *, count: int, until_s: float) -> tuple[Fault, ...]:
    """`count` faults that begin between 1 s and `until_s`, in the order of their beginning."""
    names = sorted(KINDS)
    weights = [KINDS[name].weight for name in names]
    begins = sorted(round(stream.uniform(1.0, until_s), 3) for _ in range(count))
    faults = []
    for number, at_s in enumerate(begins, start=1):
        (name,) = stream.choices(names, weights)
        kind = KINDS[name]
        faults.append(
            Fault(
                number=number,
                at_s=at_s,
                kind=name,
                target=stream.choice(targets(city, kind.on)),
                lasts_s=round(stream.uniform(*kind.lasts_s), 3),
                amount=round(stream.uniform(*kind.amount), 3),
            )
        )
    return tuple(faults)
