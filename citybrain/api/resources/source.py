"""Cameras and sensors, each with the state of its agent, and how often their rules were right."""

from collections.abc import Iterable, Mapping

from citybrain.api.resources.elements import count, place_message, time_message
from citybrain.api.v1 import rule_pb2
from citybrain.api.v1 import source_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus, ViewCone
from citybrain.vocabulary import Disposition


def source_id(agent: AgentStatus, source: SourceStatus) -> str:
    """Unique in the district; as histories name it."""
    return f"{agent.agent}/{source.source}"


def source_message(
    agent: AgentStatus,
    source: SourceStatus,
    *,
    name: str = "",
    agent_name: str = "",
    alone_in: Iterable[str] = (),
) -> pb.Source:
    """`name`, `agent_name`: what people call them; "": their ids are all there is. `alone_in`:
    numbers of the incidents that it alone could see."""
    return pb.Source(
        id=source_id(agent, source),
        agent=agent.agent,
        source=source.source,
        type="camera" if source.is_camera else "sensor",
        place=place_message(source.place),
        visibility=source.visibility.value,
        reason=source.reason,
        rate_hz=source.fps,
        inference_ms=source.infer_ms,
        observed_s=source.observed_s,
        degraded_s=source.degraded_s,
        blind_s=source.blind_s,
        agent_online=agent.online,
        agent_seen_at=time_message(agent.at),
        agent_version=agent.software_version,
        agent_backlog=count(agent.outbox_rows),
        agent_lost=count(agent.lost),
        captured=count(source.captured),
        used=count(source.used),
        gated=count(source.gated),
        dropped=count(source.dropped),
        name=name,
        agent_name=agent_name,
        alone_in=alone_in,
        view_cone=None if source.view_cone is None else _view_cone_message(source.view_cone),
    )


def _view_cone_message(cone: ViewCone) -> pb.ViewCone:
    return pb.ViewCone(
        heading_deg=cone.heading_deg,
        field_of_view_deg=cone.field_of_view_deg,
        range_m=cone.range_m,
    )


def rule_id(*, agent: str, source: str, rule: str, kind: str) -> str:
    return f"{agent}/{source}/{rule}/{kind}"


def rule_message(
    *,
    agent: str,
    source: str,
    rule: str,
    kind: str,
    outcomes: Mapping[Disposition, int],
    precision: float | None,
    last_ended_at: Timestamp,
    source_name: str = "",
) -> rule_pb2.Rule:
    return rule_pb2.Rule(
        id=rule_id(agent=agent, source=source, rule=rule, kind=kind),
        agent=agent,
        source=source,
        rule=rule,
        kind=kind,
        fixed=outcomes[Disposition.FIXED],
        gone=outcomes[Disposition.GONE],
        false_alarm=outcomes[Disposition.FALSE_ALARM],
        duplicate=outcomes[Disposition.DUPLICATE],
        not_ours=outcomes[Disposition.NOT_OURS],
        not_verifiable=outcomes[Disposition.NOT_VERIFIABLE],
        precision=precision,
        last_ended_at=time_message(last_ended_at),
        source_name=source_name,
    )
