"""Further events of episodes that go on, by which nothing follows: most of what comes in. A time,
numbers and boxes are newer; no stage, severity, order, clock or report of a case changes.

Those of one batch are added together, so that a case changes once for all of them.
"""

from citybrain.clock import Timestamp
from citybrain.domain.event import Event, Evidence
from citybrain.ids import IncidentId
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Phase
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.agents.grading import graded
from district_node.cores.incidents.contribution import Episode, EpisodeKey, SourceType
from district_node.cores.incidents.contributions import CERTAINTY_RANK, URGENCY_RANK
from district_node.cores.incidents.incident import Incident
from district_node.playbook import Playbook

END = Phase.END  # hot: a member that is looked up in its class costs as much as two ranks


class FurtherEvents:
    """Of one batch. What was taken counts once `settle` was called, which is needed before anything
    else looks at the draft. It is then as if `add_event` had added each of them."""

    __slots__ = ("_draft", "_episodes")

    def __init__(self, draft: DecisionDraft) -> None:
        self._draft = draft
        self._episodes: dict[EpisodeKey, _Taken] = {}

    def take(self, key: EpisodeKey, event: Event, observed_at: Timestamp) -> bool:
        """Whether the event of the episode `key` is one of these, and was taken."""
        if event.phase is END:
            return False
        taken = self._episodes.get(key)
        if taken is None:
            taken = _begun(self._draft, key)
            if taken is None:
                return False
            self._episodes[key] = taken
        if taken.playbook.grades:
            event = graded(event, taken.playbook, self._draft.setup.assets)
        return taken.add(event, observed_at)

    def settle(self) -> None:
        """Put what was taken into the draft, and begin anew."""
        for key, taken in self._episodes.items():
            if taken.events:
                _put(self._draft, key, taken)
        self._episodes.clear()


class _Taken:
    """What was taken of one episode of an incident, and what its events may say."""

    __slots__ = (
        "_certainty",
        "_urgency",
        "events",
        "evidence",
        "incident",
        "known",
        "measurements",
        "observed_at",
        "playbook",
        "shows",
    )

    def __init__(
        self, incident: Incident, known: Episode, playbook: Playbook, *, shows: bool
    ) -> None:
        """`shows`: what it showed is kept; else only what shows nothing can be taken."""
        self.incident: IncidentId = incident.incident
        self.known, self.playbook, self.shows = known, playbook, shows
        self.events, self.observed_at = 0, known.observed_at
        self.measurements = known.measurements
        self.evidence: Evidence | bytes | None = None
        self._urgency = URGENCY_RANK[incident.urgency]
        self._certainty = CERTAINTY_RANK[incident.certainty]

    def add(self, event: Event, observed_at: Timestamp) -> bool:
        """Whether it was added: it is no older than the last one, and says nothing graver."""
        if (
            event.severity is not self.known.severity
            or observed_at < self.observed_at
            or URGENCY_RANK[event.urgency] > self._urgency
            or CERTAINTY_RANK[event.certainty] > self._certainty
        ):
            return False
        if event.evidence is not None:
            if not self.shows:
                return False
            self.evidence = event.evidence
        elif self.known.source_type is SourceType.CAMERA:
            return False  # it may be a sensor that counted as a camera
        self.events += 1
        self.observed_at, self.measurements = observed_at, event.measurements
        return True


def _begun(draft: DecisionDraft, key: EpisodeKey) -> _Taken | None:
    """None where anything may follow from a further event of the episode, or it is not known."""
    name = draft.index.episodes.get(key)
    incident = draft.incidents[name] if name else None
    if incident is None or not _is_worked_on(incident):
        return None
    known = incident.contributions.get(key)
    if type(known) is not Episode or not known.live or known.severity is None:
        return None
    if SEVERITY_RANK[known.severity] > SEVERITY_RANK[incident.severity]:
        return None
    shows = key in incident.evidence
    return _Taken(incident, known, draft.playbook_of(incident), shows=shows)


def _is_worked_on(incident: Incident) -> bool:
    """Whether no further event opens, reopens or closes it, or undoes what a person said of it. One
    of an unstable source is no other: there is nothing that it would be held back from."""
    return (
        incident.stage in DISPATCHABLE_INCIDENT_STAGES
        and not incident.ended_by_person
        and incident.case_file.severity_set is None
        and incident.first_observed_at is not None
    )


def _put(draft: DecisionDraft, key: EpisodeKey, taken: _Taken) -> None:
    incident, evidence = draft.incidents[taken.incident], taken.evidence
    told = replace(taken.known, observed_at=taken.observed_at, measurements=taken.measurements)
    draft.put_observed(
        replace(
            incident,
            contributions=incident.contributions.put(key, told),
            evidence=incident.evidence
            if evidence is None
            else incident.evidence.put(key, evidence),
            events=incident.events + taken.events,
            last_observed_at=max(incident.last_observed_at, taken.observed_at),
        )
    )
