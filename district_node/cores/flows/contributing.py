"""How an observation finds its incident or begins one, and how the incident keeps it: alike for
what a camera or sensor says, a person reports and a foreign system knows.
"""

from citybrain.clock import Timestamp, later
from citybrain.domain.event import Event
from citybrain.domain.report import Report
from citybrain.geo import Point, distance_m
from citybrain.ids import IncidentId
from citybrain.kinds import UNKNOWN_KIND, near_miss, no_playbook
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentKind, IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents import correlate
from district_node.cores.incidents.contribution import ContributionKey, JoinedBy, Joining
from district_node.cores.incidents.contributions import within_contribution_limit
from district_node.cores.incidents.correlate import Match
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history, can
from district_node.cores.incidents.reach import Sighting, asset_at, family_of, middle_of
from district_node.playbook import NO_PLAYBOOK


def begin_incident(
    draft: DecisionDraft,
    observation: Event | Report,
    *,
    kind: IncidentKind,
    observed_at: Timestamp,
    source: str,
    source_id: str = "",
    reason: str,
    traceparent: str,
    begun_by: str = "",
) -> tuple[Incident, Joining | None]:
    """The incident near by that the observation belongs to, and why; else a new one that is
    reported. It names the last one of its family that ended near by, and is named by it.

    `source` is the label of who saw it, `source_id` a camera's or sensor's own name, which may be
    an asset's; `reason` what the history says beside it; `begun_by`: the program that reports it.
    """
    sighting = sighting_of(
        draft, kind=kind, place=observation.place, observed_at=observed_at, source=source_id
    )
    match = find_near(draft, sighting)
    if match is not None:
        return draft.incidents[match.incident], match.why
    playbook_id, _ = draft.playbook_for(kind)
    incident = Incident(
        incident=IncidentId(draft.new_id("inc")),
        number=draft.new_case_number(),
        kind=kind if playbook_id else UNKNOWN_KIND,
        reported_kind=kind,
        playbook=playbook_id,
        stage=IncidentStage.REPORTED,
        severity=observation.severity,
        urgency=observation.urgency,
        certainty=observation.certainty,
        place=observation.place,
        reported_at=draft.at,
        changed_at=draft.at,
        last_observed_at=observed_at,
        first_source=source,
        traceparent=traceparent,
        asset=sighting.asset,
        family=family_of(kind, sighting.joins),
        begun_by=begun_by,
    )
    draft.index = correlate.index_incident(draft.index, incident)
    incident = add_history(
        incident, IncidentStage.REPORTED.value, draft.at, actor=source, reason=reason
    )
    ended = ended_near(draft, observation, kind=kind)
    if ended is not None:
        incident = _follow(draft, ended, incident)
    if playbook_id == NO_PLAYBOOK:
        incident = _of_unknown_kind(draft, incident)
    return incident, None


def sighting_of(
    draft: DecisionDraft,
    *,
    kind: IncidentKind,
    place: Point,
    observed_at: Timestamp,
    source: str = "",
) -> Sighting:
    """What an observation is looked for by, by the playbook in force; `source`: a camera's or
    sensor's own name."""
    _, playbook = draft.playbook_for(kind)
    return Sighting(
        kind=kind,
        place=place,
        observed_at=observed_at,
        joins=playbook.joins,
        asset=asset_at(draft.setup.assets, source, place, playbook.joins),
    )


def find_near(draft: DecisionDraft, sighting: Sighting) -> Match | None:
    """The incident near by that the sighting is of."""
    return correlate.find_near(
        draft.index,
        draft.incidents,
        sighting,
        lambda incident: draft.playbook_of(incident).joins,
        at=draft.at,
    )


def ended_near(
    draft: DecisionDraft, observation: Event | Report, *, kind: IncidentKind
) -> Incident | None:
    """The last incident of its family that ended near by and takes no further contributions."""
    _, playbook = draft.playbook_for(kind)
    return correlate.find_ended(
        draft.index,
        draft.incidents,
        kind=family_of(kind, playbook.joins),
        place=observation.place,
        within_m=playbook.joins.within_m,
    )


def joined_again(ended: Incident, place: Point) -> Joining:
    """Why an observation belongs to one that had ended: it is there within the guard time."""
    metres = distance_m(middle_of(ended), place)
    return Joining(by=JoinedBy.NEAR, distance_m=round(metres, 1), family=ended.family)


def within_guard(
    draft: DecisionDraft, ended: Incident, *, earliest: Timestamp, latest: Timestamp
) -> bool:
    """Whether what was observed between these times may be the same condition again, within the
    guard time of a closing, though it came later: in doubt the incident is opened again."""
    guard_s = draft.playbook_of(ended).closes.guard_s
    is_after = latest > ended.changed_at
    return (
        can(ended, IncidentTrigger.REOPEN)
        and is_after
        and earliest <= later(ended.changed_at, guard_s)
    )


def keep_contribution(draft: DecisionDraft, incident: Incident, key: ContributionKey) -> Incident:
    """The incident within the bound of its contributions, and the index that finds it by the new
    one."""
    draft.index = correlate.link(draft.index, incident, incident.contributions[key])
    return trimmed(draft, incident)


def trimmed(draft: DecisionDraft, incident: Incident) -> Incident:
    """The incident within the bound of its contributions; the index forgets what it drops."""
    kept, dropped = within_contribution_limit(incident)
    if dropped:
        contributions = [incident.contributions[gone] for gone in dropped]
        draft.index = correlate.unlink(draft.index, kept, contributions)
    return kept


def note_severity(
    draft: DecisionDraft, before: Incident, incident: Incident, *, actor: str
) -> Incident:
    """With a line in the history where a known incident is worse than it was, or less bad."""
    if not before.contributions or incident.severity is before.severity:
        return incident
    reason = f"severities:{before.severity}:{incident.severity}"
    return add_history(incident, "severity_changed", draft.at, actor=actor, reason=reason)


def _follow(draft: DecisionDraft, ended: Incident, incident: Incident) -> Incident:
    """With each of the two named in the other's history."""
    name, before = incident.incident, ended.incident
    draft.put_incident(
        add_history(ended, "followed_by", draft.at, actor=draft.district, reason=name)
    )
    incident = replace(incident, previous=before)
    return add_history(incident, "follows", draft.at, actor=draft.district, reason=before)


def _of_unknown_kind(draft: DecisionDraft, incident: Incident) -> Incident:
    """Says so where a person reads it: a misspelled kind is a mistake of some configuration."""
    kind = incident.reported_kind
    draft.notice("unknown_kind", incident.number, no_playbook(kind, draft.in_force))
    meant = near_miss(kind, draft.in_force)
    reason = ":".join(("no_playbook", kind, *([meant] if meant is not None else [])))
    return add_history(incident, "unknown_kind", draft.at, actor=draft.district, reason=reason)
