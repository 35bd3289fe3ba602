"""How contributions move from one incident to another, with their evidence and their counts, and
which of them a merged incident gets back. Pure; moves no stage and no index.
"""

from collections.abc import Iterable

from citybrain import canonical_json
from citybrain.structs import Struct, replace
from district_node.cores.incidents.contribution import (
    Contribution,
    ContributionKey,
    Episode,
    JoinedBy,
    Joining,
    contribution_key,
)
from district_node.cores.incidents.contributions import gravest
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.reach import drift_of
from district_node.cores.incidents.watched import count_live

ID_DIGITS = 12


class Moved(Struct, frozen=True, kw_only=True):
    """Two incidents after some contributions went from one to the other."""

    left: Incident
    right: Incident


def contribution_id(contribution: Contribution) -> str:
    """A short name of a contribution within its incident, for whoever must name it."""
    return canonical_json.digest(contribution_key(contribution))[:ID_DIGITS]


def move(left: Incident, right: Incident, keys: Iterable[ContributionKey], person: str) -> Moved:
    """Both after `keys` went from `left` to `right`, because `person` said so."""
    keys = tuple(keys)
    right = with_contributions(right, [left.contributions[key] for key in keys], person)
    evidence = right.evidence.put_all(
        (key, shown) for key in keys if (shown := left.evidence.get(key)) is not None
    )
    return Moved(left=without(left, keys), right=replace(right, evidence=evidence))


def without(incident: Incident, keys: Iterable[ContributionKey]) -> Incident:
    """The incident without these contributions; what was ever counted stays counted."""
    contributions, evidence = incident.contributions, incident.evidence
    for key in keys:
        contributions, evidence = contributions.drop(key), evidence.drop(key)
    return _counted(replace(incident, contributions=contributions, evidence=evidence))


def with_contributions(incident: Incident, more: list[Contribution], person: str) -> Incident:
    """The incident with `more`, which belong to it because `person` said so."""
    why = Joining(by=JoinedBy.PERSON, person=person)
    contributions = incident.contributions.put_all(
        (contribution_key(one), replace(one, joined_by=why)) for one in more
    )
    count = incident.contribution_count + len(more)
    return _counted(replace(incident, contributions=contributions, contribution_count=count))


def as_grave(incident: Incident, other: Incident) -> Incident:
    """The incident, as grave, urgent, certain and long seen as the graver of the two."""
    seen = [one.first_observed_at for one in (incident, other) if one.first_observed_at is not None]
    severity, urgency, certainty = gravest(incident, other)
    return replace(
        incident,
        severity=severity,
        urgency=urgency,
        certainty=certainty,
        first_observed_at=min(seen, default=None),
        last_observed_at=max(incident.last_observed_at, other.last_observed_at),
    )


def to_give_back(merged: Incident, survivor: Incident) -> tuple[ContributionKey, ...]:
    """What of the `survivor` belongs to the incident that was `merged` into it: what it had then,
    and what the same rules of its sources alone have seen since."""
    own = {_source(known) for known in merged.contributions.values()}
    others = {
        _source(known)
        for key, known in survivor.contributions.items()
        if key not in merged.contributions and known.joined_at < merged.changed_at
    }
    return tuple(
        key
        for key, known in survivor.contributions.items()
        if key in merged.contributions
        or (known.joined_at >= merged.changed_at and _source(known) in own - others)
    )


def _source(contribution: Contribution) -> tuple[str, ...]:
    """The rule of a camera or sensor; what people and foreign systems say has no other of its
    kind."""
    if isinstance(contribution, Episode):
        return contribution.agent, contribution.source, contribution.rule
    return contribution_key(contribution)


def _counted(incident: Incident) -> Incident:
    known = list(incident.contributions.values())
    counted = replace(
        incident,
        live_count=count_live(incident),
        report_count=sum(not isinstance(one, Episode) for one in known),
    )
    return replace(counted, drift_m=drift_of(counted))
