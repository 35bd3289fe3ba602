"""The series of one source, as a client reads them."""

from citybrain.api.resources.elements import timestamp_of
from citybrain.api.v1 import district_service_pb2, series_pb2
from citybrain.domain.series import SeriesPoint
from citybrain.ids import SourceId


def series_of(
    reply: district_service_pb2.GetSeriesResponse, source: str
) -> tuple[tuple[SeriesPoint, ...], ...]:
    """The points of each series that has any, the oldest first."""
    _, _, name = source.partition("/")
    return tuple(
        tuple(_point(series, point, SourceId(name)) for point in series.points)
        for series in reply.series
        if series.points
    )


def _point(
    series: series_pb2.Series, point: series_pb2.SeriesPoint, source: SourceId
) -> SeriesPoint:
    return SeriesPoint(
        source=source,
        series=series.name,
        unit=series.unit,
        minute=timestamp_of(point.minute),
        samples=point.samples,
        last=point.last,
        low=point.low,
        mean=point.mean,
        high=point.high,
        observed_share=point.observed_share,
    )
