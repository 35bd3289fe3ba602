"""The state machines of incidents, orders and units: what the tables allow, and that nothing else
happens.
"""

from collections import deque

import pytest

from citybrain import stages
from citybrain.errors import IllegalTriggerError
from citybrain.stages import IncidentTrigger, OrderTrigger, UnitTrigger
from citybrain.vocabulary import IncidentStage, OrderStage, UnitState

STATE_MACHINES = [
    pytest.param(
        stages.NEXT_INCIDENT,
        stages.next_incident,
        IncidentStage,
        IncidentTrigger,
        IncidentStage.REPORTED,
        id="incident",
    ),
    pytest.param(
        stages.NEXT_ORDER,
        stages.next_order,
        OrderStage,
        OrderTrigger,
        OrderStage.PROPOSED,
        id="order",
    ),
    pytest.param(
        stages.NEXT_UNIT, stages.next_unit, UnitState, UnitTrigger, UnitState.AVAILABLE, id="unit"
    ),
]


def _reachable(table, start):
    seen, todo = {start}, deque([start])
    while todo:
        stage = todo.popleft()
        for (source, _), target in table.items():
            if source == stage and target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


@pytest.mark.parametrize(
    ("table", "next_stage", "stage_type", "trigger_type", "start"), STATE_MACHINES
)
def test_every_pair_follows_the_table_or_is_an_illegal_trigger(
    table, next_stage, stage_type, trigger_type, start
):
    for stage in stage_type:
        for trigger in trigger_type:
            if (stage, trigger) in table:
                assert next_stage(stage, trigger) == table[stage, trigger]
            else:
                with pytest.raises(IllegalTriggerError) as raised:
                    next_stage(stage, trigger)
                assert (raised.value.stage, raised.value.trigger) == (stage, trigger)


@pytest.mark.parametrize(
    ("table", "next_stage", "stage_type", "trigger_type", "start"), STATE_MACHINES
)
def test_every_stage_but_unknown_can_be_reached_and_unknown_leads_nowhere(
    table, next_stage, stage_type, trigger_type, start
):
    assert _reachable(table, start) == set(stage_type) - {stage_type("unknown")}
    assert not [trigger for stage, trigger in table if stage == "unknown"]


def test_the_message_says_what_would_be_legal():
    with pytest.raises(
        IllegalTriggerError,
        match=r"incident is verified, and 'dispatch' does not follow from there\."
        r" From verified it can: close, reopen\.",
    ):
        stages.next_incident(IncidentStage.VERIFIED, IncidentTrigger.DISPATCH)
    with pytest.raises(IllegalTriggerError, match="From done it can: nothing"):
        stages.next_order(OrderStage.DONE, OrderTrigger.ACCEPT)


def test_an_incident_closes_only_after_verification():
    into_closed = {
        stage
        for (stage, _), target in stages.NEXT_INCIDENT.items()
        if target == IncidentStage.CLOSED
    }
    assert into_closed == {IncidentStage.VERIFIED}


def test_an_order_is_issued_only_out_of_a_reservation():
    into_issued = {
        stage for (stage, _), target in stages.NEXT_ORDER.items() if target == OrderStage.ISSUED
    }
    assert into_issued == {OrderStage.RESERVED}


def test_an_ended_order_moves_no_more_and_a_live_one_can_end():
    sources = {stage for stage, _ in stages.NEXT_ORDER}
    assert not sources & stages.ENDED_ORDER_STAGES
    for stage in sorted(stages.LIVE_ORDER_STAGES):
        assert _reachable(stages.NEXT_ORDER, stage) & stages.ENDED_ORDER_STAGES


def test_only_a_free_unit_can_be_reserved():
    reservable = {state for state, trigger in stages.NEXT_UNIT if trigger == UnitTrigger.RESERVE}
    assert reservable == stages.FREE_UNIT_STATES


def test_an_ended_incident_stays_ended_unless_it_is_reopened():
    for (stage, trigger), target in stages.NEXT_INCIDENT.items():
        if stage in stages.ENDED_INCIDENT_STAGES:
            back = IncidentTrigger.REOPEN, IncidentTrigger.SEPARATE  # of a merged one: split again
            assert trigger in back and target is IncidentStage.REOPENED
