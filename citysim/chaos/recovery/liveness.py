"""Whether the city works again: an incident that began after the faults was closed. Pure."""

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage
from citysim.laws.history import CITY, History


def incident_closed_since(history: History, since: Timestamp) -> bool:
    """Whether an incident that was first reported after `since` has been closed.

    Closed means that it was seen fixed.
    """
    for _, node in history.districts:
        begun: set[str] = set()
        known: set[str] = set()
        for record, letter in node.letters_to(CITY):
            if not isinstance(letter, IncidentReport):
                continue
            if letter.incident not in known:
                known.add(letter.incident)
                if record.at > since:
                    begun.add(letter.incident)
            if letter.stage is IncidentStage.CLOSED and letter.incident in begun:
                return True
    return False
