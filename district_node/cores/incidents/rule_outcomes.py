"""What became of the incidents that each rule began or joined: how often it was right. Pure.

Counted when an incident ends and taken back when it is opened again, so that each counts once, as
it ended last. Bounded: of too many rules those that were silent for longest are forgotten.
"""

from collections.abc import Iterable

from citybrain.clock import Timestamp
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, asdict
from citybrain.vocabulary import Disposition
from district_node.cores.incidents.contribution import Episode
from district_node.cores.incidents.correlate import RuleKey
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.limits import RULES_COUNTED

NEVER = Timestamp(0)


class RuleOutcomes(Struct, frozen=True, kw_only=True):
    """How often the incidents of one rule turned out to be what. `at`: of the last one."""

    fixed: int = 0
    gone: int = 0
    false_alarm: int = 0
    duplicate: int = 0
    not_ours: int = 0
    not_verifiable: int = 0
    at: Timestamp = NEVER


NONE = RuleOutcomes()
OutcomesByRule = SortedMap[RuleKey, RuleOutcomes]


def count(known: OutcomesByRule, incident: Incident, at: Timestamp) -> OutcomesByRule:
    """With the end of `incident`, which stands in its `disposition`."""
    for rule in rules_of(incident):
        known = known.put(rule, _added(known.get(rule) or NONE, incident.disposition, 1, at))
    if len(known) > RULES_COUNTED.value:
        known = _without_the_most_silent(known, len(known) - RULES_COUNTED.value)
    return known


def take_back(known: OutcomesByRule, incident: Incident) -> OutcomesByRule:
    """Without the end of `incident`: it goes on. A rule that joined since then was not counted."""
    for rule in _counted(incident):
        outcomes = known.get(rule)
        if outcomes is not None:
            known = known.put(rule, _added(outcomes, incident.disposition, -1, outcomes.at))
    return known


def forget_silent(known: OutcomesByRule, before: Timestamp) -> OutcomesByRule:
    """Without those of which nothing ended since `before`."""
    for rule, outcomes in known.items():
        if outcomes.at < before:
            known = known.drop(rule)
    return known


def precision(outcomes: RuleOutcomes) -> float | None:
    """The share that was real of what was real or a false alarm; None: there was neither."""
    real = outcomes.fixed + outcomes.gone
    said = real + outcomes.false_alarm
    return real / said if said else None


def rules_of(incident: Incident) -> tuple[RuleKey, ...]:
    """The rules of its episodes, each once."""
    return tuple(sorted(set(_rules(incident, incident.contributions.values()))))


def _counted(incident: Incident) -> tuple[RuleKey, ...]:
    ended_at = incident.changed_at
    before = [
        one
        for one in incident.contributions.values()
        if isinstance(one, Episode) and one.joined_at <= ended_at
    ]
    return tuple(sorted(set(_rules(incident, before))))


def _rules(incident: Incident, contributions: Iterable[object]) -> Iterable[RuleKey]:
    for one in contributions:
        if isinstance(one, Episode):
            yield RuleKey(one.agent, one.source, one.rule, incident.reported_kind)


def _added(
    outcomes: RuleOutcomes, disposition: Disposition, by: int, at: Timestamp
) -> RuleOutcomes:
    if disposition is Disposition.UNKNOWN:
        return outcomes
    counted = asdict(outcomes)
    counted[disposition.value] = max(0, counted[disposition.value] + by)
    return RuleOutcomes(**{**counted, "at": at})


def _without_the_most_silent(known: OutcomesByRule, too_many: int) -> OutcomesByRule:
    for _, rule in sorted((one.at, rule) for rule, one in known.unordered().items())[:too_many]:
        known = known.drop(rule)
    return known
