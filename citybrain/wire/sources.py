"""A report of what a district's cameras see, as protobuf. It travels inside `link` frames."""

from citybrain.domain.link import SourcesReport
from citybrain.errors import MalformedError
from citybrain.wire.v1 import sources_pb2 as pb
from citybrain.wire.validation.fields import identifier, timestamp
from citybrain.wire.validation.limits import COUNTED_SOURCES


def to_pb_sources_report(r: SourcesReport) -> pb.SourcesReport:
    return pb.SourcesReport(
        district=r.district,
        at=r.at,
        cameras=r.cameras,
        cameras_blind=r.cameras_blind,
        cameras_degraded=r.cameras_degraded,
        cameras_unknown=r.cameras_unknown,
        agents=r.agents,
        agents_offline=r.agents_offline,
    )


def from_pb_sources_report(m: pb.SourcesReport) -> SourcesReport:
    return SourcesReport(
        district=identifier(m.district, "district"),
        at=timestamp(m.at, "at"),
        cameras=_count(m.cameras, "cameras"),
        cameras_blind=_count(m.cameras_blind, "cameras_blind"),
        cameras_degraded=_count(m.cameras_degraded, "cameras_degraded"),
        cameras_unknown=_count(m.cameras_unknown, "cameras_unknown"),
        agents=_count(m.agents, "agents"),
        agents_offline=_count(m.agents_offline, "agents_offline"),
    )


def _count(value: int, name: str) -> int:
    if 0 <= value <= COUNTED_SOURCES.value:
        return value
    raise MalformedError("number", f"{name} is {value}; it is 0 to {COUNTED_SOURCES.value}")
