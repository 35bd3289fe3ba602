"""The list of cameras and sensors, as their agents last said how they are."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.source import source_id, source_message
from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.feed.collection import Collection
from citybrain.ids import AgentId, CaseNumber, IncidentId
from citybrain.sorted_map import SortedMap
from district_node.cores.incidents.incident import Incident, has_ended

ALONE_SHOWN = 20  # numbers of cases; more are not looked through
Alone = Mapping[str, tuple[CaseNumber, ...]]  # source -> the dark cases that it alone could see


class WatchedSource(NamedTuple):
    """A source, the agent that reads it, and the open cases that nothing sees since it does not."""

    agent: AgentStatus
    source: SourceStatus
    alone_in: tuple[CaseNumber, ...] = ()


def nameless(_label: str) -> str:
    """Where nothing is known but ids."""
    return ""


def no_cases() -> SortedMap[IncidentId, Incident]:
    """Where nothing is known but sources."""
    return SortedMap()


def source_list(
    agents: Callable[[], tuple[AgentStatus, ...]],
    name_of: Callable[[str], str] = nameless,
    incidents: Callable[[], SortedMap[IncidentId, Incident]] = no_cases,
) -> PublicList[WatchedSource]:
    """The list over the statuses that `agents` gives. `name_of`: what people call a source or an
    agent, by its id. `incidents`: those of the district now."""

    def row(watched: WatchedSource, _: Timestamp) -> PublicMessage:
        agent, source, alone_in = watched
        return source_message(
            agent,
            source,
            name=name_of(source_id(agent, source)),
            agent_name=name_of(agent.agent),
            alone_in=alone_in[:ALONE_SHOWN],
        )

    now = _Sources(agents, _AloneIn(incidents)).now
    return PublicList(collection=SOURCES, items=now, row=row, detail=row)


class _Sources:
    """Those of an agent are made anew only when it said something new, or when a case begins or
    ceases to rest on one of them alone."""

    def __init__(self, agents: Callable[[], tuple[AgentStatus, ...]], alone: "_AloneIn") -> None:
        self._agents, self._alone = agents, alone
        self._known: dict[AgentId, tuple[AgentStatus, dict[str, WatchedSource]]] = {}

    def now(self) -> Mapping[str, WatchedSource]:
        alone = self._alone.now()
        self._known = known = {agent.agent: self._of(agent, alone) for agent in self._agents()}
        return {key: source for _, rows in known.values() for key, source in rows.items()}

    def _of(self, agent: AgentStatus, alone: Alone) -> tuple[AgentStatus, dict[str, WatchedSource]]:
        before = self._known.get(agent.agent)
        if (
            before is not None
            and before[0] is agent
            and all(row.alone_in == alone.get(key, ()) for key, row in before[1].items())
        ):
            return before
        keys = ((source_id(agent, one), one) for one in agent.sources)
        return agent, {key: WatchedSource(agent, one, alone.get(key, ())) for key, one in keys}


class _AloneIn:
    """Which dark source alone could see which cases; found anew only where an incident is
    another."""

    def __init__(self, incidents: Callable[[], SortedMap[IncidentId, Incident]]) -> None:
        self._incidents = incidents
        self._made_of: SortedMap[IncidentId, Incident] = SortedMap()
        self._alone: Alone = {}

    def now(self) -> Alone:
        incidents = self._incidents()
        if incidents is not self._made_of:
            found: defaultdict[str, list[CaseNumber]] = defaultdict(list)
            for incident in incidents.unordered().values():
                dark = incident.unwitnessed
                if dark is not None and dark.sources == 1 and not has_ended(incident):
                    found[dark.source].append(incident.number)
            self._made_of = incidents
            self._alone = {source: tuple(sorted(some)) for source, some in found.items()}
        return self._alone


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
