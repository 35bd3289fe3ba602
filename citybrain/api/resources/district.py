"""The district itself: who it is, its links, its counters, how fresh its knowledge is."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from citybrain.api.resources.condition import condition_messages
from citybrain.api.resources.elements import count, place_message, time_message
from citybrain.api.v1 import district_pb2 as pb
from citybrain.clock import SECOND_US, Timestamp
from citybrain.conditions import Condition
from citybrain.domain.agent import AgentStatus
from citybrain.domain.console import AgentStanding, LinkStatus
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId
from citybrain.vocabulary import Visibility

NO_NAMES: Mapping[str, str] = MappingProxyType({})
NO_SKEWS: Mapping[AgentId, int] = MappingProxyType({})


def district_message(
    *,
    district: DistrictId,
    name_en: str,
    name_zh: str,
    centre: Point,
    software_version: str,
    links: Iterable[LinkStatus],
    counts: Mapping[str, float],
    agents: Iterable[AgentStatus],
    conditions: Iterable[Condition] = (),
    standings: Iterable[AgentStanding] = (),
    on_call: Iterable[pb.OnCall] = (),
    skews_us: Mapping[AgentId, int] = NO_SKEWS,
    names: Mapping[str, str] = NO_NAMES,
) -> pb.District:
    """`names`: what people call its agents, by their ids."""
    return pb.District(
        id=district,
        name_en=name_en,
        name_zh=name_zh,
        centre=place_message(centre),
        software_version=software_version,
        links=[
            pb.Link(
                name=link.name,
                up=link.up,
                since=time_message(link.since),
                backlog=link.backlog,
                problem=link.problem,
            )
            for link in links
        ],
        counts=counts,
        watch=[
            _freshness(agent, skews_us.get(agent.agent, 0), names.get(agent.agent, ""))
            for agent in agents
        ],
        conditions=condition_messages(conditions),
        standings=[
            pb.AgentStanding(
                agent=one.agent,
                standing=one.standing,
                since=None if one.since is None else time_message(one.since),
                name=names.get(one.agent, ""),
            )
            for one in standings
        ],
        on_call=on_call,
    )


def on_call_message(
    *,
    rota: str,
    people: Iterable[str],
    names: Iterable[str],
    gap: bool,
    until: Timestamp | None,
) -> pb.OnCall:
    """Who is on call in one rota."""
    return pb.OnCall(
        rota=rota,
        people=people,
        names=names,
        gap=gap,
        until=None if until is None else time_message(until),
    )


def _freshness(agent: AgentStatus, skew_us: int, name: str) -> pb.Freshness:
    observed = sum(source.visibility is Visibility.OBSERVED for source in agent.sources)
    return pb.Freshness(
        agent=agent.agent,
        online=agent.online,
        seen_at=time_message(agent.at),
        sources=len(agent.sources),
        sources_observed=observed if agent.online else 0,
        backlog=count(agent.outbox_rows),
        lost=count(agent.lost),
        clock_ahead_s=skew_us / SECOND_US,
        name=name,
    )
