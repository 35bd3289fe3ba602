"""What it sets in motion that a person says which case something is: two are merged, part of one
becomes another, and back. Asks nothing whether it may; the verbs do.

What is merged stays as it was beside the case that goes on, so that it can be given back: then it
has what it had, as it is now, and what its sources alone have seen since. Own crews go over to the
case that goes on where it has a place for them; those of the city's orders are given back to the
city, as of a case that has ended.
"""

from collections.abc import Iterable

from citybrain.clock import later
from citybrain.ids import IncidentId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, IncidentStage, OperatorVerb
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.agents.watching import look_soon
from district_node.cores.flows.contributing import trimmed
from district_node.cores.flows.grouping.crew_transfer import transfer_crews
from district_node.cores.incidents import correlate
from district_node.cores.incidents.case_file import joined
from district_node.cores.incidents.contribution import (
    NO_KIND,
    Contribution,
    ContributionKey,
    source_label,
)
from district_node.cores.incidents.grouping.limits import REGROUPINGS
from district_node.cores.incidents.grouping.regroup import (
    as_grave,
    move,
    to_give_back,
    with_contributions,
)
from district_node.cores.incidents.incident import (
    Incident,
    Regrouping,
    clears_itself,
    has_ended,
    is_dispatchable,
)
from district_node.cores.incidents.lifecycle import add_history, advance
from district_node.cores.incidents.reach import family_of
from district_node.cores.incidents.watched import given_back, holders, passed_on
from district_node.cores.timer_keys import TimerKind
from district_node.limits import ENDED_INCIDENT_RETENTION

JOINED, SEPARATED, SPLIT_OFF = "joined", "separated", "split_off"  # as histories say it


def merge(draft: DecisionDraft, one: IncidentId, into: IncidentId, *, person: str) -> None:
    """`one` is the same as `into`, which goes on with all that both rest on."""
    merged, survivor = draft.incidents[one], draft.incidents[into]
    if survivor.stage is IncidentStage.REPORTED and is_dispatchable(merged):
        survivor = incident_steps.open_incident(draft, survivor, actor=person, reason=one)
    draft.index = correlate.unindex(draft.index, merged)
    more = list(merged.contributions.values())
    survivor = as_grave(with_contributions(survivor, more, person), merged)
    survivor = replace(
        survivor,
        events=survivor.events + merged.events,
        evidence=survivor.evidence.put_all(merged.evidence.items()),
        case_file=joined(survivor.case_file, merged.case_file),
    )
    survivor = passed_on(merged, survivor)
    survivor = add_history(survivor, JOINED, draft.at, actor=person, reason=one)
    draft.put_incident(survivor)
    transfer_crews(draft, one, into)
    _end_as_merged(draft, one, into, person=person)
    _relink(draft, draft.incidents[into], more)
    remember(draft, OperatorVerb.MERGE, one, into, person=person)
    _let_go_on(draft, into)


def separate(draft: DecisionDraft, one: IncidentId, *, person: str) -> None:
    """`one` was merged and is a case of its own after all: it is opened again."""
    merged = draft.incidents[one]
    survivor = survivor_of(draft, merged)
    assert survivor is not None, "the caller has looked"
    keys = to_give_back(merged, survivor)
    dropped = [
        known
        for key, known in merged.contributions.items()
        if key not in survivor.contributions and _is_nobodys(draft, known)
    ]
    emptied = replace(merged, contributions=type(merged.contributions)(), merged_into=None)
    moved = move(survivor, emptied, keys, person)
    known = {key: was.joined_by for key, was in merged.contributions.items()}
    given = with_contributions(moved.right, dropped, person)
    given = replace(
        given,
        contributions=given.contributions.put_all(
            (key, replace(one_, joined_by=known.get(key, one_.joined_by)))
            for key, one_ in given.contributions.items()
        ),
    )
    own = (merged.incident, survivor.incident)
    others = (known for name, known in draft.incidents.items() if name not in own)
    given, left = given_back(given, moved.left, holders(others))
    if given.watched:
        look_soon(draft)
    draft.put_incident(add_history(left, SEPARATED, draft.at, actor=person, reason=one))
    back = incident_steps.reopen(
        draft, given, actor=person, reason="separated", trigger=IncidentTrigger.SEPARATE
    )
    _relink(draft, back, list(back.contributions.values()))
    _let_go_on(draft, back.incident)
    _let_go_on(draft, survivor.incident)


def split(
    draft: DecisionDraft, name: IncidentId, keys: Iterable[ContributionKey], *, person: str
) -> IncidentId:
    """`keys` of the incident become another one, which is opened where the first was."""
    incident, keys = draft.incidents[name], tuple(keys)
    part = _part_of(draft, incident, incident.contributions[keys[0]], person=person)
    moved = move(incident, part, keys, person)
    left = add_history(moved.left, SPLIT_OFF, draft.at, actor=person, reason=part.incident)
    draft.put_incident(left)
    part = replace(moved.right, events=len(keys))
    draft.index = correlate.index_incident(draft.index, part)
    draft.put_incident(part)
    _relink(draft, part, list(part.contributions.values()))
    if incident.stage is not IncidentStage.REPORTED or incident_steps.may_open(draft, part):
        incident_steps.open_incident(draft, part, actor=person, reason=name)
    remember(draft, OperatorVerb.SPLIT, part.incident, name, person=person)
    keep_apart(draft, name, part.incident)
    _let_go_on(draft, name)
    return part.incident


def keep_apart(draft: DecisionDraft, one: IncidentId, other: IncidentId) -> None:
    """The two are never grouped again before a person says otherwise."""
    for name, its in ((one, other), (other, one)):
        incident = draft.incidents[name]
        if its not in incident.apart_from:
            apart = (*incident.apart_from, its)
            draft.put_incident(replace(incident, apart_from=apart))


