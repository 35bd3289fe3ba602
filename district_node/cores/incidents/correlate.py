"""Which events belong to one incident: the same episode, else the same rule, else the same kind
near by in place and time.

Kept as indexes, so that no event walks all incidents.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.event import Event
from citybrain.geo import Point, distance_m
from citybrain.ids import AgentId, IncidentId, RuleId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import IncidentKind
from district_node.cores.incidents.incident import Contribution, ContributionKey, Incident
from district_node.playbook import JoinRule

# about 550 m north to south: a playbook may join no further than JOINS_MAX_M, so nine cells suffice
CELL_DEG = 0.005
JOINS_MAX_M = 250.0  # at 60 degrees north a cell is still 275 m wide
EARLY_END = IncidentId("")  # stands for an episode whose END came before its START


class RuleKey(NamedTuple):
    """One rule of one source, for one kind of incident."""

    agent: AgentId
    source: SourceId
    rule: RuleId
    kind: IncidentKind


class CellKey(NamedTuple):
    """A square of the ground, for one kind."""

    kind: IncidentKind
    row: int
    column: int


class IncidentIndex(Struct, frozen=True, kw_only=True):
    """Where to find an incident. It stands in `rules` and `cells` while it may take further
    episodes, in `episodes` until it is evicted.
    """

    episodes: SortedMap[ContributionKey, IncidentId] = field(default_factory=SortedMap)
    # the newest incident of each rule
    rules: SortedMap[RuleKey, IncidentId] = field(default_factory=SortedMap)
    cells: SortedMap[CellKey, tuple[IncidentId, ...]] = field(default_factory=SortedMap)


def contribution_key(agent: AgentId, event: Event) -> ContributionKey:
    """The key of the contribution that `event` belongs to."""
    return ContributionKey(agent, event.source, event.rule, event.episode)


def find(
    index: IncidentIndex,
    incidents: SortedMap[IncidentId, Incident],
    agent: AgentId,
    event: Event,
    joins: JoinRule,
) -> IncidentId | None:
    """The incident that a new episode belongs to; None: it is a new incident.

    That of the same rule, else the nearest one of the kind within the playbook's reach.
    """
    same_rule = index.rules.get(RuleKey(agent, event.source, event.rule, event.incident_kind))
    if same_rule is not None:
        return same_rule
    near: list[tuple[float, IncidentId]] = []
    for key in _cells_around(event.incident_kind, event.place):
        for name in index.cells.get(key) or ():
            incident = incidents[name]
            metres = distance_m(incident.place, event.place)
            apart_s = abs(seconds_between(incident.last_event_at, event.observed_at))
            if metres <= joins.within_m and apart_s <= joins.within_s:
                near.append((metres, name))
    return min(near)[1] if near else None


def index_incident(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """Let `incident` take further episodes of its place."""
    key = _cell_of(incident.kind, incident.place)
    here = index.cells.get(key) or ()
    if incident.incident in here:
        return index
    return replace(index, cells=index.cells.put(key, (*here, incident.incident)))


def link(index: IncidentIndex, incident: Incident, contribution: Contribution) -> IncidentIndex:
    """Further events of the contribution's episode and rule go to `incident` from now on."""
    rule = _rule_of(contribution, incident.kind)
    return replace(
        index,
        episodes=index.episodes.put(_episode_of(contribution), incident.incident),
        rules=index.rules.put(rule, incident.incident),
    )


def unlink(
    index: IncidentIndex, incident: Incident, dropped: Iterable[Contribution]
) -> IncidentIndex:
    """Forget `dropped`, though `incident` goes on: a rule of which no contribution is left points
    to it no more.
    """
    kept = {_rule_of(known, incident.kind) for known in incident.contributions.values()}
    episodes, rules = index.episodes, index.rules
    for contribution in dropped:
        episodes = episodes.drop(_episode_of(contribution))
        rule = _rule_of(contribution, incident.kind)
        if rule not in kept and rules.get(rule) == incident.incident:
            rules = rules.drop(rule)
    return replace(index, episodes=episodes, rules=rules)


def unindex(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """`incident` takes no further episodes; events of those that it has still find it."""
    key = _cell_of(incident.kind, incident.place)
    left = tuple(name for name in index.cells.get(key) or () if name != incident.incident)
    rules = index.rules
    for contribution in incident.contributions.values():
        rule = _rule_of(contribution, incident.kind)
        if rules.get(rule) == incident.incident:
            rules = rules.drop(rule)
    cells = index.cells.put(key, left) if left else index.cells.drop(key)
    return replace(index, cells=cells, rules=rules)


def evict(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """Nothing points to `incident` any more."""
    index = unindex(index, incident)
    episodes = index.episodes
    for key in incident.contributions:
        episodes = episodes.drop(key)
    return replace(index, episodes=episodes)


def is_after(event: Event, at: Timestamp | None) -> bool:
    """Whether the event was observed after `at` (a backlog's old events reopen nothing)."""
    return at is None or event.observed_at > at


def _episode_of(known: Contribution) -> ContributionKey:
    return ContributionKey(known.agent, known.source, known.rule, known.episode)


def _rule_of(known: Contribution, kind: IncidentKind) -> RuleKey:
    return RuleKey(known.agent, known.source, known.rule, kind)


def _cell_of(kind: IncidentKind, place: Point) -> CellKey:
    return CellKey(kind, math.floor(place.lat / CELL_DEG), math.floor(place.lon / CELL_DEG))


def _cells_around(kind: IncidentKind, place: Point) -> list[CellKey]:
    _, row, column = _cell_of(kind, place)
    return [CellKey(kind, row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
