"""A scenario from a seed: how large a city, what happens in it, what goes wrong, how long. Pure: the same seed and size, the same scenario."""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random  # noqa: TID251 - one seed is one story

from citysim.sim.dice import Dice
from citysim.sim.faults.draw import draw
from citysim.sim.life.happenings import Pace, happenings
from citysim.sim.life.layout import Layout, lay_out
from citysim.sim.life.town import crowded, seen_by_both
from citysim.sim.scenario import Scenario

ASK_SHARE = 0.3  # of the stories: plans wait for the duty officer
CALM_S = 3_600.0


class Size(StrEnum):
    TOWN = "town"  # two or three districts, a handful of boxes and crews, a minute or three of storm: ten thousand of them are told
    SMALL = "small"  # the same without what makes a town crowded (`life/town`): older entries of the list of regressions are told in it
    CITY = "city"  # three districts, thirty agents, sixty units, twenty minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Inclusive; drawn from uniformly. `spare_units`: beyond one a district. `is_crowded`: boxes that stand together, small outboxes, wordy rules."""

    districts: tuple[int, int]
    boxes: tuple[int, int]
    spare_units: tuple[int, int]
    storm_s: tuple[float, float]
    faults: tuple[int, int]
    pace: Pace
    is_crowded: bool = False


SMALL = Bounds(
    districts=(2, 3),
    boxes=(3, 6),
    spare_units=(1, 4),
    storm_s=(60.0, 180.0),
    faults=(1, 24),
    pace=Pace(per_box_hour=22.0, bursts_per_hour=8.0),
)
BOUNDS = {
    Size.TOWN: replace(
        SMALL,
        boxes=(3, 7),
        spare_units=(1, 4),
        faults=(2, 40),
        pace=Pace(per_box_hour=26.0, bursts_per_hour=12.0),
        is_crowded=True,
    ),
    Size.SMALL: SMALL,
    Size.CITY: Bounds(
        districts=(3, 3),
        boxes=(30, 30),
        spare_units=(57, 57),
        storm_s=(1_200.0, 1_200.0),
        faults=(20, 40),
        pace=Pace(per_box_hour=4.0, bursts_per_hour=3.0),
    ),
}


def scenario_of(seed: int, size: Size = Size.TOWN) -> Scenario:
    """The scenario of this seed. Life and faults come from streams of their own."""
    dice, bounds = Dice(seed), BOUNDS[size]
    stream = dice.of("scenario")
    storm_s = round(stream.uniform(*bounds.storm_s), 1)
    hour = round(stream.uniform(0.0, 24.0), 2)
    layout = _layout(stream, dice, bounds)
    town = crowded(dice.of("town"), layout) if bounds.is_crowded else None
    layout = town.layout if town is not None else layout
    life = happenings(dice.of("life"), layout, hour=hour, until_s=storm_s, pace=bounds.pace)
    return Scenario(
        seed=seed,
        city=layout.city,
        happenings=seen_by_both(dice.of("seen by both"), life, town.twins, until_s=storm_s)
        if town is not None
        else life,
        faults=draw(
            dice.of("faults"), layout.city, count=stream.randint(*bounds.faults), until_s=storm_s
        ),
        storm_s=storm_s,
        calm_s=CALM_S,
        hour=hour,
    )


def _layout(stream: Random, dice: Dice, bounds: Bounds) -> Layout:
    districts = stream.randint(*bounds.districts)
    return lay_out(
        dice.of("layout"),
        districts=districts,
        boxes=stream.randint(*bounds.boxes),
        units=districts + stream.randint(*bounds.spare_units),
        issue="ask" if stream.random() < ASK_SHARE else "auto",
    )
