"""What it sets in motion that a rule of a camera or sensor changes too often, and that it has come
to rest. In between its case stays open, for a person to look at: nobody is sent or called back by
that rule, and it opens, reopens, clears and verifies nothing.
"""

from citybrain.clock import Timestamp, later
from citybrain.vocabulary import IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.agents.stability import is_seen, with_change, with_none
from district_node.cores.incidents.contribution import (
    Episode,
    EpisodeKey,
    RuleSource,
    agent_label,
    rule_source,
)
from district_node.cores.incidents.incident import (
    AgentVerification,
    Incident,
    has_ended,
)
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.orders.slots import has_crew_on_scene, is_nobody_wanted, is_served
from district_node.cores.timer_keys import TimerKind

UNSTABLE, STABLE = "unstable", "stable"  # as histories say it


def note_change(
    draft: DecisionDraft,
    before: Incident,
    incident: Incident,
    key: EpisodeKey,
    observed_at: Timestamp,
) -> Incident:
    """`incident` after an event of the episode `key`: where that began or ended what its rule sees,
    it counts. What a crew has seen to, or a person has ended, begins the count anew."""
    if key in before.contributions and before.live_count == incident.live_count:
        return incident  # nothing began or ended by it
    source = rule_source(key)
    if is_seen(before, source, key) == is_seen(incident, source, key):
        return incident
    if before.ended_by_person and has_ended(before):
        return with_none(incident)
    if has_crew_on_scene(incident) or is_served(incident):
        return incident if incident.unstable else with_none(incident)
    rule = draft.playbook_of(incident).stability
    after = with_change(incident, source, observed_at, rule)
    if source not in after.unstable:
        return after
    draft.set_timer(TimerKind.STABLE, later(draft.at, rule.stable_s), after.incident)
    if source in incident.unstable:
        return after
    # from now on none is set by it until it is stable, and one that a crew's recall sets is ignored
    draft.cancel_timer(TimerKind.SELF_CLEAR, after.incident)
    actor = agent_label(source.agent, source.source)
    return add_history(after, UNSTABLE, draft.at, actor=actor, reason=source.rule)


def hold(draft: DecisionDraft, incident: Incident, source: RuleSource) -> None:
    """What is left to do by an event of an unstable source: its case is open for a person. What it
    was asked it can not answer; what had ended by it has not, unless a crew or a person did that.
    """
    asked = incident.verification
    if isinstance(asked, AgentVerification) and (
        (asked.agent, asked.source, asked.rule) != tuple(source) and not asked.late
    ):
        return
    is_over = incident.stage in (IncidentStage.HANDLED, IncidentStage.CLOSED)
    if is_over and not incident.ended_by_person and not is_served(incident):
        actor = agent_label(source.agent, source.source)
        incident_steps.bring_back(draft, incident, actor=actor, reason=UNSTABLE)


def stable_again(draft: DecisionDraft, incident: Incident) -> None:
    """Nothing of it changed for long enough: what its sources see now decides."""
    if not incident.unstable:
        return
    source = incident.unstable[-1]
    actor = agent_label(source.agent, source.source)
    is_there = incident.live_count > 0
    reason = "still" if is_there else "clear"
    incident = with_none(incident)
    incident = add_history(incident, STABLE, draft.at, actor=actor, reason=reason)
    draft.put_incident(incident)
    if not is_there:
        incident_steps.condition_ended(draft, incident)
    elif incident_steps.may_open(draft, incident):
        incident_steps.open_incident(draft, incident)
    elif _is_back(incident):
        incident_steps.reopen(draft, incident, actor=actor, reason=STABLE)
    elif incident.stage is IncidentStage.REOPENED and is_nobody_wanted(incident):
        incident_steps.want_help(draft, incident)


def _is_back(incident: Incident) -> bool:
    """Whether it was handled or closed, and began to be seen after that."""
    is_over = incident.stage in (IncidentStage.HANDLED, IncidentStage.CLOSED)
    since = incident.changed_at if has_ended(incident) else incident.handled_at
    return is_over and any(
        isinstance(known, Episode) and known.live and known.joined_at >= (since or known.joined_at)
        for known in incident.contributions.values()
    )
