"""What an event is graded by: the playbook of its incident, or the one in force where it begins
one.
"""

from citybrain.domain.event import Event
from citybrain.ids import AgentId
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents import correlate, grading


def graded_event(draft: DecisionDraft, agent: AgentId, event: Event) -> Event:
    """The event, as severe as its numbers say."""
    name = draft.index.episodes.get(correlate.key_of_event(agent, event))
    known = draft.incidents.get(name) if name else None
    if known is not None:
        playbook = draft.playbook_of(known)
    else:
        _, playbook = draft.playbook_for(event.incident_kind)
    return grading.graded(event, playbook, draft.setup.assets) if playbook.grades else event
