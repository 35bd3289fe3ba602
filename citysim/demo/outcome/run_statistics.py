"""A run in numbers: events, incidents and orders by stage, plans, completed incidents. Pure."""

from collections import Counter

from citybrain.decider.command import Reply
from citybrain.domain.console import HistoryEntry
from citybrain.domain.event import Event
from citybrain.domain.order import OrderProgress
from citybrain.structs import Struct, field
from citybrain.vocabulary import IncidentStage, OrderStage
from citysim.laws.history import CITY, History
from citysim.laws.projections.letters import CityRecord
from citysim.laws.projections.received_items import received_items
from coordinator.inputs import OfficerActed, PlanMade

FULL_LIFECYCLE = (
    IncidentStage.REPORTED,
    IncidentStage.OPENED,
    IncidentStage.DISPATCHED,
    IncidentStage.WORKING,
    IncidentStage.HANDLED,
    IncidentStage.VERIFIED,
    IncidentStage.CLOSED,
)


class RunStatistics(Struct, frozen=True, kw_only=True):
    """`cross_district_completed`: incidents for which another district's unit finished an order.

    `full_lifecycle`: incidents that went through every stage.
    """

    events: dict[str, int] = field(default_factory=dict)  # by incident kind
    incidents: dict[str, int] = field(default_factory=dict)  # by stage
    orders: dict[str, int] = field(default_factory=dict)  # by stage
    plans: int = 0
    plans_issued: int = 0
    cross_district_completed: tuple[str, ...] = ()
    full_lifecycle: tuple[str, ...] = ()
    stages_by_incident: dict[str, tuple[str, ...]] = field(default_factory=dict)


def run_statistics(history: History) -> RunStatistics:
    incidents, orders = Counter[str](), Counter[str]()
    lines: dict[str, tuple[HistoryEntry, ...]] = {}
    for _, node in history.districts:
        if node.state is None:
            continue
        incidents.update(str(incident.stage) for incident in node.state.incidents.values())
        orders.update(str(order.stage) for order in node.state.roster.orders.values())
        lines |= {incident.incident: incident.history for incident in node.state.incidents.values()}
    stages = {name: tuple(entry.code for entry in log) for name, log in sorted(lines.items())}
    city = history.city.records if history.city is not None else ()
    issued = {plan for record in city if (plan := _issued_plan(record)) is not None}
    return RunStatistics(
        events=dict(sorted(_events(history).items())),
        incidents=dict(sorted(incidents.items())),
        orders=dict(sorted(orders.items())),
        plans=sum(isinstance(record.input, PlanMade) for record in city),
        plans_issued=len(issued),
        cross_district_completed=_cross_district_completed(history),
        full_lifecycle=tuple(name for name, seen in stages.items() if _is_full_lifecycle(seen)),
        stages_by_incident=stages,
    )


def _issued_plan(record: CityRecord) -> str | None:
    """The plan that the officer issued in this record."""
    if not isinstance(record.input, OfficerActed) or not record.input.action.issue:
        return None
    is_done = any(isinstance(command, Reply) and command.done for command in record.commands)
    return record.input.action.plan if is_done else None


def _is_full_lifecycle(stages: tuple[str, ...]) -> bool:
    """Whether all stages are there in their order (others may lie between)."""
    rest = iter(stages)
    return all(stage in rest for stage in FULL_LIFECYCLE)


def _events(history: History) -> Counter[str]:
    return Counter(
        received.item.content.incident_kind
        for _, node in history.districts
        for received in node.projection(received_items).new()
        if isinstance(received.item.content, Event)
    )


def _cross_district_completed(history: History) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                letter.incident
                for district, node in history.districts
                for _, letter in node.letters_to(CITY)
                if isinstance(letter, OrderProgress)
                and letter.stage is OrderStage.DONE
                and letter.incident_district != district
            }
        )
    )
