"""A city's worth of true happenings, each seen by several cameras, sensors and people, with what is
wrong with that: places off, clocks off, messages late and out of order. Each observation carries
the happening that it is of, so that what a district makes of them can be scored by pairs.

What the sources get wrong is stated here and nowhere measured: a camera's place is where it looks,
known to some metres; a caller names a place to the next door or two.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random  # noqa: TID251 - seeded
from typing import NamedTuple

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.decider.command import DecisionContext, Reply
from citybrain.domain.event import Event, OutboxItem
from citybrain.domain.principal import Role, unauthenticated
from citybrain.domain.report import Report, Reporter
from citybrain.geo import Point, distance_m
from citybrain.ids import AgentId, EpisodeId, IncidentId, RequestId, RuleId, SourceId
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.localized_name import LocalizedName
from citybrain.structs import Struct
from citybrain.vocabulary import Certainty, IncidentKind, Phase, Severity, Urgency
from district_node.cores.decide import decide
from district_node.cores.incidents.correlate import EARLY_END
from district_node.cores.incidents.incident import waits_for
from district_node.cores.state import EMPTY, DistrictState
from district_node.inputs import BatchReceived, DistrictInput, NodeStarted, ReportReceived, Setup
from district_node.playbooks.load import load_playbooks

CENTRE = Point(lat=30.657, lon=104.086)
BEGIN = Timestamp(1_790_000_000 * SECOND_US)
CALLER = unauthenticated("Li Na", Role.OPERATOR)

HAPPENINGS = 30
SPAN_S = 2 * 3_600.0
RADIUS_M = 1_500.0
STORM_M = 1_000.0  # half the width of the area that a storm is in
NEIGHBOUR_SHARE = 0.3  # of the happenings: another one of the family begins beside it meanwhile
NEIGHBOUR_M = (60.0, 90.0)
APART_M = 100.0  # all others are further from each other than that, or an hour apart
CAMERA_ERROR_M, SENSOR_ERROR_M, CALLER_ERROR_M = 8.0, 3.0, 10.0  # of each axis, one sigma
YEAR_S = 365 * 86_400.0
WRONG_CLOCK_SHARE = 0.1  # of the boxes: a year off, in one direction or the other, never measured
LATE_SHARE, LATE_S = 0.1, (60.0, 1_800.0)  # of the boxes: they send what they have kept so long

FAMILIES: tuple[tuple[str, ...], ...] = (
    ("crowding", "loitering", "street_occupation"),
    ("illegal_parking",),
    ("waterlogging",),
    ("line_intrusion",),
)


class Happening(NamedTuple):
    """One thing that truly happens."""

    number: int
    family: tuple[str, ...]
    place: Point
    begins_s: float
    lasts_s: float


class Observation(NamedTuple):
    """One episode or report: which happening it is of, and the inputs that it comes in by."""

    happening: int
    name: tuple[str, ...]
    inputs: tuple[tuple[Timestamp, DistrictInput], ...]


class Score(Struct, frozen=True, kw_only=True):
    """Pairs of observations; `false_merges`: those held for one case that are two happenings."""

    both: int = 0
    held_for_one: int = 0
    truly_one: int = 0
    false_merges: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        return self.both / self.held_for_one if self.held_for_one else 1.0

    @property
    def recall(self) -> float:
        return self.both / self.truly_one if self.truly_one else 1.0


def observe_city(seed: int) -> tuple[Observation, ...]:
    """All observations of one seed."""
    rng = Random(seed)
    return tuple(
        observation
        for happening in draw_happenings(rng)
        for observation in _observations(rng, happening)
    )


def play(observations: Iterable[Observation]) -> tuple[DistrictState, dict[str, IncidentId]]:
    """The district after all inputs in the order of their arrival, and the cases of the reports."""
    arrivals = sorted(
        ((at, number, given) for number, o in enumerate(observations) for at, given in o.inputs),
        key=lambda arrival: arrival[:2],
    )
    state, seq = started(), 1
    replied: dict[str, IncidentId] = {}
    for at, _, given in arrivals:
        seq += 1
        state, commands = decide(state, given, DecisionContext(seq=seq, at=at))
        for command in commands:
            if isinstance(command, Reply) and isinstance(given, ReportReceived):
                replied[given.report.request] = IncidentId(command.subject)
    return state, replied


def score(observations: Sequence[Observation]) -> Score:
    """How well the district tells the happenings of `observations` apart."""
    state, replied = play(observations)
    case_of: dict[tuple[str, ...], str] = {
        tuple(key): name for key, name in state.index.episodes.items() if name != EARLY_END
    }
    case_of |= {(request,): name for request, name in replied.items()}
    known = [(case_of.get(o.name, f"nothing {o.name}"), o) for o in observations]
    pairs = _pairs(Counter((case, o.happening) for case, o in known).values())
    merged = {
        (case, *sorted((one.happening, other.happening)))
        for (case, one), (its, other) in combinations(known, 2)
        if case == its and one.happening != other.happening
    }
    return Score(
        both=pairs,
        held_for_one=_pairs(Counter(case for case, _ in known).values()),
        truly_one=_pairs(Counter(o.happening for _, o in known).values()),
        false_merges=tuple(f"{case}: {one} and {other}" for case, one, other in sorted(merged)),
    )


def total(scores: Sequence[Score]) -> Score:
    """All pairs of all seeds."""
    return Score(
        both=sum(one.both for one in scores),
        held_for_one=sum(one.held_for_one for one in scores),
        truly_one=sum(one.truly_one for one in scores),
        false_merges=tuple(
            f"seed {seed}, {merged}"
            for seed, one in enumerate(scores, start=1)
            for merged in one.false_merges
        ),
    )


def started() -> DistrictState:
    """A district without a unit: what it makes of observations does not depend on its crews."""
    setup = Setup(
        district="riverside",
        name=LocalizedName(en="Riverside", zh="滨江"),
        centre=CENTRE,
        units=(),
        playbooks=load_playbooks(),
    )
    state, _ = decide(EMPTY, NodeStarted(setup=setup), DecisionContext(seq=1, at=BEGIN))
    return state


def moved(place: Point, north_m: float, east_m: float) -> Point:
    """`place` so many metres on."""
    cos = math.cos(math.radians(place.lat))
    return Point(lat=place.lat + north_m / 111_195, lon=place.lon + east_m / (111_195 * cos))


def draw_happenings(rng: Random) -> list[Happening]:
    """Some alone, some with a neighbour of their family."""
    found: list[Happening] = []
    while len(found) < HAPPENINGS:
        one = Happening(
            number=len(found),
            family=rng.choice(FAMILIES),
            place=_within(rng, CENTRE, RADIUS_M),
            begins_s=rng.uniform(0, SPAN_S),
            lasts_s=rng.uniform(300, 2_400),
        )
        if not all(_is_apart(one, other) for other in found):
            continue
        found.append(one)
        if rng.random() < NEIGHBOUR_SHARE:
            found.append(_neighbour(rng, one, len(found)))
    return found


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def _is_apart(one: Happening, other: Happening) -> bool:
    """Also from a neighbour that either of them may have."""
    reach = APART_M + NEIGHBOUR_M[1]
    if one.family == ("waterlogging",):
        reach = 500.0  # what joins over 200 m is one flood
    gap_s = abs(one.begins_s - other.begins_s)
    return (
        one.family != other.family
        or distance_m(one.place, other.place) > reach
        or gap_s > 3 * 3_600
    )


def _neighbour(rng: Random, one: Happening, number: int) -> Happening:
    low, high = NEIGHBOUR_M
    if one.family == ("waterlogging",):
        low, high = 400.0, 450.0
    metres, angle = rng.uniform(low, high), rng.uniform(0, 2 * math.pi)
    return one._replace(
        number=number,
        place=moved(one.place, metres * math.sin(angle), metres * math.cos(angle)),
        begins_s=one.begins_s + rng.uniform(-120, one.lasts_s / 2),
    )


def _within(rng: Random, centre: Point, radius_m: float) -> Point:
    metres, angle = radius_m * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
    return moved(centre, metres * math.sin(angle), metres * math.cos(angle))


def _observations(rng: Random, happening: Happening) -> list[Observation]:
    boxes = 1 + min(int(rng.expovariate(1 / 2.0)), 5)
    seen = [_by_box(rng, happening, number) for number in range(boxes)]
    callers = rng.choice((0, 0, 1, 1, 2))
    return seen + [_by_caller(rng, happening, number) for number in range(callers)]


def _by_box(rng: Random, happening: Happening, number: int) -> Observation:
    """A camera or a sensor, on a box of its own: it says when it begins, how it goes on, and (but
    for one in ten, which may not send it in time) when it ends."""
    agent = AgentId(f"box-{happening.number}-{number}")
    is_sensor = happening.family == ("waterlogging",)
    error_m = SENSOR_ERROR_M if is_sensor else CAMERA_ERROR_M
    place = moved(happening.place, rng.gauss(0, error_m), rng.gauss(0, error_m))
    kind = rng.choice(happening.family)
    begins_s = happening.begins_s + rng.uniform(0, 90)
    ends_s = max(happening.begins_s + happening.lasts_s + rng.uniform(-60, 60), begins_s + 60)
    is_wrong, is_late = rng.random() < WRONG_CLOCK_SHARE, rng.random() < LATE_SHARE
    clock_s = rng.choice((-YEAR_S, YEAR_S)) if is_wrong else 0.0
    late_s = rng.uniform(*LATE_S) if is_late and not is_wrong else rng.uniform(0.01, 5)
    phases = [(Phase.START, begins_s)]
    phases += [(Phase.UPDATE, at_s) for at_s in _between(begins_s, ends_s)]
    phases += [(Phase.END, ends_s)]
    arrivals = []
    for seq, (phase, at_s) in enumerate(phases, start=1):
        event = _event(kind, phase, place, later(BEGIN, at_s + clock_s), late_s, is_sensor)
        received_at = later(BEGIN, at_s + late_s + rng.uniform(0, 4))
        items = (OutboxItem(seq=seq, content=event),)
        batch = BatchReceived(agent=agent, incarnation=7, items=items, received_at=received_at)
        arrivals.append((received_at, batch))
    return Observation(happening.number, (agent, "cam-1", "rule", "e1"), tuple(arrivals))


def _between(begins_s: float, ends_s: float) -> list[float]:
    return [begins_s + step for step in range(120, int(ends_s - begins_s), 120)]


def _event(
    kind: str, phase: Phase, place: Point, at: Timestamp, late_s: float, is_sensor: bool
) -> Event:
    return Event(
        episode=EpisodeId("e1"),
        kind=OBJECTS_INSIDE,
        phase=phase,
        source=SourceId("cam-1"),
        rule=RuleId("rule"),
        incident_kind=IncidentKind(kind),
        place=place,
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=at,
        error_ms=40.0,
        measurements={},
        traceparent="",
        is_historical=late_s > 60,
        from_sensor=is_sensor,
    )


def _by_caller(rng: Random, happening: Happening, number: int) -> Observation:
    """Somebody who saw it calls some minutes later, and mostly does not say when it was."""
    request = RequestId(f"call-{happening.number}-{number}")
    seen_s = happening.begins_s + rng.uniform(0, happening.lasts_s)
    called_at = later(BEGIN, seen_s + rng.uniform(30, 420))
    error = rng.gauss(0, CALLER_ERROR_M), rng.gauss(0, CALLER_ERROR_M)
    report = Report(
        request=request,
        taken_by=CALLER.name,
        reporter=Reporter.CITIZEN,
        kind=IncidentKind(rng.choice(happening.family)),
        place=moved(happening.place, *error),
        text="I saw it",
        observed_at=later(BEGIN, seen_s) if rng.random() < 0.3 else None,
    )
    given = ReportReceived(report=report, principal=CALLER)
    return Observation(happening.number, (request,), ((called_at, given),))


def queued_after_storm(seed: int, *, sources: int) -> int:
    """Cases in an operator's queue after so many gauges of one area rose within ten minutes."""
    rng = Random(seed)
    state = started()
    begins = sorted(rng.uniform(0, 600) for _ in range(sources))
    for number, at_s in enumerate(begins):
        at = later(BEGIN, at_s)
        place = moved(CENTRE, rng.uniform(-STORM_M, STORM_M), rng.uniform(-STORM_M, STORM_M))
        event = _event("waterlogging", Phase.START, place, at, 0.0, is_sensor=True)
        items = (OutboxItem(seq=1, content=event),)
        agent = AgentId(f"gauge-{number}")
        batch = BatchReceived(agent=agent, incarnation=7, items=items, received_at=at)
        state, _ = decide(state, batch, DecisionContext(seq=number + 2, at=at))
    return sum(waits_for(one) not in ("", "area") for one in state.incidents.values())
