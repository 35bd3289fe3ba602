"""Which rule of a camera or sensor is unstable: what it sees begins and ends so often that nobody
is to be sent, or called back, by it. Pure; what follows is in `flapping`.
"""

from citybrain.clock import Timestamp, seconds_between
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.incidents.contribution import Episode, EpisodeKey, RuleSource, rule_source
from district_node.cores.incidents.incident import Incident
from district_node.limits import CONTRIBUTIONS
from district_node.playbook import StabilityRule


def is_seen(incident: Incident, source: RuleSource, first: EpisodeKey) -> bool:
    """Whether an episode of the rule goes on. `first`: one of it, which most likely decides."""
    if not incident.live_count:
        return False
    known = incident.contributions.get(first)
    if isinstance(known, Episode) and known.live:
        return True
    return any(
        isinstance(known, Episode) and known.live and rule_source(known) == source
        for known in incident.contributions.unordered().values()
    )


def with_change(
    incident: Incident, source: RuleSource, observed_at: Timestamp, rule: StabilityRule
) -> Incident:
    """The incident after what `source` sees began or ended; among its unstable ones, if that makes
    it one."""
    times = sorted((*(incident.changes.get(source) or ()), observed_at))[-rule.changes :]
    changes = incident.changes.put(source, tuple(times))
    if len(changes) > CONTRIBUTIONS.value:
        changes = changes.drop(min(changes, key=lambda known: changes[known][-1]))
    incident = replace(incident, changes=changes)
    is_often = len(times) == rule.changes
    if source in incident.unstable or not is_often:
        return incident
    if seconds_between(times[0], times[-1]) > rule.window_s:
        return incident
    return replace(incident, unstable=(*incident.unstable, source))


def with_none(incident: Incident) -> Incident:
    """The incident with its changes counted from now on, and every source stable."""
    if not incident.changes and not incident.unstable:
        return incident
    return replace(incident, changes=SortedMap(), unstable=())
