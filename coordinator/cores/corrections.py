"""What an incident's owner corrects of it while another district's crew is on its way: where it is,
what it is, and how bad. Pure.

The unit's owner gets the task as it is now, as often as it changes; the last one holds. By a
progress of the same stage it says that its crew has it. An older version of it refuses a step that
it does not know, and goes on with the task that it has.
"""

from citybrain.decider.command import Command
from citybrain.domain.incident import IncidentReport
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep
from coordinator.cores import order_saga
from coordinator.cores.order_saga import OrderSaga, SagaStage

HAS_CREW = frozenset({SagaStage.COMMITTED, SagaStage.ISSUED})


def correct(saga: OrderSaga, incident: IncidentReport) -> tuple[OrderSaga, tuple[Command, ...]]:
    """The saga with the task as its incident's owner reports it, and the letter to the unit's. An
    owner of both corrects its orders itself."""
    task = saga.task
    said = (incident.place, incident.kind, incident.severity)
    is_same = said == (task.place, task.kind, task.severity)
    is_own = saga.unit_district == task.incident_district
    if is_same or is_own or saga.stage not in HAS_CREW:
        return saga, ()
    now = replace(task, place=incident.place, kind=incident.kind, severity=incident.severity)
    saga = replace(saga, task=now, corrected=True)
    return saga, (order_saga.request(saga, OrderStep.CORRECT),)
