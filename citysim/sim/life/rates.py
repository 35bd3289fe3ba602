"""What happens in streets, as a table: by kind how often at which hour, how grave, how long. Numbers of a model city, not of a real one."""

from collections.abc import Mapping
from dataclasses import dataclass

from citybrain.vocabulary import Capability, IncidentKind, Severity
from citysim.sim.scenario import CAMERA, SENSOR

HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """One kind of happening.

    `by_hour`: how often beside the day's mean, at each full hour (linear in between; their mean is 1). `severities` and their weights are those of a box
    that watches for it. `by_itself`: the share that passes without help, after a time whose median is `lasts_s` (log-normal, `spread`).
    """

    source: str  # what finds it
    share: float  # of the boxes with such a source
    by_hour: tuple[float, ...]
    severities: tuple[tuple[Severity, float], ...]
    by_itself: float
    lasts_s: float
    spread: float = 0.6
    works: float = 0.9  # the share in which the first treatment helps
    surges: float = 1.0  # weight among the kinds that come in bursts


def _mean_one(*weights: float) -> tuple[float, ...]:
    """Weights at every third hour from midnight on, spread over all hours by straight lines, with a mean of 1."""
    step = HOURS // len(weights)
    full = [
        weights[h // step]
        + (weights[(h // step + 1) % len(weights)] - weights[h // step]) * (h % step) / step
        for h in range(HOURS)
    ]
    return tuple(value * HOURS / sum(full) for value in full)


HABITS: Mapping[IncidentKind, Habit] = {
    IncidentKind("crowding"): Habit(
        source=CAMERA,
        share=0.35,
        by_hour=_mean_one(0.2, 0.1, 0.8, 1.2, 1.3, 1.0, 2.2, 1.0),
        severities=((Severity.MODERATE, 0.7), (Severity.SEVERE, 0.3)),
        by_itself=0.4,
        lasts_s=150.0,
        surges=2.0,
    ),
    IncidentKind("loitering"): Habit(
        source=CAMERA,
        share=0.2,
        by_hour=_mean_one(2.0, 1.8, 0.4, 0.4, 0.5, 0.6, 1.0, 1.9),
        severities=((Severity.MINOR, 1.0),),
        by_itself=0.5,
        lasts_s=120.0,
        surges=0.2,
    ),
    IncidentKind("illegal_parking"): Habit(
        source=CAMERA,
        share=0.25,
        by_hour=_mean_one(0.3, 0.2, 1.0, 1.6, 1.4, 1.5, 1.4, 0.6),
        severities=((Severity.MINOR, 1.0),),
        by_itself=0.3,
        lasts_s=200.0,
        surges=0.5,
    ),
    IncidentKind("street_occupation"): Habit(
        source=CAMERA,
        share=0.2,
        by_hour=_mean_one(0.2, 0.3, 1.8, 1.0, 1.0, 1.2, 2.0, 0.8),
        severities=((Severity.MINOR, 0.6), (Severity.MODERATE, 0.4)),
        by_itself=0.2,
        lasts_s=240.0,
        surges=0.5,
    ),
    IncidentKind("waterlogging"): Habit(
        source=SENSOR,
        share=1.0,
        by_hour=_mean_one(0.7, 0.6, 0.6, 0.8, 1.2, 1.8, 1.5, 0.9),
        severities=(
            (Severity.MINOR, 0.1),
            (Severity.MODERATE, 0.3),
            (Severity.SEVERE, 0.5),
            (Severity.EXTREME, 0.1),
        ),  # of the first a person decides
        by_itself=0.1,
        lasts_s=300.0,
        surges=3.0,
    ),
}
PATROL, PUMP = Capability("patrol"), Capability("pump")
SPEED_MPS: Mapping[Capability, tuple[float, float]] = {
    PATROL: (7.0, 11.0),
    PUMP: (5.0, 8.0),
}  # a crew is as fast as the slowest of what it can do


def often(kind: IncidentKind, hour: float) -> float:
    """How often `kind` happens at `hour` of the day (any number; it wraps), beside the day's mean."""
    by_hour = HABITS[kind].by_hour
    whole = int(hour // 1)
    a, b = by_hour[whole % HOURS], by_hour[(whole + 1) % HOURS]
    return a + (b - a) * (hour - whole)


def most_often(kind: IncidentKind) -> float:
    return max(HABITS[kind].by_hour)
