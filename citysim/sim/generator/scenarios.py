"""A scenario from a seed: the city, its street events, its fault schedule, its duration.

Pure: the same seed and size give the same scenario.
"""

from enum import StrEnum
from random import Random  # noqa: TID251 - seeded

from citybrain.structs import Struct, replace
from citysim.life.values import CityLife
from citysim.sim.faults.schedule import draw_schedule, with_odd_senses, with_seldom_faults
from citysim.sim.generator.calendars import draw_calendars
from citysim.sim.generator.flapping import draw_flapping
from citysim.sim.generator.layout import Layout, lay_out
from citysim.sim.generator.liars import draw_liars, find_out
from citysim.sim.generator.street_calls import draw_calls
from citysim.sim.generator.street_events import EventRates, draw_street_events
from citysim.sim.generator.stress import add_stress, share_street_events, with_later_kinds
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario import NO_LIARS, CitySpec, Liars, Scenario

MANUAL_ISSUE_SHARE = 0.3  # of the scenarios in which plans wait for the duty officer
RECOVERY_LIMIT_S = 3_600.0


class Size(StrEnum):
    """How large a scenario is."""

    # two or three districts, a few boxes and crews, one to three minutes of faults, with what
    # `stress` adds and people who report: small enough for ten thousands of runs
    TOWN = "town"
    LIARS = "liars"  # a town in which some boxes and crews' devices say anything
    SMALL = "small"  # the same without either, as older regressions were found
    CITY = "city"  # three districts, thirty agents, sixty units, twenty minutes of faults


class Bounds(Struct, frozen=True, kw_only=True):
    """Inclusive bounds of uniform draws. `spare_units`: beyond one for each district."""

    districts: tuple[int, int]
    boxes: tuple[int, int]
    spare_units: tuple[int, int]
    fault_phase_s: tuple[float, float]
    faults: tuple[int, int]
    rates: EventRates
    is_stressed: bool = False
    has_callers: bool = False  # whether people and a foreign system report too
    has_liars: bool = False
    has_calendars: bool = False  # whether some districts have deadlines in working time
    # one of these counts is drawn of each, see `faults.table`
    seldom_faults: tuple[int, ...] = (0,)
    odd_senses: tuple[int, ...] = (0,)


SMALL = Bounds(
    districts=(2, 3),
    boxes=(3, 6),
    spare_units=(1, 4),
    fault_phase_s=(60.0, 180.0),
    faults=(1, 24),
    rates=EventRates(per_box_hour=22.0, bursts_per_hour=8.0),
)
TOWN = replace(
    SMALL,
    boxes=(3, 7),
    spare_units=(1, 4),
    faults=(2, 40),
    rates=EventRates(per_box_hour=26.0, bursts_per_hour=12.0),
    is_stressed=True,
    has_callers=True,
    has_calendars=True,
    seldom_faults=(0, 0, 0, 1, 1, 2),
    odd_senses=(0, 0, 1, 2, 4),
)
BOUNDS = {
    Size.TOWN: TOWN,
    Size.LIARS: replace(TOWN, has_liars=True),
    Size.SMALL: SMALL,
    Size.CITY: Bounds(
        districts=(3, 3),
        boxes=(30, 30),
        spare_units=(57, 57),
        fault_phase_s=(1_200.0, 1_200.0),
        faults=(20, 40),
        rates=EventRates(per_box_hour=4.0, bursts_per_hour=3.0),
        has_callers=True,
        has_calendars=True,
    ),
}


def scenario_of(seed: int, size: Size = Size.TOWN, life: CityLife | None = None) -> Scenario:
    """The scenario of this seed, in a city with this `life` (the street's). Street events and
    faults come from streams of their own.
    """
    streams, bounds = RandomStreams(seed), BOUNDS[size]
    rng = streams.named("scenario")
    fault_phase_s = round(rng.uniform(*bounds.fault_phase_s), 1)
    hour = round(rng.uniform(0.0, 24.0), 2)
    layout = _layout(rng, streams, bounds, life)
    stressed = add_stress(streams.named("town"), layout) if bounds.is_stressed else None
    if stressed is not None:
        stressed = with_later_kinds(streams.named("later kinds"), stressed)
    layout = stressed.layout if stressed is not None else layout
    street_events = draw_street_events(
        streams.named("life"), layout, hour=hour, until_s=fault_phase_s, rates=bounds.rates
    )
    if stressed is not None:
        street_events = share_street_events(
            streams.named("seen by both"),
            street_events,
            stressed.paired_with,
            until_s=fault_phase_s,
        )
    if stressed is not None:
        flapping = streams.named("flapping")
        street_events += draw_flapping(
            flapping, layout.city, after=len(street_events), until_s=fault_phase_s
        )
    calls = draw_calls(streams, layout.city, street_events) if bounds.has_callers else ()
    count = rng.randint(*bounds.faults)
    faults = draw_schedule(streams.named("faults"), layout.city, count=count, until_s=fault_phase_s)
    faults = with_seldom_faults(
        streams.named("seldom faults"),
        faults,
        layout.city,
        counts=bounds.seldom_faults,
        until_s=fault_phase_s,
    )
    faults = with_odd_senses(
        streams.named("odd senses"),
        faults,
        layout.city,
        counts=bounds.odd_senses,
        until_s=fault_phase_s,
    )
    city = draw_calendars(streams, layout.city) if bounds.has_calendars else layout.city
    return Scenario(
        seed=seed,
        city=city,
        street_events=street_events,
        faults=faults,
        fault_phase_s=fault_phase_s,
        recovery_limit_s=RECOVERY_LIMIT_S,
        hour=hour,
        calls=calls,
        liars=_liars(streams, layout.city, fault_phase_s) if bounds.has_liars else NO_LIARS,
    )


def _liars(streams: RandomStreams, city: CitySpec, until_s: float) -> Liars:
    liars = draw_liars(streams.named("liars"), city)
    return find_out(streams.named("liars found out"), liars, until_s=until_s)


def _layout(rng: Random, streams: RandomStreams, bounds: Bounds, life: CityLife | None) -> Layout:
    districts = rng.randint(*bounds.districts)
    return lay_out(
        streams.named("layout"),
        districts=districts,
        boxes=rng.randint(*bounds.boxes),
        units=districts + rng.randint(*bounds.spare_units),
        issue="ask" if rng.random() < MANUAL_ISSUE_SHARE else "auto",
        life=life,
    )
