"""The list of incidents, as their districts report them."""

from citybrain.api.lists.area import is_in_area
from citybrain.api.lists.conditions import is_true, is_word
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.resources.incident import reported_incident_message
from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport
from citybrain.feed.collection import Collection
from citybrain.stages import ENDED_INCIDENT_STAGES
from citybrain.vocabulary import SEVERITY_RANK
from coordinator.api.shown import ReadShown


def incident_list(shown: ReadShown) -> PublicList[IncidentReport]:
    """The list over what `shown` gives."""
    return PublicList(collection=INCIDENTS, items=lambda: shown().incidents, row=_row, detail=_row)


def _row(incident: IncidentReport, _: Timestamp) -> PublicMessage:
    return reported_incident_message(incident)


INCIDENTS: Collection[IncidentReport] = Collection(
    name="incidents",
    orders={
        "newest": lambda incident, _: (-incident.opened_at,),
        "reported_at": lambda incident, _: (incident.opened_at,),
        "changed_at": lambda incident, _: (incident.changed_at,),
        "severity": lambda incident, _: (SEVERITY_RANK[incident.severity],),
        "id": lambda incident, _: (incident.incident,),
    },
    filters={
        "id": is_word(lambda incident: incident.incident),
        "number": is_word(lambda incident: incident.number),
        "district": is_word(lambda incident: incident.district),
        "kind": is_word(lambda incident: incident.kind),
        "stage": is_word(lambda incident: incident.stage.value),
        "severity": is_word(lambda incident: incident.severity.value),
        "urgency": is_word(lambda incident: incident.urgency.value),
        "certainty": is_word(lambda incident: incident.certainty.value),
        "escalated": is_true(lambda incident: incident.escalated),
        "open": is_true(lambda incident: incident.stage not in ENDED_INCIDENT_STAGES),
        "area": is_in_area(lambda incident: incident.place),
    },
    text=lambda incident: (
        f"{incident.number} {incident.incident} {incident.kind} {incident.stage.value}"
    ),
)
