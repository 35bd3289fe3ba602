"""One minute of a box's counts and readings: samples in, points out. Pure; knows no link."""

from collections.abc import Mapping
from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.domain.series import MINUTE_US, SeriesPoint
from citybrain.ids import SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace

SENSOR_SERIES = "value"
ALL_OBJECTS = "count"  # at a camera; `count.CLASS`: those of one class


class SeriesKey(NamedTuple):
    """What is measured at one source."""

    source: SourceId
    series: str


class Samples(Struct, frozen=True, kw_only=True):
    """What was sampled of a series in the present minute."""

    count: int = 0
    last: float = 0.0
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0


NO_SAMPLES = Samples()


class Minute(Struct, frozen=True, kw_only=True):
    """The minute that began at `began`. `observed_us`: what each source's coverage log had by
    then. A series that was sampled once has a point a minute from then on."""

    began: Timestamp
    observed_us: SortedMap[str, int] = field(default_factory=SortedMap)
    samples: SortedMap[SeriesKey, Samples] = field(default_factory=SortedMap)


def add(minute: Minute, key: SeriesKey, value: float) -> Minute:
    """The minute with one more sample of a series. The mean is kept as Welford does: a sum of many
    large readings loses their last digits."""
    had = minute.samples.get(key) or NO_SAMPLES
    count = had.count + 1
    now = Samples(
        count=count,
        last=value,
        low=min(had.low, value) if had.count else value,
        high=max(had.high, value) if had.count else value,
        mean=had.mean + (value - had.mean) / count,
    )
    return replace(minute, samples=minute.samples.put(key, now))


def close(
    minute: Minute, observed_us: Mapping[str, int], units: Mapping[str, str]
) -> tuple[SeriesPoint, ...]:
    """The minute's points. `observed_us`: how long each source has been observed by its end;
    `units` of the sensors."""
    return tuple(
        SeriesPoint(
            source=key.source,
            series=key.series,
            unit=units.get(key.source, "") if key.series == SENSOR_SERIES else "",
            minute=minute.began,
            samples=samples.count,
            last=samples.last,
            low=samples.low,
            mean=samples.mean,
            high=samples.high,
            observed_share=_share(minute, key.source, observed_us),
        )
        for key, samples in minute.samples.items()
    )


def following(minute: Minute, began: Timestamp, observed_us: Mapping[str, int]) -> Minute:
    """The minute that begins at `began`: the same series, nothing sampled."""
    return Minute(
        began=began,
        observed_us=SortedMap(observed_us.items()),
        samples=SortedMap((key, NO_SAMPLES) for key in minute.samples),
    )


def _share(minute: Minute, source: str, observed_us: Mapping[str, int]) -> float:
    seen_us = observed_us.get(source, 0) - (minute.observed_us.get(source) or 0)
    return round(min(1.0, max(0.0, seen_us / MINUTE_US)), 4)
