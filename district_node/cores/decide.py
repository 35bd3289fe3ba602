"""The district's one entrance: an input in, the next state and commands out. A table of flows, and the settling that follows each."""

from collections.abc import Callable
from typing import Any

from citybrain.decider.command import ClockStepped, Command, DecisionContext, TimerFired
from district_node.cores.flows import city, crew, operator, said, started, timers
from district_node.cores.flows.settle import settle
from district_node.cores.state import DistrictState
from district_node.cores.work import Work
from district_node.inputs import (
    AgentPresenceChanged,
    BatchReceived,
    CityLetterReceived,
    CityLinkChanged,
    CrewAnswered,
    CrewPositionReported,
    HelloReceived,
    ItemQuarantined,
    NodeStarted,
    OperatorActed,
)


def decide(
    state: DistrictState, what: Any, context: DecisionContext
) -> tuple[DistrictState, tuple[Command, ...]]:
    """Pure. Raises what a core raises where the input cannot be decided; then nothing has changed."""
    work = Work(state, context)
    FLOWS[type(what)](work, what)
    settle(work)
    return work.result()


def _clock_stepped(work: Work, stepped: ClockStepped) -> None:
    work.notice("clock_stepped", work.district, str(stepped.micros))


FLOWS: dict[type, Callable[[Work, Any], None]] = {
    NodeStarted: started.node_started,
    BatchReceived: said.batch_received,
    HelloReceived: said.hello_received,
    AgentPresenceChanged: said.agent_presence_changed,
    ItemQuarantined: said.item_quarantined,
    CrewAnswered: crew.crew_answered,
    CrewPositionReported: crew.crew_position_reported,
    OperatorActed: operator.operator_acted,
    CityLetterReceived: city.city_letter_received,
    CityLinkChanged: city.city_link_changed,
    TimerFired: timers.timer_fired,
    ClockStepped: _clock_stepped,
}