def forget_apart(draft: DecisionDraft, one: IncidentId, other: IncidentId) -> None:
    """A person took it back that the two are not the same."""
    for name, its in ((one, other), (other, one)):
        incident = draft.incidents.get(name)
        if incident is not None:
            apart = tuple(known for known in incident.apart_from if known != its)
            draft.put_incident(replace(incident, apart_from=apart))


def note_apart(draft: DecisionDraft, one: IncidentId, other: IncidentId, *, person: str) -> None:
    """`keep_apart`, as a person's word that can be taken back."""
    keep_apart(draft, one, other)
    for name, its in ((one, other), (other, one)):
        line = OperatorVerb.NOT_SAME.value
        incident = add_history(draft.incidents[name], line, draft.at, actor=person, reason=its)
        draft.put_incident(incident)
    remember(draft, OperatorVerb.NOT_SAME, one, other, person=person)


def forget_regrouping(draft: DecisionDraft, name: IncidentId, done: Regrouping) -> None:
    """It was undone: neither of the two has it as its last any more."""
    for here, there in ((name, done.other), (done.other, name)):
        incident = draft.incidents.get(here)
        if incident is None:
            continue
        known = list(incident.regroupings)
        for at in reversed(range(len(known))):
            if (known[at].verb, known[at].other) == (done.verb, there):
                del known[at]
                break
        draft.put_incident(replace(incident, regroupings=tuple(known)))


def survivor_of(draft: DecisionDraft, merged: Incident) -> Incident | None:
    """The case that goes on with what was merged, however often; None: it left the state."""
    found: Incident | None = merged
    while found is not None and found.merged_into is not None:
        found = draft.incidents.get(found.merged_into)
    return found


def members_of(draft: DecisionDraft, name: IncidentId) -> frozenset[IncidentId]:
    """The case and those that were merged into it, however often."""
    merged = [one for one in draft.incidents.values() if one.merged_into is not None]
    found, grown = frozenset({name}), frozenset[IncidentId]()
    while found != grown:
        grown = found
        found |= {one.incident for one in merged if one.merged_into in grown}
    return found


def _end_as_merged(draft: DecisionDraft, one: IncidentId, into: IncidentId, *, person: str) -> None:
    merged = advance(
        draft.incidents[one], IncidentTrigger.MERGE, draft.at, actor=person, reason=into
    )
    merged = replace(
        merged,
        merged_into=into,
        verification=None,
        escalated=False,
        disposition=Disposition.DUPLICATE,
    )
    incident_steps.cancel_dispatch(draft, merged, reason="merged")
    draft.cancel_timer(TimerKind.SELF_CLEAR, one)
    draft.set_timer(TimerKind.EVICT, later(draft.at, ENDED_INCIDENT_RETENTION.value), one)


def _part_of(
    draft: DecisionDraft, incident: Incident, first: Contribution, *, person: str
) -> Incident:
    """A new incident for what is split off, as grave as the whole: in doubt that is too grave."""
    kind = first.kind if first.kind != NO_KIND else incident.reported_kind
    playbook_id, playbook = draft.playbook_for(kind)
    part = Incident(
        incident=IncidentId(draft.new_id("inc")),
        number=draft.new_case_number(),
        kind=kind if playbook_id else incident.kind,
        reported_kind=kind,
        playbook=playbook_id,
        stage=IncidentStage.REPORTED,
        severity=incident.severity,
        urgency=incident.urgency,
        certainty=incident.certainty,
        place=first.place or incident.place,
        reported_at=draft.at,
        changed_at=draft.at,
        first_observed_at=incident.first_observed_at,
        last_observed_at=incident.last_observed_at,
        first_source=source_label(first),
        traceparent=incident.traceparent,
        family=family_of(kind, playbook.joins),
    )
    line = IncidentStage.REPORTED.value
    return add_history(part, line, draft.at, actor=person, reason=incident.incident)


def _relink(draft: DecisionDraft, incident: Incident, moved: list[Contribution]) -> None:
    """What comes of the sources of `moved` goes to `incident`, within its bound."""
    for contribution in moved:
        draft.index = correlate.link(draft.index, incident, contribution)
    draft.put_incident(trimmed(draft, incident))


def _is_nobodys(draft: DecisionDraft, contribution: Contribution) -> bool:
    """Whether no case has it any more: the bound of what one keeps has pushed it out."""
    return correlate.incident_of(draft.index, contribution) is None


def remember(
    draft: DecisionDraft, verb: OperatorVerb, part: IncidentId, whole: IncidentId, *, person: str
) -> None:
    """A person's word on two cases, which `undo` of either takes back."""
    for name, its in ((part, whole), (whole, part)):
        incident = draft.incidents[name]
        done = Regrouping(verb=verb, other=its, person=person, is_part=name == part)
        kept = (*incident.regroupings, done)[-REGROUPINGS.value :]
        draft.put_incident(replace(incident, regroupings=kept))


def _let_go_on(draft: DecisionDraft, name: IncidentId) -> None:
    """What a case does by itself after what it rests on has changed."""
    incident = draft.incidents[name]
    if has_ended(incident):
        return
    if incident_steps.may_open(draft, incident):
        incident = incident_steps.open_incident(draft, incident)
    if not clears_itself(incident):
        draft.cancel_timer(TimerKind.SELF_CLEAR, name)
    elif incident.contributions and incident_steps.is_unattended(incident):
        due = later(draft.at, draft.playbook_of(incident).closes.settle_s)
        draft.set_timer(TimerKind.SELF_CLEAR, due, name)
