"""Whatever happens in whatever order: the laws hold after every step, and the journal alone gives the same state."""

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
from district_node.cores.belief.incident import wants_help
from district_node.cores.decide import decide
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


def _incidents(story):
    return sorted(story.state.incidents.keys())


def _carry_out(story, step):
    match step:
        case ("step", asked, order, unit, version, is_near):
            names = _incidents(story)
            where = (
                {"incident": names[-1], "incident_district": "riverside"}
                if is_near and names
                else {"incident": "inc-far-1", "incident_district": "oldtown"}
            )
            story.ask(asked, order, unit=unit, version=version, ttl_s=10, **where)
        case ("press", unit, action, is_current):
            assignment = story.unit(unit).assignment
            story.press(
                unit,
                action,
                assignment=assignment if is_current else max(0, assignment - 1),
                reason="reason",
            )
        case ("event", number, phase, source):
            story.say(episode=f"e{number}", phase=phase, source=source)
        case ("verdict", verdict):
            for name in _incidents(story):
                if story.incident(name).look is not None:
                    story.sees(verdict, story.incident(name))
        case ("progress", order, stage):
            if len(_incidents(story)) == 1:
                story.hear_progress(stage, order=order)
        case ("act", verb, unit):
            for name in _incidents(story)[-1:]:
                story.act(verb, incident=name, reason="reason", unit=unit)
        case ("wait", seconds):
            story.wait(seconds)
        case ("crash",):
            story.crash()


def _assert_laws(story):
    story.assert_one_live_order_a_unit()
    story.assert_slots_have_one_live_order()
    open_now = set()
    for incident in story.state.incidents.values():
        named = [s.order for s in incident.slots if s.order is not None]
        assert len(named) == len(set(named)), "one order stands in two slots"
        assert all(
            (s.state in (SlotState.OPEN,)) == (s.order is None)
            for s in incident.slots
            if s.state is not SlotState.CANCELLED
        ), incident.slots
        if wants_help(incident):
            open_now |= {s.slot for s in incident.slots if s.state is SlotState.OPEN}
    assert {key.split("|")[2] for key in story.state.open_slots.keys()} == open_now, (
        "the index of open slots is another than the slots"
    )  # noqa: SIM118


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(steps, max_size=40), is_city_there=st.booleans())
def test_no_order_of_things_breaks_a_law(new_story, told, is_city_there):
    story = new_story().start(*(story_unit(new_story, name) for name in UNITS), city=is_city_there)
    assignments = dict.fromkeys(UNITS, 0)
    for step in told:
        _carry_out(story, step)
        _assert_laws(story)
        for name in UNITS:
            assert story.unit(name).assignment >= assignments[name], (
                "an assignment number went back"
            )
            assignments[name] = story.unit(name).assignment
    story.crash()
    assert (
        canonical_json.decode(canonical_json.encode(story.state), DistrictState) == story.state
    ), "the state does not read back the same from a snapshot"


def story_unit(new_story, name):
    return new_story.a_unit(name)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(steps, max_size=25))
def test_a_crew_never_has_to_do_with_two_orders(new_story, told):
    story = new_story().start(*(story_unit(new_story, name) for name in UNITS))
    for step in told:
        try:
            _carry_out(story, step)
        except IllegalTriggerError as error:
            raise AssertionError(f"a table was asked for what it has not: {error}") from error
        for unit in story.state.roster.units.values():
            live = [
                o.order
                for o in story.state.roster.orders.values()
                if o.unit == unit.unit and o.stage in LIVE_ORDER_STAGES
            ]
            assert live == ([unit.order] if unit.order else [])


def test_deciding_changes_no_argument(story):
    story.start(story.a_unit("riverside-1"))
    before = canonical_json.digest(story.state)
    state = story.state
    story.say()
    assert canonical_json.digest(state) == before
    assert EMPTY.starts == 0
    assert callable(decide)
