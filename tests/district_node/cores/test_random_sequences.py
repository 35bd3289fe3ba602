"""Whatever happens in whatever order: the laws hold after every step, and the journal alone gives
the same state.
"""

import pytest
from attached_pictures import assert_kept_files_are_those_that_cases_name
from district_steps import STEPS, UNITS, carry_out
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.decider.command import Notice, Reply
from citybrain.errors import IllegalTriggerError
from citybrain.stages import LIVE_ORDER_STAGES
from citybrain.structs import replace
from citybrain.vocabulary import SlotState
from district_node.cores import messages
from district_node.cores.decide import decide
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import is_dispatchable
from district_node.cores.orders import next_orders
from district_node.cores.orders.limits import NEXT_ORDERS
from district_node.cores.state import EMPTY, DistrictState


def _assert_laws(scenario):
    scenario.assert_one_live_order_a_unit()
    scenario.assert_slots_have_one_live_order()
    open_now = set()
    for incident in scenario.state.incidents.values():
        named = [s.order for s in incident.slots if s.order is not None]
        assert len(named) == len(set(named)), "one order stands in two slots"
        assert all(
            (s.state in (SlotState.OPEN,)) == (s.order is None)
            for s in incident.slots
            if s.state is not SlotState.CANCELLED
        ), incident.slots
        if is_dispatchable(incident):
            open_now |= {s.slot for s in incident.slots if s.state is SlotState.OPEN}
    assert {key.slot for key in scenario.state.open_slots} == open_now, (
        "the index of open slots is another than the slots"
    )
    assert_kept_files_are_those_that_cases_name(scenario.state)
    _assert_promises(scenario, open_now)
    _assert_messages(scenario)


def _assert_messages(scenario):
    """What another district wrote to a crew waits for it only while the crew has the order."""
    for unit, some in scenario.state.messages.items():
        names = [message.message for message in some]
        assert len(names) == len(set(names)), "one message is shown twice"
        for message in some:
            if messages.is_shown_here(message) and messages.is_pending(message):
                assert scenario.unit(unit).order == message.order


def _assert_promises(scenario, open_now):
    """What a unit does next is an open place that nobody else was promised to; and it has an order
    before, and takes orders after."""
    roster = scenario.state.roster
    promised = [one.next_order.slot for one in next_orders.promises(roster)]
    assert len(promised) == len(set(promised))
    assert set(promised) <= open_now
    for name, its in roster.next_orders.items():
        assert 0 < len(its) <= NEXT_ORDERS.value
        assert roster.units[name].order is not None
        assert roster.units[name].status is None


def _assert_refused_changes_nothing(scenario, before):
    """But that the reply is remembered; what the refusal's flow logged is logged."""
    refused = [c for c in scenario.last if isinstance(c, Reply) and not c.done]
    if refused and scenario.state is not before:
        assert replace(scenario.state, idempotency=before.idempotency) == before, refused
        assert {type(command) for command in scenario.last} <= {Reply, Notice}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(STEPS, max_size=40), is_city_there=st.booleans())
def test_no_sequence_of_inputs_breaks_a_law(new_scenario, sequence, is_city_there):
    scenario = new_scenario().start(
        *(a_unit(new_scenario, name) for name in UNITS), city=is_city_there
    )
    assignments = dict.fromkeys(UNITS, 0)
    for step in sequence:
        before = scenario.state
        carry_out(scenario, step)
        _assert_laws(scenario)
        if step[0] in ("act", "press"):
            _assert_refused_changes_nothing(scenario, before)
        for name in UNITS:
            assert scenario.unit(name).assignment_number >= assignments[name], (
                "an assignment number went back"
            )
            assignments[name] = scenario.unit(name).assignment_number
    scenario.crash()
    assert (
        canonical_json.decode(canonical_json.encode(scenario.state), DistrictState)
        == scenario.state
    ), "the state does not read back the same from a snapshot"


def a_unit(new_scenario, name):
    return new_scenario.a_unit(name)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(STEPS, max_size=25))
def test_a_crew_never_has_two_live_orders(new_scenario, sequence):
    scenario = new_scenario().start(*(a_unit(new_scenario, name) for name in UNITS))
    for step in sequence:
        try:
            carry_out(scenario, step)
        except IllegalTriggerError as error:
            raise AssertionError(f"a stage table has no such step: {error}") from error
        for unit in scenario.state.roster.units.values():
            live = [
                o.order
                for o in scenario.state.roster.orders.values()
                if o.unit == unit.unit and o.stage in LIVE_ORDER_STAGES
            ]
            assert live == ([unit.order] if unit.order else [])


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(STEPS, max_size=40), is_city_there=st.booleans())
def test_the_steps_that_a_decision_leaves_out_had_nothing_to_do(
    new_scenario, sequence, is_city_there
):
    scenario = new_scenario().start(
        *(a_unit(new_scenario, name) for name in UNITS), city=is_city_there
    )
    for step in sequence:
        carry_out(scenario, step)
    with pytest.MonkeyPatch.context() as always:
        always.setattr(DecisionDraft, "has_changes", True)
        scenario.crash()  # the journal alone gives the same state, and the same commands


def test_deciding_changes_no_argument(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    before = canonical_json.digest(scenario.state)
    state = scenario.state
    scenario.send_event()
    assert canonical_json.digest(state) == before
    assert EMPTY.starts == 0
    assert callable(decide)
