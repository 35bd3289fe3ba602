"""What happens in a city's streets and when: an inhomogeneous Poisson process in time and over boxes, and bursts on top of it. Pure functions of a stream.

Single happenings: thinning (P. A. W. Lewis, G. S. Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", Naval Research Logistics Quarterly
26, 1979): candidates at the greatest rate there ever is, each kept with the share that its own hour's rate is of that. Bursts: a Neyman-Scott process in time
(J. Neyman, E. L. Scott, "Statistical approach to problems of cosmology", J. R. Stat. Soc. B 20, 1958): a burst is one kind in one district, its happenings
follow its beginning after exponential delays.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random  # noqa: TID251 - one seed is one story

from citybrain.ids import AgentId
from citybrain.vocabulary import IncidentKind
from citysim.sim.life.layout import Layout
from citysim.sim.life.rates import HABITS, most_often, often
from citysim.sim.scenario import BoxPlan, Happening

HOUR_S = 3_600.0
CAUGHT = 0.8  # the share of a district's boxes of the kind that a burst reaches
FOLLOWS_S = 75.0  # mean delay of a burst's happenings after its beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How lively it is. `per_box_hour`: single happenings before a box of mean heat in an hour of mean liveliness; `bursts_per_hour`: in the whole city."""

    per_box_hour: float = 1.0
    bursts_per_hour: float = 0.5


def happenings(
    stream: Random, layout: Layout, *, hour: float, until_s: float, pace: Pace = Pace()
) -> tuple[Happening, ...]:
    """Everything that begins before `until_s` of a story that begins at `hour` of the day, by time, numbered from 1."""
    begins = sorted(
        [*_singles(stream, layout, hour, until_s, pace), *_bursts(stream, layout, until_s, pace)]
    )
    return tuple(
        _happening(stream, number, at_s, agent, kind)
        for number, (at_s, agent, kind) in enumerate(begins, start=1)
    )


def rate_per_s(layout: Layout, at_s: float, *, hour: float, pace: Pace) -> float:
    """The rate of single happenings in the whole city at `at_s`."""
    heat = dict(layout.heat)
    return (
        sum(
            pace.per_box_hour * heat[box.agent] * often(box.incident_kind, hour + at_s / HOUR_S)
            for _, box in layout.city.boxes()
        )
        / HOUR_S
    )


_Begin = tuple[float, AgentId, IncidentKind]


def _singles(
    stream: Random, layout: Layout, hour: float, until_s: float, pace: Pace
) -> Iterator[_Begin]:
    heat = dict(layout.heat)
    boxes = [box for _, box in layout.city.boxes()]
    weights = [heat[box.agent] * most_often(box.incident_kind) for box in boxes]
    greatest = pace.per_box_hour * sum(weights) / HOUR_S
    if greatest <= 0:
        return
    at_s = stream.expovariate(greatest)
    while at_s < until_s:
        (box,) = stream.choices(boxes, weights)
        if stream.random() * most_often(box.incident_kind) < often(
            box.incident_kind, hour + at_s / HOUR_S
        ):
            yield round(at_s, 3), box.agent, box.incident_kind
        at_s += stream.expovariate(greatest)


def _bursts(stream: Random, layout: Layout, until_s: float, pace: Pace) -> Iterator[_Begin]:
    places = [
        (
            box.incident_kind,
            [other for other in district.boxes if other.incident_kind == box.incident_kind],
        )
        for district in layout.city.districts
        for box in district.boxes
    ]
    if not places or pace.bursts_per_hour <= 0:
        return
    weights = [
        HABITS[kind].surges for kind, _ in places
    ]  # a kind with many boxes in a district is drawn the more often
    at_s = stream.expovariate(pace.bursts_per_hour / HOUR_S)
    while at_s < until_s:
        ((kind, boxes),) = stream.choices(places, weights)
        yield from _burst(stream, at_s, kind, boxes, until_s)
        at_s += stream.expovariate(pace.bursts_per_hour / HOUR_S)


def _burst(
    stream: Random, at_s: float, kind: IncidentKind, boxes: list[BoxPlan], until_s: float
) -> Iterator[_Begin]:
    for box in boxes:
        is_caught, follows_s = stream.random() < CAUGHT, stream.expovariate(1 / FOLLOWS_S)
        if is_caught and at_s + follows_s < until_s:
            yield round(at_s + follows_s, 3), box.agent, kind


def _happening(
    stream: Random, number: int, at_s: float, agent: AgentId, kind: IncidentKind
) -> Happening:
    habit = HABITS[kind]
    passes, works = stream.random() < habit.by_itself, stream.random() < habit.works
    lasts_s = round(stream.lognormvariate(math.log(habit.lasts_s), habit.spread), 1)
    return Happening(
        number=number,
        at_s=at_s,
        agent=agent,
        lasts_s=max(lasts_s, 1.0) if passes else 0.0,
        works=works,
    )
