"""Whether the city works again: something that began after the faults has gone the whole way. Pure."""

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage
from citysim.laws.history import History


def closed_since(history: History, since: Timestamp) -> bool:
    """Whether an incident that was first told of after `since` has been closed (which it is only when it was seen fixed)."""
    for _, node in history.districts:
        begun: set[str] = set()
        known: set[str] = set()
        for step, letter in node.posts("city"):
            if not isinstance(letter, IncidentReport):
                continue
            if letter.incident not in known:
                known.add(letter.incident)
                if step.at > since:
                    begun.add(letter.incident)
            if letter.stage is IncidentStage.CLOSED and letter.incident in begun:
                return True
    return False
