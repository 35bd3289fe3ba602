"""Street events: an inhomogeneous Poisson process over time and edge boxes, with bursts. Pure.

Single events by thinning (P. A. W. Lewis, G. S. Shedler, "Simulation of nonhomogeneous Poisson
processes by thinning", Naval Research Logistics Quarterly 26, 1979): candidates come at the peak
rate, and each is accepted with the ratio of its hour's rate to the peak. Bursts as a Neyman-Scott
process in time (J. Neyman, E. L. Scott, "Statistical approach to problems of cosmology", J. R.
Stat. Soc. B 20, 1958): a burst is one kind in one district, and its events follow its beginning
after exponential delays.
"""

import math
from collections.abc import Iterator
from random import Random  # noqa: TID251 - seeded

from citybrain.ids import AgentId
from citybrain.structs import Struct
from citysim.life.values import KindLife
from citysim.sim.generator.layout import Layout
from citysim.sim.scenario import EdgeBoxSpec, StreetEvent

HOUR_S = 3_600.0
BURST_SHARE = 0.8  # of a district's edge boxes of the kind that a burst reaches
BURST_DELAY_S = 75.0  # mean delay of a burst's events after its beginning


class EventRates(Struct, frozen=True, kw_only=True):
    """`per_box_hour`: single events at the mean intensity and hour; `bursts_per_hour`: in all."""

    per_box_hour: float = 1.0
    bursts_per_hour: float = 0.5


USUAL_RATES = EventRates()


def draw_street_events(
    rng: Random, layout: Layout, *, hour: float, until_s: float, rates: EventRates = USUAL_RATES
) -> tuple[StreetEvent, ...]:
    """Every event that begins before `until_s`, by time, numbered from 1.

    `hour` is the hour of the day at time 0.
    """
    begins = sorted(
        [*_singles(rng, layout, hour, until_s, rates), *_bursts(rng, layout, until_s, rates)],
        key=lambda begin: begin[:2],
    )
    return tuple(
        _street_event(rng, number, at_s, agent, life)
        for number, (at_s, agent, life) in enumerate(begins, start=1)
    )


def rate_per_s(layout: Layout, at_s: float, *, hour: float, rates: EventRates) -> float:
    """The rate of single events in the whole city at `at_s`."""
    intensity, now = dict(layout.intensity), hour + at_s / HOUR_S
    per_hour = sum(
        rates.per_box_hour * intensity[box.agent] * box.life.relative_rate(now)
        for _, box in layout.city.boxes()
    )
    return per_hour / HOUR_S


_Begin = tuple[float, AgentId, KindLife]


def _singles(
    rng: Random, layout: Layout, hour: float, until_s: float, rates: EventRates
) -> Iterator[_Begin]:
    intensity = dict(layout.intensity)
    boxes = [box for _, box in layout.city.boxes()]
    weights = [intensity[box.agent] * box.life.peak_rate() for box in boxes]
    peak = rates.per_box_hour * sum(weights) / HOUR_S
    if peak <= 0:
        return
    at_s = rng.expovariate(peak)
    while at_s < until_s:
        (box,) = rng.choices(boxes, weights)
        life = box.life
        if rng.random() * life.peak_rate() < life.relative_rate(hour + at_s / HOUR_S):
            yield round(at_s, 3), box.agent, life
        at_s += rng.expovariate(peak)


def _bursts(rng: Random, layout: Layout, until_s: float, rates: EventRates) -> Iterator[_Begin]:
    places = [
        (
            box.life,
            [other for other in district.boxes if other.incident_kind == box.incident_kind],
        )
        for district in layout.city.districts
        for box in district.boxes
    ]
    if not places or rates.bursts_per_hour <= 0:
        return
    # a kind with many boxes in a district has many places, and so is drawn more often
    weights = [life.burst_weight for life, _ in places]
    at_s = rng.expovariate(rates.bursts_per_hour / HOUR_S)
    while at_s < until_s:
        ((life, boxes),) = rng.choices(places, weights)
        yield from _burst(rng, at_s, life, boxes, until_s)
        at_s += rng.expovariate(rates.bursts_per_hour / HOUR_S)


def _burst(
    rng: Random, at_s: float, life: KindLife, boxes: list[EdgeBoxSpec], until_s: float
) -> Iterator[_Begin]:
    for box in boxes:
        is_reached, delay_s = rng.random() < BURST_SHARE, rng.expovariate(1 / BURST_DELAY_S)
        if is_reached and at_s + delay_s < until_s:
            yield round(at_s + delay_s, 3), box.agent, life


def _street_event(
    rng: Random, number: int, at_s: float, agent: AgentId, life: KindLife
) -> StreetEvent:
    clears_itself = rng.random() < life.self_clearing_share
    first_treatment_helps = rng.random() < life.first_treatment_share
    duration_s = round(rng.lognormvariate(math.log(life.duration_s), life.spread), 1)
    return StreetEvent(
        number=number,
        at_s=at_s,
        agent=agent,
        duration_s=max(duration_s, 1.0) if clears_itself else 0.0,
        first_treatment_helps=first_treatment_helps,
    )
