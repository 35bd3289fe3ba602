"""Whatever happens in whatever order: the laws hold after every step, and the journal alone gives
the same state.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.errors import IllegalTriggerError
from citybrain.stages import LIVE_ORDER_STAGES
from citybrain.vocabulary import (
    CrewAction,
    OperatorVerb,
    OrderStage,
    OrderStep,
    Phase,
    SlotState,
    VerificationVerdict,
)
from district_node.cores.decide import decide
from district_node.cores.incidents.incident import is_dispatchable
from district_node.cores.state import EMPTY, DistrictState

UNITS = ("riverside-1", "riverside-2")
ORDERS = ("o-1", "o-2", "o-3")
ACTIONS = tuple(a for a in CrewAction if a is not CrewAction.UNKNOWN)
VERBS = tuple(v for v in OperatorVerb if v is not OperatorVerb.UNKNOWN)

orders = st.sampled_from(ORDERS)
units = st.sampled_from(UNITS)
steps = st.one_of(
    st.tuples(
        st.just("step"),
        st.sampled_from([s for s in OrderStep if s is not OrderStep.UNKNOWN]),
        orders,
        units,
        st.integers(1, 3),
        st.booleans(),
    ),
    st.tuples(st.just("press"), units, st.sampled_from(ACTIONS), st.booleans()),
    st.tuples(
        st.just("event"),
        st.integers(1, 3),
        st.sampled_from([Phase.START, Phase.UPDATE, Phase.END]),
        st.sampled_from(["cam-1", "cam-2"]),
    ),
    st.tuples(
        st.just("verdict"), st.sampled_from([VerificationVerdict.CLEAR, VerificationVerdict.STILL])
    ),
    st.tuples(
        st.just("progress"),
        orders,
        st.sampled_from([s for s in OrderStage if s is not OrderStage.UNKNOWN]),
    ),
    st.tuples(st.just("act"), st.sampled_from(VERBS), units),
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 11, 61, 400, 4000])),
    st.tuples(st.just("crash")),
)


def _incidents(scenario):
    return sorted(scenario.state.incidents.keys())


def _carry_out(scenario, step):
    match step:
        case ("step", asked, order, unit, version, is_near):
            names = _incidents(scenario)
            where = (
                {"incident": names[-1], "incident_district": "riverside"}
                if is_near and names
                else {"incident": "inc-far-1", "incident_district": "oldtown"}
            )
            scenario.request_step(asked, order, unit=unit, version=version, ttl_s=10, **where)
        case ("press", unit, action, is_current):
            assignment_number = scenario.unit(unit).assignment_number
            scenario.press(
                unit,
                action,
                assignment_number=assignment_number
                if is_current
                else max(0, assignment_number - 1),
                reason="reason",
            )
        case ("event", number, phase, source):
            scenario.send_event(episode=f"e{number}", phase=phase, source=source)
        case ("verdict", verdict):
            for name in _incidents(scenario):
                if scenario.incident(name).verification is not None:
                    scenario.report_verification(verdict, scenario.incident(name))
        case ("progress", order, stage):
            if len(_incidents(scenario)) == 1:
                scenario.relay_progress(stage, order=order)
        case ("act", verb, unit):
            for name in _incidents(scenario)[-1:]:
                scenario.act(verb, incident=name, reason="reason", unit=unit)
        case ("wait", seconds):
            scenario.wait(seconds)
        case ("crash",):
            scenario.crash()


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


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(steps, max_size=40), is_city_there=st.booleans())
def test_no_sequence_of_inputs_breaks_a_law(new_scenario, sequence, is_city_there):
    scenario = new_scenario().start(
        *(a_unit(new_scenario, name) for name in UNITS), city=is_city_there
    )
    assignments = dict.fromkeys(UNITS, 0)
    for step in sequence:
        _carry_out(scenario, step)
        _assert_laws(scenario)
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
@given(sequence=st.lists(steps, max_size=25))
def test_a_crew_never_has_two_live_orders(new_scenario, sequence):
    scenario = new_scenario().start(*(a_unit(new_scenario, name) for name in UNITS))
    for step in sequence:
        try:
            _carry_out(scenario, step)
        except IllegalTriggerError as error:
            raise AssertionError(f"a stage table has no such step: {error}") from error
        for unit in scenario.state.roster.units.values():
            live = [
                o.order
                for o in scenario.state.roster.orders.values()
                if o.unit == unit.unit and o.stage in LIVE_ORDER_STAGES
            ]
            assert live == ([unit.order] if unit.order else [])


def test_deciding_changes_no_argument(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    before = canonical_json.digest(scenario.state)
    state = scenario.state
    scenario.send_event()
    assert canonical_json.digest(state) == before
    assert EMPTY.starts == 0
    assert callable(decide)
