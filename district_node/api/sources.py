"""The list of cameras and sensors, as their agents last said how they are."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.source import source_id, source_message
from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.feed.collection import Collection
from citybrain.ids import AgentId


class WatchedSource(NamedTuple):
    """A source and the agent that reads it."""

    agent: AgentStatus
    source: SourceStatus


def nameless(_label: str) -> str:
    """Where nothing is known but ids."""
    return ""


def source_list(
    agents: Callable[[], tuple[AgentStatus, ...]], name_of: Callable[[str], str] = nameless
) -> PublicList[WatchedSource]:
    """The list over the statuses that `agents` gives. `name_of`: what people call a source or an
    agent, by its id."""

    def row(watched: WatchedSource, _: Timestamp) -> PublicMessage:
        agent, source = watched
        return source_message(
            agent,
            source,
            name=name_of(source_id(agent, source)),
            agent_name=name_of(agent.agent),
        )

    return PublicList(collection=SOURCES, items=_Sources(agents).now, row=row, detail=row)


class _Sources:
    """Those of an agent are made anew only when it said something new."""

    def __init__(self, agents: Callable[[], tuple[AgentStatus, ...]]) -> None:
        self._agents = agents
        self._known: dict[AgentId, tuple[AgentStatus, dict[str, WatchedSource]]] = {}

    def now(self) -> Mapping[str, WatchedSource]:
        self._known = known = {agent.agent: self._of(agent) for agent in self._agents()}
        return {key: source for _, rows in known.values() for key, source in rows.items()}

    def _of(self, agent: AgentStatus) -> tuple[AgentStatus, dict[str, WatchedSource]]:
        before = self._known.get(agent.agent)
        if before is not None and before[0] is agent:
            return before
        rows = {source_id(agent, s): WatchedSource(agent, s) for s in agent.sources}
        return agent, rows


def _type(watched: WatchedSource) -> str:
    return "camera" if watched.source.is_camera else "sensor"


SOURCES: Collection[WatchedSource] = Collection(
    name="sources",
    orders={
        "id": lambda watched, _: (watched.agent.agent, watched.source.source),
        "visibility": lambda watched, _: (watched.source.visibility.value,),
    },
    filters={
        "agent": is_word(lambda watched: watched.agent.agent),
        "type": is_word(_type),
        "visibility": is_word(lambda watched: watched.source.visibility.value),
        "agent_online": is_true(lambda watched: watched.agent.online),
        "area": is_in_area(lambda watched: watched.source.place),
    },
    text=lambda watched: f"{watched.agent.agent} {watched.source.source} {watched.source.reason}",
)
