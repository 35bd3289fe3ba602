"""The district's one entrance: an input in, the next state and commands out. A table of flows, and the settling that follows each."""

from collections.abc import Callable
from typing import Any

from citybrain.reactor.command import ClockStepped, Command, Moment, TimerFired
from district_node.cores.flows import city, crew, operator, said, started, timers
from district_node.cores.flows.settle import settle
from district_node.cores.state import DistrictState
from district_node.cores.work import Work
from district_node.inputs import (
    AgentChanged,
    AgentGreeted,
    AgentSaid,
    CityLink,
    CitySaid,
    CrewAnswered,
    CrewMoved,
    ItemSpoiled,
    NodeStarted,
    OperatorActed,
)


def decide(
    state: DistrictState, what: Any, moment: Moment
) -> tuple[DistrictState, tuple[Command, ...]]:
    """Pure. Raises what a core raises where the input cannot be decided; then nothing has changed."""
    work = Work(state, moment)
    FLOWS[type(what)](work, what)
    settle(work)
    return work.result()


def _clock_stepped(work: Work, stepped: ClockStepped) -> None:
    work.notice("clock_stepped", work.district, str(stepped.micros))


FLOWS: dict[type, Callable[[Work, Any], None]] = {
    NodeStarted: started.node_started,
    AgentSaid: said.agent_said,
    AgentGreeted: said.agent_greeted,
    AgentChanged: said.agent_changed,
    ItemSpoiled: said.item_spoiled,
    CrewAnswered: crew.crew_answered,
    CrewMoved: crew.crew_moved,
    OperatorActed: operator.operator_acted,
    CitySaid: city.city_said,
    CityLink: city.city_link,
    TimerFired: timers.timer_fired,
    ClockStepped: _clock_stepped,
}
