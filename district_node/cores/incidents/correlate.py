"""Which observations belong to one incident: the same episode or foreign case, else the same rule,
else the same family near by in place and time, which `reach` judges.

Kept as indexes, so that no event walks all incidents.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.domain.event import Event
from citybrain.domain.report import ForeignCase
from citybrain.geo import EARTH_RADIUS_M, Point, distance_m
from citybrain.ids import AgentId, IncidentId, RuleId, SourceId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import IncidentKind
from district_node.cores.incidents.contribution import (
    NO_ASSET,
    NO_KIND,
    Contribution,
    Episode,
    EpisodeKey,
    ForeignReport,
    Joining,
    episode_key,
)
from district_node.cores.incidents.grouping.limits import ENDED_NAMED
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.reach import (
    Sighting,
    families_of,
    family_name,
    family_of,
    joining,
)
from district_node.playbook import JoinRule

# about 550 m north to south: a playbook may join no further than JOINS_MAX_M, so nine cells suffice
CELL_DEG = 0.005
EARLY_END = IncidentId("")  # stands for an episode whose END came before its START


class RuleKey(NamedTuple):
    """One rule of one source, for one kind of incident."""

    agent: AgentId
    source: SourceId
    rule: RuleId
    kind: IncidentKind


class CellKey(NamedTuple):
    """A square of the ground, for one kind or family."""

    kind: IncidentKind
    row: int
    column: int


Cells = SortedMap[CellKey, tuple[IncidentId, ...]]


class CaseKey(NamedTuple):
    """One case of a foreign system."""

    system: str
    case: str


class IncidentIndex(Struct, frozen=True, kw_only=True):
    """Where to find an incident. It stands in `rules`, `cells` and `begun_by` while it may take
    further contributions, in `episodes` and `cases` until it is evicted.
    """

    episodes: SortedMap[EpisodeKey, IncidentId] = field(default_factory=SortedMap)
    cases: SortedMap[CaseKey, IncidentId] = field(default_factory=SortedMap)
    # the newest incident of each rule
    rules: SortedMap[RuleKey, IncidentId] = field(default_factory=SortedMap)
    cells: Cells = field(default_factory=SortedMap)
    # those that are over and take no further ones, the newest last, so that the next names them
    ended: Cells = field(default_factory=SortedMap)
    areas: SortedMap[IncidentId, IncidentKind] = field(default_factory=SortedMap)  # their families
    # of incidents that began with a report of a program, its name
    begun_by: SortedMap[IncidentId, str] = field(default_factory=SortedMap)


class Match(NamedTuple):
    """An incident that an observation is of, and why."""

    incident: IncidentId
    why: Joining


def key_of_event(agent: AgentId, event: Event) -> EpisodeKey:
    """The key of the episode that `event` belongs to."""
    return EpisodeKey(agent, event.source, event.rule, event.episode)


def find_by_rule(index: IncidentIndex, agent: AgentId, event: Event) -> IncidentId | None:
    """The incident of the event's rule that may take further episodes."""
    return index.rules.get(RuleKey(agent, event.source, event.rule, event.incident_kind))


def find_by_case(index: IncidentIndex, case: ForeignCase) -> IncidentId | None:
    """The incident that this foreign case contributes to."""
    return index.cases.get(CaseKey(case.system, case.case))


def find_near(
    index: IncidentIndex,
    incidents: SortedMap[IncidentId, Incident],
    sighting: Sighting,
    joins_of: Callable[[Incident], JoinRule],
    *,
    at: Timestamp,
) -> Match | None:
    """The incident that the sighting is of, one at its asset before the nearest one; None: it is a
    new one."""
    near: list[tuple[bool, float, IncidentId, Joining]] = []
    for key in _cells_around(family_of(sighting.kind, sighting.joins), sighting.place):
        for name in index.cells.get(key) or ():
            incident = incidents[name]
            found = joining(incident, sighting, joins_of(incident), at)
            if found is not None:
                near.append((found.asset == NO_ASSET, found.distance_m, name, found))
    if not near:
        return None
    *_, name, why = min(near, key=lambda one: one[:3])
    return Match(name, why)


