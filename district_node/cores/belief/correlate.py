"""Which events are the same thing: the episode, the rule, or the kind, place and time. Indexes, so that no event walks all incidents."""

import math
from collections.abc import Iterable

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.event import Event
from citybrain.geo import Point, distance_m
from citybrain.ids import AgentId, IncidentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import IncidentKind
from district_node.cores.belief.incident import Incident, Voice
from district_node.playbook import Joins

CELL_DEG = 0.005  # about 550 m north to south: a playbook may join no further than JOINS_MAX_M, so that nine cells are enough
JOINS_MAX_M = 250.0  # at 60 degrees north a cell is still 275 m wide
EARLY_END = IncidentId("")  # stands for an episode whose END overtook its START


class Index(Struct, frozen=True, kw_only=True):
    """Where to look. An incident stands in `rules` and `cells` while it may take further episodes, in `episodes` until it is forgotten."""

    episodes: SortedMap[str, IncidentId] = field(default_factory=SortedMap)  # by voice_key
    rules: SortedMap[str, IncidentId] = field(
        default_factory=SortedMap
    )  # by rule_key: the newest incident of that rule
    cells: SortedMap[str, tuple[IncidentId, ...]] = field(
        default_factory=SortedMap
    )  # by kind and cell


def voice_key(agent: AgentId, event: Event) -> str:
    return f"{agent}|{event.source}|{event.rule}|{event.episode}"


def find(
    index: Index,
    incidents: SortedMap[IncidentId, Incident],
    agent: AgentId,
    event: Event,
    joins: Joins,
) -> IncidentId | None:
    """The incident that a new episode belongs to: that of the same rule, else the nearest of the kind within the playbook's reach; None: a new one."""
    same_rule = index.rules.get(_rule_key(agent, event.source, event.rule, event.incident_kind))
    if same_rule is not None:
        return same_rule
    near: list[tuple[float, IncidentId]] = []
    for key in _cells_around(event.incident_kind, event.place):
        for name in index.cells.get(key) or ():
            incident = incidents[name]
            metres = distance_m(incident.place, event.place)
            if (
                metres <= joins.within_m
                and abs(seconds_between(incident.heard_at, event.observed_at)) <= joins.within_s
            ):
                near.append((metres, name))
    return min(near)[1] if near else None


def enter(index: Index, incident: Incident) -> Index:
    """Let `incident` take further episodes of its place."""
    key = _cell_key(incident.kind, *_cell(incident.place))
    here = index.cells.get(key) or ()
    return (
        index
        if incident.incident in here
        else replace(index, cells=index.cells.put(key, (*here, incident.incident)))
    )


def speak(index: Index, incident: Incident, voice: Voice) -> Index:
    """`voice` speaks for `incident` from now on, and so will its rule."""
    return replace(
        index,
        episodes=index.episodes.put(_key_of(voice), incident.incident),
        rules=index.rules.put(
            _rule_key(voice.agent, voice.source, voice.rule, incident.kind), incident.incident
        ),
    )


def hush(index: Index, incident: Incident, gone: Iterable[Voice]) -> Index:
    """These voices are forgotten, though `incident` goes on: a rule that no voice is left of points to it no more."""
    spoken = {
        _rule_key(voice.agent, voice.source, voice.rule, incident.kind)
        for voice in incident.voices.values()
    }
    episodes, rules = index.episodes, index.rules
    for voice in gone:
        episodes = episodes.drop(_key_of(voice))
        rule = _rule_key(voice.agent, voice.source, voice.rule, incident.kind)
        if rule not in spoken and rules.get(rule) == incident.incident:
            rules = rules.drop(rule)
    return replace(index, episodes=episodes, rules=rules)


def leave(index: Index, incident: Incident) -> Index:
    """`incident` takes no further episodes; those that speak for it still do."""
    key = _cell_key(incident.kind, *_cell(incident.place))
    left = tuple(name for name in index.cells.get(key) or () if name != incident.incident)
    rules = index.rules
    for voice in incident.voices.values():
        rule = _rule_key(voice.agent, voice.source, voice.rule, incident.kind)
        if rules.get(rule) == incident.incident:
            rules = rules.drop(rule)
    return replace(
        index, cells=index.cells.put(key, left) if left else index.cells.drop(key), rules=rules
    )


def forget(index: Index, incident: Incident) -> Index:
    """Nothing points to `incident` any more."""
    index = leave(index, incident)
    episodes = index.episodes
    for key in incident.voices:
        episodes = episodes.drop(key)
    return replace(index, episodes=episodes)


def is_after(event: Event, at: Timestamp | None) -> bool:
    """Whether the event was observed after `at` (a backlog's old events reopen nothing)."""
    return at is None or event.observed_at > at


def _key_of(voice: Voice) -> str:
    return f"{voice.agent}|{voice.source}|{voice.rule}|{voice.episode}"


def _rule_key(agent: str, source: str, rule: str, kind: IncidentKind) -> str:
    return f"{agent}|{source}|{rule}|{kind}"


def _cell(place: Point) -> tuple[int, int]:
    return math.floor(place.lat / CELL_DEG), math.floor(place.lon / CELL_DEG)


def _cell_key(kind: IncidentKind, row: int, column: int) -> str:
    return f"{kind}|{row}|{column}"


def _cells_around(kind: IncidentKind, place: Point) -> list[str]:
    row, column = _cell(place)
    return [_cell_key(kind, row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
