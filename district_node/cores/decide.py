"""The district's only entry point: an input in, the next state and commands out. Each input has a
flow; `finalize` ends every decision.
"""

from typing import assert_never

from citybrain.decider.command import ClockStepped, Command, DecisionContext, TimerFired
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import (
    agent_batch,
    agent_link,
    city,
    crew,
    node_started,
    operator,
    timers,
)
from district_node.cores.flows.finalize import finalize
from district_node.cores.state import DistrictState
from district_node.inputs import (
    AgentPresenceChanged,
    BatchReceived,
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    CrewAnswered,
    CrewPositionReported,
    DistrictInput,
    HelloReceived,
    ItemQuarantined,
    LetterRefusedByCity,
    NodeStarted,
    OperatorActed,
)


def decide(
    state: DistrictState, new_input: DistrictInput, context: DecisionContext
) -> tuple[DistrictState, tuple[Command, ...]]:
    """Pure. Raises what a core raises where the input cannot be decided; nothing changes then."""
    draft = DecisionDraft(state, context)
    _run_flow(draft, new_input)
    finalize(draft)
    return draft.result()


def _run_flow(draft: DecisionDraft, new_input: DistrictInput) -> None:
    match new_input:
        case BatchReceived():
            agent_batch.batch_received(draft, new_input)
        case HelloReceived():
            agent_link.hello_received(draft, new_input)
        case AgentPresenceChanged():
            agent_link.agent_presence_changed(draft, new_input)
        case ItemQuarantined():
            agent_link.item_quarantined(draft, new_input)
        case CityLetterReceived():
            city.city_letter_received(draft, new_input)
        case CityLetterQuarantined():
            city.city_letter_quarantined(draft, new_input)
        case LetterRefusedByCity():
            city.letter_refused_by_city(draft, new_input)
        case CityLinkChanged():
            city.city_link_changed(draft, new_input)
        case CrewAnswered():
            crew.crew_answered(draft, new_input)
        case CrewPositionReported():
            crew.crew_position_reported(draft, new_input)
        case OperatorActed():
            operator.operator_acted(draft, new_input)
        case NodeStarted():
            node_started.node_started(draft, new_input)
        case TimerFired():
            timers.timer_fired(draft, new_input)
        case ClockStepped():
            draft.notice("clock_stepped", draft.district, str(new_input.micros))
        case _:
            assert_never(new_input)
