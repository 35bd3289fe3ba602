"""The series of one source: the request that is checked, and the answer."""

from collections.abc import Iterable
from itertools import groupby

from citybrain.api.errors import Violation
from citybrain.api.requests.checks import Checks
from citybrain.api.resources.elements import count, time_message
from citybrain.api.v1 import district_service_pb2, series_pb2
from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.series import SeriesPoint
from citybrain.ids import AgentId, SourceId
from citybrain.structs import Struct

HOUR_US = 3_600 * SECOND_US


class SeriesAsked(Struct, frozen=True, kw_only=True):
    """Of which source, and from which minute on."""

    agent: AgentId
    source: SourceId
    since: Timestamp


def series_asked(request: district_service_pb2.GetSeriesRequest, now: Timestamp) -> SeriesAsked:
    """Raises `InvalidRequestError`."""
    checks = Checks(request)
    agent, slash, source = checks.identifier("source").partition("/")
    since = checks.optional_time("since")
    if not (agent and slash and source) and not checks.violations:
        cure = "Give AGENT/SOURCE, as ListSources has it, e.g. box-a1/gauge-a1."
        what = f"{request.source[:40]!r} is no source"
        checks.add((Violation(field="source", what=what, cure=cure),))
    checks.finish()
    return SeriesAsked(
        agent=AgentId(agent),
        source=SourceId(source),
        since=Timestamp(now - HOUR_US) if since is None else since,
    )


def series_message(points: Iterable[SeriesPoint]) -> district_service_pb2.GetSeriesResponse:
    """`points` stand by series, the oldest first."""
    series = []
    for (name, unit), of_one in groupby(points, key=lambda point: (point.series, point.unit)):
        series.append(series_pb2.Series(name=name, unit=unit, points=map(_point, of_one)))
    return district_service_pb2.GetSeriesResponse(series=series)


def _point(point: SeriesPoint) -> series_pb2.SeriesPoint:
    return series_pb2.SeriesPoint(
        minute=time_message(point.minute),
        samples=count(point.samples),
        last=point.last,
        low=point.low,
        mean=point.mean,
        high=point.high,
        observed_share=point.observed_share,
    )
