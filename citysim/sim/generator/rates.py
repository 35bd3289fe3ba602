"""The kinds of street events as a table: how often at which hour, how severe, how long.

The numbers are those of a model city, not of a real one.
"""

from collections.abc import Mapping

from citybrain.structs import Struct
from citybrain.vocabulary import Capability, IncidentKind, Severity
from citysim.sim.scenario import CAMERA, SENSOR

HOURS = 24


class EventProfile(Struct, frozen=True, kw_only=True):
    """One kind of street event.

    `by_hour` is the rate relative to the day's mean at each full hour (linear in between).
    `self_clearing_share` of the events pass without help, after a log-normal time with the median
    `duration_s` and the shape `spread`.
    """

    source: str  # what detects it
    share: float  # of the edge boxes with such a source that detect this kind
    by_hour: tuple[float, ...]
    severities: tuple[tuple[Severity, float], ...]  # of an edge box's rule, with weights
    self_clearing_share: float
    duration_s: float
    spread: float = 0.6
    first_treatment_share: float = 0.9  # of the events that a crew's first treatment ends
    burst_weight: float = 1.0  # relative to the other kinds that come in bursts


def _mean_one(*weights: float) -> tuple[float, ...]:
    """Weights at every third hour from midnight, interpolated to full hours with a mean of 1."""
    step = HOURS // len(weights)
    full = [
        weights[h // step]
        + (weights[(h // step + 1) % len(weights)] - weights[h // step]) * (h % step) / step
        for h in range(HOURS)
    ]
    return tuple(value * HOURS / sum(full) for value in full)


EVENT_PROFILES: Mapping[IncidentKind, EventProfile] = {
    IncidentKind("crowding"): EventProfile(
        source=CAMERA,
        share=0.35,
        by_hour=_mean_one(0.2, 0.1, 0.8, 1.2, 1.3, 1.0, 2.2, 1.0),
        severities=((Severity.MODERATE, 0.7), (Severity.SEVERE, 0.3)),
        self_clearing_share=0.4,
        duration_s=150.0,
        burst_weight=2.0,
    ),
    IncidentKind("loitering"): EventProfile(
        source=CAMERA,
        share=0.2,
        by_hour=_mean_one(2.0, 1.8, 0.4, 0.4, 0.5, 0.6, 1.0, 1.9),
        severities=((Severity.MINOR, 1.0),),
        self_clearing_share=0.5,
        duration_s=120.0,
        burst_weight=0.2,
    ),
    IncidentKind("illegal_parking"): EventProfile(
        source=CAMERA,
        share=0.25,
        by_hour=_mean_one(0.3, 0.2, 1.0, 1.6, 1.4, 1.5, 1.4, 0.6),
        severities=((Severity.MINOR, 1.0),),
        self_clearing_share=0.3,
        duration_s=200.0,
        burst_weight=0.5,
    ),
    IncidentKind("street_occupation"): EventProfile(
        source=CAMERA,
        share=0.2,
        by_hour=_mean_one(0.2, 0.3, 1.8, 1.0, 1.0, 1.2, 2.0, 0.8),
        severities=((Severity.MINOR, 0.6), (Severity.MODERATE, 0.4)),
        self_clearing_share=0.2,
        duration_s=240.0,
        burst_weight=0.5,
    ),
    IncidentKind("waterlogging"): EventProfile(
        source=SENSOR,
        share=1.0,
        by_hour=_mean_one(0.7, 0.6, 0.6, 0.8, 1.2, 1.8, 1.5, 0.9),
        severities=(
            (Severity.MINOR, 0.1),  # opened by a person
            (Severity.MODERATE, 0.3),
            (Severity.SEVERE, 0.5),
            (Severity.EXTREME, 0.1),
        ),
        self_clearing_share=0.1,
        duration_s=300.0,
        burst_weight=3.0,
    ),
}
PATROL, PUMP = Capability("patrol"), Capability("pump")
# a crew is as fast as the slowest of its capabilities
SPEED_MPS: Mapping[Capability, tuple[float, float]] = {PATROL: (7.0, 11.0), PUMP: (5.0, 8.0)}


def relative_rate(kind: IncidentKind, hour: float) -> float:
    """The rate of `kind` at `hour` of the day (any number: it wraps), relative to the mean."""
    by_hour = EVENT_PROFILES[kind].by_hour
    whole = int(hour // 1)
    a, b = by_hour[whole % HOURS], by_hour[(whole + 1) % HOURS]
    return a + (b - a) * (hour - whole)


def peak_rate(kind: IncidentKind) -> float:
    return max(EVENT_PROFILES[kind].by_hour)
