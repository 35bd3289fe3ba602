"""What a run came to, in numbers: events, incidents and orders by stage, plans, and the incidents that went the whole way. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from citybrain.decider.command import Reply
from citybrain.domain.console import HistoryLine
from citybrain.domain.order import OrderProgress
from citybrain.vocabulary import IncidentStage, OrderStage
from citysim.laws.history import History, Step
from coordinator.inputs import OfficerActed, PlanMade
from district_node.inputs import BatchReceived

WHOLE_WAY = (
    IncidentStage.REPORTED,
    IncidentStage.OPENED,
    IncidentStage.DISPATCHED,
    IncidentStage.WORKING,
    IncidentStage.HANDLED,
    IncidentStage.VERIFIED,
    IncidentStage.CLOSED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    events: dict[str, int] = field(default_factory=dict)  # by incident kind that they mean
    incidents: dict[str, int] = field(default_factory=dict)  # by stage
    orders: dict[str, int] = field(default_factory=dict)  # by stage
    plans: int = 0
    plans_issued: int = 0
    cross_district_done: tuple[
        str, ...
    ] = ()  # incidents that a unit of another district worked on to the end
    whole_way: tuple[str, ...] = ()  # incidents that went through every stage
    furthest: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # incident → its stages so far, for what did not


def account(history: History) -> Account:
    incidents, orders, lines = Counter[str](), Counter[str](), dict[str, tuple[HistoryLine, ...]]()
    for _, node in history.districts:
        if node.state is None:
            continue
        incidents.update(str(incident.stage) for incident in node.state.incidents.values())
        orders.update(str(order.stage) for order in node.state.roster.orders.values())
        lines |= {incident.incident: incident.history for incident in node.state.incidents.values()}
    stages = {
        name: tuple(line.what for line in history_lines)
        for name, history_lines in sorted(lines.items())
    }
    city = history.city.steps if history.city is not None else ()
    return Account(
        events=dict(sorted(_events(history).items())),
        incidents=dict(sorted(incidents.items())),
        orders=dict(sorted(orders.items())),
        plans=sum(isinstance(step.input, PlanMade) for step in city),
        plans_issued=len(
            {
                s.input.action.plan
                for s in city
                if isinstance(s.input, OfficerActed) and s.input.action.issue and _was_done(s)
            }
        ),
        cross_district_done=_helped(history),
        whole_way=tuple(name for name, told in stages.items() if _went_the_whole_way(told)),
        furthest=stages,
    )


def _was_done(step: Step) -> bool:
    return any(isinstance(command, Reply) and command.done for command in step.commands)


def _went_the_whole_way(told: tuple[str, ...]) -> bool:
    """Whether the stages stand in `told` in their order (others may lie between)."""
    rest = iter(told)
    return all(stage in rest for stage in WHOLE_WAY)


def _events(history: History) -> Counter[str]:
    counted: Counter[str] = Counter()
    for _, node in history.districts:
        known: set[tuple[str, int, int]] = set()
        for step in node.steps:
            if isinstance(step.input, BatchReceived):
                for item in step.input.items:
                    key = (step.input.agent, step.input.incarnation, item.seq)
                    if item.event is not None and key not in known:
                        known.add(key)
                        counted[item.event.incident_kind] += 1
    return counted


def _helped(history: History) -> tuple[str, ...]:
    done = set()
    for district, node in history.districts:
        for _, letter in node.posts("city"):
            if (
                isinstance(letter, OrderProgress)
                and letter.stage is OrderStage.DONE
                and letter.incident_district != district
            ):
                done.add(letter.incident)
    return tuple(sorted(done))
