"""A point a minute of what is counted and read, as protobuf."""

from citybrain.domain.series import SeriesBatch, SeriesPoint
from citybrain.errors import MalformedError
from citybrain.wire.v1 import series_pb2 as pb
from citybrain.wire.validation import limits
from citybrain.wire.validation.fields import (
    VERSION,
    bounded,
    check_version,
    finite,
    identifier,
    natural,
    parse,
    serialized,
    text,
    timestamp,
)


def encode_series_batch(batch: SeriesBatch) -> bytes:
    points = [
        pb.SeriesPoint(
            source=p.source,
            series=p.series,
            unit=p.unit,
            minute=p.minute,
            samples=p.samples,
            last=p.last,
            low=p.low,
            mean=p.mean,
            high=p.high,
            observed_share=p.observed_share,
        )
        for p in batch.points
    ]
    return serialized(pb.SeriesBatch(version=VERSION, agent=batch.agent, points=points))


def decode_series_batch(payload: bytes) -> SeriesBatch:
    """Raises `MalformedError` for a batch of which anything cannot be read."""
    m = parse(pb.SeriesBatch, payload)
    check_version(m.version)
    points = tuple(_point(point) for point in bounded(m.points, limits.SERIES_POINTS))
    return SeriesBatch(agent=identifier(m.agent, "agent"), points=points)


def _point(m: pb.SeriesPoint) -> SeriesPoint:
    return SeriesPoint(
        source=identifier(m.source, "source"),
        series=identifier(m.series, "series"),
        unit=text(m.unit, "unit"),
        minute=timestamp(m.minute, "minute"),
        samples=natural(m.samples, "samples"),
        last=finite(m.last, "last"),
        low=finite(m.low, "low"),
        mean=finite(m.mean, "mean"),
        high=finite(m.high, "high"),
        observed_share=_share(m.observed_share),
    )


def _share(value: float) -> float:
    if 0 <= value <= 1:  # false for NaN too
        return value
    raise MalformedError("number", f"observed_share is {value}; it is 0 to 1")
