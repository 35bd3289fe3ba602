"""What screens and the public API show of agents: as they last said how they are, unless they are
believed no more; nothing of those that were forgotten. Decides nothing.
"""

from collections.abc import Callable, Mapping

from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Visibility
from district_node.cores.agents.known_agent import Agent, KnownSource
from district_node.cores.enrolment import NOT_ENROLLED


class _Shown(Struct, frozen=True, kw_only=True):
    """A status as it is shown, and what that was made of."""

    status: AgentStatus
    refusal: str
    agent: Agent | None
    shown: AgentStatus


class ShownStatuses:
    """Over the last status of each agent. `refusal`: why an agent is not believed now, "" if it
    is. `agents`: what the journal knows of agents now; by it a box that is away keeps its cameras
    and sensors, of which a broker's last will says nothing."""

    def __init__(
        self,
        statuses: Mapping[AgentId, AgentStatus],
        refusal: Callable[[AgentId], str],
        agents: Callable[[], SortedMap[AgentId, Agent]],
    ) -> None:
        self._statuses, self._refusal, self._agents = statuses, refusal, agents
        self._shown: dict[AgentId, _Shown] = {}

    def now(self) -> tuple[AgentStatus, ...]:
        """By agent; the same objects as long as nothing in them is another."""
        agents = self._agents()
        last = {
            name: status
            for name, status in dict(self._statuses).items()
            if name in agents or self._refusal(name) != NOT_ENROLLED
        }
        self._shown = {name: self._of(name, last[name], agents.get(name)) for name in sorted(last)}
        return tuple(one.shown for one in self._shown.values())

    def _of(self, name: AgentId, status: AgentStatus, agent: Agent | None) -> _Shown:
        reason, known = self._refusal(name), self._shown.get(name)
        is_same = known is not None and known.status is status and known.refusal == reason
        if known is not None and is_same and _says_the_same(known.agent, agent):
            return known
        shown = status
        if not status.online and not status.sources and agent is not None:
            shown = replace(status, sources=_remembered(agent))
        if reason:
            shown = _not_believed(shown, reason)
        return _Shown(status=status, refusal=reason, agent=agent, shown=shown)


def _says_the_same(agent: Agent | None, other: Agent | None) -> bool:
    """Whether both tell the same of where its sources stand and what they are."""
    if agent is None or other is None:
        return agent is other
    return agent.places is other.places and agent.sources is other.sources


def _remembered(agent: Agent) -> tuple[SourceStatus, ...]:
    return tuple(
        _away_source(name, agent.places[name], source)
        for name, source in agent.sources.items()
        if name in agent.places
    )


def _away_source(name: SourceId, place: Point, source: KnownSource) -> SourceStatus:
    """What it sees nobody knows, nor what it counted."""
    return SourceStatus(
        source=name,
        is_camera=source.is_camera,
        place=place,
        visibility=Visibility.UNKNOWN,
        reason="",
        fps=0.0,
        infer_ms=0.0,
        captured=0,
        used=0,
        gated=0,
        dropped=0,
        observed_s=0.0,
        degraded_s=0.0,
        blind_s=0.0,
        view_cone=source.view_cone,
    )


def _not_believed(status: AgentStatus, reason: str) -> AgentStatus:
    """It is offline to this district, and what its sources see nobody knows."""
    sources = tuple(
        replace(source, visibility=Visibility.UNKNOWN, reason=reason, fps=0.0)
        for source in status.sources
    )
    return replace(status, online=False, sources=sources)