def incident_of(index: IncidentIndex, contribution: Contribution) -> IncidentId | None:
    """Where further news of the contribution goes; None also of one that ended before it began, and
    of a person's report, of which nothing more comes."""
    if isinstance(contribution, Episode):
        return index.episodes.get(episode_key(contribution)) or None
    if isinstance(contribution, ForeignReport):
        return index.cases.get(_case_of(contribution))
    return None


def remember_ended(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """`incident` is over and takes no further contributions: the next one near by names it."""
    ended = index.ended
    for key in _cells_of_incident(incident):
        others = [name for name in ended.get(key) or () if name != incident.incident]
        ended = ended.put(key, (*others, incident.incident)[-ENDED_NAMED.value :])
    return replace(index, ended=ended)


def forget_ended(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """`incident` goes on, or leaves the state: no other one names it any more."""
    ended = index.ended
    for key in _cells_of_incident(incident):
        ended = _without(ended, key, incident.incident)
    return index if ended is index.ended else replace(index, ended=ended)


def find_ended(
    index: IncidentIndex,
    incidents: SortedMap[IncidentId, Incident],
    *,
    kind: IncidentKind,
    place: Point,
    within_m: float,
) -> Incident | None:
    """The last of the family `kind` that ended within so many metres and is remembered."""
    near = [
        incident
        for key in _cells_around(kind, place)
        for name in index.ended.get(key) or ()
        if (incident := incidents.get(name)) is not None
        and distance_m(incident.place, place) <= within_m
    ]
    return max(near, key=lambda one: (one.changed_at, one.incident), default=None)


def index_incident(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """Let `incident` take further contributions of its place; an area case takes cases."""
    if incident.is_area:
        family = family_name(incident)
        return replace(index, areas=index.areas.put(incident.incident, family))
    cells = index.cells
    for key in _cells_of_incident(incident):
        here = cells.get(key) or ()
        if incident.incident not in here:
            cells = cells.put(key, (*here, incident.incident))
    if cells is index.cells:
        return index
    begun_by = index.begun_by
    if incident.begun_by:
        begun_by = begun_by.put(incident.incident, incident.begun_by)
    return replace(index, cells=cells, begun_by=begun_by)


def refile(index: IncidentIndex, before: Incident, after: Incident) -> IncidentIndex:
    """The incident is elsewhere or of another kind than `before`: what is seen there, or of that
    kind, finds it from now on, if it takes any contributions."""
    if before.incident not in (index.cells.get(_cell_of_incident(before)) or ()):
        return index
    cells = index.cells
    for key in _cells_of_incident(before):
        cells = _without(cells, key, before.incident)
    return index_incident(replace(index, cells=cells), after)


def link(index: IncidentIndex, incident: Incident, contribution: Contribution) -> IncidentIndex:
    """Whatever comes of the contribution's episode and rule, or of its foreign case, goes to
    `incident` from now on. A person's report is found by its request alone.
    """
    if isinstance(contribution, ForeignReport):
        return replace(index, cases=index.cases.put(_case_of(contribution), incident.incident))
    if not isinstance(contribution, Episode):
        return index
    rule, rules = _rule_of(contribution, incident), index.rules
    if rules.get(rule) != incident.incident:
        rules = rules.put(rule, incident.incident)
    episodes = index.episodes.put(episode_key(contribution), incident.incident)
    return replace(index, episodes=episodes, rules=rules)


def unlink(
    index: IncidentIndex, incident: Incident, dropped: Iterable[Contribution]
) -> IncidentIndex:
    """Forget `dropped`, though `incident` goes on: a rule of which no contribution is left points
    to it no more.
    """
    rules, cases, gone, unused = index.rules, index.cases, list[EpisodeKey](), set[RuleKey]()
    for contribution in dropped:
        if isinstance(contribution, ForeignReport):
            cases = _without_case(cases, contribution, incident)
        elif isinstance(contribution, Episode):
            gone.append(episode_key(contribution))
            unused.add(_rule_of(contribution, incident))
    for known in incident.contributions.unordered().values():
        if not unused:
            break
        if isinstance(known, Episode):
            unused.discard(_rule_of(known, incident))
    for rule in sorted(unused):
        if rules.get(rule) == incident.incident:
            rules = rules.drop(rule)
    return replace(index, episodes=index.episodes.drop_all(gone), rules=rules, cases=cases)


def unindex(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """`incident` takes no further contributions; events of those that it has still find it."""
    cells, rules = index.cells, index.rules
    for key in _cells_of_incident(incident):
        cells = _without(cells, key, incident.incident)
    for contribution in incident.contributions.values():
        if isinstance(contribution, Episode):
            rule = _rule_of(contribution, incident)
            if rules.get(rule) == incident.incident:
                rules = rules.drop(rule)
    return replace(
        index,
        cells=cells,
        rules=rules,
        begun_by=index.begun_by.drop(incident.incident),
        areas=index.areas.drop(incident.incident),
    )


def evict(index: IncidentIndex, incident: Incident) -> IncidentIndex:
    """Nothing points to `incident` any more."""
    index = unindex(index, incident)
    episodes, cases = index.episodes, index.cases
    for contribution in incident.contributions.values():
        if isinstance(contribution, Episode):
            key = episode_key(contribution)
            if episodes.get(key) == incident.incident:  # else another one goes on with it
                episodes = episodes.drop(key)
        elif isinstance(contribution, ForeignReport):
            cases = _without_case(cases, contribution, incident)
    return replace(index, episodes=episodes, cases=cases)


def _case_of(known: ForeignReport) -> CaseKey:
    return CaseKey(known.case.system, known.case.case)


def _without_case(
    cases: SortedMap[CaseKey, IncidentId], known: ForeignReport, incident: Incident
) -> SortedMap[CaseKey, IncidentId]:
    """Without the case, unless another incident goes on with it."""
    key = _case_of(known)
    return cases.drop(key) if cases.get(key) == incident.incident else cases


def _rule_of(known: Episode, incident: Incident) -> RuleKey:
    kind = known.kind if known.kind != NO_KIND else incident.reported_kind
    return RuleKey(known.agent, known.source, known.rule, kind)


def cells_within(incident: Incident, metres: float) -> list[CellKey]:
    """Every cell of its family in which something lies that is no further from it."""
    kind, row, column = _cell_of_incident(incident)
    degrees = math.degrees(metres / EARTH_RADIUS_M)
    rows = math.ceil(degrees / CELL_DEG)
    columns = math.ceil(degrees / CELL_DEG / max(math.cos(math.radians(incident.place.lat)), 0.01))
    return [
        CellKey(kind, row + i, column + j)
        for i in range(-rows, rows + 1)
        for j in range(-columns, columns + 1)
    ]


def _without(cells: Cells, key: CellKey, name: IncidentId) -> Cells:
    known = cells.get(key) or ()
    left = tuple(one for one in known if one != name)
    if left == known:
        return cells
    return cells.put(key, left) if left else cells.drop(key)


def _cell_of_incident(incident: Incident) -> CellKey:
    """By what its sources call it."""
    return _cell_of(family_name(incident), incident.place)


def _cells_of_incident(incident: Incident) -> list[CellKey]:
    """By all that it is found by."""
    return [_cell_of(family, incident.place) for family in families_of(incident)]


def _cell_of(kind: IncidentKind, place: Point) -> CellKey:
    return CellKey(kind, math.floor(place.lat / CELL_DEG), math.floor(place.lon / CELL_DEG))


def _cells_around(kind: IncidentKind, place: Point) -> list[CellKey]:
    _, row, column = _cell_of(kind, place)
    return [CellKey(kind, row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
